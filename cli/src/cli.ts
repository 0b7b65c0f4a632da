import type { Command } from 'commander'
import { Api } from './api/client.ts'
import { connection, dataDirectory, type ConnectionOptions } from './api/connection.ts'
import type { Terminal } from './terminal.ts'

interface GlobalOptions extends ConnectionOptions {
  readonly json?: boolean
  readonly debug?: boolean
}

/** What one run of one command has at hand. */
export interface Cli {
  readonly terminal: Terminal
  readonly options: GlobalOptions
  readonly data: string
  readonly api: Api
  /** The answer: the value as it is with --json, the text for people otherwise. */
  readonly show: (value: unknown, text: () => string) => void
  /** Ends with this exit code unless something worse happens. */
  readonly end: (exitCode: number) => void
}

export type Open = (command: Command) => Cli

/** @param end remembers the exit code of the run */
export function opener(terminal: Terminal, end: (exitCode: number) => void): Open {
  return (command) => {
    const options = command.optsWithGlobals<GlobalOptions>()
    return {
      terminal,
      options,
      data: dataDirectory(options, terminal),
      get api() {
        return new Api(connection(options, terminal))
      },
      show(value, text) {
        terminal.out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : text())
      },
      end,
    }
  }
}

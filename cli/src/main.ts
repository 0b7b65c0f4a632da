import { createRequire } from 'node:module'
import { exitCodes } from './failure.ts'
import { report } from './output/report.ts'
import { createProgram } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/**
 * Runs one command line.
 * @param parameters without the names of node and of the program
 * @returns the exit code: 0 done, 1 failed or denied, 2 not understood
 */
export async function run(parameters: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code: number = exitCodes.ok
  const program = createProgram(terminal, version, (exitCode) => {
    code = exitCode
  })
  try {
    if (parameters.length === 0) {
      program.outputHelp()
      return exitCodes.ok
    }
    await program.parseAsync(parameters, { from: 'user' })
    return code
  } catch (error) {
    return report(error, terminal, parameters.includes('--debug'))
  }
}

import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Cli, Open } from '../cli.ts'
import { Failure, exitCodes } from '../failure.ts'
import { count } from '../output/count.ts'
import { LineScrubber } from './scrub-lines.ts'

interface ScrubOptions {
  readonly out?: string
  readonly check?: boolean
}

const longestLine = 16 * 1024 * 1024

export function scrubCommand(open: Open): Command {
  return new Command('scrub')
    .description('take card numbers, passwords and tokens out of a log of your own: text, or lines of JSON')
    .argument('<file>', 'the log; - reads standard input')
    .option('--out <file>', 'write there, for you alone to read (default: standard output)')
    .option('--check', 'write nothing; say what would be replaced, and end with 1 if there is something')
    .action(async (file: string, options: ScrubOptions, command: Command) => scrubLog(open(command), file, options))
}

async function scrubLog(cli: Cli, file: string, options: ScrubOptions): Promise<void> {
  const { terminal } = cli
  const target =
    options.out === undefined || options.check === true ? undefined : create(resolve(terminal.cwd, options.out))
  try {
    const write =
      target === undefined ? (text: string) => terminal.out(text) : (text: string) => void writeSync(target, text)
    const scrubber = new LineScrubber(options.check === true ? () => {} : write)
    for await (const line of file === '-' ? splitLines([await terminal.stdin()]) : linesOf(resolve(terminal.cwd, file)))
      scrubber.line(line)
    scrubber.end()
    terminal.error(summary(scrubber))
    if (options.check === true && scrubber.changed > 0) {
      const detail = `${count(scrubber.changed, 'line')} would be changed.`
      throw new Failure({
        code: 'secrets_found',
        detail,
        mend: 'Without --check they are written without the secrets.',
        exitCode: exitCodes.failed,
      })
    }
  } finally {
    if (target !== undefined) closeSync(target)
  }
}

function summary({ lines, changed, found }: LineScrubber): string {
  const kinds = Array.from(found, ([kind, times]) => `${kind} ${times}`).toSorted()
  return `${count(lines, 'line')}, ${changed} changed${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}\n`
}

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    throw new Failure({ code: 'cannot_write', detail: `${path} cannot be made: ${reason(cause)}.`, cause })
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* splitLines(createReadStream(path, 'utf8') as AsyncIterable<string>)
  } catch (cause) {
    throw new Failure({ code: 'cannot_read', detail: `${path} cannot be read: ${reason(cause)}.`, cause })
  }
}

/** Lines with their line breaks, so that what is written is what was read. */
async function* splitLines(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield `${line}\n`
    // A file without line breaks is no log; it is not held in memory whole.
    if (rest.length > longestLine) {
      yield rest
      rest = ''
    }
  }
  if (rest !== '') yield rest
}

function reason(cause: unknown): string {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
}

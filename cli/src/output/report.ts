import { CommanderError } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { printable } from './printable.ts'

/**
 * Says on stderr why a command ended.
 * @returns the exit code
 */
export function report(error: unknown, terminal: Terminal, debug: boolean): number {
  // commander has already written what it had to say
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (debug) terminal.error(`${stack(error)}\n`)
  const file = unreadable(error)
  if (file !== undefined) {
    terminal.error(`holdfast: ${printable(file)} (file_unreadable)\n`)
    return exitCodes.failed
  }
  if (!(error instanceof Failure)) {
    const message = error instanceof Error ? error.message : String(error)
    terminal.error(`holdfast: ${printable(message)}\n`)
    if (!debug) terminal.error('  --debug shows where.\n')
    return exitCodes.failed
  }
  const { code, detail, mend, lines, exitCode } = error.parts
  terminal.error(`holdfast: ${printable(detail)} (${printable(code)})\n`)
  for (const line of lines ?? []) terminal.error(`  ${printable(line)}\n`)
  if (mend !== undefined) terminal.error(`  ${printable(mend)}\n`)
  return exitCode ?? exitCodes.failed
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file',
  EACCES: 'This user may not read or write',
  EISDIR: 'This is a directory, and no file:',
  ENOTDIR: 'Something on the way there is no directory:',
}

/** A sentence for what the file system said of a file that the command line names. */
function unreadable(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('path' in error) || !('code' in error)) return undefined
  const reason = reasons[String(error.code)]
  return reason === undefined ? undefined : `${reason} ${String(error.path)}.`
}

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${stack(error.cause)}`
}

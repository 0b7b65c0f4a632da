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

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${stack(error.cause)}`
}

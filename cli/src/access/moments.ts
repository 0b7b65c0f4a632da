import { Command, InvalidArgumentError } from 'commander'
import type { Uid } from '../api/types.ts'

/** A moment as people type it: `2026-03-01`, `2026-03-01T14:00Z`. A day begins at midnight UTC. @throws InvalidArgumentError */
export function moment(text: string): string {
  const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/
  const found = form.exec(text)
  // Without a zone it is UTC, as everything that is shown: not what this machine's clock is set to.
  const at = new Date(found === null ? Number.NaN : text.length > 10 && found[1] === undefined ? `${text}Z` : text)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('A date is needed, like 2026-03-01 or 2026-03-01T14:00Z.')
  return at.toISOString()
}

/** Of which application. */
export interface In {
  readonly application: string
}

export interface Moments {
  readonly at?: string
  readonly recordedAt?: string
}

/** The options of a question about the past. */
export function momentOptions(command: Command): Command {
  return command
    .option('--at <time>', 'as it held then', moment)
    .option('--recorded-at <time>', 'by what was recorded then', moment)
}

export function momentQuery({ at, recordedAt }: Moments): Record<string, string> {
  return { ...(at !== undefined && { at }), ...(recordedAt !== undefined && { recordedAt }) }
}

export function uidText({ type, id }: Uid): string {
  return `${type}::${JSON.stringify(id)}`
}

import type { Hold } from '../api/types.ts'
import { absoluteTime } from './time.ts'

/** What a hold keeps, as a sentence. */
export function describeHold(
  { subject, since, until }: Pick<Hold, 'subject' | 'since' | 'until'>,
  timeZone?: string,
): string {
  const what = subject === null ? 'Every event' : `Events that name ${subject.type} ${subject.id}`
  const from = since === null ? '' : ` from ${absoluteTime(since, timeZone)}`
  const to = until === null ? '' : ` until ${absoluteTime(until, timeZone)}`
  return `${what}${from}${to}.`
}

import type { Event } from '@holdfast/events'
import { printable } from '../output/printable.ts'
import { when } from '../output/time.ts'

/** An event in one line: when, how it ended, what, who, on what, why, and its id. */
export function eventLine({ time, outcome, kind, actor, resource, application, reason, id }: Event): string {
  const who = actor === null ? '-' : (actor.name ?? `${actor.type} ${actor.id}`)
  const what = resource === null ? '' : ` on ${resource.type} ${resource.id}`
  const where = application === null ? '' : ` [${application}]`
  const why = reason === null ? '' : `: ${reason}`
  return `${printable(`${when(time)}  ${outcome.padEnd(7)}  ${kind}${where}  ${who}${what}${why}  ${id}`)}\n`
}

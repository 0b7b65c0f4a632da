import { loudKinds } from '../../loud.ts'
import type { SinkFilter } from '../settings.ts'

export interface Filtered {
  readonly kind: string
  readonly classUid: number
  readonly outcome: string
}

/** @returns whether a sink is for this event: it has to fit everything that the filter names, or be one of which all are told */
export function isFor({ kinds, classes, outcomes }: SinkFilter, { kind, classUid, outcome }: Filtered): boolean {
  if (loudKinds.has(kind)) return true
  if (classes !== undefined && !classes.includes(classUid)) return false
  if (outcomes !== undefined && !outcomes.some((wanted) => wanted === outcome)) return false
  return kinds === undefined || kinds.some((wanted) => fits(wanted, kind))
}

function fits(wanted: string, kind: string): boolean {
  if (wanted === '*') return true
  return wanted.endsWith('.*') ? kind.startsWith(wanted.slice(0, -1)) : kind === wanted
}

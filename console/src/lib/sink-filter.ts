import type { Outcome, Sink } from '../api/types.ts'
import { className } from './ocsf.ts'
import { listOf } from './words.ts'

type SinkFilter = Sink['filter']

/** Which events a sink is for, as it is typed. */
export interface FilterDraft {
  readonly kinds: string
  readonly classes: string
  readonly outcomes: readonly Outcome[]
}

const all: readonly Outcome[] = ['success', 'refused', 'failure']

export function draftOfFilter({ kinds = [], classes = [], outcomes = all }: SinkFilter): FilterDraft {
  return { kinds: kinds.join(', '), classes: classes.join(', '), outcomes }
}

/** What is not said is not asked. A class that is no number is left to the server, which says what is wrong. */
export function filterOfDraft({ kinds, classes, outcomes }: FilterDraft): SinkFilter {
  const [wantedKinds, wantedClasses] = [listOf(kinds), listOf(classes)]
  return {
    ...(wantedKinds.length === 0 ? {} : { kinds: wantedKinds }),
    ...(wantedClasses.length === 0 ? {} : { classes: wantedClasses.map(Number) }),
    ...(outcomes.length === 0 || outcomes.length === all.length ? {} : { outcomes }),
  }
}

/** "Every event", or what they must be. */
export function describeSinkFilter({ kinds = [], classes = [], outcomes = [] }: SinkFilter): string {
  const parts = [
    kinds.join(', '),
    classes.map((uid) => className(String(uid))).join(', '),
    outcomes.length === 0 ? '' : `outcome ${outcomes.join(' or ')}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Every event' : parts.join('; ')
}

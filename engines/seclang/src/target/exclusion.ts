import type { Selector, Target } from '../parse/syntax.ts'
import type { Place } from '../parse/syntax.ts'
import { regex } from '../operate/patterns.ts'

/** Whether a name (in lower case) is selected. */
export type Accepts = (lower: string) => boolean

/** A target that some rules no longer look at, in this transaction. */
export interface Exclusion {
  /** By rule number. */
  readonly rules: Uint8Array
  readonly variable: string
  readonly accepts: Accepts
}

/** Names are compared without regard to case; a regex sees them in lower case, and ignores it. */
export function acceptor(selector: Selector | undefined, place: Place): Accepts {
  if (selector === undefined) return () => true
  if (selector.kind === 'key') return (lower) => lower === selector.key
  const matcher = regex(selector.source, place, true)
  return (lower) => matcher.test(lower)
}

/** What the parts of one rule that begin with `!` take out of one that selects this variable. */
export function rejector(variable: string, targets: readonly Target[], place: Place): Accepts | undefined {
  const rejecting = targets
    .filter((target) => target.exclude && target.variable === variable)
    .map((target) => acceptor(target.selector, place))
  if (rejecting.length === 0) return undefined
  return (lower) => rejecting.some((rejects) => rejects(lower))
}

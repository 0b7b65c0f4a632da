import type { Missing } from './errors.ts'
import type { Uid, ValueJson } from './json.ts'
import type { RecordValue } from './value.ts'

/** What is asked: may this principal do this action on this resource, in this context? */
export interface Request {
  readonly principal: Uid
  readonly action: Uid
  readonly resource: Uid
  /** Cedar JSON, or a record already built by `toRecord` (cheaper when asked many times). Absent means empty. */
  readonly context?: RecordValue | { readonly [attribute: string]: ValueJson } | undefined
}

/** A policy whose evaluation failed, and why. */
export interface PolicyFailure {
  readonly policy: string
  readonly message: string
}

/** The answer. */
export interface Decision {
  readonly decision: 'allow' | 'deny'
  /** The policies that determined it, in the order of the set: the forbids of a denial, the permits of an allowance; empty when nothing permits. */
  readonly reasons: readonly string[]
  /** The policies that failed, in the order of the set. A policy that fails is skipped (but see `onError`). */
  readonly errors: readonly PolicyFailure[]
}

/** The answer with its why. */
export interface Explanation extends Decision {
  /** One sentence for people. */
  readonly text: string
  /** For a denial that no forbid decided: the permit that came furthest. Null when no permit is for the action. */
  readonly nearest: Nearest | null
}

/** A permit that does not match, and what stopped it. */
export interface Nearest {
  readonly policy: string
  /** The template, when the permit is a link of one. */
  readonly template?: string
  /** The first scope constraint or condition that failed, as Cedar text. */
  readonly failed: string
  /** What the attributes that the condition reads are, by their paths and written for people; only short ones, three at most. */
  readonly values?: { readonly [path: string]: string }
  /** What would have to be there, when that is why it failed: a group or role that could be asked for, an attribute that nobody gave. */
  readonly missing?: Missing
}

/** How to evaluate. */
export interface EvaluateOptions {
  /**
   * What a failing policy does. `skip` (default) is Cedar's own rule: it counts as not there. `deny`: a forbid that fails denies as if it had matched
   * (and is among the reasons); a permit that fails is still skipped.
   */
  readonly onError?: 'skip' | 'deny'
}

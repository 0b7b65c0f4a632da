import type { Candidate } from './compile/candidate.ts'
import type { PolicyIndex, Visitor } from './compile/policy-index.ts'
import type { PolicySet } from './compile/policy-set.ts'
import { Run } from './compile/run.ts'
import { toRecord } from './convert.ts'
import type { Entities } from './entities.ts'
import { EvaluationError } from './errors.ts'
import { requestUid } from './shape.ts'
import type { Decision, EvaluateOptions, PolicyFailure, Request } from './types.ts'
import { RecordValue } from './value.ts'

const EMPTY = new RecordValue(new Map())

/**
 * Decides a request by Cedar's rule: allow when a permit holds and no forbid does; a policy that fails counts as not there (but see `onError`).
 * Throws `PolicyError` only when the request itself is not of Cedar's form.
 */
export function evaluate(set: PolicySet, request: Request, entities: Entities, options?: EvaluateOptions): Decision {
  return decide(set, toRun(request, entities), options)
}

/** The request as the compiled policies read it. */
export function toRun(request: Request, entities: Entities): Run {
  return new Run(
    requestUid(request.principal, 'principal'),
    requestUid(request.action, 'action'),
    requestUid(request.resource, 'resource'),
    contextOf(request.context),
    entities,
  )
}

/** The context of a request: prepared, in JSON, or none. */
export function contextOf(context: Request['context']): RecordValue {
  return context === undefined ? EMPTY : context instanceof RecordValue ? context : toRecord(context)
}

/** Decides for a run that is already prepared. */
export function decide(set: PolicySet, run: Run, options?: EvaluateOptions): Decision {
  const outcome = new Outcome(run, options !== undefined && options.onError === 'deny')
  set.candidates(run, outcome)
  return outcome.decision()
}

/** Decides by an index that has every policy that can match the run. */
export function decideBy(index: PolicyIndex, run: Run, options?: EvaluateOptions): Decision {
  const outcome = new Outcome(run, options !== undefined && options.onError === 'deny')
  index.visit(run, outcome, false)
  return outcome.decision()
}

/** Shared by all outcomes, and replaced when there is something to put in. */
const NONE: Candidate[] = []
const NO_FAILURES: Failure[] = []

interface Failure {
  readonly order: number
  readonly failure: PolicyFailure
}

/** Which policies held, which failed. */
class Outcome implements Visitor {
  readonly #run: Run
  readonly #denyOnError: boolean
  #permits: Candidate[] = NONE
  #forbids: Candidate[] = NONE
  #failures: Failure[] = NO_FAILURES

  constructor(run: Run, denyOnError: boolean) {
    this.#run = run
    this.#denyOnError = denyOnError
  }

  visit(first: Candidate): void {
    for (let each: Candidate | null = first; each !== null; each = each.next) {
      try {
        if (!each.matches(this.#run)) continue
      } catch (error) {
        if (!this.#fails(each, error)) continue
      }
      if (each.permits) this.#permits = added(this.#permits, each)
      else this.#forbids = added(this.#forbids, each)
    }
  }

  /** Whether the failure counts as a match. */
  #fails(each: Candidate, error: unknown): boolean {
    if (!(error instanceof EvaluationError)) throw error
    const failure = { policy: each.id, message: error.message }
    if (this.#failures === NO_FAILURES) this.#failures = []
    if (!each.several || !has(this.#failures, each.order)) this.#failures.push({ order: each.order, failure })
    return !each.permits && this.#denyOnError
  }

  decision(): Decision {
    const forbidden = this.#forbids.length > 0
    return {
      decision: !forbidden && this.#permits.length > 0 ? 'allow' : 'deny',
      reasons: ids(forbidden ? this.#forbids : this.#permits),
      errors: failures(this.#failures),
    }
  }
}

function added(list: Candidate[], each: Candidate): Candidate[] {
  if (list === NONE) return [each]
  if (!each.several || !has(list, each.order)) list.push(each)
  return list
}

function has(list: readonly { readonly order: number }[], order: number): boolean {
  for (let at = 0; at < list.length; at++) if (list[at]?.order === order) return true
  return false
}

function failures(list: Failure[]): PolicyFailure[] {
  if (list.length > 1) list.sort((a, b) => a.order - b.order)
  const out: PolicyFailure[] = []
  for (let at = 0; at < list.length; at++) out.push((list[at] as Failure).failure)
  return out
}

function ids(list: Candidate[]): string[] {
  if (list.length > 1) list.sort((a, b) => a.order - b.order)
  const out: string[] = []
  for (let at = 0; at < list.length; at++) out.push((list[at] as Candidate).id)
  return out
}

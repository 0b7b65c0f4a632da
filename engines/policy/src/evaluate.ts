import type { Numbered } from './compile/policy-index.ts'
import type { PolicySet } from './compile/policy-set.ts'
import type { Run } from './compile/run.ts'
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
  const { context } = request
  return {
    principal: requestUid(request.principal, 'principal'),
    action: requestUid(request.action, 'action'),
    resource: requestUid(request.resource, 'resource'),
    context: context === undefined ? EMPTY : context instanceof RecordValue ? context : toRecord(context),
    entities,
  }
}

/** Which policies held, which failed. */
class Outcome {
  readonly permits: Numbered[] = []
  readonly forbids: Numbered[] = []
  readonly failures: { readonly order: number; readonly failure: PolicyFailure }[] = []
  readonly #run: Run
  readonly #denyOnError: boolean

  constructor(run: Run, denyOnError: boolean) {
    this.#run = run
    this.#denyOnError = denyOnError
  }

  consider(each: Numbered): void {
    const { policy, order } = each
    try {
      if (!policy.matches(this.#run)) return
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      this.failures.push({ order, failure: { policy: policy.id, message: error.message } })
      if (policy.effect === 'permit' || !this.#denyOnError) return
    }
    if (policy.effect === 'permit') this.permits.push(each)
    else this.forbids.push(each)
  }
}

/** Decides for a run that is already prepared. */
export function decide(set: PolicySet, run: Run, options?: EvaluateOptions): Decision {
  const outcome = new Outcome(run, options?.onError === 'deny')
  for (const bucket of set.index.candidates(run.principal, run.action, run.resource)) {
    for (const each of bucket) outcome.consider(each)
  }
  const { permits, forbids, failures } = outcome
  failures.sort((a, b) => a.order - b.order)
  return {
    decision: forbids.length === 0 && permits.length > 0 ? 'allow' : 'deny',
    reasons: ids(forbids.length > 0 ? forbids : permits),
    errors: failures.map(({ failure }) => failure),
  }
}

function ids(list: Numbered[]): string[] {
  if (list.length > 1) list.sort((a, b) => a.order - b.order)
  const out: string[] = []
  for (const { policy } of list) out.push(policy.id)
  return out
}

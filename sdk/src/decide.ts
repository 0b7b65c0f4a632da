import { explain, type PolicyFailure } from '@holdfast/policy'
import type { Explanation } from './errors.ts'
import { isKnown, type Knowledge } from './knowledge.ts'
import { guarded, type Question, toEngine } from './question.ts'
import type { Watch } from './shadow.ts'

/**
 * Why it is so. `allowed` · `denied` by the policies · `unauthenticated` no principal · `principal_unknown` not in the directory, or
 * disabled · `session_ended` · `policy_unavailable` no bundle under a live lease · `epoch_not_reached` what is known here is
 * older than was demanded · `input_malformed` the resource or the context has no form in Cedar, or the bundle does not carry what the
 * resource lies in
 */
export type DecisionCode =
  | 'allowed'
  | 'denied'
  | 'unauthenticated'
  | 'principal_unknown'
  | 'session_ended'
  | 'policy_unavailable'
  | 'epoch_not_reached'
  | 'input_malformed'

export interface Decision {
  readonly allowed: boolean
  readonly decision: 'allow' | 'deny'
  readonly code: DecisionCode
  /** The policies that decided: the permits of a yes, the forbids of a no; empty when nothing permitted. */
  readonly reasons: readonly string[]
  /** Policies that failed. A forbid that fails denies; a permit that fails permits nothing. */
  readonly errors: readonly PolicyFailure[]
}

export function refusal(code: Exclude<DecisionCode, 'allowed'>): Decision {
  return { allowed: false, decision: 'deny', code, reasons: [], errors: [] }
}

// Stricter than Cedar's rule, by which a forbid that fails counts as not there: what cannot be checked is refused.
const OPTIONS = { onError: 'deny' } as const

/**
 * Decides by the bundle. Of the request it takes the resource and the context; the hierarchy of principals is the bundle's alone.
 * @param watch is shown the decision where a candidate is to be compared with it
 */
export function decide(knowledge: Knowledge, question: Question, watch?: Watch): Decision {
  if (!isKnown(knowledge, question.principal)) return refusal('principal_unknown')
  return guarded(
    () => {
      const [request, entities] = toEngine(knowledge, question)
      const decided = knowledge.askers.of(request.principal).evaluate(request, entities, OPTIONS)
      if (watch !== undefined && knowledge.candidate !== null) {
        watch.shadow.compare({ via: watch.via, knowledge, question, request, entities, decided })
      }
      const { decision, reasons, errors } = decided
      const allowed = decision === 'allow'
      return { allowed, decision, code: allowed ? 'allowed' : 'denied', reasons, errors }
    },
    () => refusal('input_malformed'),
  )
}

/** Why a question was refused. Slower than `decide`; asked once it was. */
export function explainRefusal(knowledge: Knowledge, question: Question): Explanation {
  if (!isKnown(knowledge, question.principal)) {
    return { text: 'The principal is not in the directory, or is disabled.', nearest: null }
  }
  return guarded(
    () => {
      const { text, nearest } = explain(knowledge.policies, ...toEngine(knowledge, question), OPTIONS)
      return { text, nearest }
    },
    (error) => ({ text: `The resource or the context cannot be read: ${error.message}.`, nearest: null }),
  )
}

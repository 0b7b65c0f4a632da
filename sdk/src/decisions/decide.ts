import { explain, type PolicyFailure } from '@holdfast/policy'
import { afterStepUp, type SessionContext, type StepUp, stepUpOf } from '../assurance.ts'
import type { Unmet } from '../demands.ts'
import type { Explanation } from '../errors.ts'
import { isKnown, type Rules } from './knowledge.ts'
import { type Context, guarded, type Question, toEngine } from '../question.ts'
import type { Watch } from './shadow.ts'

/**
 * Why it is so. `allowed` · `denied` by the policies · `unauthenticated` no principal · `principal_unknown` not in the directory, or
 * disabled · `session_ended` · `policy_unavailable` no bundle under a live lease · `epoch_not_reached` what is known here is
 * older than was demanded · `input_malformed` the resource or the context has no form in Cedar, or the bundle does not carry what the
 * resource lies in · `insufficient_scope`, `insufficient_user_authentication` what was demanded besides
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
  | 'insufficient_scope'
  | 'insufficient_user_authentication'

export interface Decision {
  readonly allowed: boolean
  readonly decision: 'allow' | 'deny'
  readonly code: DecisionCode
  /** The policies that decided: the permits of a yes, the forbids of a no; empty when nothing permitted. */
  readonly reasons: readonly string[]
  /** Policies that failed. A forbid that fails denies; a permit that fails permits nothing. */
  readonly errors: readonly PolicyFailure[]
  /** It would be a yes after a stronger or a newer sign-in: this one. */
  readonly stepUp?: StepUp
}

export function refusal(code: Exclude<DecisionCode, 'allowed'>): Decision {
  return { allowed: false, decision: 'deny', code, reasons: [], errors: [] }
}

/** What was demanded and is not there, as `can` says it. */
export function refusalOf(unmet: Unmet): Decision {
  const refused = refusal(unmet.code)
  return unmet.code === 'insufficient_scope' ? refused : { ...refused, stepUp: unmet.stepUp }
}

// Stricter than Cedar's rule, by which a forbid that fails counts as not there: what cannot be checked is refused.
const OPTIONS = { onError: 'deny' } as const

/**
 * Decides by the bundle. Of the request it takes the resource and the context; the hierarchy of principals is the bundle's alone.
 * @param watch is shown the decision where a candidate is to be compared with it
 */
export function decide(knowledge: Rules, question: Question, watch?: Watch): Decision {
  if (!isKnown(knowledge, question.principal)) return refusal('principal_unknown')
  return guarded<Decision>(
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

/** The context with what the session has shown, for actions whose schema wants to know it. Only Holdfast says it. */
export function withSession(
  knowledge: Pick<Rules, 'wantsSession'>,
  action: string,
  context: Context | undefined,
  session: SessionContext | undefined,
): Context | undefined {
  if (!knowledge.wantsSession(action)) return context
  const { session: _, ...own } = context ?? {}
  return session === undefined ? own : { ...own, session }
}

/**
 * What somebody could show to turn this denial into a yes, by the annotations of the policies that denied. It is tried: the question is
 * asked again as if it had been shown.
 */
export function findStepUp(
  knowledge: Rules,
  question: Question,
  decision: Decision,
  session: SessionContext | undefined,
): StepUp | null {
  if (decision.code !== 'denied' || session === undefined) return null
  const wanted = stepUpOf(knowledge.policies, decision.reasons)
  if (wanted === null) return null
  const { action, context } = question
  const then = withSession(knowledge, action, context, afterStepUp(session, wanted))
  return decide(knowledge, { ...question, context: then }).allowed ? wanted : null
}

/** Why a question was refused. Slower than `decide`; asked once it was. */
export function explainRefusal(knowledge: Rules, question: Question): Explanation {
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

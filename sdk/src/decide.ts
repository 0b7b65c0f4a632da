import type { GivenEntity } from '@holdfast/bundle'
import { type EntityJson, evaluate, explain, type PolicyFailure, PolicyError, type Request } from '@holdfast/policy'
import type { Explanation } from './errors.ts'
import { isKnown, type Knowledge } from './knowledge.ts'
import type { PrincipalReference } from './principal.ts'
import { DIRECTORY_TYPES } from './principal.ts'
import type { ResourceEntity, ResourceInput } from './resource.ts'
import type { Watch } from './shadow.ts'
import { toRecord, ValueError } from './values.ts'

/**
 * Why it is so. `allowed` · `denied` by the policies · `unauthenticated` no principal · `principal_unknown` not in the directory, or
 * disabled · `session_ended` · `policy_unavailable` no bundle under a live lease · `input_malformed` the resource or the context has no
 * form in Cedar
 */
export type DecisionCode =
  | 'allowed'
  | 'denied'
  | 'unauthenticated'
  | 'principal_unknown'
  | 'session_ended'
  | 'policy_unavailable'
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

export type Context = Readonly<Record<string, unknown>>

export interface Question {
  readonly principal: PrincipalReference
  readonly action: string
  readonly resource: ResourceInput
  readonly context: Context | undefined
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
      const decided = evaluate(knowledge.policies, request, entities, OPTIONS)
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

/** What a question says besides the directory, in Cedar's JSON; nothing of what has no form in it. */
export function givenOf({ resource, context }: Question): {
  readonly context?: Readonly<Record<string, unknown>>
  readonly given: readonly GivenEntity[]
} {
  const given = 'uid' in resource ? [{ uid: resource.uid, attrs: resource.attrs, parents: resource.parents }] : []
  if (context === undefined) return { given }
  return guarded(
    () => ({ given, context: toRecord(context, 'context') }),
    () => ({ given }),
  )
}

function toEngine(knowledge: Knowledge, { principal, action, resource, context }: Question) {
  const { uid, more } = toEntity(resource, knowledge)
  const request: Request = {
    principal: { type: principal.type, id: principal.id },
    action: { type: 'Action', id: action },
    resource: uid,
    context: context === undefined ? undefined : toRecord(context, 'context'),
  }
  return [request, more.length === 0 ? knowledge.entities : knowledge.entities.with(more)] as const
}

function toEntity(resource: ResourceInput, knowledge: Knowledge): { uid: PrincipalReference; more: EntityJson[] } {
  if (!('uid' in resource)) return { uid: { type: resource.type, id: resource.id }, more: [] }
  const more: EntityJson[] = []
  for (const open = [resource]; open.length > 0; ) {
    const { uid, attrs, parents, tags = {}, others = [] } = open.pop() as ResourceEntity
    // Nobody's groups come from a request: not even those of a person who is the resource.
    if (DIRECTORY_TYPES.has(uid.type) || knowledge.entities.get(uid) !== undefined) {
      throw new ValueError(`${uid.type} comes from the directory and takes no attributes`)
    }
    more.push({ uid, attrs, parents, tags })
    open.push(...others)
  }
  return { uid: resource.uid, more }
}

/** What has no form in Cedar denies; any other error is a fault and stays one (which allows nothing either). */
function guarded<T>(call: () => T, malformed: (error: Error) => T): T {
  try {
    return call()
  } catch (error) {
    if (error instanceof PolicyError || error instanceof ValueError) return malformed(error)
    throw error
  }
}

import { type Place, resourceOf } from '@holdfast/http-guard'
import { type Ask, type Judged, type Rules, unmetOf } from '@holdfast/sdk/edge/decisions'
import { type Refusal, refusal } from '@holdfast/sdk/edge/guard'
import { readStepUp, type StepUp } from '../identity/challenge.ts'
import type { Asking, Gate } from './gates.ts'

/** Why a request may not go on. */
export type Denial =
  /** Nobody is there. */
  | { readonly kind: 'anonymous' }
  /** It would be another answer after this sign-in. @param judged null: the route itself demands it */
  | { readonly kind: 'insufficient'; readonly stepUp: StepUp; readonly judged: Judged | null }
  | { readonly kind: 'denied'; readonly judged: Judged }
  /** It was not decided at all. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface Permission {
  readonly place: Place
  readonly gate: Gate
  /** Null: nobody. */
  readonly asking: Asking | null
  /** The client asks to go over to WebSocket. */
  readonly upgrade: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

const refused = (code: Refusal['code'], detail: string, cause: string): Denial => ({
  kind: 'refused',
  refusal: { ...refusal(code, detail), cause },
})
/** A client learns no more than that. */
export const FORBIDDEN = 'You may not do this.'

/** What the policies of the application say of a request, whatever the mode. @returns null when it may go on */
export function permit(permission: Permission): Denial | null {
  const question = questionOf(permission)
  if (question === null || 'kind' in question) return question
  const judged = permission.gate.judge.judge('require', question.rules, question.ask)
  if (judged.decision.allowed) return null
  if (judged.stepUp !== null) return { kind: 'insufficient', stepUp: stepUpOf(judged.stepUp), judged }
  return { kind: 'denied', judged }
}

/** Whether what is open already would be let through again; nothing is told of it. */
export function wouldPermit(permission: Permission): boolean {
  if (permission.place.mode !== 'block') return true
  const question = questionOf(permission)
  if (question === null || 'kind' in question) return question === null
  return permission.gate.judge.allows(question.rules, question.ask)
}

/** @returns what the policies are to be asked; null where they need not be */
function questionOf({ place, gate, asking, upgrade, now }: Permission): { rules: Rules; ask: Ask } | Denial | null {
  const { found, rule, asked } = place
  if (place.mode === 'off') return null
  if (found.kind === 'ambiguous') return refused('request_ambiguous', found.why, 'route')
  if (found.kind === 'none' || rule === null || asked === null) {
    if (place.public || place.unmatched === 'pass') return null
    return refused('forbidden', FORBIDDEN, 'no route names this path')
  }
  // What goes through a WebSocket cannot be masked.
  if (upgrade && place.mask !== null) return refused('forbidden', FORBIDDEN, 'a WebSocket where answers are masked')
  const { action, acr, maxAge } = rule
  if ((action ?? acr ?? maxAge) === undefined) return null
  if (asking === null) return { kind: 'anonymous' }
  const unmet = unmetOf(asking, { acr, maxAge }, now)
  if (unmet?.code === 'insufficient_user_authentication') {
    return { kind: 'insufficient', stepUp: stepUpOf(unmet.stepUp), judged: null }
  }
  if (action === undefined) return null
  const rules = gate.rules()
  if (rules === null)
    return refused('policy_unavailable', 'The policies are not at hand, so nothing is allowed.', 'rules')
  if (!isDeclared(rules, action)) return refused('forbidden', FORBIDDEN, `the schema has no action ${action}`)
  const resource = resourceOf(rule, asked, found.parameters)
  if ('why' in resource) return refused('request_ambiguous', `${resource.why}.`, 'resource')
  return { rules, ask: { principal: asking, action, resource: withAttributes(resource) } }
}

/** An application without a schema declares nothing, and its policies may speak of whatever they like. */
function isDeclared(rules: Rules, action: string): boolean {
  const schema = rules.schema()
  return schema.actions.length === 0 || schema.contextType({ type: 'Action', id: action }) !== undefined
}

/** Of a type that has no such attributes nothing but the id is said. */
function withAttributes(resource: Exclude<ReturnType<typeof resourceOf>, { why: string }>) {
  return Object.keys(resource.attrs).length === 0 ? resource.uid : resource
}

const stepUpOf = ({ acr, maxAge }: { acr?: string | undefined; maxAge?: number | undefined }): StepUp =>
  readStepUp(acr, maxAge === undefined ? null : String(maxAge))

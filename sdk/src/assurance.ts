import { type Acr, FRESHEST, isAcr, levelOf } from '@holdfast/bundle'
import type { Policy, PolicySet } from '@holdfast/policy'
import type { PrincipalReference } from './principal.ts'

/** What somebody must have shown, and how long ago at most. */
export interface StepUp {
  /** `aal2`: two factors; `phr`: one that cannot be phished. */
  readonly acr?: Acr | undefined
  /** Seconds since they showed it. Below 60 it counts as 60: somebody has to come back from the sign-in meanwhile. */
  readonly maxAge?: number | undefined
}

/** What a session has shown, as policies see it in `context.session`. */
export interface SessionContext {
  readonly acr: string
  /** 1 for `aal1`, 2 for `aal2`, 3 for `phr`; 0 when it is not known. Numbers compare in policies; names do not. */
  readonly level: number
  readonly amr: readonly string[]
  /** Seconds since the person proved who they are. */
  readonly age: number
}

interface Shown {
  readonly acr: string | null
  readonly amr: readonly string[]
  readonly authTime: number | null
}

/** What is known of how this principal signed in; undefined for a service, and for one that `authenticate` did not give. */
export function sessionOf(principal: PrincipalReference, now: number): SessionContext | undefined {
  if (principal.type !== 'Person' || !('amr' in principal) || !('session' in principal)) return undefined
  const { acr, amr, authTime } = principal as unknown as Shown
  const age = authTime === null ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.floor(now / 1000) - authTime)
  return { acr: acr ?? '', level: levelOf(acr), amr, age }
}

/** Whether a session has shown what is demanded. */
export function satisfies(session: SessionContext | undefined, { acr, maxAge }: StepUp): boolean {
  if (acr === undefined && maxAge === undefined) return true
  if (session === undefined) return false
  if (acr !== undefined && !isAcr(acr)) throw new TypeError(`"${String(acr)}" is none of aal1, aal2, phr.`)
  return session.level >= levelOf(acr ?? null) && session.age <= Math.max(maxAge ?? Infinity, FRESHEST)
}

/** The session as it would be after the step-up. */
export function afterStepUp(session: SessionContext, { acr, maxAge }: StepUp): SessionContext {
  const stronger = acr !== undefined && levelOf(acr) > session.level ? { acr, level: levelOf(acr) } : {}
  return { ...session, ...stronger, ...(maxAge !== undefined && { age: 0 }) }
}

const declared = new WeakMap<PolicySet, ReadonlyMap<string, StepUp>>()

/**
 * What the policies that forbid ask for by their annotations, `@step_up("aal2")` and `@max_age("300")`, all together; null when one of
 * them has none, since then nothing that somebody shows will help.
 */
export function stepUpOf(set: PolicySet, reasons: readonly string[]): StepUp | null {
  if (reasons.length === 0) return null
  let known = declared.get(set)
  if (known === undefined) {
    known = new Map(set.policies.flatMap((policy) => annotated(policy)))
    declared.set(set, known)
  }
  if (known.size === 0) return null
  let acr: Acr | undefined
  let maxAge: number | undefined
  for (const reason of reasons) {
    const asked = known.get(reason)
    if (asked === undefined) return null
    if (asked.acr !== undefined && levelOf(asked.acr) > levelOf(acr ?? null)) acr = asked.acr
    if (asked.maxAge !== undefined) maxAge = Math.min(maxAge ?? Infinity, asked.maxAge)
  }
  return { acr, maxAge }
}

function annotated({ id, effect, annotations }: Policy): [string, StepUp][] {
  const acr = annotations.get('step_up') ?? ''
  const age = annotations.get('max_age') ?? ''
  if (effect !== 'forbid' || !isAcr(acr)) return []
  return [[id, { acr, maxAge: /^\d{1,9}$/.test(age) ? Number(age) : undefined }]]
}

import type { HandlerInput } from '../../../platform/http/route.ts'
import { stepUp } from '../../../platform/http/step-up.ts'
import { type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { mfaErrors } from './errors.ts'
import { lackForChange } from './fresh.ts'
import type { MfaTools } from './parts.ts'
import { type Enrolled, enrolledBy } from './standing.ts'

export const personOf = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

export type FactorRoute = Pick<
  HandlerInput<'/:id', object, Caller>,
  'caller' | 'params' | 'read' | 'work' | 'now' | 'request'
>

/** Somebody who changes factors of their own, in a session in which they may. */
export interface Changing {
  readonly person: string
  readonly groups: readonly string[]
  readonly enrolled: Enrolled
  /** id of the session */
  readonly session: string
  readonly now: Date
}

/**
 * Whether somebody may change these factors: their own, in a session of theirs, having shown everything they have a short
 * while ago. Nobody else may, whatever they are permitted: an operator who could enrol a factor could become anybody.
 * @returns the refusal; what they may be changed with
 */
export async function mayChange(
  { config, installation }: MfaTools,
  { caller, params, read, now, request }: Omit<FactorRoute, 'work'>,
): Promise<Outcome<never> | { readonly ok: true; readonly value: Changing }> {
  const { principal, session, groups } = caller
  if (session === null || principal.type !== 'Person' || principal.id !== params.id)
    return refuse(mfaErrors.not_ones_own)
  const enrolled = await read((tx) => enrolledBy(tx, params.id))
  const lack = lackForChange(session, enrolled, { config, now })
  if (lack !== undefined) return stepUp(lack, request.headers, [new URL(installation.publicUrl).origin])
  return { ok: true, value: { person: params.id, groups, enrolled, session: session.id, now } }
}

/** The same, and the change; a refusal is written down by the route. */
export async function changing<T>(
  deps: MfaTools,
  route: FactorRoute,
  change: (tx: Tx, by: Changing) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const may = await mayChange(deps, route)
  return route.work(async (tx) => (may.ok ? change(tx, may.value) : may))
}

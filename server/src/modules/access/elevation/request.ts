import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { type ElevationDeps, personUid, said, subjectOf, toldOf } from './deps.ts'
import { elevationErrors } from './errors.ts'
import { expireLapsed } from './expire.ts'
import { give, notBefore } from './give.ts'
import type { Gives } from './shapes.ts'
import { isAmong, lastingStanding } from './standing.ts'
import { type ElevationRow, findElevation, insertElevation, pendingOf } from './store/elevations.ts'
import { findRule } from './store/rules.ts'

export interface Wanted {
  readonly gives: Gives
  readonly name: string
  readonly resource: Uid | null
  readonly seconds: number
  readonly reason: string
}

/**
 * Asks for a role, or for what a template permits, for a time; where the rule needs no approval it is given at once.
 * @param person who asks, and who gets it
 * @returns the request; `elevation_not_eligible`, `elevation_too_long`, `elevation_pending`, `elevation_active`, and what a grant
 * can be refused for
 */
export async function requestElevation(
  tx: Tx,
  deps: ElevationDeps,
  application: string,
  person: string,
  wanted: Wanted,
): Promise<Outcome<ElevationRow>> {
  const { gives, name, resource, seconds, reason } = wanted
  const { clock, random } = deps.tools
  let rule = await findRule(tx, application, gives, name)
  if (rule?.needs_approval === false) {
    // It is given at once: the epoch's row comes before all others.
    await begin(tx, application)
    rule = await findRule(tx, application, gives, name)
  }
  const standing = await lastingStanding(tx, deps, application, personUid(person))
  if (rule === undefined || !isAmong(standing, rule.eligible)) return refuse(elevationErrors.elevation_not_eligible)
  const most = rule.maximum_seconds
  if (seconds > most) return refuse(elevationErrors.elevation_too_long, { asked: seconds, most })
  const now = clock.now()
  await expireLapsed(tx, now, { application, person })
  const thing = { application, person, gives, name, resource }
  const pending = await pendingOf(tx, thing)
  if (pending !== undefined) return refuse(elevationErrors.elevation_pending, { elevation: pending })
  const from = await notBefore(tx, thing, { now, seconds })
  if (!from.ok) return from

  const id = random.id()
  const row = {
    id,
    gives,
    name,
    person_id: person,
    resource_type: resource?.type ?? null,
    resource_id: resource?.id ?? null,
  }
  const needsApproval = rule.needs_approval
  const grant = needsApproval ? undefined : await give(tx, deps.tools, { ...thing, id, seconds, now, from: from.value })
  if (grant?.ok === false) return grant
  const inserted = await insertElevation(tx, {
    ...thing,
    id,
    kind: 'elevation',
    reason: await deps.texts.reason.close(tx, id, reason, subjectOf(person)),
    seconds,
    needsApproval,
    at: now,
    expiresAt: addSeconds(now, rule.wait_seconds),
    ...(grant !== undefined && { grant: grant.value.id }),
  })
  // Somebody else was quicker, and waits no longer than this statement did: the person themselves, twice at once.
  if (!inserted) return refuse(elevationErrors.elevation_pending, { elevation: (await pendingOf(tx, thing)) ?? '' })
  const { resource: about, data } = toldOf(row)
  await tx.record({
    kind: needsApproval ? 'elevation.requested' : 'elevation.approved',
    resource: about,
    application,
    data: { ...data, seconds, needsApproval, why: said(person, reason), ...(grant && { grant: grant.value.id }) },
  })
  const asked = await findElevation(tx, { application, id, now })
  if (asked === undefined) throw new Error('a request was written and is not there')
  return ok(asked, { status: 201 })
}

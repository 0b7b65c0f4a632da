import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { type ElevationDeps, personUid, said, subjectOf, toldOf } from './deps.ts'
import { elevationErrors } from './errors.ts'
import { give, notBefore } from './give.ts'
import { isAmong, lastingStanding } from './standing.ts'
import { decideElevation, type ElevationRow, findElevation } from './store/elevations.ts'
import { findRule, type RuleRow } from './store/rules.ts'
import { uuid } from '../../../platform/uuid.ts'

export interface Answering {
  readonly application: string
  readonly id: string
  /** the person who answers */
  readonly by: string
  readonly note?: string | undefined
}

/** The request, locked; only the person themselves and who may answer it are told that there is one. */
export async function lockRequest(
  tx: Tx,
  deps: ElevationDeps,
  { application, id }: Answering,
): Promise<Outcome<ElevationRow>> {
  const now = deps.tools.clock.now()
  const row = uuid.test(id) ? await findElevation(tx, { application, id, now }, true) : undefined
  return row === undefined ? refuse(elevationErrors.elevation_not_found, { application, elevation: id }) : ok(row)
}

/** The rule, where it makes this person an approver of somebody else's request, for good. */
export async function approverRule(
  tx: Tx,
  deps: ElevationDeps,
  row: ElevationRow,
  by: string,
): Promise<Outcome<RuleRow>> {
  if (row.person_id === by) return refuse(elevationErrors.elevation_own)
  const rule = await findRule(tx, row.application_id, row.gives, row.name)
  const standing = await lastingStanding(tx, deps, row.application_id, personUid(by))
  return rule !== undefined && isAmong(standing, rule.approvers)
    ? ok(rule)
    : refuse(elevationErrors.elevation_not_approver)
}

/**
 * Approves a request: the person has what they asked for from now on. The rule of now decides, not that of then.
 * @returns the request; `elevation_not_found`, `elevation_own`, `elevation_not_approver`, `elevation_decided`, `elevation_requester`,
 * `elevation_too_long`, `elevation_active`, and what a grant can be refused for
 */
export async function approve(tx: Tx, deps: ElevationDeps, answering: Answering): Promise<Outcome<ElevationRow>> {
  const { application, id, by, note } = answering
  // The epoch's row comes before all others.
  const { row: guarded } = await begin(tx, application)
  const found = await lockRequest(tx, deps, answering)
  if (!found.ok) return found
  const row = found.value
  // Asked of an application of the same name that is gone.
  if (guarded === undefined || guarded.created_at > row.requested_at) {
    return refuse(elevationErrors.elevation_not_found, { application, elevation: id })
  }
  const rule = await approverRule(tx, deps, row, by)
  if (!rule.ok) return rule
  if (row.state !== 'pending') return refuse(elevationErrors.elevation_decided, { state: row.state })
  const requester = await lastingStanding(tx, deps, application, personUid(row.person_id))
  if (!isAmong(requester, rule.value.eligible)) return refuse(elevationErrors.elevation_requester)
  const { seconds } = row
  const most = rule.value.maximum_seconds
  if (seconds > most) return refuse(elevationErrors.elevation_too_long, { asked: seconds, most })

  const now = deps.tools.clock.now()
  const thing = thingOf(row)
  const from = await notBefore(tx, thing, { now, seconds })
  if (!from.ok) return from
  const grant = await give(tx, deps.tools, { ...thing, id, seconds, now, from: from.value })
  if (!grant.ok) return grant
  await decide(tx, deps, row, { state: 'approved', by, note, grant: grant.value.id })
  const { resource, data } = toldOf(row)
  const validTo = grant.value.valid_to?.toISOString() ?? null
  await tx.record({
    kind: 'elevation.approved',
    resource,
    application,
    data: { ...data, grant: grant.value.id, validTo, ...(note !== undefined && { why: said(by, note) }) },
  })
  return reread(tx, deps, row)
}

/** @returns the request; `elevation_not_found`, `elevation_own`, `elevation_not_approver`, `elevation_decided` */
export async function deny(tx: Tx, deps: ElevationDeps, answering: Answering): Promise<Outcome<ElevationRow>> {
  const { application, by, note } = answering
  const found = await lockRequest(tx, deps, answering)
  if (!found.ok) return found
  const row = found.value
  const rule = await approverRule(tx, deps, row, by)
  if (!rule.ok) return rule
  if (row.state !== 'pending') return refuse(elevationErrors.elevation_decided, { state: row.state })
  await decide(tx, deps, row, { state: 'denied', by, note })
  const { resource, data } = toldOf(row)
  const why = note === undefined ? {} : { why: said(by, note) }
  await tx.record({ kind: 'elevation.denied', resource, application, data: { ...data, ...why } })
  return reread(tx, deps, row)
}

/** Takes back what the person asked for. @returns the request; `elevation_not_found`, `elevation_decided` */
export async function cancel(tx: Tx, deps: ElevationDeps, answering: Answering): Promise<Outcome<ElevationRow>> {
  const { application, id, by } = answering
  const found = await lockRequest(tx, deps, answering)
  if (!found.ok) return found
  const row = found.value
  if (row.person_id !== by) return refuse(elevationErrors.elevation_not_found, { application, elevation: id })
  if (row.state !== 'pending') return refuse(elevationErrors.elevation_decided, { state: row.state })
  await decide(tx, deps, row, { state: 'cancelled', by, note: undefined })
  await tx.record({ kind: 'elevation.cancelled', application, ...toldOf(row) })
  return reread(tx, deps, row)
}

async function decide(
  tx: Tx,
  { texts, tools }: ElevationDeps,
  { id }: ElevationRow,
  decided: {
    readonly state: 'approved' | 'denied' | 'cancelled'
    readonly by: string
    readonly note: string | undefined
    readonly grant?: string
  },
): Promise<void> {
  const { by, note } = decided
  const sealed = note === undefined ? null : await texts.note.close(tx, id, note, subjectOf(by))
  const won = await decideElevation(tx, { ...decided, id, at: tools.clock.now(), note: sealed })
  if (!won) throw new Error('a request that is locked was decided by somebody else')
}

export async function reread(tx: Tx, deps: ElevationDeps, row: ElevationRow): Promise<Outcome<ElevationRow>> {
  const now = deps.tools.clock.now()
  const read = await findElevation(tx, { application: row.application_id, id: row.id, now })
  if (read === undefined) throw new Error('a request was written and is not there')
  return ok(read)
}

function thingOf(row: ElevationRow) {
  const { resource_type: type, resource_id: id } = row
  return {
    application: row.application_id,
    person: row.person_id,
    gives: row.gives,
    name: row.name,
    resource: type === null || id === null ? null : { type, id },
  }
}

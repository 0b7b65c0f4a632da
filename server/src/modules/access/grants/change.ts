import { sql } from 'kysely'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { uuid } from '../../../platform/uuid.ts'
import { begin, unlessLockedOut } from '../begin.ts'
import { errors } from '../errors.ts'
import { type ApplicationRow, touchApplications } from '../store.ts'
import { grantErrors } from './errors.ts'
import { dataOf, type GrantTools, reasonRow, toldOf } from './give.ts'
import { findGrant, type GrantRow, readGrant, recordGrant } from './store.ts'

export interface GrantChange {
  readonly reason: string
  /** compare-and-set */
  readonly expectedVersion?: number | undefined
}

interface Found {
  readonly epoch: number
  readonly row: ApplicationRow
  readonly grant: GrantRow
}

/**
 * Ends a grant: now, or at the time given. What we said before stays on record.
 * @returns its new version; `grant_not_found`, `grant_version_conflict`, `grant_over`, `grant_time`, `policy_locks_out`
 */
export async function endGrant(
  tx: Tx,
  tools: GrantTools,
  application: string,
  id: string,
  { at, ...change }: GrantChange & { readonly at?: Date | undefined },
): Promise<Outcome<GrantRow>> {
  const found = await find(tx, application, id, change)
  if (!found.ok) return found
  const now = tools.clock.now()
  const { grant } = found.value
  if (isOver(grant, now)) return refuse(grantErrors.grant_over, { grant: id })
  if (at !== undefined && at < grant.valid_from) return refuse(grantErrors.grant_time)
  const times = { validFrom: grant.valid_from, validTo: at ?? now, endsNow: at === undefined || at <= now }
  return record(tx, tools, found.value, change, times, 'grant.ended')
}

/**
 * Says that a grant holds, or held, for another time than we said: a correction. What we said before stays on record.
 * @returns its new version; `grant_not_found`, `grant_version_conflict`, `grant_elevation`, `grant_time`,
 * `policy_locks_out`
 */
export async function correctGrant(
  tx: Tx,
  tools: GrantTools,
  application: string,
  id: string,
  change: GrantChange & { readonly validFrom?: Date | undefined; readonly validTo?: Date | null | undefined },
): Promise<Outcome<GrantRow>> {
  const found = await find(tx, application, id, change)
  if (!found.ok) return found
  const { grant } = found.value
  if (grant.source === 'elevation' || grant.source === 'break_glass') return refuse(grantErrors.grant_elevation)
  const { validFrom = grant.valid_from, validTo = grant.valid_to } = change
  if (validTo !== null && validTo < validFrom) return refuse(grantErrors.grant_time)
  return record(tx, tools, found.value, change, { validFrom, validTo }, 'grant.changed')
}

/** Whoever is gone from the directory, or an application with all that was given in it, takes its grants along. */
export async function endGrantsOf(
  tx: Tx,
  tools: Pick<GrantTools, 'clock' | 'reasons'>,
  gone: { readonly principal: Uid } | { readonly application: string },
): Promise<void> {
  const whose =
    'principal' in gone
      ? sql`principal_type = ${gone.principal.type} AND principal_id = ${gone.principal.id}`
      : sql`application_id = ${gone.application}`
  const { rows } = await sql<{ application_id: string; id: string }>`
    SELECT application_id, id FROM grants WHERE recorded_to IS NULL AND ${whose}
      AND (valid_to IS NULL OR valid_to > greatest(recorded_from, ${tools.clock.now()})) ORDER BY id`.execute(
    tx.kysely(),
  )
  const reason = 'principal' in gone ? 'the principal was removed' : 'the application was removed'
  for (const { application_id: application, id } of rows) {
    const grant = await findGrant(tx, application, id)
    if (grant === undefined) continue
    const ended = await successor(tx, tools, application, grant, reason, {
      validFrom: grant.valid_from,
      validTo: tools.clock.now(),
      endsNow: true,
    })
    await tx.record({ kind: 'grant.ended', ...toldOf(ended, application), data: { ...dataOf(ended), reason } })
  }
}

function isOver({ valid_to: to, recorded_from: since }: GrantRow, now: Date): boolean {
  return to !== null && (to <= now || to <= since)
}

async function find(
  tx: Tx,
  application: string,
  id: string,
  { expectedVersion }: GrantChange,
): Promise<Outcome<Found>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const grant = uuid.test(id) ? await findGrant(tx, application, id) : undefined
  if (grant === undefined) return refuse(grantErrors.grant_not_found, { application, grant: id })
  if (expectedVersion !== undefined && expectedVersion !== grant.version) {
    return refuse(grantErrors.grant_version_conflict, { current: grant.version, expected: expectedVersion })
  }
  return ok({ epoch, row, grant })
}

interface Times {
  readonly validFrom: Date
  readonly validTo: Date | null
  readonly endsNow?: boolean
}

async function record(
  tx: Tx,
  tools: GrantTools,
  { epoch, row, grant }: Found,
  { reason }: GrantChange,
  times: Times,
  kind: 'grant.ended' | 'grant.changed',
): Promise<Outcome<GrantRow>> {
  const written: GrantRow[] = []
  const kept = await unlessLockedOut(tx, row, async () => {
    written.push(await successor(tx, tools, row.id, grant, reason, times))
  })
  const [next] = written
  if (!kept || next === undefined) return refuse(errors.policy_locks_out)
  await touchApplications(tx, epoch, row.id)
  const before = { validFrom: grant.valid_from.toISOString(), validTo: grant.valid_to?.toISOString() ?? null }
  await tx.record({ kind, ...toldOf(next, row.id), data: { ...dataOf(next), before, reason } })
  return ok(next)
}

/** Records the next version of a grant; nothing else. */
export async function successor(
  tx: Tx,
  { reasons }: Pick<GrantTools, 'reasons'>,
  application: string,
  grant: GrantRow,
  reason: string,
  times: Times,
): Promise<GrantRow> {
  const version = grant.version + 1
  const sealed = await reasons.close(tx, reasonRow({ id: grant.id, version }), reason)
  return recordGrant(tx, { ...readGrant(grant), ...times, version, application, reason: sealed })
}

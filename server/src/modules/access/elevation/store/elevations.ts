import { sql } from 'kysely'
import type { Transaction } from '../../../../platform/database/database.ts'
import type { Uid } from '../../../../platform/ports.ts'
import type { Gives, State } from '../shapes.ts'

type Db = Pick<Transaction, 'kysely'>

export interface ElevationRow {
  readonly id: string
  readonly application_id: string
  readonly kind: 'elevation' | 'break_glass'
  readonly gives: Gives
  readonly name: string
  readonly resource_type: string | null
  readonly resource_id: string | null
  readonly person_id: string
  readonly reason: Buffer
  readonly seconds: number
  readonly needs_approval: boolean
  readonly requested_at: Date
  readonly expires_at: Date
  /** by the clock of now, and by what the grant says */
  readonly state: State
  readonly decided_at: Date | null
  readonly decided_by: string | null
  readonly note: Buffer | null
  readonly grant_id: string | null
  readonly reviewed_at: Date | null
  readonly reviewed_by: string | null
  readonly finding: 'justified' | 'unjustified' | null
  readonly review_note: Buffer | null
  /** of the grant */
  readonly valid_from: Date | null
  readonly valid_to: Date | null
}

/** A request that waits past its time is expired, and what was given is over when its grant is, whoever wrote that down. */
const stateAt = (now: Date) => sql`CASE
  WHEN e.state = 'pending' AND e.expires_at <= ${now} THEN 'expired'
  WHEN e.state = 'approved' AND (g.valid_to <= ${now} OR g.valid_to <= greatest(g.recorded_from, g.valid_from))
    THEN 'ended'
  ELSE e.state END`

const columns = (
  now: Date,
) => sql`e.id, e.application_id, e.kind, e.gives, e.name, e.resource_type, e.resource_id, e.person_id,
  e.reason, e.seconds, e.needs_approval, e.requested_at, e.expires_at, ${stateAt(now)} AS state, e.decided_at, e.decided_by,
  e.note, e.grant_id, e.reviewed_at, e.reviewed_by, e.finding, e.review_note, g.valid_from, g.valid_to`

const withGrant = sql`elevations e LEFT JOIN grants g
  ON g.tenant_id = e.tenant_id AND g.id = e.grant_id AND g.recorded_to IS NULL`

/** @param lock for a decision: who comes second sees what the first made of it */
export async function findElevation(
  tx: Db,
  { application, id, now }: { readonly application: string; readonly id: string; readonly now: Date },
  lock = false,
): Promise<ElevationRow | undefined> {
  const { rows } = await sql<ElevationRow>`
    SELECT ${columns(now)} FROM ${withGrant} WHERE e.application_id = ${application} AND e.id = ${id}
    ${lock ? sql`FOR UPDATE OF e` : sql``}`.execute(tx.kysely())
  return rows[0]
}

export interface NewElevationRow {
  readonly id: string
  readonly application: string
  readonly kind: 'elevation' | 'break_glass'
  readonly gives: Gives
  readonly name: string
  readonly resource: Uid | null
  readonly person: string
  readonly reason: Buffer
  readonly seconds: number
  readonly needsApproval: boolean
  readonly at: Date
  readonly expiresAt: Date
  /** given at once */
  readonly grant?: string
}

/** @returns false when a request for the same is pending */
export async function insertElevation(tx: Db, row: NewElevationRow): Promise<boolean> {
  const given = row.grant !== undefined
  const { numAffectedRows } = await sql`
    INSERT INTO elevations (tenant_id, id, application_id, kind, gives, name, resource_type, resource_id, person_id, reason, seconds,
      needs_approval, requested_at, expires_at, state, decided_at, grant_id)
    VALUES (current_tenant(), ${row.id}, ${row.application}, ${row.kind}, ${row.gives}, ${row.name}, ${row.resource?.type ?? null},
      ${row.resource?.id ?? null}, ${row.person}, ${row.reason}, ${row.seconds}, ${row.needsApproval}, ${row.at}, ${row.expiresAt},
      ${given ? 'approved' : 'pending'}, ${given ? row.at : null}, ${row.grant ?? null})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export interface Decision {
  readonly id: string
  readonly state: 'approved' | 'denied' | 'cancelled' | 'expired'
  readonly at: Date
  readonly by: string | null
  readonly note?: Buffer | null
  readonly grant?: string
}

/** Compare-and-set: decides what is pending. @returns false when somebody else did */
export async function decideElevation(tx: Db, { id, state, at, by, note = null, grant }: Decision): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE elevations SET state = ${state}, decided_at = ${at}, decided_by = ${by}, note = ${note}, grant_id = ${grant ?? null}
    WHERE id = ${id} AND state = 'pending'`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** @returns false when somebody else reviewed it */
export async function reviewElevation(
  tx: Db,
  review: { id: string; at: Date; by: string; finding: 'justified' | 'unjustified'; note: Buffer },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE elevations SET reviewed_at = ${review.at}, reviewed_by = ${review.by}, finding = ${review.finding},
      review_note = ${review.note}
    WHERE id = ${review.id} AND kind = 'break_glass' AND reviewed_at IS NULL AND person_id <> ${review.by}`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}

/** Requests that wait past their time, locked. @param which of one thing that somebody asked for, or any */
export async function lockLapsed(
  tx: Db,
  now: Date,
  which: { readonly application?: string; readonly person?: string; readonly limit: number },
): Promise<ElevationRow[]> {
  const { rows } = await sql<ElevationRow>`
    SELECT ${columns(now)} FROM ${withGrant} WHERE e.state = 'pending' AND e.expires_at <= ${now}
      AND (${which.application ?? null}::text IS NULL OR e.application_id = ${which.application ?? null})
      AND (${which.person ?? null}::uuid IS NULL OR e.person_id = ${which.person ?? null})
    ORDER BY e.id LIMIT ${which.limit} FOR UPDATE OF e SKIP LOCKED`.execute(tx.kysely())
  return rows
}

/** How often somebody broke the glass for a role since then. */
export async function countGlass(
  tx: Db,
  { application, name, person, since }: { application: string; name: string; person: string; since: Date },
): Promise<number> {
  const { rows } = await sql<{ times: number }>`
    SELECT count(*)::int AS times FROM elevations WHERE application_id = ${application} AND kind = 'break_glass'
      AND name = ${name} AND person_id = ${person} AND requested_at > ${since}`.execute(tx.kysely())
  return rows[0]?.times ?? 0
}

/** For whoever watches from outside. */
export async function countGlassEver(tx: Db): Promise<{ readonly times: number; readonly unreviewed: number }> {
  const { rows } = await sql<{ times: number; unreviewed: number }>`
    SELECT count(*)::int AS times, (count(*) FILTER (WHERE reviewed_at IS NULL))::int AS unreviewed FROM elevations
    WHERE kind = 'break_glass'`.execute(tx.kysely())
  return rows[0] ?? { times: 0, unreviewed: 0 }
}

export interface Thing {
  readonly application: string
  readonly person: string
  readonly gives: Gives
  readonly name: string
  readonly resource: Uid | null
}

/** The request for the same that is pending. */
export async function pendingOf(
  tx: Db,
  { application, person, gives, name, resource }: Thing,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM elevations WHERE state = 'pending' AND application_id = ${application} AND person_id = ${person}
      AND gives = ${gives} AND name = ${name} AND resource_type IS NOT DISTINCT FROM ${resource?.type ?? null}::text
      AND resource_id IS NOT DISTINCT FROM ${resource?.id ?? null}::text`.execute(tx.kysely())
  return rows[0]?.id
}

/** Until when somebody has the same by an elevation already. */
export async function heldUntil(tx: Db, thing: Thing, now: Date): Promise<Date | undefined> {
  const { application, person, gives, name, resource } = thing
  const { rows } = await sql<{ until: Date | null }>`
    SELECT max(valid_to) AS until FROM grants WHERE application_id = ${application} AND recorded_to IS NULL
      AND source = 'elevation' AND principal_type = 'Person' AND principal_id = ${person}
      AND CASE WHEN ${gives} = 'role' THEN role_id ELSE template END = ${name}
      AND resource_type IS NOT DISTINCT FROM ${resource?.type ?? null}::text
      AND resource_id IS NOT DISTINCT FROM ${resource?.id ?? null}::text
      AND valid_to > ${now} AND valid_to > greatest(recorded_from, valid_from)`.execute(tx.kysely())
  return rows[0]?.until ?? undefined
}

export interface ElevationFilter {
  readonly now: Date
  readonly state?: State | undefined
  readonly kind?: 'elevation' | 'break_glass' | undefined
  readonly role?: string | undefined
  readonly person?: string | undefined
  /** what others asked for, of these things only */
  readonly toApprove?: {
    readonly by: string
    readonly rules: readonly { readonly gives: Gives; readonly name: string }[]
  }
  /** broken by others, for these roles or for any (null), and not reviewed */
  readonly toReview?: { readonly by: string; readonly roles: readonly string[] | null }
  readonly after?: string | undefined
  readonly limit: number
}

/** The newest first. */
export async function listElevations(tx: Db, application: string, filter: ElevationFilter): Promise<ElevationRow[]> {
  const { now, toApprove, toReview } = filter
  const forApproval =
    toApprove === undefined
      ? sql`true`
      : sql`e.person_id <> ${toApprove.by} AND e.state = 'pending' AND e.expires_at > ${now} AND (e.gives, e.name) IN (
          SELECT * FROM unnest(${toApprove.rules.map(({ gives }) => gives)}::text[], ${toApprove.rules.map(({ name }) => name)}::text[]))`
  const forReview =
    toReview === undefined
      ? sql`true`
      : sql`e.kind = 'break_glass' AND e.reviewed_at IS NULL AND e.person_id <> ${toReview.by}
          AND (${toReview.roles === null} OR e.name = ANY(${[...(toReview.roles ?? [])]}::text[]))`
  const { rows } = await sql<ElevationRow>`
    SELECT ${columns(now)} FROM ${withGrant} WHERE e.application_id = ${application} AND ${forApproval} AND ${forReview}
      AND (${filter.state ?? null}::text IS NULL OR ${stateAt(now)} = ${filter.state ?? null})
      AND (${filter.kind ?? null}::text IS NULL OR e.kind = ${filter.kind ?? null})
      AND (${filter.role ?? null}::text IS NULL OR (e.gives = 'role' AND e.name = ${filter.role ?? null}))
      AND (${filter.person ?? null}::uuid IS NULL OR e.person_id = ${filter.person ?? null})
      AND (${filter.after ?? null}::uuid IS NULL OR e.id < ${filter.after ?? null}::uuid)
    ORDER BY e.id DESC LIMIT ${filter.limit}`.execute(tx.kysely())
  return rows
}

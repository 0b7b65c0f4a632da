import { type InsertObject, type Kysely, sql } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import type { Source } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { Proofs } from '../assurance.ts'
import { deviceLabel } from '../sessions/device.ts'
import { secondFactorOf } from '../mfa/standing.ts'
import type { Limits } from '../sessions/presets.ts'
import type { SessionKind } from '../sessions/tables.ts'
import type { SigninTables } from '../tables.ts'
import type { SigninColumns } from './columns.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export interface SessionRow {
  readonly id: string
  readonly tenant: string
  readonly person: string
  readonly kind: SessionKind
  readonly parent: string | null
  readonly application: string | null
  readonly rotatedAt: Date
  readonly privileges: Buffer | null
  readonly proofs: Proofs
  readonly acr: Acr
  readonly authenticatedAt: Date
  readonly requiredAcr: Acr | null
  /** what was raised for the person, in every session */
  readonly personAcr: Acr | null
  readonly pending: boolean
  readonly changeDue: boolean
  readonly preset: string
  readonly idleSeconds: number
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

export const sessionColumns = [
  'id',
  'tenant_id as tenant',
  'person_id as person',
  'kind',
  'parent_id as parent',
  'application',
  'rotated_at as rotatedAt',
  'privileges',
  'proofs',
  'acr',
  'authenticated_at as authenticatedAt',
  'required_acr as requiredAcr',
  'pending',
  'change_due as changeDue',
  'preset',
  'idle_seconds as idleSeconds',
  'started_at as startedAt',
  'last_seen_at as lastSeenAt',
  'expires_at as expiresAt',
  'ended_at as endedAt',
] as const

/** What was raised for the person comes with the session: whoever looks at the one needs the other. */
export const personAcr = sql<Acr | null>`(SELECT acr FROM session_demands d WHERE d.person_id = sessions.person_id)`.as(
  'personAcr',
)

export interface NewSession
  extends Pick<
    SessionRow,
    | 'id'
    | 'person'
    | 'kind'
    | 'parent'
    | 'application'
    | 'proofs'
    | 'acr'
    | 'authenticatedAt'
    | 'pending'
    | 'privileges'
    | 'startedAt'
    | 'expiresAt'
  > {
  readonly tokenHash: Buffer
  readonly limits: Limits
  /** where the person signed in from; null for the session of a host, which has its sign-in's */
  readonly source: Source | null
}

type Columns = Pick<SigninColumns, 'address' | 'userAgent' | 'index'>

/** A row of the table. */
export type SealedSession = InsertObject<SigninTables, 'sessions'>

/** Makes the row: before the statement that writes it, which may go out with others. */
export async function sealSession(tx: Tx, columns: Columns, session: NewSession): Promise<SealedSession> {
  const { address, userAgent } = session.source ?? { address: null, userAgent: null }
  const subject = `Person/${session.person}`
  const { idleSeconds, preset } = session.limits
  return {
    id: session.id,
    tenant_id: tx.tenant,
    person_id: session.person,
    kind: session.kind,
    parent_id: session.parent,
    application: session.application,
    token_hash: session.tokenHash,
    rotated_at: session.startedAt,
    privileges: session.privileges,
    proofs: JSON.stringify(session.proofs),
    acr: session.acr,
    authenticated_at: session.authenticatedAt,
    pending: session.pending,
    preset,
    started_at: session.startedAt,
    last_seen_at: session.startedAt,
    idle_seconds: idleSeconds,
    idle_at: addSeconds(session.startedAt, idleSeconds),
    expires_at: session.expiresAt,
    address: address === null ? null : await columns.address.close(tx, session.id, address, subject),
    address_key: address === null ? null : await addressKey(tx, columns, address),
    user_agent: userAgent === null ? null : await columns.userAgent.close(tx, session.id, userAgent, subject),
    device_key: session.source === null ? null : await deviceKey(tx, columns, session.person, userAgent),
  }
}

export async function insertSession(tx: Tx, session: SealedSession): Promise<void> {
  await from(tx).insertInto('sessions').values(session).execute()
}

/** By what an address is known again. */
export async function addressKey(tx: Reading, columns: Pick<Columns, 'index'>, address: string): Promise<Buffer> {
  return (await columns.index(tx))('sessions.address_key', address)
}

export type IndexColumns = Pick<Columns, 'index'>

/** By what devices of one kind of a person are known again. */
export async function deviceKey(
  tx: Reading,
  columns: IndexColumns,
  person: string,
  userAgent: string | null,
): Promise<Buffer> {
  return (await columns.index(tx))('sessions.device_key', `${person} ${deviceLabel(userAgent)}`)
}

export async function findSession(tx: Reading, id: string): Promise<SessionRow | null> {
  const row = await from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .select(personAcr)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** A sign-in that cannot end until this transaction has; null when it has ended. */
export async function holdSession(tx: Tx, id: string): Promise<SessionRow | null> {
  const row = await from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .select(personAcr)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  return row ?? null
}

/** Many at once, each with whether its person has enrolled a second factor. */
export async function findSessions(
  tx: Reading,
  ids: readonly string[],
): Promise<readonly (SessionRow & { readonly second: boolean })[]> {
  return from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .select(personAcr)
    .select(secondFactorOf(sql`sessions.person_id`).as('second'))
    .where('id', 'in', ids)
    .execute()
}

/** `holdSession` for many, which waits for nobody. @returns those that are held: others have ended, or are being changed */
export async function holdSessions(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE id = ANY(${ids}::uuid[]) AND ended_at IS NULL
    ORDER BY id FOR SHARE SKIP LOCKED`.execute(tx.kysely())
  return new Set(rows.map(({ id }) => id))
}

/**
 * Not where somebody is ending them just now: a use may be missed, but must not wait, nor be waited for in a circle.
 * @param seenFrom the network, sealed; null where it is not known
 */
export async function touchSessions(
  tx: Reading,
  ids: readonly string[],
  at: Date,
  seenFrom: Buffer | null = null,
): Promise<void> {
  await sql`
    UPDATE sessions SET last_seen_at = ${at}, idle_at = ${at}::timestamptz + make_interval(secs => idle_seconds),
      seen_from = coalesce(${seenFrom}, seen_from) WHERE id IN (
      SELECT id FROM sessions WHERE id = ANY(${ids}::uuid[]) AND ended_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)`.execute(
    tx.kysely(),
  )
}

/** @returns the live sessions at an application that were made of a sign-in when that was weaker than it is */
export async function weakerHostSessions(
  tx: Reading,
  parent: Pick<SessionRow, 'id' | 'acr'>,
  application: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE parent_id = ${parent.id}::uuid AND application = ${application} AND ended_at IS NULL
      AND array_position(ARRAY['aal1', 'aal2', 'phr'], acr) < array_position(ARRAY['aal1', 'aal2', 'phr'], ${parent.acr}::text)
    ORDER BY id`.execute(tx.kysely())
  return rows.map(({ id }) => id)
}

export async function countLiveSignIns(tx: Reading, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM sessions
    WHERE kind = 'sign-in' AND NOT pending AND ended_at IS NULL AND expires_at > ${now} AND idle_at > ${now}`.execute(
    tx.kysely(),
  )
  return rows[0]?.count ?? 0
}

export interface EndedSession {
  readonly id: string
  readonly kind: SessionKind
  readonly person: string
  readonly application: string | null
}

/** In one order, whoever locks them. A hand-off that is being exchanged for one of them is waited for. */
export async function lockSessions(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`SELECT 1 FROM sessions WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`.execute(tx.kysely())
}

/** Ends live sessions, which are locked, and all that was made of them. */
export async function endSessions(
  tx: Tx,
  roots: readonly string[],
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<EndedSession[]> {
  if (roots.length === 0) return []
  return from(tx)
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where((is) => is.or([is('id', 'in', roots), is('parent_id', 'in', roots)]))
    .where('ended_at', 'is', null)
    .returning(['id', 'kind', 'person_id as person', 'application'])
    .execute()
}

export async function liveSignInsOf(tx: Reading, person: string): Promise<string[]> {
  const rows = await from(tx)
    .selectFrom('sessions')
    .select('id')
    .where('person_id', '=', person)
    .where('kind', '=', 'sign-in')
    .where('ended_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** @returns sessions that are over by time, with a row lock each; those that somebody else is ending are left to them */
export async function lockLapsed(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE ended_at IS NULL AND (expires_at <= ${now} OR idle_at <= ${now})
    ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(tx.kysely())
  return rows.map(({ id }) => id)
}

/** As the system: which tenants have something to do. */
export async function tenantsWithLapsed(tx: Reading, now: Date): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT DISTINCT tenant_id FROM sessions
    WHERE ended_at IS NULL AND (expires_at <= ${now} OR idle_at <= ${now})`.execute(tx.kysely())
  return rows.map((row) => row.tenant_id)
}

export interface FromAddress {
  readonly person: string
  readonly address: string
  readonly since: Date
}

/** Whether the person signed in from this address since then: it is theirs, and nobody else's guesses hinder them. */
export async function isKnownAddress(
  tx: Reading,
  columns: IndexColumns,
  { person, address, since }: FromAddress,
): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    SELECT EXISTS (SELECT FROM sessions WHERE person_id = ${person}::uuid
      AND address_key = ${await addressKey(tx, columns, address)} AND kind = 'sign-in' AND started_at > ${since}) AS known`.execute(
    tx.kysely(),
  )
  return rows[0]?.known === true
}

/** Whether the person has signed in before, and if so whether ever on this kind of device. */
export async function isNewDevice(
  tx: Reading,
  columns: Pick<Columns, 'index'>,
  { person, userAgent }: { readonly person: string; readonly userAgent: string | null },
): Promise<boolean> {
  const key = await deviceKey(tx, columns, person, userAgent)
  const { rows } = await sql<{ before: boolean; known: boolean | null }>`
    SELECT count(*) > 0 AS before, bool_or(device_key = ${key}) AS known FROM sessions
    WHERE person_id = ${person}::uuid AND kind = 'sign-in' AND NOT pending`.execute(tx.kysely())
  return rows[0]?.before === true && rows[0].known !== true
}

/** As the system: what nobody asks about any more. */
export async function forgetEndedSessions(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM sessions WHERE ended_at < ${before}`.execute(tx.kysely())
}

import { type Kysely, sql } from 'kysely'
import type { Source } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { EncryptedColumn } from '../../keys/index.ts'
import type { SessionKind, SigninTables } from '../tables.ts'
import type { SigninColumns } from './columns.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export interface SessionRow {
  readonly id: string
  readonly tenant: string
  readonly person: string
  readonly kind: SessionKind
  readonly parent: string | null
  readonly application: string | null
  readonly authenticatedAt: Date
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

const sessionColumns = [
  'id',
  'tenant_id as tenant',
  'person_id as person',
  'kind',
  'parent_id as parent',
  'application',
  'authenticated_at as authenticatedAt',
  'started_at as startedAt',
  'last_seen_at as lastSeenAt',
  'expires_at as expiresAt',
  'ended_at as endedAt',
] as const

export interface NewSession extends Omit<SessionRow, 'tenant' | 'lastSeenAt' | 'endedAt'> {
  readonly tokenHash: Buffer
  /** where the person signed in from; null for the session of a host, which has its sign-in's */
  readonly source: Source | null
}

type Columns = Pick<SigninColumns, 'address' | 'userAgent' | 'index'>

export async function insertSession(tx: Tx, columns: Columns, session: NewSession): Promise<void> {
  const { address, userAgent } = session.source ?? { address: null, userAgent: null }
  const subject = `Person/${session.person}`
  await from(tx)
    .insertInto('sessions')
    .values({
      id: session.id,
      tenant_id: tx.tenant,
      person_id: session.person,
      kind: session.kind,
      parent_id: session.parent,
      application: session.application,
      token_hash: session.tokenHash,
      authenticated_at: session.authenticatedAt,
      started_at: session.startedAt,
      last_seen_at: session.startedAt,
      expires_at: session.expiresAt,
      address: address === null ? null : await columns.address.close(tx, session.id, address, subject),
      address_key: address === null ? null : await addressKey(tx, columns, address),
      user_agent: userAgent === null ? null : await columns.userAgent.close(tx, session.id, userAgent, subject),
    })
    .execute()
}

async function addressKey(tx: Reading, columns: Pick<Columns, 'index'>, address: string): Promise<Buffer> {
  return (await columns.index(tx))('sessions.address_key', address)
}

/** Before a tenant is known, too: the hash is unique in the installation. */
export async function findSessionByToken(tx: Reading, tokenHash: Buffer): Promise<SessionRow | null> {
  const row = await from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row ?? null
}

export async function findSession(tx: Reading, id: string): Promise<SessionRow | null> {
  const row = await from(tx).selectFrom('sessions').select(sessionColumns).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** A sign-in that cannot end until this transaction has; null when it has ended. */
export async function holdSession(tx: Tx, id: string): Promise<SessionRow | null> {
  const row = await from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  return row ?? null
}

/** Not where somebody is ending them just now: a use may be missed, but must not wait, nor be waited for in a circle. */
export async function touchSessions(tx: Reading, ids: readonly string[], at: Date): Promise<void> {
  await sql`
    UPDATE sessions SET last_seen_at = ${at} WHERE id IN (
      SELECT id FROM sessions WHERE id = ANY(${ids}::uuid[]) AND ended_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)`.execute(
    tx.kysely(),
  )
}

export interface SourcedSession extends SessionRow {
  /** of the sign-in */
  readonly address: string | null
  readonly userAgent: string | null
}

/** Newest first, each with where its person signed in from. */
export async function selectLiveSessions(
  tx: Reading,
  columns: Columns,
  page: {
    readonly person?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
    readonly now: Date
    readonly seenSince: Date
  },
): Promise<SourcedSession[]> {
  let select = from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', page.now)
    .where('last_seen_at', '>', page.seenSince)
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.person !== undefined) select = select.where('person_id', '=', page.person)
  if (page.after !== undefined) select = select.where('id', '<', page.after)
  return withSources(tx, columns, await select.execute())
}

async function withSources(tx: Reading, columns: Columns, rows: readonly SessionRow[]): Promise<SourcedSession[]> {
  const signIns = [...new Set(rows.map(({ id, parent }) => parent ?? id))]
  if (signIns.length === 0) return []
  const sealed = await from(tx)
    .selectFrom('sessions')
    .select(['id', 'address', 'user_agent'])
    .where('id', 'in', signIns)
    .execute()
  const opened = async (column: EncryptedColumn, of: 'address' | 'user_agent') => {
    const items = sealed.flatMap((row) => (row[of] === null ? [] : [{ row: row.id, sealed: row[of] }]))
    const texts = await column.openAll(tx, items)
    return new Map(items.map(({ row }, place) => [row, texts[place] ?? null]))
  }
  const addresses = await opened(columns.address, 'address')
  const userAgents = await opened(columns.userAgent, 'user_agent')
  return rows.map((row) => {
    const signIn = row.parent ?? row.id
    return { ...row, address: addresses.get(signIn) ?? null, userAgent: userAgents.get(signIn) ?? null }
  })
}

export async function countLiveSignIns(tx: Reading, now: Date, seenSince: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM sessions
    WHERE kind = 'sign-in' AND ended_at IS NULL AND expires_at > ${now} AND last_seen_at > ${seenSince}`.execute(
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

/**
 * Ends live sessions and all that was made of them. First the roots are locked: a hand-off that is being exchanged for one
 * of them holds it, and its session is then there to be ended too.
 */
export async function endSessions(
  tx: Tx,
  roots: readonly string[],
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<EndedSession[]> {
  if (roots.length === 0) return []
  await sql`SELECT 1 FROM sessions WHERE id = ANY(${roots}::uuid[]) ORDER BY id FOR UPDATE`.execute(tx.kysely())
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
export async function lockLapsed(
  tx: Tx,
  { now, seenSince, limit }: { readonly now: Date; readonly seenSince: Date; readonly limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE ended_at IS NULL AND (expires_at <= ${now} OR last_seen_at <= ${seenSince})
    ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(tx.kysely())
  return rows.map(({ id }) => id)
}

/** As the system: which tenants have something to do. */
export async function tenantsWithLapsed(tx: Reading, now: Date, seenSince: Date): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT DISTINCT tenant_id FROM sessions
    WHERE ended_at IS NULL AND (expires_at <= ${now} OR last_seen_at <= ${seenSince})`.execute(tx.kysely())
  return rows.map((row) => row.tenant_id)
}

/** Whether the person signed in from this address since then: it is theirs, and nobody else's guesses hinder them. */
export async function isKnownAddress(
  tx: Reading,
  columns: Pick<Columns, 'index'>,
  { person, address, since }: { readonly person: string; readonly address: string; readonly since: Date },
): Promise<boolean> {
  const row = await from(tx)
    .selectFrom('sessions')
    .select('id')
    .where('person_id', '=', person)
    .where('address_key', '=', await addressKey(tx, columns, address))
    .where('kind', '=', 'sign-in')
    .where('started_at', '>', since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** As the system: what nobody asks about any more. */
export async function forgetEndedSessions(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM sessions WHERE ended_at < ${before}`.execute(tx.kysely())
}

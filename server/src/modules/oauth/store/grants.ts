import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../types.ts'
import type { Allowed } from './allowed.ts'
import { from } from './columns.ts'

export interface GrantRow {
  readonly id: string
  readonly tenant: string
  readonly client: string
  readonly person: string
  readonly session: string | null
  readonly allowed: Allowed
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  /** the family whose token was exchanged for the one of this */
  readonly exchangedOf: string | null
}

const columns = [
  'id',
  'tenant_id as tenant',
  'client_id as client',
  'person_id as person',
  'session_id as session',
  'allowed',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
  'exchanged_of as exchangedOf',
] as const

export async function findGrant(tx: Reading, id: string): Promise<GrantRow | null> {
  return (await from(tx).selectFrom('oauth_grants').select(columns).where('id', '=', id).executeTakeFirst()) ?? null
}

/** Nobody else writes anything of this family until the transaction ends. */
export async function lockGrant(tx: Tx, id: string): Promise<GrantRow | null> {
  const row = await from(tx)
    .selectFrom('oauth_grants')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** @param givenIn the sign-in in which the person gave it; of one that was exchanged for, that of the one it came of */
export async function insertGrant(
  tx: Tx,
  grant: Omit<GrantRow, 'tenant' | 'revokedAt'> & { readonly givenIn: string | null },
): Promise<void> {
  await from(tx)
    .insertInto('oauth_grants')
    .values({
      id: grant.id,
      tenant_id: tx.tenant,
      client_id: grant.client,
      person_id: grant.person,
      session_id: grant.session,
      given_in: sql<string | null>`coalesce(
        (SELECT given_in FROM oauth_grants WHERE id = ${grant.exchangedOf}), ${grant.givenIn}::uuid)`,
      allowed: JSON.stringify(grant.allowed),
      created_at: grant.createdAt,
      expires_at: grant.expiresAt,
      exchanged_of: grant.exchangedOf,
    })
    .execute()
}

/** A sign-in whose grants stay: those that end with it, and those too that were given in it and may outlive it. */
export interface Staying {
  readonly session: string
  readonly withOffline: boolean
}

/** Which live grants are meant: those of sessions, of a person, of everybody, of a client, or the one of this id. */
export type WhichGrants =
  | { readonly id: string }
  /** those that end with them, and with `given` those too that were given in them and may outlive them */
  | { readonly sessions: readonly string[]; readonly given?: boolean | undefined }
  | { readonly person: string; readonly except?: Staying | undefined }
  | { readonly everybody: true; readonly except?: Staying | undefined }
  | { readonly client: string }
  | { readonly person: string; readonly client: string }

/** Marks them as dead. @returns those that were not before, in the order in which they were locked */
export async function revokeGrants(tx: Tx, which: WhichGrants, reason: string, now: Date): Promise<GrantRow[]> {
  let select = from(tx).selectFrom('oauth_grants').select('id').where('revoked_at', 'is', null)
  if ('id' in which) select = select.where('id', '=', which.id)
  if ('sessions' in which) {
    const { sessions, given = false } = which
    select = select.where((on) => {
      const bound = sql<boolean>`session_id = any(${sessions}::uuid[])`
      return given ? on.or([bound, sql<boolean>`given_in = any(${sessions}::uuid[])`]) : bound
    })
  }
  if ('person' in which) select = select.where('person_id', '=', which.person)
  if ('except' in which && which.except !== undefined) {
    const { session, withOffline } = which.except
    select = select.where(withOffline ? 'given_in' : 'session_id', 'is distinct from', session)
  }
  if ('client' in which) select = select.where('client_id', '=', which.client)
  const ids = (await select.orderBy('id').forUpdate().execute()).map(({ id }) => id)
  if (ids.length === 0) return []
  for (let found = ids; found.length > 0; ids.push(...found)) found = await exchangedOf(tx, found)
  return from(tx)
    .updateTable('oauth_grants')
    .set({ revoked_at: now, revoke_reason: reason })
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .where('revoked_at', 'is', null)
    .returning(columns)
    .execute()
}

/** What came of these families by exchanges: it goes where they go. */
async function exchangedOf(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await from(tx)
    .selectFrom('oauth_grants')
    .select('id')
    .where(sql<boolean>`exchanged_of = any(${ids}::text[])`)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * As the system: what can be of no use to anybody any more.
 * @param sessionsBefore no sign-in of that time is left. While one is, whoever was signed in to by it must hear of its end
 */
export async function forgetGrants(tx: Reading, before: Date, sessionsBefore: Date): Promise<void> {
  await sql`DELETE FROM oauth_grants WHERE expires_at < ${before}`.execute(tx.kysely())
  await sql`DELETE FROM oauth_authorizations WHERE authorized_at < ${sessionsBefore}`.execute(tx.kysely())
}

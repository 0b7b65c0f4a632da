import { sql } from 'kysely'
import { announce } from '../../../../platform/database/announce.ts'
import type { Transaction } from '../../../../platform/database/database.ts'
import type { Preset, WholeMetadata, WholeSettings } from '../metadata/shape.ts'

type Db = Pick<Transaction, 'kysely'>

/** Every replica forgets what it remembers of clients. */
export const clientsChannel = 'holdfast_oauth_clients'

export interface ClientRow {
  readonly client_id: string
  readonly tenant_id: string
  readonly application_id: string
  readonly preset: Preset
  readonly consent: 'skip' | 'ask'
  readonly origin: 'operator' | 'dynamic'
  readonly service_id: string | null
  readonly metadata: WholeMetadata
  readonly settings: WholeSettings
  readonly version: number
  readonly disabled_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

const columns = sql`client_id, tenant_id, application_id, preset, consent, origin, service_id, metadata, settings, version,
  disabled_at, created_at, updated_at`

export interface NewClientRow {
  readonly clientId: string
  readonly application: string
  readonly preset: Preset
  readonly consent: 'skip' | 'ask'
  readonly origin: 'operator' | 'dynamic'
  readonly metadata: WholeMetadata
  readonly settings: WholeSettings
  readonly registrationHash: Buffer | null
  readonly at: Date
}

/** @returns false when the id is taken, by this tenant or by another */
export async function insertClient(tx: Db, row: NewClientRow): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO oauth_clients (client_id, tenant_id, application_id, preset, consent, origin, metadata, settings,
      registration_hash, created_at, updated_at)
    VALUES (${row.clientId}, current_tenant(), ${row.application}, ${row.preset}, ${row.consent}, ${row.origin},
      ${JSON.stringify(row.metadata)}::jsonb, ${JSON.stringify(row.settings)}::jsonb,
      ${row.registrationHash}, ${row.at}, ${row.at})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export async function setService(tx: Db, clientId: string, service: string): Promise<void> {
  await sql`UPDATE oauth_clients SET service_id = ${service}::uuid WHERE client_id = ${clientId}`.execute(tx.kysely())
}

/** As the system it finds a client of any tenant. @param lock until the transaction ends nobody else changes it */
export async function findClient(tx: Db, clientId: string, lock = false): Promise<ClientRow | undefined> {
  const { rows } = await sql<ClientRow>`
    SELECT ${columns} FROM oauth_clients WHERE client_id = ${clientId} ${lock ? sql`FOR UPDATE` : sql``}`.execute(
    tx.kysely(),
  )
  return rows[0]
}

/** Of the tenant, in order. */
export async function clientIds(tx: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`SELECT client_id AS id FROM oauth_clients ORDER BY client_id`.execute(
    tx.kysely(),
  )
  return rows.map(({ id }) => id)
}

/** @returns the version of a client that may act; until the transaction ends nobody changes it: who disables it comes before or after */
export async function holdVersion(tx: Db, clientId: string): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    SELECT version FROM oauth_clients WHERE client_id = ${clientId} AND disabled_at IS NULL FOR SHARE`.execute(
    tx.kysely(),
  )
  return rows[0]?.version
}

/** As the system: whose registration this is (RFC 7592). */
export async function findByRegistration(tx: Db, hash: Buffer): Promise<ClientRow | undefined> {
  const { rows } = await sql<ClientRow>`
    SELECT ${columns} FROM oauth_clients WHERE registration_hash = ${hash}`.execute(tx.kysely())
  return rows[0]
}

/** Oldest first. */
export async function selectClients(tx: Db, application: string): Promise<ClientRow[]> {
  const { rows } = await sql<ClientRow>`
    SELECT ${columns} FROM oauth_clients WHERE application_id = ${application} ORDER BY created_at, client_id`.execute(
    tx.kysely(),
  )
  return rows
}

/** A service was removed: whoever remembers a client of it does not any more. The database has unbound them by then. */
export async function forgetService(tx: Db): Promise<void> {
  await sql`
    UPDATE oauth_clients SET version = version + 1
    WHERE service_id IS NULL AND metadata -> 'grant_types' ? 'client_credentials'`.execute(tx.kysely())
  await announceClients(tx)
}

export interface ClientUpdate {
  readonly preset: Preset
  readonly consent: 'skip' | 'ask'
  readonly service: string | null
  readonly metadata: WholeMetadata
  readonly settings: WholeSettings
  readonly disabledAt: Date | null
  readonly at: Date
}

export async function updateClient(tx: Db, clientId: string, change: ClientUpdate): Promise<void> {
  await sql`
    UPDATE oauth_clients SET preset = ${change.preset}, consent = ${change.consent}, service_id = ${change.service}::uuid,
      metadata = ${JSON.stringify(change.metadata)}::jsonb, settings = ${JSON.stringify(change.settings)}::jsonb,
      disabled_at = ${change.disabledAt}, version = version + 1, updated_at = ${change.at}
    WHERE client_id = ${clientId}`.execute(tx.kysely())
  await announceClients(tx)
}

/** What the secrets of a client are is part of its version. */
export async function touchClient(tx: Db, clientId: string, at: Date): Promise<void> {
  await sql`UPDATE oauth_clients SET version = version + 1, updated_at = ${at} WHERE client_id = ${clientId}`.execute(
    tx.kysely(),
  )
  await announceClients(tx)
}

export async function deleteClient(tx: Db, clientId: string): Promise<void> {
  await sql`DELETE FROM oauth_clients WHERE client_id = ${clientId}`.execute(tx.kysely())
  await announceClients(tx)
}

export async function announceClients(tx: Db): Promise<void> {
  await announce(tx, clientsChannel)
}

import { sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { Connection, ConnectionSettings, Preset } from '../settings.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly preset: Preset
  readonly issuer: string
  readonly client_id: string
  readonly has_secret: boolean
  readonly settings: ConnectionSettings
  readonly enabled: boolean
  readonly created_at: Date
  readonly updated_at: Date
}

const columns = sql`id, name, preset, issuer, client_id, client_secret IS NOT NULL AS has_secret, settings, enabled,
  created_at, updated_at`

function toConnection(row: Row): Connection {
  return {
    id: row.id,
    name: row.name,
    preset: row.preset,
    issuer: row.issuer,
    clientId: row.client_id,
    hasSecret: row.has_secret,
    settings: row.settings,
    enabled: row.enabled,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function selectConnections(tx: Reading): Promise<readonly Connection[]> {
  const { rows } = await sql<Row>`SELECT ${columns} FROM connections ORDER BY name, id`.execute(tx.kysely())
  return rows.map(toConnection)
}

export async function findConnection(tx: Reading, id: string): Promise<Connection | null> {
  const { rows } = await sql<Row>`SELECT ${columns} FROM connections WHERE id = ${id}`.execute(tx.kysely())
  return rows[0] === undefined ? null : toConnection(rows[0])
}

export async function readSecret(tx: Reading, id: string): Promise<Buffer | null> {
  const { rows } = await sql<{ client_secret: Buffer | null }>`
    SELECT client_secret FROM connections WHERE id = ${id}`.execute(tx.kysely())
  return rows[0]?.client_secret ?? null
}

export interface StoredConnection {
  readonly id: string
  readonly name: string
  readonly preset: Preset
  readonly issuer: string
  readonly clientId: string
  readonly settings: ConnectionSettings
  readonly enabled: boolean
  /** undefined: stays */
  readonly secret?: Buffer | null | undefined
  readonly now: Date
}

/** @returns whether the id was free */
export async function insertConnection(tx: Tx, given: StoredConnection): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO connections (tenant_id, id, name, preset, issuer, client_id, client_secret, settings, enabled, created_at,
      updated_at)
    VALUES (${tx.tenant}::uuid, ${given.id}, ${given.name}, ${given.preset}, ${given.issuer}, ${given.clientId},
      ${given.secret ?? null}, ${JSON.stringify(given.settings)}::jsonb, ${given.enabled}, ${given.now}, ${given.now})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export async function updateConnection(tx: Tx, given: StoredConnection): Promise<void> {
  const stays = given.secret === undefined
  await sql`
    UPDATE connections SET name = ${given.name}, issuer = ${given.issuer}, client_id = ${given.clientId},
      settings = ${JSON.stringify(given.settings)}::jsonb, enabled = ${given.enabled},
      client_secret = CASE WHEN ${stays} THEN client_secret ELSE ${given.secret ?? null}::bytea END, updated_at = ${given.now}
    WHERE id = ${given.id}`.execute(tx.kysely())
}

/** @returns whether there was one */
export async function deleteConnection(tx: Tx, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`DELETE FROM connections WHERE id = ${id}`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export async function countLinked(tx: Reading): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    SELECT connection_id AS id, count(*)::int AS count FROM upstream_identities GROUP BY connection_id`.execute(
    tx.kysely(),
  )
  return new Map(rows.map(({ id, count }) => [id, count]))
}

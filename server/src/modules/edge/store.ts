import type { GatewayKey, PublicJwk } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** @returns whether the key is new */
export async function registerGatewayKey(tx: Db, service: string, jwk: PublicJwk, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO gateway_keys (tenant_id, service_id, kid, public_jwk, registered_at)
    VALUES (current_tenant(), ${service}::uuid, ${jwk.kid}, ${JSON.stringify(jwk)}::jsonb, ${at})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  // A gateway that has been set up anew many times does not leave its old keys valid for ever.
  await sql`
    DELETE FROM gateway_keys WHERE service_id = ${service}::uuid AND kid NOT IN (
      SELECT kid FROM gateway_keys WHERE service_id = ${service}::uuid ORDER BY registered_at DESC, kid LIMIT 4)`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}

/** @param active ids of the services that may still act: the key of a deleted gateway signs nothing any more */
export async function gatewayKeys(tx: Db, active: ReadonlySet<string>): Promise<GatewayKey[]> {
  const { rows } = await sql<{ service_id: string; public_jwk: PublicJwk }>`
    SELECT service_id, public_jwk FROM gateway_keys ORDER BY registered_at`.execute(tx.kysely())
  return rows.filter((row) => active.has(row.service_id)).map((row) => ({ ...row.public_jwk, service: row.service_id }))
}

export interface Sighting {
  readonly service: string
  readonly instance: string
  readonly kind: 'sdk' | 'gateway'
  readonly application: string | null
  readonly version: string
  readonly epoch: number
  readonly at: Date
}

/** @returns whether this edge was not known before */
export async function sight(tx: Db, seen: Sighting): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`
    INSERT INTO edges (tenant_id, service_id, instance, kind, application_id, version, epoch, attached_at, last_seen_at)
    VALUES (current_tenant(), ${seen.service}::uuid, ${seen.instance}, ${seen.kind}, ${seen.application}, ${seen.version}, ${seen.epoch}, ${seen.at}, ${seen.at})
    ON CONFLICT (tenant_id, service_id, instance) DO UPDATE SET last_seen_at = excluded.last_seen_at, epoch = excluded.epoch
    RETURNING (xmax = 0) AS fresh`.execute(tx.kysely())
  return rows[0]?.fresh === true
}

export interface EdgeRow {
  readonly service_id: string
  readonly kind: 'sdk' | 'gateway'
  readonly application_id: string | null
  readonly epoch: number
  readonly last_seen_at: Date
}

/** Edges seen within the last ten minutes, newest first, one a service. */
export async function recentEdges(tx: Db, since: Date): Promise<EdgeRow[]> {
  const { rows } = await sql<EdgeRow>`
    SELECT DISTINCT ON (service_id, kind) service_id, kind, application_id, epoch::int AS epoch, last_seen_at
    FROM edges WHERE last_seen_at > ${since} ORDER BY service_id, kind, last_seen_at DESC`.execute(tx.kysely())
  return rows
}

export async function forgetEdges(tx: Db, before: Date): Promise<void> {
  await sql`DELETE FROM edges WHERE last_seen_at < ${before}`.execute(tx.kysely())
}

import type { GatewayKey, PublicJwk } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

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

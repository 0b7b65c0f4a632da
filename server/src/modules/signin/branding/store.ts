import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'

export const brandingsChannel = 'holdfast_brandings'

export interface BrandRow {
  readonly id: string
  /** null: of all pages */
  readonly application: string | null
  readonly name: string | null
  /** `#rrggbb` */
  readonly accent: string | null
  readonly logoType: string | null
  readonly version: number
  readonly updatedAt: Date
}

const columns = sql`id, application_id AS application, name, accent, logo_type AS "logoType", version, updated_at AS "updatedAt"`

/** Of the transaction's tenant. */
export async function selectBrands(tx: Reading): Promise<readonly BrandRow[]> {
  const { rows } = await sql<BrandRow>`SELECT ${columns} FROM brandings`.execute(tx.kysely())
  return rows
}

export async function findBrand(tx: Reading, application: string | null): Promise<BrandRow | undefined> {
  const { rows } = await sql<BrandRow>`
    SELECT ${columns} FROM brandings WHERE application_id IS NOT DISTINCT FROM ${application}`.execute(tx.kysely())
  return rows[0]
}

export interface BrandChange {
  readonly id: string
  readonly application: string | null
  readonly now: Date
}

export async function writeWords(
  tx: Tx,
  { id, application, now }: BrandChange,
  { name, accent }: Pick<BrandRow, 'name' | 'accent'>,
): Promise<void> {
  await sql`
    INSERT INTO brandings (id, tenant_id, application_id, name, accent, version, updated_at)
    VALUES (${id}::uuid, ${tx.tenant}::uuid, ${application}, ${name}, ${accent}, 1, ${now})
    ON CONFLICT ON CONSTRAINT brandings_of DO UPDATE
    SET name = ${name}, accent = ${accent}, version = brandings.version + 1, updated_at = ${now}`.execute(tx.kysely())
  await tellBrands(tx)
}

/** @param logo null takes it away */
export async function writeLogo(
  tx: Tx,
  { id, application, now }: BrandChange,
  logo: { readonly bytes: Buffer; readonly type: string } | null,
): Promise<void> {
  const { bytes = null, type = null } = logo ?? {}
  await sql`
    INSERT INTO brandings (id, tenant_id, application_id, logo, logo_type, version, updated_at)
    VALUES (${id}::uuid, ${tx.tenant}::uuid, ${application}, ${bytes}, ${type}, 1, ${now})
    ON CONFLICT ON CONSTRAINT brandings_of DO UPDATE
    SET logo = ${bytes}, logo_type = ${type}, version = brandings.version + 1, updated_at = ${now}`.execute(tx.kysely())
  await tellBrands(tx)
}

/** @returns whether there was one */
export async function removeBrand(tx: Tx, application: string | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM brandings WHERE application_id IS NOT DISTINCT FROM ${application}`.execute(tx.kysely())
  await tellBrands(tx)
  return numAffectedRows === 1n
}

export interface BrandAsset {
  readonly accent: string | null
  readonly logo: Buffer | null
  readonly logoType: string | null
  readonly version: number
}

export async function findAsset(tx: Reading, id: string): Promise<BrandAsset | undefined> {
  const { rows } = await sql<BrandAsset>`
    SELECT accent, logo, logo_type AS "logoType", version FROM brandings WHERE id = ${id}::uuid`.execute(tx.kysely())
  return rows[0]
}

/** Of the transaction's tenant: each logo with what it is said to be. */
export async function selectLogos(tx: Reading): Promise<readonly { readonly logo: Buffer; readonly type: string }[]> {
  const { rows } = await sql<{ logo: Buffer; type: string }>`
    SELECT logo, logo_type AS type FROM brandings WHERE logo IS NOT NULL`.execute(tx.kysely())
  return rows
}

async function tellBrands(tx: Tx): Promise<void> {
  await sql`SELECT pg_notify(${brandingsChannel}, '')`.execute(tx.kysely())
}

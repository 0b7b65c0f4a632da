import type { Database } from '../database/connection.ts'
import type { ProductView } from '../page/types.ts'

const COLUMNS = 'id, name, description, price_cents AS "priceCents", stock'

/** Products by a part of their name; what a person typed is a value: `%` and `_` in it mean themselves. */
export async function findProducts(database: Database, query: string): Promise<ProductView[]> {
  const part = query
    .slice(0, 80)
    .replaceAll('\u0000', '')
    .replace(/[\\%_]/g, '\\$&')
  const { rows } = await database.query<ProductView & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM products WHERE for_sale AND name ILIKE $1 ORDER BY name LIMIT 100`,
    [`%${part}%`],
  )
  return rows
}

export async function oneProduct(database: Database, id: string): Promise<ProductView | null> {
  if (!/^[a-z0-9-]{1,40}$/.test(id)) return null
  const { rows } = await database.query<ProductView & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM products WHERE for_sale AND id = $1`,
    [id],
  )
  return rows[0] ?? null
}

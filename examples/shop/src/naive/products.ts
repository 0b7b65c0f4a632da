import { Hono } from 'hono'
import type { Database } from '../database/connection.ts'

export interface ProductRow {
  id: string
  name: string
  description: string
  price_cents: number
  stock: number
  for_sale: boolean
}

/**
 * BAD: SQL from strings. `' UNION SELECT … FROM profiles --` reads every password; `'; DROP TABLE …` does worse.
 * Guarded: `WHERE name ILIKE $1`, always: what a person typed is a value and never a piece of the question.
 */
export async function findProducts(database: Database, query: string): Promise<ProductRow[]> {
  const { rows } = await database.query<ProductRow>(`SELECT * FROM products WHERE name ILIKE '%${query}%'`)
  return rows
}

export async function oneProduct(database: Database, id: string): Promise<ProductRow | undefined> {
  const { rows } = await database.query<ProductRow>(`SELECT * FROM products WHERE id = '${id}'`)
  return rows[0]
}

export function productRoutes(database: Database): Hono {
  return new Hono()
    .get('/', async (c) => c.json({ items: await findProducts(database, c.req.query('query') ?? '') }))
    .get('/:id', async (c) => {
      const product = await oneProduct(database, c.req.param('id'))
      return product === undefined ? c.json({ error: 'no such product' }, 404) : c.json(product)
    })
}

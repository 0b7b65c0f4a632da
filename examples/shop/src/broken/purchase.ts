import type { Database } from '../database/connection.ts'
import type { PlacedOrder, Wanted } from '../guarded/purchase.ts'

/**
 * The broken twin of guarded/purchase.ts, for the race tests: it finds, thinks, and then writes what it thought,
 * without a lock, without a transaction, and it looks for the key before anybody has claimed it.
 */
export async function brokenPurchase(database: Database, person: string, wanted: Wanted): Promise<PlacedOrder> {
  const before = await database.query<{ order_id: string }>(
    'SELECT order_id FROM purchase_keys WHERE person_id = $1 AND key = $2',
    [person, wanted.key],
  )
  if (before.rows[0] !== undefined) return read(database, before.rows[0].order_id)
  const found = await database.query<{ price_cents: number; stock: number; balance_cents: number }>(
    'SELECT price_cents, stock, balance_cents FROM products, wallets WHERE id = $1 AND person_id = $2',
    [wanted.product, person],
  )
  const row = found.rows[0]
  if (row === undefined) throw new Error('no such product or wallet')
  const total = row.price_cents * wanted.quantity
  if (row.stock < wanted.quantity || row.balance_cents < total) throw new Error('refused')
  const balance = [row.balance_cents - total, person]
  await database.query('UPDATE wallets SET balance_cents = $1 WHERE person_id = $2', balance)
  await database.query('UPDATE products SET stock = $1 WHERE id = $2', [row.stock - wanted.quantity, wanted.product])
  const placed = await database.query<{ id: string }>(
    `INSERT INTO orders (person_id, product_id, quantity, unit_price_cents, total_cents)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [person, wanted.product, wanted.quantity, row.price_cents, total],
  )
  const id = placed.rows[0]?.id ?? ''
  if (wanted.key !== null) {
    await database.query(
      `INSERT INTO purchase_keys (person_id, key, body, order_id) VALUES ($1, $2, '', $3) ON CONFLICT DO NOTHING`,
      [person, wanted.key, id],
    )
  }
  return read(database, id)
}

async function read(database: Database, id: string): Promise<PlacedOrder> {
  const { rows } = await database.query<PlacedOrder & Record<string, unknown>>(
    `SELECT id, product_id AS product, quantity, unit_price_cents AS "unitPriceCents",
            total_cents AS "totalCents", placed_at AS "placedAt" FROM orders WHERE id = $1`,
    [id],
  )
  const order = rows[0]
  if (order === undefined) throw new Error('the order is gone')
  return order
}

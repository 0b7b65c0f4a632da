import { createHash } from 'node:crypto'
import type { Holdfast, Principal } from '@holdfast/sdk'
import type { Database, Queryable } from '../database/connection.ts'
import { notFound, ShopError } from './problem.ts'
import { Product } from './resources.ts'

export interface Wanted {
  product: string
  quantity: number
  /** The client's name for this one purchase: the same key buys once, however often it is sent. */
  key: string | null
}

export interface PlacedOrder {
  id: string
  product: string
  quantity: number
  unitPriceCents: number
  totalCents: number
  placedAt: Date
}

interface ProductRow extends Record<string, unknown> {
  id: string
  price_cents: number
  stock: number
  for_sale: boolean
}

const ORDER = `id, product_id AS product, quantity, unit_price_cents AS "unitPriceCents",
               total_cents AS "totalCents", placed_at AS "placedAt"`

/**
 * Sells: identity from the principal; price, stock and balance from the database; one transaction.
 * Locks are taken in one order (key, product, wallet), so that two purchases never wait for each other in a circle.
 * What is refused rolls back whole, the claimed key too: after topping up, the same key may try again.
 * @throws ForbiddenError by policy; ShopError 404 not_found, 409 stock_too_low or balance_too_low, 422 key_reused
 */
export async function purchase(
  { database, holdfast }: { database: Database; holdfast: Holdfast },
  principal: Principal,
  wanted: Wanted,
): Promise<{ order: PlacedOrder; replayed: boolean }> {
  return database.transaction(async (tx) => {
    // Only people have keys: what a service asks is for the policy to refuse, not for the foreign key of its row.
    const { key } = wanted
    const earlier = key === null || principal.type !== 'Person' ? null : await claimKey(tx, principal.id, key, wanted)
    if (earlier !== null) return { order: earlier, replayed: true }
    const { rows } = await tx.query<ProductRow>(
      'SELECT id, price_cents, stock, for_sale FROM products WHERE id = $1 FOR UPDATE',
      [wanted.product],
    )
    const product = rows[0]
    if (product === undefined) throw notFound('product')
    holdfast.require(principal, 'buy', Product.of(product), { quantity: wanted.quantity })
    await takeStock(tx, product, wanted.quantity)
    await pay(tx, principal.id, product.price_cents * wanted.quantity)
    return { order: await place(tx, principal.id, product, wanted), replayed: false }
  })
}

/**
 * Claims the key for this transaction. A second request with the same key waits at the unique index until the
 * first has ended: then it finds the order, or, if that one was refused, claims the key itself.
 */
async function claimKey(tx: Queryable, person: string, key: string, wanted: Wanted): Promise<PlacedOrder | null> {
  const body = createHash('sha256')
    .update(JSON.stringify([wanted.product, wanted.quantity]))
    .digest()
  const claimed = await tx.query(
    'INSERT INTO purchase_keys (person_id, key, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key',
    [person, key, body],
  )
  if (claimed.rows.length === 1) return null
  const { rows } = await tx.query<PlacedOrder & { body: Buffer }>(
    `SELECT k.body, o.* FROM purchase_keys k JOIN (SELECT ${ORDER} FROM orders) o ON o.id = k.order_id
     WHERE k.person_id = $1 AND k.key = $2`,
    [person, key],
  )
  const earlier = rows[0]
  if (earlier?.body.equals(body) !== true) {
    const detail = 'This idempotency key has bought something else before. Use a new key for a new purchase.'
    throw new ShopError('key_reused', 422, 'Key used before', detail)
  }
  const { body: _, ...order } = earlier
  return order
}

/** The row is locked already; the condition holds also if somebody one day removes that lock. */
async function takeStock(tx: Queryable, product: ProductRow, quantity: number): Promise<void> {
  const { rows } = await tx.query(
    'UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2 RETURNING stock',
    [product.id, quantity],
  )
  if (rows.length === 1) return
  throw new ShopError('stock_too_low', 409, 'Not enough in stock', `Of this product ${product.stock} are left.`)
}

async function pay(tx: Queryable, person: string, totalCents: number): Promise<void> {
  const { rows } = await tx.query(
    `UPDATE wallets SET balance_cents = balance_cents - $2 WHERE person_id = $1 AND balance_cents >= $2
     RETURNING balance_cents`,
    [person, totalCents],
  )
  if (rows.length === 1) return
  throw new ShopError('balance_too_low', 409, 'Not enough money', 'Your balance does not cover this order.')
}

async function place(tx: Queryable, person: string, product: ProductRow, wanted: Wanted): Promise<PlacedOrder> {
  const { rows } = await tx.query<PlacedOrder>(
    `INSERT INTO orders (person_id, product_id, quantity, unit_price_cents, total_cents)
     VALUES ($1, $2, $3, $4, $5) RETURNING ${ORDER}`,
    [person, product.id, wanted.quantity, product.price_cents, product.price_cents * wanted.quantity],
  )
  const order = rows[0]
  if (order === undefined) throw new Error('INSERT returned no row')
  if (wanted.key !== null) {
    await tx.query('UPDATE purchase_keys SET order_id = $3 WHERE person_id = $1 AND key = $2', [
      person,
      wanted.key,
      order.id,
    ])
  }
  return order
}

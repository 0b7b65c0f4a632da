import { type Holdfast, type Principal, sql } from '@holdfast/sdk'
import { z } from 'zod'
import type { Database } from '../database/connection.ts'
import { whole } from './body.ts'
import { notFound } from './problem.ts'
import type { PlacedOrder } from './purchase.ts'
import { Order, Wallet } from './resources.ts'

export interface OrderRow extends PlacedOrder, Record<string, unknown> {
  person_id: string
  buyer: string
  productName: string
}

interface Guarded {
  database: Database
  holdfast: Holdfast
}

const COLUMNS = sql`
  o.id, o.person_id, b.display_name AS buyer, o.product_id AS product, p.name AS "productName", o.quantity,
  o.unit_price_cents AS "unitPriceCents", o.total_cents AS "totalCents", o.placed_at AS "placedAt"`
const FROM = sql`orders o JOIN products p ON p.id = o.product_id JOIN profiles b ON b.person_id = o.person_id`

/** Which part of a list; pages are counted from 1. */
export const Paging = z.object({
  page: whole(1, 100_000).default(1),
  size: whole(1, 100).default(50),
})

export interface OrderPage {
  items: OrderRow[]
  /** How many there are on all pages: of those that this principal may see. */
  total: number
}

/**
 * The orders that this principal may see: a customer their own, an admin all. PostgreSQL filters, sorts, pages and counts; an order that
 * may not be seen is neither sent nor counted.
 * @param buyer only the orders of this person
 */
export async function listOrders(
  { database, holdfast }: Guarded,
  principal: Principal,
  { page, size }: z.infer<typeof Paging>,
  buyer: string | null = null,
): Promise<OrderPage> {
  const allowed = holdfast.filter(principal, 'viewOrder', Order, { alias: 'o' })
  const where = buyer === null ? allowed : sql`${allowed} AND o.person_id = ${buyer}`
  const [{ rows: items }, { rows: counted }] = await Promise.all([
    database.query<OrderRow>(sql`
      SELECT ${COLUMNS} FROM ${FROM} WHERE ${where}
      ORDER BY o.placed_at DESC, o.id LIMIT ${size} OFFSET ${(page - 1) * size}`),
    database.query<{ total: number }>(sql`SELECT count(*)::int AS total FROM ${FROM} WHERE ${where}`),
  ])
  return { items, total: counted[0]?.total ?? 0 }
}

/** @throws ForbiddenError by policy; ShopError 404 */
export async function readOrder({ database, holdfast }: Guarded, principal: Principal, id: string): Promise<OrderRow> {
  const { rows } = await database.query<OrderRow>(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE o.id = ${id}`)
  const order = rows[0]
  if (order === undefined) throw notFound('order')
  holdfast.require(principal, 'viewOrder', Order.of(order))
  return order
}

/** One's own wallet: whose it is comes from the principal, and the request has no word in it. */
export async function readWallet({ database, holdfast }: Guarded, principal: Principal): Promise<number> {
  holdfast.require(principal, 'viewWallet', Wallet.of({ person_id: principal.id }))
  const { rows } = await database.query<{ balance_cents: number }>(
    'SELECT balance_cents FROM wallets WHERE person_id = $1',
    [principal.id],
  )
  return rows[0]?.balance_cents ?? 0
}

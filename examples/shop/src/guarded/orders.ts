import type { Holdfast, Principal } from '@holdfast/sdk'
import type { Database } from '../database/connection.ts'
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

const SELECT = `
  SELECT o.id, o.person_id, b.display_name AS buyer, o.product_id AS product, p.name AS "productName", o.quantity,
         o.unit_price_cents AS "unitPriceCents", o.total_cents AS "totalCents", o.placed_at AS "placedAt"
  FROM orders o JOIN products p ON p.id = o.product_id JOIN profiles b ON b.person_id = o.person_id`

/** The orders that this principal may see: a customer their own, an admin all. */
export async function listOrders({ database, holdfast }: Guarded, principal: Principal): Promise<OrderRow[]> {
  return holdfast.filter(principal, 'viewOrder', Order, async (condition) => {
    const { rows } = await database.query<OrderRow>(
      `${SELECT} WHERE ${condition.sql} ORDER BY o.placed_at DESC, o.id`,
      condition.parameters,
    )
    return rows
  })
}

/** @throws ForbiddenError by policy; ShopError 404 */
export async function readOrder({ database, holdfast }: Guarded, principal: Principal, id: string): Promise<OrderRow> {
  const { rows } = await database.query<OrderRow>(`${SELECT} WHERE o.id = $1`, [id])
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

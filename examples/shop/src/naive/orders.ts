import { Hono } from 'hono'
import type { Database } from '../database/connection.ts'
import { claimedRole, readBody, wantsPage, whoIs } from './request.ts'

export function orderRoutes(database: Database): Hono {
  return new Hono()
    .post('/', async (c) => {
      const body = await readBody(c)
      const account = await whoIs(c, database)
      if (account === null) return c.json({ error: 'sign in first' }, 401)
      // BAD: price and quantity are the page's. A price of 1, or a quantity of -5 that pays the buyer, is fine.
      // Guarded: a strict schema, and the price read from the database.
      const total = Number(body['price']) * Number(body['quantity'])
      // BAD: "the page has checked balance and stock", three statements that another request may come between,
      // and no key against paying twice.
      // Guarded: one transaction, row locks, UPDATE … WHERE balance_cents >= total, an idempotency key.
      await database.query(
        `UPDATE wallets SET balance_cents = balance_cents - ${total} WHERE person_id = '${account.person_id}'`,
      )
      await database.query(`UPDATE products SET stock = stock - ${body['quantity']} WHERE id = '${body['product']}'`)
      const { rows } = await database.query(
        `INSERT INTO orders (person_id, product_id, quantity, unit_price_cents, total_cents)
         VALUES ('${account.person_id}', '${body['product']}', ${body['quantity']}, ${body['price']}, ${total}) RETURNING *`,
      )
      return wantsPage(c) ? c.redirect('/account', 303) : c.json(rows[0], 201)
    })
    .get('/', async (c) => {
      const account = await whoIs(c, database)
      // BAD: `X-Role: admin` is enough to read everybody's orders.
      // Guarded: holdfast.filter() lets through the rows that a policy allows this principal.
      const mine = claimedRole(c) === 'admin' ? '' : `WHERE person_id = '${account?.person_id}'`
      const { rows } = await database.query(`SELECT * FROM orders ${mine} ORDER BY placed_at DESC`)
      return c.json({ items: rows })
    })
    .get('/:id', async (c) => {
      // BAD: whoever knows or guesses the id reads the order. Guarded: require(principal, 'viewOrder', order).
      const { rows } = await database.query(`SELECT * FROM orders WHERE id = '${c.req.param('id')}'`)
      return c.json(rows[0] ?? null)
    })
}

export function walletRoutes(database: Database): Hono {
  return new Hono().get('/', async (c) => {
    const account = await whoIs(c, database)
    // BAD: `?person=` shows anybody's wallet. Guarded: the wallet of the principal, and of nobody else.
    const person = c.req.query('person') ?? account?.person_id
    const { rows } = await database.query(`SELECT * FROM wallets WHERE person_id = '${person}'`)
    return c.json(rows[0] ?? null)
  })
}

import { Hono, type Context } from 'hono'
import { html, raw } from 'hono/html'
import type { Database } from '../database/connection.ts'
import { accountPage } from '../page/account.ts'
import { homePage } from '../page/home.ts'
import { messagePage } from '../page/layout.ts'
import { productPage } from '../page/product.ts'
import { signInPage } from '../page/sign-in.ts'
import type { OrderView, ProductView, Visit } from '../page/types.ts'
import { findProducts, oneProduct, type ProductRow } from './products.ts'
import { claimedRole, whoIs, type NaiveAccount } from './request.ts'
import { reviewsOf } from './reviews.ts'

const WARNING = 'This shop is insecure on purpose: it shows what Holdfast prevents. Never copy from it.'

export function pageRoutes(database: Database): Hono {
  return new Hono()
    .get('/', async (c) => {
      const query = c.req.query('query') ?? ''
      const products = await findProducts(database, query)
      // BAD: what was searched for is printed back as markup: a link with a script in it runs at whoever follows it.
      // Guarded: printed as text, which hono/html escapes, under a CSP that runs no script at all.
      return c.html(homePage(visit(c, await whoIs(c, database)), products.map(view), query, html`${raw(query)}`))
    })
    .get('/p/:id', async (c) => {
      const account = await whoIs(c, database)
      const product = await oneProduct(database, c.req.param('id'))
      if (product === undefined) return c.html(messagePage(visit(c, account), 'Not found', 'No such product.'), 404)
      const reviews = (await reviewsOf(database, product.id)).map((review) => ({
        ...review,
        // BAD: the review is printed as markup: a script in it runs at whoever reads the page.
        // Guarded: passed as text, which hono/html escapes, under a CSP that runs no script at all.
        text: raw(review.text),
        // BAD: this hides the button, and is the only place that thinks about who may delete.
        deletable: claimedRole(c) === 'admin' || review.author_id === account?.person_id,
      }))
      // BAD: the price travels through the page, where anybody may change it.
      const fields = { price: String(product.price_cents) }
      return c.html(productPage(visit(c, account), view(product), reviews, fields))
    })
    .get('/login', (c) => c.html(signInPage(visit(c, null), c.req.query('return') ?? '/')))
    .get('/account', async (c) => {
      const account = await whoIs(c, database)
      if (account === null) return c.redirect('/login', 303)
      return c.html(accountPage(visit(c, account), await accountView(database, account, claimedRole(c))))
    })
}

function visit(c: Context, account: NaiveAccount | null): Visit {
  return {
    viewer: account === null ? null : { name: account.display_name },
    signIn: '/login',
    signOut: '/logout',
    hidden: { role: claimedRole(c) },
    warning: WARNING,
    footer: 'The naive twin of the Holdfast example shop.',
  }
}

function view(row: ProductRow): ProductView {
  return { ...row, priceCents: row.price_cents }
}

async function accountView(database: Database, account: NaiveAccount, role: string) {
  const { rows } = await database.query<{
    display_name: string
    email: string | null
    phone: string | null
    card_last4: string | null
    balance_cents: number
  }>(`SELECT * FROM profiles JOIN wallets USING (person_id) WHERE person_id = '${account.person_id}'`)
  const profile = rows[0]
  return {
    profile: {
      displayName: account.display_name,
      email: profile?.email ?? null,
      phone: profile?.phone ?? null,
      cardLast4: profile?.card_last4 ?? null,
    },
    balanceCents: profile?.balance_cents ?? 0,
    orders: await ordersWhere(database, `WHERE o.person_id = '${account.person_id}'`),
    allOrders: role === 'admin' ? await ordersWhere(database, '') : null,
  }
}

async function ordersWhere(database: Database, where: string): Promise<OrderView[]> {
  const { rows } = await database.query<OrderView>(
    `SELECT o.id, b.display_name AS buyer, p.name AS product, o.quantity, o.total_cents AS "totalCents",
            o.placed_at AS "placedAt"
     FROM orders o LEFT JOIN products p ON p.id = o.product_id LEFT JOIN profiles b ON b.person_id = o.person_id
     ${where} ORDER BY o.placed_at DESC`,
  )
  return rows
}

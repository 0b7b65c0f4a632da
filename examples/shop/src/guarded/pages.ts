import { randomUUID } from 'node:crypto'
import type { Principal } from '@holdfast/sdk'
import { Hono, type Context } from 'hono'
import { accountPage } from '../page/account.ts'
import { homePage } from '../page/home.ts'
import { productPage } from '../page/product.ts'
import type { OrderView, ProfileView, Visit } from '../page/types.ts'
import { listOrders, readWallet, type OrderRow } from './orders.ts'
import { FORM_TOKEN, formToken } from './form-token.ts'
import { displayName } from './people.ts'
import { notFound } from './problem.ts'
import { findProducts, oneProduct } from './products.ts'
import { readProfile, type Shown } from './profiles.ts'
import { Review, TheShop } from './resources.ts'
import { reviewsOf } from './reviews.ts'
import type { Shop } from './shop.ts'

export function pages(shop: Shop): Hono {
  return new Hono()
    .get('/', async (c) => {
      const query = (c.req.query('query') ?? '').slice(0, 80)
      const visit = await visitOf(shop, c, await shop.visitor(c))
      return c.html(homePage(visit, await findProducts(shop.database, query), query))
    })
    .get('/p/:id', async (c) => {
      const principal = await shop.visitor(c)
      const product = await oneProduct(shop.database, c.req.param('id'))
      if (product === null) throw notFound('product')
      const reviews = (await reviewsOf(shop.database, product.id)).map((review) => ({
        ...review,
        deletable: principal !== null && shop.holdfast.can(principal, 'deleteReview', Review.of(review)).allowed,
      }))
      // The page names its purchase once: a double click, or a reload of the answer, buys once.
      const fields = { idempotencyKey: randomUUID() }
      return c.html(productPage(await visitOf(shop, c, principal), product, reviews, fields))
    })
    .get('/account', async (c) => {
      const principal = await shop.caller(c)
      const first = { page: 1, size: 50 }
      const { items: own } = await listOrders(shop, principal, first, principal.id)
      const all = shop.holdfast.can(principal, 'viewAllOrders', TheShop.of({ id: 'shop' })).allowed
      const view = {
        profile: profileView(await readProfile(shop, principal, principal.id)),
        balanceCents: await readWallet(shop, principal),
        orders: own.map(orderView),
        allOrders: all ? (await listOrders(shop, principal, first)).items.map(orderView) : null,
      }
      return c.html(accountPage(await visitOf(shop, c, principal), view))
    })
}

/** Sign-in and sign-out are the gateway's, at the same host; the shop has neither passwords nor sessions. */
export async function visitOf(shop: Shop, c: Context, principal: Principal | null): Promise<Visit> {
  return {
    viewer: principal === null ? null : { name: await displayName(shop.database, principal) },
    signIn: `/.holdfast/sign-in?return=${encodeURIComponent(c.req.path)}`,
    signOut: '/.holdfast/sign-out',
    hidden: principal === null ? {} : { [FORM_TOKEN]: formToken(principal) },
    warning: null,
    footer: 'An example shop, guarded by Holdfast.',
  }
}

function profileView(shown: Shown): ProfileView {
  const text = (name: string): string | null => (typeof shown[name] === 'string' ? shown[name] : null)
  return {
    displayName: text('displayName') ?? 'Account',
    email: text('email'),
    phone: text('phone'),
    cardLast4: text('cardLast4'),
  }
}

function orderView(order: OrderRow): OrderView {
  return { ...order, product: order.productName }
}

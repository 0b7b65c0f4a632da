import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { readBody, readQuery, text, uuid, whole } from './body.ts'
import { listOrders, Paging, readOrder, readWallet, type OrderRow } from './orders.ts'
import { notFound, ShopError } from './problem.ts'
import { LinkToPreview, previewer } from './previews.ts'
import { findProducts, oneProduct } from './products.ts'
import { changeProfile, listProfiles, ProfileChange, readProfile } from './profiles.ts'
import { purchase } from './purchase.ts'
import { deleteReview, NewReview, reviewsOf, writeReview } from './reviews.ts'
import type { Shop } from './shop.ts'

const Key = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')

const NewOrder = z.strictObject({
  product: text().min(1).max(40),
  quantity: whole(1, 1000),
  idempotencyKey: Key.optional(),
})

/** What a page may not say of a purchase, and why. */
const OURS = {
  price: 'is not yours to say: the price is the backend’s, read from the database',
  total: 'is not yours to say: the backend computes it',
  balance: 'is not yours to say: the backend reads it from the database',
  buyer: 'is not yours to say: the backend takes it from your sign-in',
  role: 'is not yours to say: roles come from the directory',
}

export function api(shop: Shop): Hono {
  const preview = previewer(shop.holdfast)
  return new Hono()
    .get('/products', async (c) => {
      await shop.visitor(c)
      return c.json({ items: await findProducts(shop.database, c.req.query('query') ?? '') })
    })
    .get('/products/:id', async (c) => {
      await shop.visitor(c)
      return c.json(await existing(shop, c.req.param('id')))
    })
    .get('/products/:id/reviews', async (c) => {
      await shop.visitor(c)
      const product = await existing(shop, c.req.param('id'))
      const reviews = await reviewsOf(shop.database, product.id)
      const items = reviews.map(({ id, author, rating, text, written_at: writtenAt }) => ({
        id,
        author,
        rating,
        text,
        writtenAt,
      }))
      return c.json({ items })
    })
    .post('/orders', async (c) => {
      const principal = await shop.caller(c)
      const body = await readBody(c, NewOrder, OURS)
      const wanted = { product: body.product, quantity: body.quantity, key: idempotencyKey(c, body.idempotencyKey) }
      const { order, replayed } = await purchase(shop, principal, wanted)
      if (replayed) {
        c.header('idempotency-replayed', 'true')
      } else {
        const resource = { type: 'Order', id: order.id }
        const data = { product: order.product, quantity: order.quantity, totalCents: order.totalCents }
        shop.holdfast.record({ kind: 'order.placed', outcome: 'success', principal, resource, data })
      }
      return wantsPage(c) ? c.redirect('/account', 303) : c.json(order, 201)
    })
    .get('/orders', async (c) => {
      const principal = await shop.caller(c)
      const { items, total } = await listOrders(shop, principal, readQuery(c, Paging))
      return c.json({ items: items.map(publicOrder), total })
    })
    .get('/orders/:id', async (c) => {
      const principal = await shop.caller(c)
      return c.json(publicOrder(await readOrder(shop, principal, idOf(c, 'order'))))
    })
    .get('/wallet', async (c) => c.json({ balanceCents: await readWallet(shop, await shop.caller(c)) }))
    .post('/reviews', async (c) => {
      const principal = await shop.caller(c)
      const review = await readBody(c, NewReview, OURS)
      const written = await writeReview(shop, principal, review)
      return wantsPage(c) ? c.redirect(`/p/${encodeURIComponent(review.product)}`, 303) : c.json(written, 201)
    })
    .delete('/reviews/:id', async (c) => {
      await deleteReview(shop, await shop.caller(c), idOf(c, 'review'))
      return c.body(null, 204)
    })
    .post('/reviews/:id/delete', async (c) => {
      const { product } = await deleteReview(shop, await shop.caller(c), idOf(c, 'review'))
      return c.redirect(`/p/${encodeURIComponent(product)}`, 303)
    })
    .post('/previews', async (c) => {
      await shop.caller(c)
      return c.json(await preview((await readBody(c, LinkToPreview)).url))
    })
    .get('/profiles', async (c) => c.json({ items: await listProfiles(shop, await shop.caller(c)) }))
    .get('/profiles/:id', async (c) => c.json(await readProfile(shop, await shop.caller(c), idOf(c, 'profile'))))
    .patch('/profiles/:id', async (c) => {
      const principal = await shop.caller(c)
      const id = idOf(c, 'profile')
      await changeProfile(shop, principal, id, await readBody(c, ProfileChange, OURS))
      return c.json(await readProfile(shop, principal, id))
    })
}

export function wantsPage(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('text/html')
}

/** Field by field, so that a column added one day is not sent before somebody has thought of it. */
function publicOrder({ id, buyer, product, quantity, unitPriceCents, totalCents, placedAt }: OrderRow) {
  return { id, buyer, product, quantity, unitPriceCents, totalCents, placedAt }
}

/** What is not a uuid names nothing; the database need not be asked. */
function idOf(c: Context, what: string): string {
  const id = uuid(c.req.param('id') ?? '')
  if (id === null) throw notFound(what)
  return id
}

async function existing(shop: Shop, id: string) {
  const product = await oneProduct(shop.database, id)
  if (product === null) throw notFound('product')
  return product
}

/** The header of draft-ietf-httpapi-idempotency-key-header (a quoted string) or the field of the body. */
function idempotencyKey(c: Context, field: string | undefined): string | null {
  const header = c.req.header('idempotency-key')
  if (header === undefined) return field ?? null
  const key = Key.safeParse(header.replace(/^"(.*)"$/, '$1'))
  if (!key.success || (field !== undefined && field !== key.data)) {
    throw new ShopError('key_invalid', 422, 'Idempotency key', 'Idempotency-Key must be one key of visible ASCII.')
  }
  return key.data
}

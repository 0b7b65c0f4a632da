import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { ROBOT } from '../test/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.close())

async function stock(product: string): Promise<number> {
  const { rows } = await shop.database.query<{ stock: number }>('SELECT stock FROM products WHERE id = $1', [product])
  return rows[0]?.stock ?? Number.NaN
}

describe('purchase', () => {
  it('takes price and identity from the backend', async () => {
    const before = await shop.balance('ben')
    const answer = await shop.send('ben', 'POST', '/orders', { body: { product: 'notebook', quantity: 2 } })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ product: 'notebook', quantity: 2, totalCents: 1800 })
    expect(await shop.balance('ben')).toBe(before - 1800)
  })

  it('refuses a price from the page, and says whose it is', async () => {
    const [before, orders] = [await shop.balance('ben'), await shop.count('orders')]
    const body = { product: 'armchair', quantity: 1, price: 1 }
    const answer = await shop.send('ben', 'POST', '/orders', { body })
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({
      code: 'body_invalid',
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      errors: [{ path: 'price', message: expect.stringContaining('the price is the backend’s') }],
    })
    expect([await shop.balance('ben'), await shop.count('orders')]).toEqual([before, orders])
  })

  it.each([-5, 0, 1.5, 1e9, '3; DROP TABLE orders', null, true, [1], '1e1'])(
    'refuses a quantity of %j',
    async (quantity) => {
      const before = await shop.balance('ben')
      const answer = await shop.send('ben', 'POST', '/orders', { body: { product: 'notebook', quantity } })
      expect(answer.status).toBe(422)
      expect(await shop.balance('ben')).toBe(before)
    },
  )

  it('refuses what the balance does not cover, and what is not in stock, and changes nothing', async () => {
    const before = [await shop.balance('ben'), await stock('armchair'), await shop.count('orders')]
    const dear = await shop.send('ben', 'POST', '/orders', { body: { product: 'armchair', quantity: 1 } })
    expect([dear.status, await dear.json()]).toMatchObject([409, { code: 'balance_too_low' }])
    const many = await shop.send('ben', 'POST', '/orders', { body: { product: 'armchair', quantity: 4 } })
    expect([many.status, await many.json()]).toMatchObject([409, { code: 'stock_too_low' }])
    expect([await shop.balance('ben'), await stock('armchair'), await shop.count('orders')]).toEqual(before)
  })

  it('refuses by policy what is too much for one customer, with the failed condition', async () => {
    const answer = await shop.send('ben', 'POST', '/orders', { body: { product: 'notebook', quantity: 21 } })
    expect(answer.status).toBe(403)
    expect(JSON.stringify(await answer.json())).toContain('large-orders-for-wholesale')
  })

  it('refuses a service by policy, with a key as without', async () => {
    const identity = { 'holdfast-identity': shop.control.identity(ROBOT, 'Service') }
    for (const key of [{}, { 'idempotency-key': 'robot' }]) {
      const body = { product: 'notebook', quantity: 1 }
      const answer = await shop.send(null, 'POST', '/orders', { body, headers: { ...identity, ...key } })
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden' }])
    }
  })

  it('answers a repeated key with the same order, and refuses it for another purchase', async () => {
    const before = await shop.balance('mia')
    const headers = { 'idempotency-key': '"one-kettle"' }
    const body = { product: 'kettle', quantity: 1 }
    const first = await shop.send('mia', 'POST', '/orders', { body, headers })
    const again = await shop.send('mia', 'POST', '/orders', { body, headers })
    expect(await again.json()).toEqual(await first.json())
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ])
    const other = await shop.send('mia', 'POST', '/orders', { body: { ...body, quantity: 2 }, headers })
    expect([other.status, await other.json()]).toMatchObject([422, { code: 'key_reused' }])
    expect(await shop.balance('mia')).toBe(before - 3500)
  })

  it('keeps the keys of people apart', async () => {
    const headers = { 'idempotency-key': 'shared' }
    const body = { product: 'notebook', quantity: 1 }
    const mine = await (await shop.send('mia', 'POST', '/orders', { body, headers })).json()
    const yours = await (await shop.send('ben', 'POST', '/orders', { body, headers })).json()
    expect((yours as { id: string }).id).not.toBe((mine as { id: string }).id)
  })

  it('lets a refused purchase try again with its key', async () => {
    const body = { product: 'first-edition', quantity: 1, idempotencyKey: 'patience' }
    await shop.database.query(`UPDATE products SET stock = 0 WHERE id = 'first-edition'`)
    expect((await shop.send('ada', 'POST', '/orders', { body })).status).toBe(409)
    await shop.database.query(`UPDATE products SET stock = 1 WHERE id = 'first-edition'`)
    expect((await shop.send('ada', 'POST', '/orders', { body })).status).toBe(201)
  })

  it('shows an order to its buyer and to an admin, and to nobody else', async () => {
    const placed = await shop.send('sam', 'POST', '/orders', { body: { product: 'notebook', quantity: 1 } })
    const { id } = (await placed.json()) as { id: string }
    const seen = async (who: 'ada' | 'ben' | 'sam') => {
      const { items } = (await (await shop.send(who, 'GET', '/orders')).json()) as { items: { id: string }[] }
      return [items.some((order) => order.id === id), (await shop.send(who, 'GET', `/orders/${id}`)).status]
    }
    expect(await seen('sam')).toEqual([true, 200])
    expect(await seen('ada')).toEqual([true, 200])
    expect(await seen('ben')).toEqual([false, 403])
  })

  it('holds at the database too: the second wall', async () => {
    const statements = [
      `UPDATE wallets SET balance_cents = -1`,
      `UPDATE products SET stock = -1`,
      `UPDATE orders SET quantity = -1, total_cents = -unit_price_cents`,
      `UPDATE orders SET total_cents = 1`,
      `UPDATE profiles SET card_last4 = '4111111111111111'`,
    ]
    for (const statement of statements) {
      await expect(shop.database.query(statement), statement).rejects.toThrow(/check constraint/)
    }
  })
})

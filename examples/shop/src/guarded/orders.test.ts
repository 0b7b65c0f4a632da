import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../database/connection.ts'
import { createTables } from '../database/seed.ts'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { PEOPLE, ROBOT } from '../test/people.ts'
import { createDatabase } from '../test/postgres.ts'
import { startProcess } from '../test/process.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
  await shop.database.query(
    `INSERT INTO orders (person_id, product_id, quantity, unit_price_cents, total_cents, placed_at)
     SELECT ($1::uuid[])[1 + n % 2], 'kettle', n, 100, n * 100, timestamptz '2026-01-01' + n * interval '1 minute'
     FROM generate_series(1, 15) AS n`,
    [[PEOPLE.ben, PEOPLE.mia]],
  )
})
afterAll(() => shop?.close())

interface Page {
  items: { buyer: string; quantity: number }[]
  total: number
}

async function list(who: Parameters<TestShop['send']>[0], query = ''): Promise<Page> {
  const answer = await shop.send(who, 'GET', `/orders${query}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Page
}

describe('the list of orders', () => {
  it('is one’s own: nothing of the others is sent by the database, or counted', async () => {
    shop.received()
    const { items, total } = await list('ben')
    expect(total).toBe(7)
    expect(items.map(({ quantity }) => quantity)).toEqual([14, 12, 10, 8, 6, 4, 2])
    const received = shop.received()
    expect(received).toContain(PEOPLE.ben)
    expect(received).not.toContain(PEOPLE.mia)
    expect(await list('sam')).toEqual({ items: [], total: 0 })
  })

  it('is everything for an admin', async () => {
    const { items, total } = await list('ada')
    expect([items.length, total]).toEqual([15, 15])
    expect(new Set(items.map(({ buyer }) => buyer))).toEqual(new Set(['Ben', 'Mia']))
  })

  it('comes in pages that are full, and says how many there are of what may be seen', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list('mia', `?page=${page}&size=3`)))
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 2, 0])
    expect(pages.map(({ total }) => total)).toEqual([8, 8, 8, 8])
    const quantities = pages.flatMap(({ items }) => items.map(({ quantity }) => quantity))
    expect(quantities).toEqual([15, 13, 11, 9, 7, 5, 3, 1])
  })

  it('is no longer for whoever asks nicely', async () => {
    const wishes = [
      `?person_id=${PEOPLE.mia}`,
      `?buyer=${PEOPLE.mia}`,
      '?role=admin&all=true',
      `?where=TRUE&alias=p&columns=*`,
    ]
    for (const query of wishes) expect((await list('ben', query)).total).toBe(7)
    const headers = { 'x-role': 'admin', 'x-user': PEOPLE.ada }
    expect(await (await shop.send('ben', 'GET', '/orders', { headers })).json()).toMatchObject({ total: 7 })
    for (const query of ['?page=0', '?page=-1', '?size=101', '?size=1;DROP TABLE orders', '?page=1e3', '?page=$1']) {
      const answer = await shop.send('ben', 'GET', `/orders${query}`)
      expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'query_invalid' }])
    }
  })

  it('is empty for a service, and refused to nobody and to a stranger', async () => {
    const as = (id: string, type: 'Person' | 'Service') =>
      shop.app.request('/orders', { headers: { 'holdfast-identity': shop.control.identity(id, type) } })
    expect(await (await as(ROBOT, 'Service')).json()).toEqual({ items: [], total: 0 })
    expect((await as('0198a000-0000-7000-8000-0000000000ee', 'Person')).status).toBe(401)
    expect((await shop.send(null, 'GET', '/orders')).status).toBe(401)
  })
})

describe('a shop whose columns would let rows through', () => {
  it('does not start, and names the column', async () => {
    const own = await createDatabase()
    const database = openDatabase(own.url)
    try {
      await createTables(database, 'guarded.sql')
      await database.query('ALTER TABLE orders ALTER person_id DROP NOT NULL')
      const env = { SHOP_DATABASE_URL: own.url, HOLDFAST_CREDENTIALS: shop.control.credentialsFile }
      await expect(startProcess('guarded/main.ts', env)).rejects.toThrow('orders.person_id: may be NULL')
    } finally {
      await database.close()
      await own.drop()
    }
  })
})

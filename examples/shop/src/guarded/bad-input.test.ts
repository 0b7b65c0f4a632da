import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { PEOPLE } from '../test/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.close())

describe('bad input', () => {
  it('that is not JSON is 400', async () => {
    const answer = await shop.send('ben', 'POST', '/orders', { body: '{"product":' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'body_malformed' }])
  })

  it('of another type is 415', async () => {
    const headers = { 'content-type': 'text/plain' }
    const answer = await shop.send('ben', 'POST', '/orders', { body: '{}', headers })
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'body_type' }])
  })

  it('that is too large is 413', async () => {
    const answer = await shop.send('ben', 'POST', '/reviews', { body: { text: 'x'.repeat(70_000) } })
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'body_too_large' }])
  })

  it('to a place that does not exist is 404, as a page for a browser', async () => {
    expect((await shop.send('ben', 'GET', '/nowhere')).headers.get('content-type')).toBe('application/problem+json')
    const page = await shop.send('ben', 'GET', '/nowhere', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
  })

  it('never makes the search anything but a search', async () => {
    const everything = ['orders', 'reviews', 'profiles', 'products', 'wallets']
    const count = async () =>
      Promise.all(everything.map(async (table) => (await shop.database.query(`SELECT 1 FROM ${table}`)).rows.length))
    const before = await count()
    const query = encodeURIComponent(
      `' UNION SELECT email, email, email, 0, 0, true FROM profiles; DROP TABLE orders --`,
    )
    const answer = await shop.send('ben', 'GET', `/products?query=${query}`)
    expect([answer.status, await answer.json()]).toEqual([200, { items: [] }])
    expect(await (await shop.send(null, 'GET', '/products?query=%25')).json()).toEqual({ items: [] })
    expect(await count()).toEqual(before)
  })

  it('with a character that the database cannot store is 422, and names the field', async () => {
    const bodies: [string, string, object][] = [
      ['POST', '/reviews', { product: 'armchair', rating: 5, text: 'a\u0000b' }],
      ['POST', '/reviews', { product: 'arm\u0000chair', rating: 5, text: 'a' }],
      ['POST', '/orders', { product: 'arm\u0000chair', quantity: 1 }],
      ['PATCH', `/profiles/${PEOPLE.ben}`, { displayName: 'Be\u0000n' }],
    ]
    for (const [method, path, body] of bodies) {
      const answer = await shop.send('ben', method, path, { body })
      expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'body_invalid' }])
    }
  })

  it('of any kind is answered, never with 500', async () => {
    const paths = ['/orders', '/reviews', '/reviews/x/delete']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, body) => {
        const answer = await shop.send('ben', 'POST', path, { body: JSON.stringify(body) })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), async (text) => {
        const answer = await shop.send(null, 'GET', `/products?query=${encodeURIComponent(text)}`)
        expect(answer.status).toBe(200)
      }),
      { numRuns: 60 },
    )
  })

  it('is refused clearly when the database is away, and served when it is back', async () => {
    const { rows } = await shop.database.query<{ n: number }>('SELECT count(*)::int AS n FROM orders')
    await shop.database
      .query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()')
      .catch(() => {})
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.send('ben', 'GET', '/products')))
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true)
    expect((await shop.send('ben', 'GET', '/products')).status).toBe(200)
    expect(await shop.count('orders')).toBe(rows[0]?.n)
  })

  it('does not end the process when the database goes away in the middle of a transaction', async () => {
    const work = shop.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await shop.database.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
      // Nothing is being asked on this connection while it breaks.
      await new Promise((resolve) => setTimeout(resolve, 200))
      await tx.query('SELECT 1')
    })
    await expect(work).rejects.toThrow()
    expect((await shop.send('ben', 'GET', '/products')).status).toBe(200)
  })
})

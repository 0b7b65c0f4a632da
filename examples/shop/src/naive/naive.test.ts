import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, type Database } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { createDatabase, type TestDatabase } from '../test/postgres.ts'
import { createNaiveShop } from './app.ts'
import { NAIVE_PEOPLE, sowSecrets } from './seed.ts'

// The naive twin must really be as bad as it says: a twin that is safe by accident proves nothing in the lab.
let own: TestDatabase
let database: Database
let shop: Hono
const printed: string[] = []

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(words.join(' ')))
  own = await createDatabase()
  database = openDatabase(own.url)
  await createTables(database, 'naive.sql')
  await seed(database, NAIVE_PEOPLE)
  await sowSecrets(database, NAIVE_PEOPLE)
  shop = createNaiveShop(database)
})

afterAll(async () => {
  await database?.close()
  await own?.drop()
  vi.restoreAllMocks()
})

async function send(method: string, path: string, body?: unknown, cookie = ''): Promise<Response> {
  return shop.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function signIn(name: string): Promise<string> {
  const answer = await send('POST', '/login', { email: `${name}@shop.example`, password: `${name}123` })
  const { token } = (await answer.json()) as { token: string }
  return `session=${token}`
}

async function balance(name: string): Promise<number> {
  const { rows } = await database.query<{ balance_cents: number }>(
    'SELECT balance_cents FROM wallets WHERE person_id = $1',
    [NAIVE_PEOPLE[name]],
  )
  return rows[0]?.balance_cents ?? Number.NaN
}

describe('the naive shop', () => {
  it('sells at the price that the page says, and pays the buyer for a negative quantity', async () => {
    const cookie = await signIn('mia')
    const before = await balance('mia')
    expect((await send('POST', '/orders', { product: 'armchair', quantity: 1, price: 1 }, cookie)).status).toBe(201)
    expect(await balance('mia')).toBe(before - 1)
    await send('POST', '/orders', { product: 'kettle', quantity: -2, price: 3500 }, cookie)
    expect(await balance('mia')).toBe(before - 1 + 7000)
  })

  it('believes a role that is only said', async () => {
    const answer = await shop.request('/orders', { headers: { 'x-role': 'admin' } })
    const { items } = (await answer.json()) as { items: unknown[] }
    expect(items.length).toBeGreaterThan(0)
  })

  it('lets anybody delete any review', async () => {
    const { rows } = await database.query<{ id: string }>('SELECT id FROM reviews LIMIT 1')
    expect((await send('DELETE', `/reviews/${rows[0]?.id}`)).status).toBe(204)
    const left = await database.query('SELECT id FROM reviews WHERE id = $1', [rows[0]?.id])
    expect(left.rows).toHaveLength(0)
  })

  it('sends the password and the card of everybody', async () => {
    const text = await (await shop.request('/profiles')).text()
    expect(text).toContain('ben123')
    expect(text).toContain('4111111111')
  })

  it('answers an injected question', async () => {
    const query = encodeURIComponent(`x' UNION SELECT email, password, card_number, 0, 0, true FROM profiles --`)
    expect(await (await shop.request(`/products?query=${query}`)).text()).toContain('ben123')
  })

  it('prints a review as markup', async () => {
    const script = '<script>steal()</script>'
    await send('POST', '/reviews', { product: 'kettle', rating: 5, text: script }, await signIn('mia'))
    expect(await (await shop.request('/p/kettle')).text()).toContain(script)
  })

  it('takes a weak password, and a session that was signed out', async () => {
    expect((await send('POST', '/register', { email: 'eve@shop.example', password: '1' })).status).toBe(201)
    const answer = await send('POST', '/login', { email: 'eve@shop.example', password: '1' })
    const { token } = (await answer.json()) as { token: number }
    await send('POST', '/logout', undefined, `session=${token}`)
    expect(await (await send('GET', '/wallet', undefined, `session=${token}`)).json()).toMatchObject({
      balance_cents: 10_000,
    })
  })

  it('writes passwords and sessions to its log', () => {
    expect(printed.join('\n')).toContain('mia123')
    expect(printed.join('\n')).toMatch(/session=1\d\d\d/)
  })

  it('shows decent pages', async () => {
    for (const path of ['/', '/p/kettle', '/login']) {
      const answer = await shop.request(path)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('insecure on purpose')
    }
    const account = await shop.request('/account', { headers: { cookie: `${await signIn('ada')}; role=admin` } })
    expect(await account.text()).toContain('All orders')
  })
})

import { guardSql, traceHono } from '@holdfast/sdk/sql-guard'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { createDatabase, type TestDatabase } from '../test/postgres.ts'
import { createNaiveShop } from './app.ts'
import { NAIVE_PEOPLE, sowSecrets } from './seed.ts'

// The naive shop writes SQL of strings everywhere. Two lines guard it, and its handlers stay as they are.
let own: TestDatabase
const databases: Database[] = []
let naive: Hono
let guarded: Hono
let cookie: string

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  own = await createDatabase()
  const plain = openDatabase(own.url)
  const held = openDatabase(own.url, { guard: (pool) => guardSql(pool, { dialect: 'postgresql' }) })
  databases.push(plain, held)
  await createTables(plain, 'naive.sql')
  await seed(plain, NAIVE_PEOPLE)
  await sowSecrets(plain, NAIVE_PEOPLE)
  naive = createNaiveShop(plain)
  guarded = new Hono().use(traceHono()).route('/', createNaiveShop(held))
  cookie = await signIn()
})
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()))
  await own?.drop()
  vi.restoreAllMocks()
})

const UNION = "x' UNION SELECT email, password, card_number, 0, 0, true FROM profiles --"
const attacks: readonly [what: string, path: string, headers: Record<string, string>][] = [
  ['a search', `/products?query=${encodeURIComponent(UNION)}`, {}],
  ['a path', `/products/${encodeURIComponent("x' OR '1'='1")}`, {}],
  ['a cookie', '/orders', { cookie: 'session=0 OR true' }],
  ['another parameter', `/wallet?person=${encodeURIComponent(`${NAIVE_PEOPLE['ben']}' OR ''='`)}`, {}],
]

async function signIn(): Promise<string> {
  const login = { email: 'mia@shop.example', password: 'mia123' }
  const headers = { 'content-type': 'application/json' }
  const answer = await guarded.request('/login', { method: 'POST', headers, body: JSON.stringify(login) })
  const { token } = (await answer.json()) as { token: string }
  return `session=${token}`
}

describe('the naive shop', () => {
  it.each(attacks)('is injected by %s, and not behind the SQL guard', async (_, path, headers) => {
    const [open, held] = [await naive.request(path, { headers }), await guarded.request(path, { headers })]
    expect(open.status).toBe(200)
    expect(await held.text()).toContain('The query was not sent.')
    expect(held.status).toBe(500)
  })

  it('works as before behind it', async () => {
    for (const path of [
      '/products?query=kettle',
      '/products/armchair',
      '/orders',
      '/wallet',
      '/products?query=a%25e',
    ]) {
      const [open, held] = [
        await naive.request(path, { headers: { cookie } }),
        await guarded.request(path, { headers: { cookie } }),
      ]
      expect([held.status, await held.text()], path).toEqual([open.status, await open.text()])
    }
  })
})

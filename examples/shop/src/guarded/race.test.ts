import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { startControlPlane, type TestControlPlane } from '../test/control-plane.ts'
import { DIRECTORY, PEOPLE } from '../test/people.ts'
import { createDatabase, type TestDatabase } from '../test/postgres.ts'
import { startProcess, type ShopProcess } from '../test/process.ts'

const PARALLEL = 50
const REAL = 'guarded/main.ts'
const BROKEN = 'broken/main.ts'

let own: TestDatabase
let control: TestControlPlane
let database: Database
let processes: ShopProcess[] = []

beforeAll(async () => {
  control = await startControlPlane(DIRECTORY)
})
afterAll(async () => {
  await control?.stop()
})
beforeEach(async () => {
  own = await createDatabase()
  database = openDatabase(own.url)
  await createTables(database, 'guarded.sql')
  await seed(database, PEOPLE)
  await database.query(`UPDATE wallets SET balance_cents = 9000`)
})
afterEach(async () => {
  const codes = await Promise.all(processes.map((process) => process.stop()))
  processes = []
  await database.close()
  await own.drop()
  expect(codes.every((code) => code === 0)).toBe(true)
})

/** Fifty purchases of notebooks (9.00 each, the wallet has 90.00) at once, over two processes of the shop. */
async function buyAll(
  entry: string,
  key: (n: number) => string | undefined,
): Promise<{ statuses: number[]; ids: string[] }> {
  const env = {
    SHOP_DATABASE_URL: own.url,
    HOLDFAST_CREDENTIALS: control.credentialsFile,
    SHOP_PEOPLE: JSON.stringify(PEOPLE),
  }
  processes = await Promise.all([startProcess(entry, env), startProcess(entry, env)])
  const identity = control.identity(PEOPLE.ben)
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, async (_, n) => {
      const answer = await fetch(`${processes[n % 2]?.url}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'holdfast-identity': identity },
        body: JSON.stringify({ product: 'notebook', quantity: 1, idempotencyKey: key(n) }),
      })
      const body = (await answer.json().catch(() => ({}))) as { id?: string }
      return { status: answer.status, id: body.id }
    }),
  )
  return {
    statuses: answers.map((answer) => answer.status),
    ids: answers.flatMap((answer) => (answer.status === 201 && answer.id !== undefined ? [answer.id] : [])),
  }
}

async function books(): Promise<{ orders: number; ordered: number; balance: number; stock: number }> {
  const { rows } = await database.query<{ orders: number; ordered: number; balance: number; stock: number }>(
    `SELECT (SELECT count(*)::int FROM orders) AS orders,
            (SELECT coalesce(sum(total_cents), 0)::int FROM orders) AS ordered,
            (SELECT balance_cents FROM wallets WHERE person_id = $1) AS balance,
            (SELECT stock FROM products WHERE id = 'notebook') AS stock`,
    [PEOPLE.ben],
  )
  return rows[0] ?? { orders: NaN, ordered: NaN, balance: NaN, stock: NaN }
}

describe('fifty identical purchases at once, over two processes', () => {
  it('pay exactly once, and all answer with the one order', async () => {
    const { statuses, ids } = await buyAll(REAL, () => 'the-same')
    expect(statuses).toEqual(Array.from({ length: PARALLEL }, () => 201))
    expect(new Set(ids).size).toBe(1)
    expect(await books()).toEqual({ orders: 1, ordered: 900, balance: 8100, stock: 199 })
  })

  it('pay more than once in the broken twin', async () => {
    await buyAll(BROKEN, () => 'the-same')
    expect((await books()).orders).toBeGreaterThan(1)
  })
})

describe('fifty different purchases at once, over two processes', () => {
  it('sell what the balance covers, to the cent, and never go below zero', async () => {
    const { statuses } = await buyAll(REAL, (n) => (n % 3 === 0 ? undefined : `purchase-${n}`))
    expect(statuses.filter((status) => status === 201)).toHaveLength(10)
    expect(statuses.filter((status) => status === 409)).toHaveLength(PARALLEL - 10)
    expect(await books()).toEqual({ orders: 10, ordered: 9000, balance: 0, stock: 190 })
  })

  it('hand out goods for nothing in the broken twin', async () => {
    await buyAll(BROKEN, () => undefined)
    const { ordered, balance } = await books()
    expect(ordered + balance).toBeGreaterThan(9000)
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Compared, compareWorld } from './policy-sql/compare.ts'
import { createEmptyDatabase, type TestDatabase } from './test-database.ts'

let own: TestDatabase
let client: Client

beforeAll(async () => {
  own = await createEmptyDatabase(inject('postgresUrl'))
  client = new Client({ connectionString: own.url })
  await client.connect()
  await client.query('SET search_path = fuzz; SET client_min_messages = warning')
})

afterAll(async () => {
  await client.end()
  await own.drop()
})

// `npm run fuzz -- policy-sql` compares more than a million decisions; here a sample that is always the same.
const seeds = Array.from({ length: 15 }, (_, at) => at + 1)
const size = { rows: 40, sets: 20 }

it('decides in SQL about every row as the evaluator does, over random schemas, tables, policies and requests', async () => {
  const compared: Compared = { decisions: 0, allowed: 0, varying: 0, refused: new Map() }
  for (const seed of seeds) await compareWorld(client, seed, size, compared)
  const { decisions, varying } = compared
  // A sample of which the rows decide nothing would compare nothing.
  expect(decisions).toBeGreaterThan((seeds.length * size.rows * size.sets) / 2)
  expect(varying * size.rows).toBeGreaterThan(decisions / 10)
})

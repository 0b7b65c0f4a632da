import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEOPLE } from '../test/people.ts'
import { createDatabase, type TestDatabase } from '../test/postgres.ts'
import { openDatabase, type Database } from './connection.ts'
import { createTables, seed } from './seed.ts'

let own: TestDatabase
let database: Database
beforeAll(async () => {
  own = await createDatabase()
  database = openDatabase(own.url)
})
afterAll(async () => {
  await database?.close()
  await own?.drop()
})

async function everything(): Promise<unknown> {
  const tables = ['products', 'profiles', 'wallets', 'orders', 'reviews']
  return Promise.all(tables.map(async (table) => (await database.query(`SELECT * FROM ${table} ORDER BY 1`)).rows))
}

describe('a start of the shop', () => {
  it('fills it once, when several start at the same time too', async () => {
    const starts = Array.from({ length: 6 }, async () => {
      await createTables(database, 'guarded.sql')
      await seed(database, PEOPLE)
    })
    await Promise.all(starts)
    const counts = (await everything()) as unknown[][]
    expect(counts.map((rows) => rows.length)).toEqual([6, 4, 4, 0, 3])
  })

  it('keeps what was sold, spent, changed and deleted since', async () => {
    await database.query(`UPDATE products SET stock = 1, price_cents = 5000 WHERE id = 'kettle'`)
    await database.query('UPDATE wallets SET balance_cents = 7')
    await database.query(`UPDATE profiles SET display_name = 'Changed' WHERE person_id = $1`, [PEOPLE.ben])
    await database.query('DELETE FROM reviews')
    const before = await everything()
    await createTables(database, 'guarded.sql')
    await seed(database, PEOPLE)
    expect(await everything()).toEqual(before)
  })
})

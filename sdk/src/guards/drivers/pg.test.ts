import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../testing/database.ts'
import { guardSql, sql, type SqlFinding, traceRequest } from '../sql-guard.ts'

let own: TestDatabase
let naive: TestDatabase
const findings: SqlFinding[] = []

beforeAll(async () => {
  ;[own, naive] = await Promise.all([createDatabase(), createDatabase()])
  for (const { pool } of [own, naive]) {
    await pool.query(`CREATE TABLE people (id int, name text, pw text)`)
    await pool.query(`INSERT INTO people VALUES (1, 'ada', 'secret-a'), (2, 'ben', 'secret-b'), (3, 'O''Brien', 'c')`)
  }
  guardSql(own.pool, { dialect: 'postgresql', onFinding: (finding) => findings.push(finding) })
})
afterAll(async () => {
  await own?.drop()
  await naive?.drop()
})
beforeEach(() => void findings.splice(0))

/** A search as it must not be written, in a request that asks for `q`. */
function search(database: TestDatabase, q: string): Promise<readonly string[]> {
  const request = { headers: {}, url: `/people?q=${encodeURIComponent(q)}` }
  return traceRequest(request, async () => {
    const { rows } = await database.pool.query<{ name: string }>(`SELECT name FROM people WHERE name ILIKE '%${q}%'`)
    return rows.map(({ name }) => name)
  })
}
async function byId(database: TestDatabase, id: string): Promise<readonly unknown[]> {
  return traceRequest({ headers: {}, url: '/', body: { id } }, async () => {
    const client = await database.pool.connect()
    try {
      return (await client.query(`SELECT name FROM people WHERE id = ${id} AND pw <> ''`)).rows
    } finally {
      client.release()
    }
  })
}

const attacks = [
  `%' UNION SELECT pw FROM people --`,
  `x' OR '1%'='1`,
  `x'; UPDATE people SET pw = 'owned'; SELECT '`,
  `x'||(SELECT pw FROM people LIMIT 1)||'`,
  `x' OR $$a$$ = $$a$$ OR name = '`,
]

describe('a pool of pg', () => {
  it.each(attacks)('is injected by %j without the guard, and not with it', async (attack) => {
    // Several statements have several results.
    await search(naive, attack).catch(() => {})
    expect(await search(naive, `x' OR '1%'='1`)).toHaveLength(3)
    await expect(search(own, attack)).rejects.toMatchObject({ code: 'query_refused', status: 400 })
    expect(findings).toMatchObject([{ place: 'query', name: 'q' }])
  })

  it('still stands as it was: nothing of an attack came to the database', async () => {
    const { rows } = await own.pool.query('SELECT DISTINCT pw FROM people ORDER BY pw')
    expect(rows).toEqual([{ pw: 'c' }, { pw: 'secret-a' }, { pw: 'secret-b' }])
    expect((await naive.pool.query(`SELECT 1 FROM people WHERE pw = 'owned'`)).rows).toHaveLength(3)
  })

  it('guards its clients too', async () => {
    expect(await byId(naive, '1 OR 1=1')).toHaveLength(3)
    expect(await byId(own, '1')).toHaveLength(1)
    await expect(byId(own, '1 OR 1=1')).rejects.toMatchObject({ code: 'query_refused' })
    await expect(byId(own, '1 -- ')).rejects.toMatchObject({ code: 'query_refused' })
  })

  it('takes every value as a parameter, in every form of a call, and what was escaped', async () => {
    const attack = attacks[0] ?? ''
    await traceRequest({ headers: { 'x-q': attack } }, async () => {
      const text = 'SELECT $1::text AS found'
      const found = [{ found: attack }]
      expect((await own.pool.query(text, [attack])).rows).toEqual(found)
      expect((await own.pool.query({ text, values: [attack] })).rows).toEqual(found)
      expect((await own.pool.query(sql`SELECT ${attack}::text AS found`)).rows).toEqual(found)
      expect((await own.pool.query(`SELECT ${new Client().escapeLiteral(attack)} AS found`)).rows).toEqual(found)
      const called = await new Promise((resolve) => {
        own.pool.query(text, [attack], (_, result) => resolve(result.rows))
      })
      expect(called).toEqual(found)
    })
    expect(await search(own, 'ada')).toEqual(['ada'])
    expect(findings).toEqual([])
  })

  it('tells a callback of a refusal as of any error', async () => {
    const error = await traceRequest({ headers: { 'x-id': '1 OR 1=1' } }, () => {
      return new Promise((resolve) => {
        own.pool.query('SELECT 1 OR 1=1', (reason) => resolve(reason))
      })
    })
    expect(error).toMatchObject({ code: 'query_refused' })
  })

  it('asks with the request that the query was given in, also when it waits for a connection', async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => own.pool.connect()))
    const waiting = [
      search(own, 'ada'),
      search(own, `x' OR '1%'='1`).catch((error: unknown) => error),
      search(own, 'ben'),
    ]
    // The connections are given back in the course of another request, whose values would make alarms in those queries.
    traceRequest({ headers: { 'x-q': 'SELECT name FROM people WHERE name' } }, () => {
      for (const client of held) client.release()
    })
    expect(await Promise.all(waiting)).toMatchObject([['ada'], { code: 'query_refused' }, ['ben']])
    expect(findings).toHaveLength(1)
  })

  it('only tells of what it finds in the mode report', async () => {
    const database = await createDatabase()
    try {
      const seen: SqlFinding[] = []
      guardSql(database.pool, { dialect: 'postgresql', mode: 'report', onFinding: (finding) => seen.push(finding) })
      const ask = () =>
        traceRequest({ headers: { 'x-id': '1=1 OR 2=2' } }, () => database.pool.query('SELECT 1 WHERE 1=1 OR 2=2'))
      expect((await ask()).rowCount).toBe(1)
      expect((await ask()).rowCount).toBe(1)
      expect(seen).toHaveLength(2)
      expect(() => guardSql(database.pool, { dialect: 'postgresql' })).toThrow('guarded already')
      expect(() => guardSql({}, { dialect: 'mysql' })).toThrow('no database of mysql')
    } finally {
      await database.drop()
    }
  })
})

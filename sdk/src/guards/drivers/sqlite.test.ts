import { DatabaseSync } from 'node:sqlite'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { guardSql, sql, traceRequest } from '../sql-guard.ts'

/** What both drivers have. */
interface Database {
  prepare(text: string): { all(...values: never[]): unknown[] }
  exec(text: string): unknown
  /** better-sqlite3 */
  pragma?(text: string): unknown
}
type Open = new (path: string) => Database
const DRIVERS: readonly (readonly [name: string, driver: Open])[] = [
  ['node:sqlite', DatabaseSync],
  ['better-sqlite3', BetterSqlite],
]

/** A database with a table of two people. */
function people(Driver: Open): Database {
  const database = new Driver(':memory:')
  database.exec(`CREATE TABLE people (id integer, name text, pw text)`)
  database.exec(`INSERT INTO people VALUES (1, 'ada', 'secret-a'), (2, 'ben', 'secret-b')`)
  return database
}
const asking = <T>(id: unknown, call: () => T) => traceRequest({ headers: {}, body: { id } }, call)
const byId = (database: Database, id: string) => database.prepare(`SELECT * FROM people WHERE id = ${id}`).all()
const byName = (database: Database, name: string) =>
  database.prepare(`SELECT * FROM people WHERE name = '${name}'`).all()

describe.each(DRIVERS)('a database of %s', (_, Driver) => {
  const naive = people(Driver)
  const own = guardSql(people(Driver), { dialect: 'sqlite' })

  it.each(['1 OR 1=1', '0 UNION SELECT 1,pw,3 FROM people', "(SELECT 1)/*'*/"])('id %j', (attack) => {
    expect(asking(attack, () => byId(naive, attack)).length).toBeGreaterThan(0)
    expect(() => asking(attack, () => byId(own, attack))).toThrow('The query was not sent.')
  })

  it.each(["x' OR 'a'='a", "x' OR 1--", "x' UNION SELECT 1,[pw],3 FROM people; --"])('name %j', (attack) => {
    expect(asking(attack, () => byName(naive, attack))).toHaveLength(2)
    expect(() => asking(attack, () => byName(own, attack))).toThrow('The query was not sent.')
  })

  it('exec', () => {
    const attack = "x'; DELETE FROM people; --"
    const rename = (database: Database) => database.exec(`UPDATE people SET name = '${attack}' WHERE id = 9`)
    const other = people(Driver)
    asking(attack, () => rename(other))
    expect(other.prepare('SELECT * FROM people').all()).toEqual([])
    expect(() => asking(attack, () => rename(own))).toThrow('The query was not sent.')
    expect(own.prepare('SELECT * FROM people').all()).toHaveLength(2)
  })

  it('pragma, where there is one', () => {
    if (own.pragma === undefined) return
    const attack = 'user_version = 5'
    expect(() => asking(attack, () => own.pragma?.(attack))).toThrow('The query was not sent.')
    expect(own.pragma('user_version')).toEqual([{ user_version: 0 }])
  })

  it('parameters and templates take every value', () => {
    const attack = "x' OR 1--"
    asking(attack, () => {
      expect(own.prepare('SELECT ? AS found').all(attack as never)).toEqual([{ found: attack }])
      const { text, values } = sql`SELECT ${attack} AS ${sql.identifier('a"b')}`.for('sqlite')
      expect(text).toBe('SELECT ? AS "a""b"')
      expect(own.prepare(text).all(...(values as never[]))).toEqual([{ 'a"b': attack }])
    })
  })
})

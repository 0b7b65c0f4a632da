import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Trace } from '../trace/request.ts'
import { createSqlChecker } from './check.ts'
import { tokenise } from './tokenise.ts'

const PIECES = `' " \` \\ -- /* */ # $$ $a$ ; ( ) [ ] , = || OR ada a 1 '' \\' E' U&' x' é % :a ?`
  .split(' ')
  .concat('\n', ' ')
const anyText = (maxLength: number) =>
  fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join(''))
const asking = (...body: string[]) => new Trace({ headers: {}, body })

describe('whatever two values are, in the literals of a query', () => {
  const PEOPLE = `VALUES (1, 'ada', 'a'), (2, 'a', '1'), (3, 'O''Brien', 'OR')`
  const client = new Client({ connectionString: inject('postgresUrl') })
  const sqlite = new DatabaseSync(':memory:')
  sqlite.exec(`CREATE TABLE people (id integer, name text, pw text); INSERT INTO people ${PEOPLE}`)
  beforeAll(async () => {
    await client.connect()
    await client.query(`CREATE TEMPORARY TABLE people (id integer, name text, pw text); INSERT INTO people ${PEOPLE}`)
  })
  afterAll(() => client.end())

  const where = (name: string, pw: string) => `SELECT id FROM people WHERE (name = ${name} OR pw = ${pw}) ORDER BY id`

  it('SQLite answers what it would answer to parameters, or the query was refused', () => {
    const check = createSqlChecker({ dialect: 'sqlite' })
    fc.assert(
      fc.property(anyText(9), anyText(9), (name, pw) => {
        const text = where(`'${name}'`, `'${pw}'`)
        if (check(text, asking(name, pw)) !== undefined) return
        let rows: unknown
        try {
          rows = sqlite.prepare(text).all()
        } catch {
          return
        }
        // What quotes written twice mean is the application's mistake, and no code.
        const meant = (value: string) => value.replaceAll("''", "'")
        expect(rows, text).toEqual(sqlite.prepare(where('?', '?')).all(meant(name), meant(pw)))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ["'", "'"],
    ["E'", "'"],
    ['$q$', '$q$'],
  ])('PostgreSQL does so too, in %s..%s', async (open, close) => {
    const check = createSqlChecker({ dialect: 'postgresql' })
    await fc.assert(
      fc.asyncProperty(anyText(9), anyText(9), async (name, pw) => {
        const text = where(open + name + close, open + pw + close)
        if (check(text, asking(name, pw)) !== undefined) return
        const answer = await client.query<{ id: number }>(text).catch(() => null)
        if (answer === null) return
        const ids = Array.isArray(answer) ? answer : answer.rows.map(({ id }) => id)
        const known = [...(name === 'ada' ? [1] : []), ...(name === 'a' ? [2] : []), ...(pw === 'a' ? [1] : [])]
          .concat(pw === '1' ? [2] : [], pw === 'OR' ? [3] : [])
          .toSorted((a, b) => a - b)
        expect(ids, text).toEqual([...new Set(known)])
      }),
      { numRuns: 200 },
    )
  })
})

describe('the tokenisers', () => {
  it('read everything, in order, and never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('postgresql', 'mysql', 'sqlite'),
        fc.oneof(anyText(30), fc.string()),
        (dialect, text) => {
          let behind = 0
          for (const { start, end, from, to } of tokenise(dialect, text).list) {
            expect(start).toBeGreaterThanOrEqual(behind)
            expect(text.slice(behind, start).trim()).toBe('')
            expect(end).toBeGreaterThan(start)
            expect(from >= start && to <= end && from <= to + 2).toBe(true)
            behind = end
          }
        },
      ),
    )
  })

  it('judge what was escaped, in every literal, as a value', () => {
    const inMysql = (value: string) => `'${value.replace(/[\\'"]/g, '\\$&')}'`
    const doubled = (value: string) => `'${value.replaceAll("'", "''")}'`
    fc.assert(
      fc.property(anyText(12), (value) => {
        for (const [dialect, literal] of [
          ['postgresql', doubled(value)],
          ['sqlite', doubled(value)],
          ['mysql', inMysql(value)],
        ] as const) {
          const finding = createSqlChecker({ dialect })(`SELECT ${literal} FROM t`, asking(value))
          expect(finding, `${dialect} ${literal}`).toBeUndefined()
        }
      }),
    )
  })
})

// It reads the processor's clock, which a busy machine bends: it belongs to the long runs (npm run fuzz), where somebody looks.
const long = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 0) > 1_000

it.runIf(long)('costs time linear in query and values, whatever they are', () => {
  const cost = (size: number, make: (size: number) => readonly [query: string, values: readonly string[]]): number => {
    const [query, values] = make(size)
    const begun = process.cpuUsage()
    createSqlChecker({ dialect: 'mysql' })(query, asking(...values))
    const { user, system } = process.cpuUsage(begun)
    return user + system
  }
  const hostile: ((size: number) => readonly [string, readonly string[]])[] = [
    (size) => [`SELECT '${"''".repeat(size / 2)}'`, [`''a`, "'".repeat(size / 2), `a${"''".repeat(size / 4)}`]],
    (size) => [`SELECT '${'a'.repeat(size)}'`, ['a'.repeat(size / 2), `${'a'.repeat(size / 2)}b`, 'aa', 'aaa']],
    (size) => [`SELECT '${"\\'x".repeat(size / 3)}'`, ["'x", "x\\'", `${"\\'x".repeat(size / 6)}\\`]],
    (size) => [`SELECT ${'/*'.repeat(size / 2)}`, ['/*', '*/', '/*/*']],
    (size) => ['1,'.repeat(size / 2), Array.from({ length: 1000 }, (_, n) => `1,${n}`)],
  ]
  // Sixteen times the size would be 256 times the CPU if it were quadratic, in each of the tries; a busy machine spoils some of them.
  const factor = (make: (typeof hostile)[number]) => cost(262_144, make) / Math.max(1_000, cost(16_384, make))
  for (const make of hostile) {
    cost(4_096, make)
    let best = factor(make)
    for (let tries = 1; best >= 100 && tries < 20; tries++) best = Math.min(best, factor(make))
    expect(best).toBeLessThan(100)
  }
})

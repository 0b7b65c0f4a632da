import fc from 'fast-check'
import { Pool } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { quoteIdentifier, Sql, sql } from './sql.ts'

describe('the sql tag', () => {
  it('numbers values, and puts pieces in with theirs', () => {
    const condition = sql`(a = ${1} OR b = ${'x'})`
    const query = sql`SELECT * FROM t WHERE c = ${true} AND ${condition} LIMIT ${20}`
    expect(query.text).toBe('SELECT * FROM t WHERE c = $1 AND (a = $2 OR b = $3) LIMIT $4')
    expect(query.values).toEqual([true, 1, 'x', 20])
    expect(condition.from(5)).toEqual({ text: '(a = $5 OR b = $6)', values: [1, 'x'] })
    expect(sql`SELECT 1`).toMatchObject({ text: 'SELECT 1', values: [] })
  })

  it('is taken by node-postgres as it is, which copies a query before it sends it', async () => {
    const pool = new Pool({ connectionString: inject('postgresUrl'), max: 1 })
    const query = sql`SELECT ${1}::int + ${2}::int AS sum WHERE ${sql`${'x'} = ${'x'}`}`
    try {
      await expect(pool.query(query)).resolves.toMatchObject({ rows: [{ sum: 3 }] })
      const client = await pool.connect()
      await expect(client.query(query)).resolves.toMatchObject({ rows: [{ sum: 3 }] })
      client.release()
    } finally {
      await pool.end()
    }
  })

  it('joins, and quotes names', () => {
    const columns = sql.join([sql.identifier('p', 'a"b'), sql`upper(${'x'})`])
    expect(sql`SELECT ${columns}`).toMatchObject({ text: 'SELECT "p"."a""b", upper($1)', values: ['x'] })
    expect(sql`${sql.join([1, 2], sql` + `)}`.text).toBe('$1 + $2')
    expect(() => sql.join([])).toThrow(TypeError)
    for (const none of ['', 'a\0b']) expect(() => quoteIdentifier(none)).toThrow(TypeError)
  })

  it('takes whatever a caller sends as a value', () => {
    const hostile = [
      `'; DROP TABLE orders; --`,
      '$1',
      '${1}',
      { strings: ['1 = 1'], values: [] },
      { text: 'TRUE', values: [], from: () => ({ text: 'TRUE', values: [] }) },
      Object.create(Sql.prototype, { strings: { value: ['TRUE'] }, values: { value: [] } }) as object,
      ['a', { raw: ['TRUE'] }],
      null,
    ]
    for (const value of hostile) {
      expect(sql`SELECT ${value}`).toMatchObject({ text: 'SELECT $1', values: [value] })
    }
  })

  it('is no function of text', () => {
    const call = sql as unknown as (...given: unknown[]) => Sql
    for (const given of ['SELECT 1', ['SELECT 1'], JSON.parse('["TRUE"]'), { raw: ['TRUE'] }, undefined]) {
      expect(() => call(given)).toThrow('sql is a tag')
    }
  })

  it('refuses a number written by hand, which would be that of another value, and what is undefined', () => {
    expect(() => sql`WHERE a = $1 AND ${sql`b = ${2}`}`).toThrow('numbers its values itself')
    expect(() => sql`WHERE a = ${undefined}`).toThrow('Value 1')
    expect(() => sql`SELECT '\u{zz}'`).toThrow('escape')
    for (const first of [0, -1, 1.5, Number.NaN]) expect(() => sql`${1}`.from(first)).toThrow(TypeError)
  })

  it('keeps values in the order of their numbers, however deep the pieces lie', () => {
    const piece: fc.Memo<Sql> = fc.memo((depth) =>
      depth <= 1
        ? fc.nat(9).map((value) => sql`[${value}]`)
        : fc.oneof(
            fc.nat(9).map((value) => sql`[${value}]`),
            fc.tuple(piece(), piece()).map(([a, b]) => sql`(${a}-${b})`),
            fc.array(piece(), { minLength: 1, maxLength: 3 }).map((list) => sql`{${sql.join(list)}}`),
          ),
    )
    fc.assert(
      fc.property(piece(4), fc.integer({ min: 1, max: 50 }), (built, first) => {
        const { text, values } = built.from(first)
        const numbers = [...text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1]))
        expect(numbers).toEqual(values.map((_, at) => first + at))
      }),
    )
  })
})

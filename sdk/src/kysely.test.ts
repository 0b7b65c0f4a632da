import { type Generated, Kysely, PostgresDialect, sql as raw } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Holdfast } from './holdfast.ts'
import { allowed, fragment, masked, queryable } from './kysely.ts'
import { sql } from './filters/sql.ts'
import { Document, HOSTILE, type Library, openLibrary } from './testing/library.ts'

interface Tables {
  documents: {
    id: Generated<string>
    owner_id: string
    title: string
    level: number
    open: boolean
    folder_id: string | null
    secret: string
  }
  folder_closure: { document_id: string; folder_id: string }
}

let library: Library
let holdfast: Holdfast
let db: Kysely<Tables>
beforeAll(async () => {
  library = await openLibrary()
  holdfast = await library.connect()
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: library.database.pool }) })
  await holdfast.checkColumns(queryable(db), [Document])
})
// The pool is the library's to end.
afterAll(() => library?.close())

const ada = { type: 'Person', id: 'ada' }
const hostile = { type: 'Person', id: HOSTILE }

/** What the filter lets through without Kysely. */
async function expected(who: typeof ada): Promise<string[]> {
  const { text, values } =
    sql`SELECT id FROM documents WHERE ${holdfast.filter(who, 'view', Document)} ORDER BY level DESC, id`
  const { rows } = await library.database.pool.query<{ id: string }>(text, [...values])
  return rows.map(({ id }) => id)
}

describe('a filter in a query of Kysely', () => {
  it.each([ada, hostile])('keeps joins, aliases, conditions, order, limit and count ($id)', async (who) => {
    const all = await expected(who)
    expect(all.length).toBeGreaterThan(10)
    const query = db
      .selectFrom('documents as d')
      .innerJoin('folder_closure as c', (join) =>
        join.onRef('c.document_id', '=', 'd.id').onRef('c.folder_id', '=', 'd.folder_id'),
      )
      .where('d.title', '<>', 'none')
      .where(allowed(holdfast.filter(who, 'view', Document, { alias: 'd' })))
      .where('d.level', '>=', 0)
    const page = await query
      .select(['d.id', 'c.folder_id'])
      .orderBy('d.level', 'desc')
      .orderBy('d.id')
      .limit(5)
      .offset(2)
      .execute()
    expect(page.map(({ id }) => id)).toEqual(all.slice(2, 7))
    const { total } = await query.select((eb) => eb.fn.countAll<string>().as('total')).executeTakeFirstOrThrow()
    expect(Number(total)).toBe(all.length)
  })

  it('stands inside of an or, a not and a subquery', async () => {
    const mine = allowed(holdfast.filter(ada, 'edit', Document, { alias: 'd' }))
    const everything = await db.selectFrom('documents as d').select('d.id').execute()
    const edited = await db.selectFrom('documents as d').select('d.id').where(mine).execute()
    const rest = await db
      .selectFrom('documents as d')
      .select('d.id')
      .where((eb) =>
        eb.not(eb.exists(eb.selectFrom('documents as e').select('e.id').whereRef('e.id', '=', 'd.id').where(mine))),
      )
      .execute()
    expect(edited.length + rest.length).toBe(everything.length)
    const or = await db
      .selectFrom('documents as d')
      .select('d.id')
      .where((eb) => eb.or([mine, eb('d.owner_id', '=', 'ben')]))
      .execute()
    expect(or.length).toBe(80)
  })

  it('guards a change as well', async () => {
    const rows = await db
      .updateTable('documents')
      .set({ folder_id: 'moved' })
      .where(allowed(holdfast.filter(hostile, 'edit', Document)))
      .returning('owner_id')
      .execute()
    expect(new Set(rows.map(({ owner_id: owner }) => owner))).toEqual(new Set([HOSTILE]))
  })

  it('selects masked columns, with their types', async () => {
    const columns = holdfast.columns(ada, Document, { alias: 'd' })
    const rows = await db
      .selectFrom('documents as d')
      .select(['d.id', 'd.owner_id'])
      .select(masked(columns))
      .orderBy('d.id')
      .execute()
    expect(rows).toHaveLength(120)
    for (const row of rows) {
      const shown = columns.pick(row)
      expect('secret' in shown).toBe(row.owner_id === 'ada')
      if (row.owner_id !== 'ada') expect(JSON.stringify(row)).not.toContain('secret-')
    }
  })

  it('takes no value for SQL, whatever it offers to Kysely', async () => {
    const values = [HOSTILE, '$1', { toOperationNode: 'x' }, raw`TRUE`, { expressionType: 1 }]
    for (const value of values) {
      const { sql: text, parameters } = fragment(sql`SELECT ${value}`).compile(db)
      expect([text, parameters]).toEqual(['SELECT $1', [value]])
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Holdfast } from '../holdfast.ts'
import { defineResource } from '../resource.ts'
import { sql } from './sql.ts'
import { Document, HOSTILE, type Library, openLibrary } from '../testing/library.ts'

let library: Library
let holdfast: Holdfast
beforeAll(async () => {
  library = await openLibrary()
  library.control.editors = ['robot']
  holdfast = await library.connect()
  await holdfast.checkColumns(library.database.pool, [Document])
})
afterAll(() => library?.close())

const ada = { type: 'Person', id: 'ada' }
const hostile = { type: 'Person', id: HOSTILE }
const robot = { type: 'Service', id: 'robot' }

interface Row extends Record<string, unknown> {
  id: string
  owner_id: string
  open: boolean
}

async function read(who: typeof ada) {
  const columns = holdfast.columns(who, Document, { alias: 'd' })
  const { text, values } =
    sql`SELECT d.id, d.owner_id, d.open, d.title AS plain, ${columns.list} FROM documents d ORDER BY d.id`
  const { rows } = await library.database.pool.query<Row>(text, [...values])
  expect(rows).toHaveLength(120)
  return { columns, rows, text }
}

describe('masked columns', () => {
  it.each([ada, hostile, robot])('show $id of each row what the mask of that row shows', async (who) => {
    const { columns, rows } = await read(who)
    const { rows: whole } = await library.database.pool.query<Row>(
      'SELECT *, md5(secret) AS digest FROM documents ORDER BY id',
    )
    for (const [at, row] of rows.entries()) {
      const all = whole[at] as Row & Parameters<typeof Document.of>[0]
      const mask = holdfast.mask(who, Document, all, { parents: [] })
      const { id, owner_id: owner, open, plain, ...fields } = columns.pick(row)
      expect([id, owner, open, plain]).toEqual([all.id, all.owner_id, all.open, all['title']])
      expect(fields).toEqual(mask.pick(all))
    }
  })

  it('do not let what is hidden leave the database', async () => {
    for (const who of [ada, hostile]) {
      const { rows, columns } = await read(who)
      const hidden = rows.filter((row) => row.owner_id !== who.id)
      expect(hidden).toHaveLength(80)
      expect(JSON.stringify(hidden)).not.toMatch(/secret-|notes of/)
      expect(hidden.every((row) => row['secret'] === null && row['notes'] === null)).toBe(true)
      expect([columns.always, columns.never]).toEqual([[], ['digest']])
    }
  })

  it('do not name what is hidden in every row, and ask nothing where every row shows', async () => {
    const { text, columns } = await read(robot)
    expect(columns).toMatchObject({ always: ['title', 'digest'], sometimes: [], never: ['notes', 'secret'] })
    expect(text).not.toMatch(/notes|CASE/)
  })

  it('tell an empty field from a hidden one', async () => {
    const { columns, rows } = await read(ada)
    const own = rows.filter((row) => row.owner_id === 'ada').map((row) => columns.pick(row))
    expect(own.some((row) => row['notes'] === null)).toBe(true)
    expect(own.every((row) => 'notes' in row)).toBe(true)
  })

  it('are picked from whole rows alone', () => {
    const columns = holdfast.columns(ada, Document)
    for (const row of [
      { secret: 's' },
      { secret: 's', mask: 'secret' },
      Object.create({ mask: ['secret'] }) as object,
    ]) {
      expect(() => columns.pick(row)).toThrow('no column mask')
    }
    expect(columns.pick({ secret: 's', title: 't', other: 1, mask: ['title'] })).toEqual({ title: 't', other: 1 })
  })

  it('have a name of their own', () => {
    const fields = { viewTitle: ['mask'] }
    expect(() => defineResource({ type: 'Document', id: 'id', fields })).toThrow('No field may be called mask')
  })
})

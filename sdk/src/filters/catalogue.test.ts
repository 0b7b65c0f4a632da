import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person, reference, uuid } from './columns.ts'
import type { Holdfast } from '../holdfast.ts'
import { defineResource, type ResourceDefinition } from '../resource.ts'
import { type Sql, sql } from './sql.ts'
import { Document, type Library, openLibrary, SCHEMA } from '../testing/library.ts'
import { caught } from '../testing/shop.ts'

let library: Library
let holdfast: Holdfast
beforeAll(async () => {
  library = await openLibrary()
  holdfast = await library.connect()
})
afterAll(() => library?.close())

const ada = { type: 'Person', id: 'ada' }
const attributes = { owner: person('owner_id'), title: 'title', level: 'level', open: 'open' } as const
let tables = 0

/** A resource on a table of its own, whose columns are these. */
async function faults(columns: string, change: Partial<ResourceDefinition> = {}): Promise<string[]> {
  const table = `t${++tables}`
  await library.database.pool.query(`CREATE TABLE ${table} (${columns})`)
  const Some = defineResource({ type: 'Document', id: 'id', attributes, table, ...change })
  const error: unknown = await holdfast.checkColumns(library.database.pool, [Some]).then(
    () => null,
    (fault: unknown) => fault,
  )
  if (error === null) {
    expect(holdfast.filter(ada, 'edit', Some).text).toBeTypeOf('string')
    return []
  }
  // What has not passed is not used.
  expect(caught(() => holdfast.filter(ada, 'edit', Some))).toMatchObject({ code: 'filter_mapping', status: 500 })
  expect(caught(() => holdfast.columns(ada, Some))).toMatchObject({ code: 'filter_mapping' })
  const found = (error as { faults: string[] }).faults
  for (const fault of found) expect((error as Error).message).toContain(fault)
  return found.map((fault) => fault.replace(`${table}.`, '').replace(table, 'it'))
}

const good = {
  id: 'uuid PRIMARY KEY',
  owner_id: 'text NOT NULL',
  title: 'text NOT NULL',
  level: 'int NOT NULL',
  open: 'boolean NOT NULL',
}
const columns = (change: Partial<Record<keyof typeof good, string>> = {}) =>
  Object.entries({ ...good, ...change })
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')

describe('columns', () => {
  const id = uuid('id')

  it('that fit pass, domains and other widths too', async () => {
    expect(await faults(columns(), { id })).toEqual([])
    await library.database.pool.query(`CREATE DOMAIN short AS varchar(80) NOT NULL; CREATE DOMAIN shorter AS short`)
    expect(await faults(columns({ title: 'shorter', level: 'smallint NOT NULL' }), { id })).toEqual([])
    expect(await faults(columns({ level: 'bigint NOT NULL' }), { id })).toEqual([])
  })

  it.each([
    ['a required one may be NULL', { owner_id: 'text' }, 'owner_id: may be NULL'],
    ['text is a number', { title: 'int NOT NULL' }, 'title: is of type int4'],
    ['text is padded', { title: 'char(10) NOT NULL' }, 'title: is of type bpchar'],
    ['a number is rounded', { level: 'real NOT NULL' }, 'level: is of type float4'],
    ['an id is of another type', { id: 'text PRIMARY KEY' }, 'id: is of type text'],
    ['a boolean is text', { open: 'text NOT NULL' }, 'open: is of type text'],
    ['text is an enumeration of a domain', { title: 'int4range NOT NULL' }, 'title: is of type int4range'],
  ])('are refused where %s', async (_, change, fault) => {
    expect(await faults(columns(change), { id })).toEqual([expect.stringContaining(fault)])
  })

  it('are refused where different texts are equal', async () => {
    await library.database.pool.query(
      `CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    )
    expect(await faults(columns({ owner_id: 'text COLLATE caseless NOT NULL' }), { id })).toEqual([
      expect.stringContaining('owner_id: has a collation by which different texts are equal'),
    ])
  })

  it('are refused all at once, each by its name', async () => {
    const found = await faults('id uuid PRIMARY KEY, owner_id text, level text NOT NULL, open boolean NOT NULL', { id })
    expect(found).toEqual([
      expect.stringMatching(/^owner_id: may be NULL/),
      expect.stringMatching(/^title: there is no such column/),
      expect.stringMatching(/^level: is of type text/),
    ])
  })

  it('are those of a table that is there, in the definition and beside it', async () => {
    const { pool } = library.database
    const Missing = defineResource({ type: 'Document', id, attributes, table: 'no.such_table' })
    await expect(holdfast.checkColumns(pool, [Missing])).rejects.toThrow('there is no such table')
    const Nameless = defineResource({ type: 'Document', id, attributes })
    await expect(holdfast.checkColumns(pool, [Nameless])).rejects.toThrow('names no table')
    const tree = {
      kind: 'tree',
      type: 'Folder',
      column: 'title',
      table: 'folders',
      id: 'id',
      parent: 'parent',
    } as const
    const beside = await faults(columns(), { id, parents: [tree] })
    expect(beside.join()).toContain('folders.id: there is no such table')
    const nullable = { kind: 'closure', type: 'Folder', table: 'closure', child: 'child', parent: 'parent' } as const
    await pool.query('CREATE TABLE closure (child uuid, parent int)')
    const joined = await faults(columns(), { id, parents: [nullable] })
    expect(joined.join()).toContain('closure.parent: is of type int4')
  })

  it('of a view are refused, which does not tell whether they may be NULL', async () => {
    await library.database.pool.query('CREATE VIEW seen AS SELECT * FROM documents')
    const View = defineResource({ type: 'Document', id, attributes, table: 'seen' })
    await expect(holdfast.checkColumns(library.database.pool, [View])).rejects.toThrow('seen.owner_id: may be NULL')
  })

  it('of fields are there', async () => {
    const fields = { viewTitle: ['title', 'subtitle'], viewDigest: ['digest'] }
    const digest = (column: (name: string) => Sql) => sql`md5(${column('owner_id')})`
    const sound = { subtitle: 'title', digest }
    expect(await faults(columns(), { id, fields, columns: sound })).toEqual([])
    expect(await faults(columns(), { id, fields })).toEqual([
      expect.stringContaining('the field subtitle of Document cannot be read'),
      expect.stringContaining('the field digest'),
    ])
  })

  it('are looked at again when the schema asks for more', async () => {
    const other = await openLibrary()
    try {
      const its = await other.connect()
      await its.checkColumns(other.database.pool, [Document])
      const filter = () => its.filter(ada, 'edit', Document)
      expect(filter().text).toBeTypeOf('string')
      other.control.schema = SCHEMA.replace('region?: String', 'region: String')
      other.control.publish({})
      const codes = new Set<string>()
      await expect
        .poll(() => {
          const refused = tried(filter)
          if (refused !== null) codes.add(refused)
          return refused
        })
        .toBe('filter_mapping')
      expect([...codes].every((code) => code === 'filter_mapping' || code === 'policy_unavailable')).toBe(true)
      await other.database.pool.query(
        `UPDATE documents SET region = 'x'; ALTER TABLE documents ALTER region SET NOT NULL`,
      )
      await its.checkColumns(other.database.pool, [Document])
      expect(filter().text).toBeTypeOf('string')
    } finally {
      await other.close()
    }
  })

  it('handed over before there is a bundle are looked at with the first', async () => {
    const other = await openLibrary()
    try {
      other.control.broken = 500
      const its = await other.begin()
      await its.checkColumns(other.database.pool, [Document])
      expect(caught(() => its.filter(ada, 'edit', Document))).toMatchObject({ code: 'policy_unavailable' })
      other.control.broken = null
      await expect.poll(() => tried(() => its.filter(ada, 'edit', Document))).toBeNull()
      // Another schema that needs the same of the columns asks nothing of the database.
      other.control.schema = `${SCHEMA}entity Shelf;`
      other.control.publish({})
      const seen = new Set<string | null>()
      await expect.poll(() => (seen.add(tried(() => its.filter(ada, 'edit', Document))), its.epoch)).toBe(2)
      seen.add(tried(() => its.filter(ada, 'edit', Document)))
      expect([...seen]).toEqual([null])
    } finally {
      await other.close()
    }
  })
})

function tried(call: () => unknown): string | null {
  try {
    call()
    return null
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** The leak of the notes: with NULL in a column that the schema requires, SQL and Cedar would differ. */
describe('the leak of !(x == "a" && optional)', () => {
  it('is refused before anything is asked', async () => {
    const other = await openLibrary()
    try {
      other.control.policies = `@id("leak") permit(principal, action == Action::"view", resource)
        when { !(resource.title == "x" && resource.open) };`
      const its = await other.connect()
      await other.database.pool.query('ALTER TABLE documents ALTER open DROP NOT NULL, ALTER title DROP NOT NULL')
      const Leaky = defineResource({
        type: 'Document',
        id: uuid('id'),
        attributes,
        table: 'documents',
        parents: [reference('Folder', 'folder_id')],
      })
      await expect(its.checkColumns(other.database.pool, [Leaky])).rejects.toThrow('documents.open: may be NULL')
      expect(caught(() => its.filter(ada, 'view', Leaky))).toMatchObject({ code: 'filter_mapping' })
    } finally {
      await other.close()
    }
  })
})

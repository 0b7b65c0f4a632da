import { parsePolicySet, validate } from '@holdfast/policy/authoring'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { person, reference, uuid } from './columns.ts'
import type { Holdfast } from '../holdfast.ts'
import type { PrincipalReference } from '../principal.ts'
import { defineResource } from '../resource.ts'
import { type Sql, sql } from './sql.ts'
import { until } from '../testing/control-plane.ts'
import { accounts, Document, HOSTILE, type Library, openLibrary, POLICIES, SCHEMA } from '../testing/library.ts'
import { caught } from '../testing/shop.ts'

let library: Library
let holdfast: Holdfast
beforeAll(async () => {
  library = await openLibrary()
  library.control.editors = ['robot']
  holdfast = await library.connect()
})
afterAll(() => library?.close())
beforeEach(() => holdfast.checkColumns(library.database.pool, [Document]))

const ada = { type: 'Person', id: 'ada' }
const ben = { type: 'Person', id: 'ben' }
const hostile = { type: 'Person', id: HOSTILE }
const robot = { type: 'Service', id: 'robot' }

interface Row extends Record<'id' | 'owner_id' | 'title' | 'level' | 'open' | 'reviewer_id' | 'region', unknown> {
  id: string
  folders: string[]
}

/** What the decisions of the same process say, row by row. */
async function decided(principal: PrincipalReference, action: string, context = {}): Promise<string[]> {
  const { rows } = await library.database.pool.query<Row>(
    'SELECT d.*, ARRAY(SELECT folder_id FROM folder_closure WHERE document_id = d.id) AS folders FROM documents d',
  )
  expect(rows).toHaveLength(120)
  return rows
    .filter((row) => {
      const parents = row.folders.map((id) => ({ type: 'Folder', id }))
      return holdfast.can(principal, action, Document.of(row, { parents }), context).allowed
    })
    .map(({ id }) => id)
    .toSorted()
}

async function ids(query: Sql): Promise<string[]> {
  const { text, values } = query
  const { rows } = await library.database.pool.query<{ id: string }>(text, [...values])
  return rows.map(({ id }) => id).toSorted()
}

describe('a filter', () => {
  it('is made of policies that fit their schema', () => {
    const parsed = parsePolicySet(POLICIES)
    if (!parsed.ok) throw new Error('the policies do not parse')
    const texts = Object.fromEntries(
      POLICIES.split('@id("')
        .slice(1)
        .map((text) => [text.split('"')[0], `@id("${text}`]),
    )
    expect(validate(texts as Record<string, string>, SCHEMA)).toEqual([])
  })

  it.each([ada, ben, hostile, robot])('lets $id see the rows that the decisions let, and no others', async (who) => {
    const kept = new Set<number>()
    for (const action of ['view', 'edit', 'erase']) {
      const found = await ids(sql`SELECT id FROM documents WHERE ${holdfast.filter(who, action, Document)}`)
      expect(found).toEqual(await decided(who, action))
      kept.add(found.length)
    }
    expect(kept.size).toBeGreaterThan(1)
  })

  it('keeps the sorting, paging and counting of the query', async () => {
    const allowed = holdfast.filter(ada, 'view', Document, { alias: 'd' })
    const all = await decided(ada, 'view')
    const { text, values } = sql`
      SELECT d.id, count(*) OVER () AS total FROM documents d JOIN folder_closure c ON c.document_id = d.id AND c.folder_id = d.folder_id
      WHERE d.title <> ${'none'} AND ${allowed} AND d.level >= ${0} ORDER BY d.level DESC, d.id LIMIT ${3} OFFSET ${2}`
    const { rows } = await library.database.pool.query<{ id: string; total: string }>(text, [...values])
    expect(rows).toHaveLength(3)
    expect(rows.map(({ total }) => total)).toEqual(Array.from({ length: 3 }, () => String(all.length)))
    for (const { id } of rows) expect(all).toContain(id)
  })

  it('takes numbers on from those of a query written by hand', async () => {
    const { text, values } = holdfast.filter(hostile, 'edit', Document, { alias: 'd' }).from(2)
    const { rows } = await library.database.pool.query<{ owner_id: string }>(
      `SELECT DISTINCT d.owner_id FROM documents d WHERE d.level < $1 AND (${text})`,
      [99, ...values],
    )
    expect(rows).toEqual([{ owner_id: HOSTILE }])
  })

  it('takes what comes in a context as values', async () => {
    for (const at of [HOSTILE, '$1', "' OR TRUE --", 'title 1']) {
      const allowed = holdfast.filter(robot, 'view', Document, { context: { at } })
      expect(allowed.text).not.toContain('DROP')
      expect(await ids(sql`SELECT id FROM documents WHERE ${allowed}`)).toEqual(await decided(robot, 'view', { at }))
    }
    const context = { at: { __extn: { fn: 'decimal', arg: '1.0' } } }
    expect(() => holdfast.filter(robot, 'view', Document, { context })).toThrow('reserved key')
  })

  it('is FALSE where nothing may be, and never NULL', async () => {
    expect(await ids(sql`SELECT id FROM documents WHERE ${holdfast.filter(robot, 'erase', Document)}`)).toEqual([])
    for (const who of [ada, ben, hostile, robot]) {
      const allowed = holdfast.filter(who, 'view', Document)
      expect(await ids(sql`SELECT id FROM documents WHERE (${allowed}) IS NULL`)).toEqual([])
    }
  })

  it('finds its columns under hostile names', async () => {
    const table = `we"ird $1`
    const column = `own"er'; --`
    const [relation, owner] = [sql.identifier(table), sql.identifier(column)]
    const Weird = defineResource({
      type: 'Document',
      table,
      id: 'id',
      attributes: { owner: person(column), title: 'title', level: 'level', open: 'open' },
      parents: [],
    })
    await library.database.pool.query(
      sql`CREATE TABLE ${relation} (id text PRIMARY KEY, ${owner} text NOT NULL, title text NOT NULL, level int NOT NULL,
                                    open boolean NOT NULL)`.text,
    )
    await library.database.pool.query(
      sql`INSERT INTO ${relation} VALUES ('a', 'ada', '', 0, false), ('b', 'ben', '', 0, false)`.text,
    )
    await holdfast.checkColumns(library.database.pool, [Weird])
    expect(await ids(sql`SELECT id FROM ${relation} WHERE ${holdfast.filter(ada, 'edit', Weird)}`)).toEqual(['a'])
    const aliased = holdfast.filter(ben, 'edit', Weird, { alias: '$2"; x' })
    expect(await ids(sql`SELECT id FROM ${relation} AS ${sql.identifier('$2"; x')} WHERE ${aliased}`)).toEqual(['b'])
  })
})

describe('a hierarchy', () => {
  const leaf = (known: boolean) =>
    defineResource({ ...bare, table: 'documents', parents: [reference('Folder', 'folder_id', { known })] })

  it('that is stored in Holdfast is followed from the parent that stands in the row', async () => {
    const other = await openLibrary()
    try {
      const root = { type: 'Folder', id: 'root' }
      const folders = ['folder-0', 'folder-1', 'middle'].map((id) => ({
        uid: { type: 'Folder', id },
        attrs: {},
        parents: id === 'folder-1' ? [{ type: 'Folder', id: 'middle' }] : id === 'middle' ? [root] : [],
      }))
      other.control.changes = { bundledTypes: ['Folder'], entities: [...other.control.claims().entities, ...folders] }
      const its = await other.connect()
      const { pool } = other.database
      const [Leaf, Gap] = [leaf(true), leaf(false)]
      await its.checkColumns(pool, [Leaf, Gap])
      const { text, values } = sql`SELECT * FROM documents WHERE ${its.filter(ada, 'view', Leaf)}`
      const { rows } = await pool.query<Row>(text, [...values])
      const { rows: all } = await pool.query<Row & { folder_id: string }>('SELECT * FROM documents')
      const allowed = all.filter((row) => its.can(ada, 'view', Leaf.of(row)).allowed)
      expect(rows.map(({ id }) => id).toSorted()).toEqual(allowed.map(({ id }) => id).toSorted())
      expect(allowed.some((row) => row.folder_id === 'folder-1' && row.owner_id !== 'ada' && row.open === false)).toBe(
        true,
      )
      expect(caught(() => its.filter(ada, 'view', Gap))).toMatchObject({ message: expect.stringContaining('shelf') })
    } finally {
      await other.close()
    }
  })
})

describe('who asks', () => {
  it('must be signed in and known', () => {
    expect(caught(() => holdfast.filter(null, 'view', Document))).toMatchObject({ status: 401 })
    expect(caught(() => holdfast.columns(null, Document))).toMatchObject({ status: 401 })
    for (const id of ['eve', '', '*']) {
      expect(caught(() => holdfast.filter({ type: 'Person', id }, 'view', Document))).toMatchObject({
        status: 403,
        code: 'forbidden',
      })
    }
    expect(caught(() => holdfast.filter({ type: 'Role', id: 'editor' }, 'view', Document))).toMatchObject({
      status: 403,
    })
  })

  it('brings no groups and no roles along', async () => {
    const forged = { ...ben, groups: ['readers'], parents: [{ type: 'Role', id: 'editor' }], role: 'editor' }
    expect(await ids(sql`SELECT id FROM documents WHERE ${holdfast.filter(forged, 'view', Document)}`)).toEqual(
      await decided(ben, 'view'),
    )
  })

  it('is nobody in the bundle of another tenant, and nothing works with that of another application', async () => {
    const other = await openLibrary()
    try {
      other.control.accounts = [{ type: 'Person', id: 'zoe' }]
      const theirs = await other.connect()
      await theirs.checkColumns(library.database.pool, [Document])
      expect(caught(() => theirs.filter(ada, 'view', Document))).toMatchObject({ status: 403, code: 'forbidden' })
      other.control.changes = { aud: 'other' }
      const misled = await other.begin()
      expect(caught(() => misled.filter(ada, 'view', Document))).toMatchObject({ code: 'policy_unavailable' })
    } finally {
      await other.close()
    }
  })
})

describe('what cannot be exact', () => {
  it('throws, names policy and expression, and leaves an event', async () => {
    const other = await openLibrary()
    try {
      other.control.policies = `@id("odd") permit(principal, action == Action::"view", resource in Folder::"root");`
      const Bare = defineResource({ ...bare, table: 'documents' })
      const its = await other.connect()
      await its.checkColumns(other.database.pool, [Bare])
      const error = caught(() => its.filter(ada, 'view', Bare))
      expect(error).toMatchObject({ status: 500, detail: expect.not.stringContaining('odd') })
      expect(String(error)).toContain('odd')
      const { eventId, code } = error as { eventId: string; code: string }
      expect(code).toMatch(/^filter_(unsupported|mapping)$/)
      await until(() => other.control.events.some(({ id }) => id === eventId))
      expect(other.control.events.find(({ id }) => id === eventId)).toMatchObject({
        kind: 'decision.unavailable',
        data: { policy: 'odd', action: 'view', type: 'Document' },
      })
      // Decisions go on.
      expect(its.can(ada, 'view', { type: 'Document', id: 'x' }).code).toBe('denied')
    } finally {
      await other.close()
    }
  })

  it('is refused of policies that are not validated', async () => {
    const other = await openLibrary()
    try {
      other.control.changes = { validated: false }
      const its = await other.connect()
      await its.checkColumns(other.database.pool, [Document])
      expect(caught(() => its.filter(ada, 'view', Document))).toMatchObject({ code: 'filter_unvalidated' })
      expect(caught(() => its.columns(ada, Document))).toMatchObject({ code: 'filter_unvalidated' })
    } finally {
      await other.close()
    }
  })

  it('is refused of columns that nobody has checked', () => {
    const Unchecked = defineResource({ ...bare, table: 'documents' })
    expect(caught(() => holdfast.filter(ada, 'view', Unchecked))).toMatchObject({
      code: 'filter_mapping',
      message: expect.stringContaining('checkColumns'),
    })
  })
})

const bare = {
  type: 'Document',
  id: uuid('id'),
  attributes: {
    owner: person('owner_id'),
    title: 'title',
    level: 'level',
    open: 'open',
    reviewer: person('reviewer_id'),
    region: 'region',
  },
} as const

describe('rows one by one', () => {
  const rows = accounts.map(({ id }) => ({
    id: '0198a000-0000-7000-8000-00000000000a',
    owner_id: id,
    title: '',
    level: 1,
    open: false,
    reviewer_id: null,
    region: null,
  }))
  const Short = defineResource(bare)

  it('are kept that may be', () => {
    expect(holdfast.keepAllowed(ben, 'edit', Short, rows)).toEqual([rows[1]])
    expect(caught(() => holdfast.keepAllowed(null, 'edit', Short, rows))).toMatchObject({ status: 401 })
  })

  it('are ten thousand at most', () => {
    const many = (length: number) => Array.from({ length }, () => rows[1] as (typeof rows)[number])
    expect(holdfast.keepAllowed(ben, 'edit', Short, many(10_000))).toHaveLength(10_000)
    expect(caught(() => holdfast.keepAllowed(ben, 'edit', Short, many(10_001)))).toMatchObject({
      code: 'filter_too_large',
      status: 500,
    })
  })
})

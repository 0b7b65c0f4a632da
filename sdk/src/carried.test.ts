import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { person, record, reference, uuid } from './filters/columns.ts'
import type { Holdfast } from './holdfast.ts'
import { defineResource } from './resource.ts'
import { until } from './testing/control-plane.ts'
import { Document, type Library, openLibrary, POLICIES, SCHEMA } from './testing/library.ts'
import { caught } from './testing/shop.ts'

let library: Library
beforeAll(async () => {
  library = await openLibrary()
})
afterEach(() => Object.assign(library.control, { schema: SCHEMA, changes: {} }))
afterAll(() => library?.close())

const ada = { type: 'Person', id: 'ada' }
const definition = {
  type: 'Document',
  table: 'documents',
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
const inFolder = reference('Folder', 'folder_id', { known: true })
const Leaf = defineResource({ ...definition, parents: [inFolder] })
const row = {
  id: '0198a000-0000-7000-8000-00000000000a',
  owner_id: 'ada',
  title: '',
  level: 1,
  open: true,
  reviewer_id: null,
  region: null,
  folder_id: 'plans',
}
const folder = (id: string, ...parents: string[]) => ({
  uid: { type: 'Folder', id },
  attrs: {},
  parents: parents.map((parent) => ({ type: 'Folder', id: parent })),
})

/** A forbid for a folder above the row's own: the bundle has that folder, since it is named, and nothing of what lies in it. */
function closed(bundledTypes: readonly string[]): void {
  const { control } = library
  control.policies = `${POLICIES} @id("closed") forbid(principal, action, resource in Folder::"all");`
  control.changes = {}
  const some = bundledTypes.length === 0 ? [folder('all')] : [folder('all'), folder('plans', 'all')]
  control.changes = { bundledTypes, entities: [...control.claims().entities, ...some] }
}

async function publish(holdfast: Holdfast): Promise<void> {
  library.control.publish({})
  await until(() => holdfast.epoch === library.control.epoch)
}

describe('a parent of which only the bundle knows what it lies in', () => {
  const refused = { code: 'filter_mapping', message: expect.stringContaining('--bundled-type Folder') }

  it('is refused at the start, in filters, masks and decisions, when the bundle does not carry its type', async () => {
    closed([])
    const holdfast = await library.connect()
    const { pool } = library.database
    await expect(holdfast.checkColumns(pool, [Leaf])).rejects.toMatchObject({
      name: 'CatalogueError',
      faults: [expect.stringMatching(/^Document: .*Folder.*--bundled-type Folder/)],
    })
    expect(caught(() => holdfast.filter(ada, 'view', Leaf))).toMatchObject(refused)
    expect(caught(() => holdfast.columns(ada, Leaf))).toMatchObject(refused)
    expect(holdfast.can(ada, 'view', Leaf.of(row))).toMatchObject({ allowed: false, code: 'input_malformed' })
    expect(holdfast.can(ada, 'view', { ...Leaf.of(row) }).code).toBe('input_malformed')
    const alone = Document.of({ ...row, id: '0198a000-0000-7000-8000-00000000000b' }, { parents: [] })
    expect(holdfast.can(ada, 'view', alone).code).toBe('allowed')
    expect(holdfast.can(ada, 'view', { ...alone, others: [Leaf.of(row)] }).code).toBe('input_malformed')
    expect(holdfast.keepAllowed(ada, 'view', Leaf, [row])).toEqual([])
  })

  it('is followed while the bundle carries it, and no longer when a later one does not', async () => {
    closed(['Folder'])
    const holdfast = await library.connect()
    await holdfast.checkColumns(library.database.pool, [Leaf])
    expect(holdfast.filter(ada, 'view', Leaf).text).toContain('folder_id')
    expect(holdfast.can(ada, 'view', Leaf.of(row))).toMatchObject({ code: 'denied', reasons: ['closed'] })
    expect(holdfast.can(ada, 'view', Leaf.of({ ...row, folder_id: 'else' })).code).toBe('allowed')
    closed([])
    await publish(holdfast)
    expect(caught(() => holdfast.filter(ada, 'view', Leaf))).toMatchObject(refused)
    expect(holdfast.can(ada, 'view', Leaf.of(row)).code).toBe('input_malformed')
  })

  it('needs the types that it can lie in as well', async () => {
    library.control.schema = SCHEMA.replace(
      'entity Folder in [Folder]',
      'entity Drive; entity Folder in [Folder, Drive]',
    )
    closed(['Folder'])
    const holdfast = await library.connect()
    const checked = holdfast.checkColumns(library.database.pool, [Leaf])
    await expect(checked).rejects.toThrow('--bundled-type Drive')
    expect(holdfast.can(ada, 'view', Leaf.of(row)).code).toBe('input_malformed')
  })

  it('is found wherever a definition says so, and never asked of the directory', () => {
    const above = { kind: 'table', type: 'Shelf', table: 't', child: 'c', parent: 'p', above: 'known' } as const
    const knownOf = (more: object) => defineResource({ type: 'Document', id: 'id', ...more }).known
    expect(knownOf({ parents: [above] })).toEqual(['Shelf'])
    expect(knownOf({ attributes: { folder: inFolder } })).toEqual(['Folder'])
    expect(knownOf({ attributes: { at: record({ folder: inFolder }) } })).toEqual(['Folder'])
    const through = reference('Desk', 'desk_id', { parents: [above] })
    expect(knownOf({ attributes: { desk: through } })).toEqual(['Shelf'])
    expect(knownOf({ attributes: { owner: person('owner_id') }, parents: [reference('Group', 'group_id')] })).toEqual(
      [],
    )
  })
})

describe('a type with rows of its own', () => {
  it.each([
    ['is bundled', { bundledTypes: ['Document'], stored: [] }],
    [
      'has an entity in the bundle',
      { bundledTypes: [], stored: [{ uid: { type: 'Document', id: row.id }, attrs: {}, parents: [] }] },
    ],
  ])('makes no filter when it %s: decisions would refuse what a list shows', async (_, { bundledTypes, stored }) => {
    const { control, database } = library
    control.policies = POLICIES
    control.changes = { bundledTypes, entities: [...control.claims().entities, ...stored] }
    const holdfast = await library.connect()
    await expect(holdfast.checkColumns(database.pool, [Document])).rejects.toThrow('come with the bundle')
    expect(caught(() => holdfast.filter(ada, 'view', Document))).toMatchObject({ code: 'filter_mapping' })
    expect(caught(() => holdfast.columns(ada, Document))).toMatchObject({ code: 'filter_mapping' })
  })
})

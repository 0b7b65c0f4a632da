import { expect, it } from 'vitest'
import { catalogueRequirements, columnsThatMustNotBeNull, FilterError } from './index.ts'
import { mapping, schema } from './testing/shelf.ts'

it('names the columns that must not be NULL: those of required attributes', () => {
  expect(columnsThatMustNotBeNull(mapping, schema)).toEqual([
    'id',
    'owner_id',
    'title',
    'pages',
    'locked',
    'price',
    'bought',
    'lent',
    'seen',
    'labels',
    'readers',
    'cover_color',
  ])
})

it('names types, and where texts must be compared by their bytes', () => {
  const of = (name: string) => catalogueRequirements(mapping, schema).find(({ column }) => column === name)
  expect(of('title')).toEqual({
    table: null,
    column: 'title',
    notNull: true,
    types: ['text', 'varchar'],
    deterministic: true,
  })
  expect(of('region')).toMatchObject({ notNull: false })
  expect(of('pages')).toMatchObject({ types: ['int8', 'int4', 'int2'], deterministic: false })
  expect(of('labels')).toMatchObject({ types: ['_text', '_varchar'], deterministic: true })
  expect(of('parent')).toMatchObject({ table: 'folders', notNull: false })
  expect(of('tags')).toMatchObject({ types: ['jsonb'] })
})

it('looks into joined rows, tables of sets and of parents', () => {
  const more = {
    ...mapping,
    id: { column: 'id', as: 'uuid' },
    attributes: {
      owner: {
        column: 'owner',
        as: 'uuid',
        entity: { table: 'people', id: { column: 'id', as: 'uuid' }, attributes: { level: 'rank' } },
      },
      readers: { table: 'book_readers', owner: 'book', value: 'person', elements: 'uuid' },
      seen: { column: 'seen' },
      bought: { column: 'bought', as: 'milliseconds' },
      cover: 'cover',
      unknown: 'nothing',
    },
    parents: [
      {
        kind: 'closure',
        type: 'Folder',
        table: 'paths',
        child: 'book',
        parent: 'folder',
        as: 'bigint',
        typeColumn: 'type',
      },
    ],
    tags: { table: 'tags', owner: 'book', name: 'n', value: 'v' },
  } as const
  const list = catalogueRequirements(more, schema).map(({ table, column, types, notNull }) =>
    [table ?? '', column, types.join('|'), notNull ? 'NOT NULL' : ''].join(' ').trim(),
  )
  expect(list).toEqual([
    'id uuid NOT NULL',
    'owner uuid NOT NULL',
    'people id uuid NOT NULL',
    'people rank int8|int4|int2 NOT NULL',
    'book_readers book uuid',
    'book_readers person uuid NOT NULL',
    'seen inet|cidr NOT NULL',
    'bought int8|int4|int2 NOT NULL',
    'cover jsonb NOT NULL',
    'paths book uuid',
    'paths folder int8|int4|int2',
    'paths type text|varchar',
    'tags book uuid',
    'tags n text|varchar NOT NULL',
    'tags v text|varchar NOT NULL',
  ])
})

it('refuses a mapping that does not fit the schema', () => {
  expect(() => catalogueRequirements({ ...mapping, type: 'Nothing' }, schema)).toThrow(FilterError)
  expect(() => catalogueRequirements({ ...mapping, attributes: { title: { attributes: {} } } }, schema)).toThrow(
    FilterError,
  )
})

import { describe, expect, it } from 'vitest'
import { createMask } from './filters/mask.ts'
import {
  bigint,
  decimalColumn,
  durationColumn,
  ipColumn,
  longColumn,
  person,
  record,
  reference,
  references,
  uuid,
} from './filters/columns.ts'
import { defineResource } from './resource.ts'
import { decimal, entity, toCedar, toRecord, ValueError } from './values.ts'

const Review = defineResource({
  type: 'Review',
  id: 'id',
  attributes: { author: person('author_id'), rating: 'rating', note: 'note', price: decimalColumn('price') },
  parents: [reference('Product', 'product_id')],
})
const row = { id: 7, author_id: 'p1', rating: 5, note: null, price: '12', product_id: 'tea', ignored: 'x' }

describe('defineResource', () => {
  it('builds an entity of the columns that it names', () => {
    expect(Review.of(row)).toEqual({
      uid: { type: 'Review', id: '7' },
      attrs: {
        author: { __entity: { type: 'Person', id: 'p1' } },
        rating: 5,
        price: { __extn: { fn: 'decimal', arg: '12.0' } },
      },
      parents: [{ type: 'Product', id: 'tea' }],
    })
  })

  it('leaves a null reference or parent out', () => {
    expect(Review.of({ ...row, author_id: null, product_id: null })).toMatchObject({
      attrs: { rating: 5 },
      parents: [],
    })
  })

  it('refuses a column that was not selected, instead of an absent attribute', () => {
    const { author_id: _, ...without } = row
    // @ts-expect-error the column is missing
    expect(() => Review.of(without)).toThrow('has no column author_id')
    expect(() => Review.of(Object.create(row) as typeof row)).toThrow(ValueError)
  })

  it('refuses values that Cedar has not, and ids that are none', () => {
    expect(() => Review.of({ ...row, rating: 4.5 })).toThrow('Review.rating is a number that is no exact integer')
    expect(() => Review.of({ ...row, id: null })).toThrow('is no id')
    expect(() => Review.of({ ...row, id: { toString: () => 'admin' } })).toThrow('is no id')
    expect(() => Review.of({ ...row, author_id: ['p1'] })).toThrow('is no id')
  })

  it('refuses the types of the directory', () => {
    for (const type of ['Person', 'Service', 'Group', 'Role'])
      expect(() => defineResource({ type, id: 'id' })).toThrow('from the directory')
  })
})

describe('a definition', () => {
  const Ticket = defineResource({
    type: 'Ticket',
    table: 'support.tickets',
    id: bigint('id'),
    attributes: {
      opener: person(uuid('opener_id')),
      watchers: references('Person', uuid('watcher_ids')),
      size: longColumn('size'),
      from: ipColumn('address'),
      age: durationColumn('age_ms'),
      place: record({ city: 'city', owner: person('owner_id') }),
      labels: { table: 'labels', owner: 'ticket_id', value: 'label' },
    },
    parents: [
      reference('Group', 'group_id'),
      { kind: 'tree', type: 'Queue', column: 'queue_id', table: 'queues', id: 'id', parent: 'up' },
    ],
    tags: 'tags',
  })
  const stored = {
    id: '42',
    opener_id: '0198A000-0000-7000-8000-00000000000A',
    watcher_ids: ['0198a000-0000-7000-8000-00000000000b'],
    size: '9007199254740993',
    address: '10.0.0.0/8',
    age_ms: '1500',
    city: 'Ulm',
    owner_id: null,
    group_id: 'g1',
    tags: { a: 'b' },
  }

  it('reads ids, widths and forms as PostgreSQL gives them', () => {
    const queue = { uid: { type: 'Queue', id: 'q' }, attrs: { open: true }, parents: [] }
    const given = { parents: [queue, { type: 'Queue', id: 'root' }], attributes: { labels: ['x'] } }
    expect(Ticket.of(stored, given)).toEqual({
      uid: { type: 'Ticket', id: '42' },
      attrs: {
        opener: { __entity: { type: 'Person', id: '0198a000-0000-7000-8000-00000000000a' } },
        watchers: [{ __entity: { type: 'Person', id: '0198a000-0000-7000-8000-00000000000b' } }],
        size: 9007199254740993n,
        from: { __extn: { fn: 'ip', arg: '10.0.0.0/8' } },
        age: { __extn: { fn: 'duration', arg: '1500ms' } },
        place: { city: 'Ulm' },
        labels: ['x'],
      },
      parents: [{ type: 'Group', id: 'g1' }, queue.uid, { type: 'Queue', id: 'root' }],
      tags: { a: 'b' },
      others: [queue],
    })
    const nothing = { ...stored, city: null, watcher_ids: null, size: null, address: null, age_ms: null, tags: null }
    const { attrs } = Ticket.of(nothing, { parents: [], attributes: { labels: [] } })
    expect(Object.keys(attrs)).toEqual(['opener', 'labels'])
  })

  it('says where SQL finds the same', () => {
    expect(Ticket.mapping).toEqual({
      type: 'Ticket',
      table: 'support.tickets',
      id: { column: 'id', as: 'bigint' },
      attributes: {
        opener: { column: 'opener_id', as: 'uuid' },
        watchers: { column: 'watcher_ids', elements: 'uuid' },
        size: { column: 'size' },
        from: { column: 'address' },
        age: { column: 'age_ms' },
        place: { attributes: { city: { column: 'city' }, owner: { column: 'owner_id' } } },
        labels: { table: 'labels', owner: 'ticket_id', value: 'label' },
      },
      parents: [
        { kind: 'column', type: 'Group', column: 'group_id', above: 'known' },
        { kind: 'tree', type: 'Queue', column: 'queue_id', table: 'queues', id: 'id', parent: 'up' },
      ],
      tags: { column: 'tags' },
    })
  })

  it('refuses to guess what the row does not tell', () => {
    expect(() => Ticket.of(stored)).toThrow('Ticket.labels is not in the row')
    expect(() => Ticket.of(stored, { parents: [] })).toThrow('Ticket.labels is not in the row')
    expect(() => Ticket.of(stored, { attributes: { labels: [] } })).toThrow('give the parents')
  })

  it.each([
    ['size', '1e3'],
    ['address', ['10.0.0.1', null]],
    ['size', 1.5],
    ['address', 7],
    ['watcher_ids', 'p1'],
    ['age_ms', '1s'],
    ['tags', ['a']],
  ])('refuses %s = %j', (column, value) => {
    const given = { parents: [], attributes: { labels: [] } }
    expect(() => Ticket.of({ ...stored, [column]: value }, given)).toThrow(ValueError)
  })
})

describe('values', () => {
  it('become Cedar JSON', () => {
    expect(
      toRecord(
        {
          n: 1,
          big: 2n ** 60n,
          t: 'x',
          b: true,
          list: [1, null, 'a'],
          rec: { a: undefined, b: 1 },
          at: new Date(0),
          e: entity('A', 'b'),
          d: decimal('1.5'),
        },
        'context',
      ),
    ).toEqual({
      n: 1,
      big: 2n ** 60n,
      t: 'x',
      b: true,
      list: [1, 'a'],
      rec: { b: 1 },
      at: { __extn: { fn: 'datetime', arg: '1970-01-01T00:00:00.000Z' } },
      e: { __entity: { type: 'A', id: 'b' } },
      d: { __extn: { fn: 'decimal', arg: '1.5' } },
    })
  })

  it.each(['__entity', '__extn', '__expr'])("refuse a caller's JSON that would pass itself off as %s", (key) => {
    const body: unknown = JSON.parse(`{"owner":{"${key}":{"type":"Person","id":"admin"}}}`)
    expect(() => toCedar(body, 'context')).toThrow(`reserved key ${key}`)
    expect(() => toCedar([[body]], 'context')).toThrow(`reserved key ${key}`)
  })

  it('take __proto__ for the name that it is', () => {
    const json = '{"__proto__":{"admin":true},"rec":{"__proto__":1}}'
    const made = toCedar(JSON.parse(json), 'context')
    expect(JSON.stringify(made)).toBe(json)
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
  })

  it('refuse what has no meaning in Cedar', () => {
    for (const value of [1.5, Number.NaN, 2 ** 60, () => 1, Symbol('x'), new Map(), new Date(Number.NaN), /x/]) {
      expect(() => toCedar({ value }, 'context')).toThrow(ValueError)
    }
    let deep: unknown = 1
    for (let i = 0; i < 100; i += 1) deep = [deep]
    expect(() => toCedar(deep, 'context')).toThrow('nested too deeply')
  })
})

describe('a mask', () => {
  const groups = new Map([
    ['viewName', ['name']],
    ['viewContact', ['email', 'phone', 'name']],
  ])

  it('has the fields of the allowed actions, each once, and picks no others', () => {
    const mask = createMask(groups, (action) => action === 'viewName')
    expect(mask.fields).toEqual(['name'])
    expect([mask.has('name'), mask.has('email')]).toEqual([true, false])
    expect(mask.pick({ name: 'A', email: 'a@b', secret: 1 })).toEqual({ name: 'A' })
    expect(createMask(groups, () => true).fields).toEqual(['name', 'email', 'phone'])
    expect(createMask(groups, () => false).pick({ name: 'A' })).toEqual({})
  })
})

it('keeps a list inside a list a list of its own', () => {
  expect(toCedar([[1, 2], [], [null, 3], null], 'x')).toEqual([[1, 2], [], [3]])
})

import { describe, expect, it } from 'vitest'
import { createMask } from './mask.ts'
import { decimalColumn, person, reference } from './columns.ts'
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
    for (const type of ['Person', 'Service', 'Group'])
      expect(() => defineResource({ type, id: 'id' })).toThrow('from the directory')
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

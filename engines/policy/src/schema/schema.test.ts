import { describe, expect, it } from 'vitest'
import { parseSchema } from '../authoring/index.ts'
import { createEntities, createSchema, PolicyError, type Schema } from '../index.ts'

function schema(text: string): Schema {
  const parsed = parseSchema(text)
  if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
  return createSchema(parsed.schema)
}

function code(read: () => unknown): string {
  try {
    read()
    return 'accepted'
  } catch (error) {
    return error instanceof PolicyError ? error.code : String(error)
  }
}

const shop = schema(`
  type Address = { city: String, zip?: String };
  entity Group in [Group];
  entity Person in [Group] { manager?: Person, addresses: Set<Address> } tags Set<ipaddr>;
  entity Order { total: decimal, placed: datetime, due: duration, from: ipaddr, paid: Bool, lines: Long };
  action read, write appliesTo { principal: Person, resource: Order, context: { ip: __cedar::ipaddr, by?: Person } };
  action list in [read] appliesTo { principal: Person, resource: Order };
`)
const uid = (type: string, id: string) => ({ type, id })

describe('createSchema', () => {
  it('gives the actions as entities, with their groups', () => {
    const entities = createEntities(shop.actions)
    expect(entities.isIn(uid('Action', 'list'), uid('Action', 'read'))).toBe(true)
    expect(entities.isIn(uid('Action', 'write'), uid('Action', 'read'))).toBe(false)
    const named = schema(
      'namespace Shop { entity A; action all; action one in [Action::"all"] appliesTo {principal: A, resource: A}; }',
    )
    expect(createEntities(named.actions).isIn(uid('Shop::Action', 'one'), uid('Shop::Action', 'all'))).toBe(true)
  })

  it('reads an entity that is written the short way', () => {
    const order = { total: '12.50', placed: '2024-01-01', due: '14d', from: '10.0.0.1', paid: true, lines: 3 }
    const { attrs } = shop.entity({ uid: uid('Order', '1'), attrs: order })
    expect(attrs).toEqual({
      total: { __extn: { fn: 'decimal', arg: '12.50' } },
      placed: { __extn: { fn: 'datetime', arg: '2024-01-01' } },
      due: { __extn: { fn: 'duration', arg: '14d' } },
      from: { __extn: { fn: 'ip', arg: '10.0.0.1' } },
      paid: true,
      lines: 3,
    })
    const again = shop.entity({ uid: uid('Order', '1'), attrs: { ...attrs, total: { fn: 'decimal', arg: '1.0' } } })
    expect(again.attrs?.['total']).toEqual({ __extn: { fn: 'decimal', arg: '1.0' } })
    const person = { uid: uid('Person', 'a'), parents: [uid('Group', 'g')], tags: { home: ['::1'] } }
    const read = shop.entity({ ...person, attrs: { manager: uid('Person', 'b'), addresses: [{ city: 'Bern' }] } })
    expect(read.attrs?.['manager']).toEqual({ __entity: uid('Person', 'b') })
    expect(read.tags).toEqual({ home: [{ __extn: { fn: 'ip', arg: '::1' } }] })
    expect(createEntities([read]).isIn(uid('Person', 'a'), uid('Group', 'g'))).toBe(true)
  })

  it('reads the context of an action', () => {
    const action = uid('Action', 'write')
    expect(shop.context(action, { ip: '::1', by: { __entity: uid('Person', 'a') } })).toEqual({
      ip: { __extn: { fn: 'ip', arg: '::1' } },
      by: { __entity: uid('Person', 'a') },
    })
    expect(shop.context(uid('Action', 'list'), {})).toEqual({})
  })

  it.each([
    ['a missing attribute', { addresses: undefined }],
    ['another type', { addresses: 'Bern' }],
    ['an element of another type', { addresses: [{ city: 1 }] }],
    ['an attribute too many', { addresses: [], admin: true }],
    ['an attribute too many, within', { addresses: [{ city: 'Bern', admin: true }] }],
    ['an entity of another type', { addresses: [], manager: uid('Group', 'admins') }],
    ['an entity that is none', { addresses: [], manager: 'b' }],
  ])('refuses %s', (_what, attrs) => {
    const { addresses, ...others } = attrs as { addresses?: unknown }
    const given = addresses === undefined ? others : { addresses, ...others }
    expect(code(() => shop.entity({ uid: uid('Person', 'a'), attrs: given }))).toBe('value_malformed')
    expect(code(() => shop.entity({ uid: uid('Person', 'a'), attrs: given }, 'keep'))).toBe('accepted')
  })

  it('refuses what it does not declare', () => {
    expect(code(() => shop.entity({ uid: uid('Nobody', 'a') }))).toBe('entity_malformed')
    expect(code(() => shop.context(uid('Action', 'none'), {}))).toBe('value_malformed')
    expect(code(() => shop.context(uid('Action', 'constructor'), {}))).toBe('value_malformed')
    expect(code(() => shop.entity({ uid: uid('Group', 'g'), tags: { a: 'b' } }))).toBe('value_malformed')
  })

  it('keeps __proto__ an attribute', () => {
    const open = schema('entity A { "__proto__": String };')
    const attrs = JSON.parse('{"__proto__": "x"}') as { [name: string]: unknown }
    expect(Object.keys(open.entity({ uid: uid('A', '1'), attrs }).attrs ?? {})).toEqual(['__proto__'])
    expect(code(() => shop.entity({ uid: uid('Group', 'g'), attrs }))).toBe('value_malformed')
  })

  it('resolves names as Cedar does: the own namespace, the unnamed one, the built-in ones', () => {
    const names = schema(`
      entity Thing;
      type Id = ipaddr;
      namespace N { entity Part; type Key = { n: Long }; entity User { thing: Thing, part: Part, key: Key, id: Id, far: M::Key }; }
      namespace M { type Key = Set<N::Part>; entity Long { thing: Thing, key: Key, long: __cedar::Long }; }
    `)
    const far = [uid('N::Part', '2')]
    const user = { thing: uid('Thing', '1'), part: uid('N::Part', '1'), key: { n: 1 }, id: '::1', far }
    expect(names.entity({ uid: uid('N::User', '1'), attrs: user }).attrs).toEqual({
      thing: { __entity: uid('Thing', '1') },
      part: { __entity: uid('N::Part', '1') },
      key: { n: 1 },
      id: { __extn: { fn: 'ip', arg: '::1' } },
      far: [{ __entity: uid('N::Part', '2') }],
    })
    const other = { thing: uid('Thing', '1'), key: far, long: 1 }
    expect(names.entity({ uid: uid('M::Long', '1'), attrs: other }).attrs?.['long']).toBe(1)
    const wrong = { ...user, thing: uid('N::Thing', '1') }
    expect(code(() => names.entity({ uid: uid('N::User', '1'), attrs: wrong }))).toBe('value_malformed')
  })

  it.each([
    ['a namespace that is none', { '': 1 }],
    ['entity types that are no object', { '': { entityTypes: [], actions: {} } }],
    [
      'an unknown type',
      { '': { entityTypes: { A: { shape: { type: 'Record', attributes: { a: { type: 'constructor' } } } } } } },
    ],
    [
      'a type that refers to itself',
      {
        '': {
          commonTypes: { X: { type: 'Set', element: { type: 'X' } } },
          entityTypes: { A: { shape: { type: 'X' } } },
        },
      },
    ],
    ['a shape that is no record', { '': { entityTypes: { A: { shape: { type: 'Long' } } } } }],
    ['a set of nothing', { '': { entityTypes: { A: { tags: { type: 'Set' } } } } }],
    ['groups that are no list', { '': { actions: { a: { memberOf: {} } } } }],
    ['a group that is none', { '': { actions: { a: { memberOf: [1] } } } }],
  ])('refuses %s', (_what, json) => {
    expect(code(() => createSchema(json as never))).toBe('schema_malformed')
  })

  it('reads a common type once, however often others name it', () => {
    // Written out, this one has 2^40 leaves: whoever may write a schema would stop every process that reads it.
    const commonTypes = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => {
        const attribute = n === 39 ? { type: 'Long' } : { type: `T${n + 1}` }
        return [`T${n}`, { type: 'Record', attributes: { a: attribute, b: attribute } }]
      }),
    )
    const schema = createSchema({ '': { commonTypes, entityTypes: { A: { shape: { type: 'T0' } } } } })
    const uid = { type: 'A', id: '1' }
    expect(schema.entity({ uid, attrs: { a: { b: { a: {} } } } }, 'keep').attrs).toEqual({ a: { b: { a: {} } } })
  })
})

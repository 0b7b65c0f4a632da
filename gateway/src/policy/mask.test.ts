import type { RouteMask } from '@holdfast/http-guard'
import { LIMITS, readJson } from '@holdfast/inspection'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonPlaces } from './json-places.ts'
import { maskText } from './mask.ts'

const mask: RouteMask = {
  at: '',
  type: 'Row',
  id: 'id',
  fields: { see: ['id', 'name', 'a/b'], more: ['name', 'price'] },
}
const only = (action: string) => maskTextOf((asked) => asked === action)
const maskTextOf =
  (allowed: (action: string) => boolean) =>
  (text: string, at = '') =>
    maskText(text, { ...mask, at }, (action) => allowed(action))

test.each([
  ['{"id":1,"name":"x","price":2}', '', '{"id":1,"name":"x"}'],
  [' [ {"id":"1", "secret" : {"id":2}} , {"id":2} ] ', '', ' [ {"id":"1"} , {"id":2} ] '],
  ['{"a":{"b~c":[{"id":1,"x":"]}"}]},"n":1.10}', '/a/b~0c', '{"a":{"b~c":[{"id":1}]},"n":1.10}'],
  ['{"a":null}', '/a', '{"a":null}'],
  ['{"a":[]}', '/a', '{"a":[]}'],
  ['{"id":1,"a/b":12345678901234567,"na\\u006de":"x"}', '', '{"id":1,"name":"x","a/b":12345678901234567}'],
])('%s at "%s"', (text, at, masked) => expect(only('see')(text, at)).toBe(masked))

test.each([
  ['{"id":1,"id":2}', ''],
  ['{"id":1.5}', ''],
  ['{"id":""}', ''],
  ['{"id":{"x":1}}', ''],
  ['{"id":9007199254740993}', ''],
  ['[[{"id":1}]]', ''],
  ['[null]', ''],
  ['"text"', ''],
  ['{"a":[]}', '/b'],
  ['{"a":[{"id":1}]}', '/a/0'],
  ['{"id":1}garbage', ''],
  ['', ''],
])('%s at "%s" cannot be masked', (text, at) =>
  expect(only('see')(text, at)).toMatchObject({ why: expect.any(String) }),
)

test('attributes and parents are what the answer says, in their types', () => {
  const typed: RouteMask = {
    ...mask,
    attributes: {
      owner: { member: 'o', entity: 'Person' },
      size: { member: 's', as: 'long' },
      open: { member: 'p', as: 'boolean' },
    },
    parents: [{ member: 'in', entity: 'Folder' }],
  }
  const seen: unknown[] = []
  const ask = (text: string) => maskText(text, typed, (_, resource) => seen.push(resource) > 0)
  expect(ask('{"id":7,"o":"ada","s":3,"p":true,"in":9}')).toBe('{"id":7}')
  expect(seen[0]).toEqual({
    uid: { type: 'Row', id: '7' },
    attrs: { owner: { __entity: { type: 'Person', id: 'ada' } }, size: 3, open: true },
    parents: [{ type: 'Folder', id: '9' }],
  })
  expect(ask('{"id":7,"o":null}')).toBe('{"id":7}')
  expect(seen.at(-1)).toMatchObject({ attrs: {}, parents: [] })
  for (const wrong of [
    '{"id":7,"o":{"__entity":1}}',
    '{"id":7,"s":"3"}',
    '{"id":7,"s":1.5}',
    '{"id":7,"p":"true"}',
    '{"id":7,"in":[]}',
  ]) {
    expect(ask(wrong)).toMatchObject({ why: expect.any(String) })
  }
})

test('too many objects are not decided at all', () => {
  const rows = (count: number) => JSON.stringify(Array.from({ length: count }, (_, id) => ({ id })))
  expect(only('see')(rows(5000))).toEqual(rows(5000))
  expect(only('see')(rows(5001))).toMatchObject({ why: expect.any(String) })
})

const key = fc.constantFrom('id', 'name', 'price', 'secret', '"', '\\', 'é', '', '__proto__')
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.string(), fc.integer(), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc
    .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 5 })
    .map((entries) => entries),
})).value

/** V8's JSON.parse takes the member `"` for `\\` where it has read an object of that shape before. */
function read(text: string): unknown {
  const found = readJson(text, LIMITS)
  return 'value' in found ? found.value : found
}

const written = (value: unknown, space: string): string => JSON.stringify(value, null, space)

test('whatever an answer is: nothing leaves it but what is named, and all else stands as it stood', () => {
  const row = fc.record({
    id: fc.oneof(fc.integer(), fc.string({ minLength: 1 })),
    name: json,
    price: json,
    secret: json,
  })
  const space = fc.constantFrom('', ' ', '\t')
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), json, space, fc.boolean(), (rows, around, blank, more) => {
      const text = written({ around, rows }, blank)
      const masked = maskTextOf((action) => action === 'see' || more)(text, '/rows')
      if (typeof masked !== 'string') return
      const kept = rows.map(({ id, name, price }) => (more ? { id, name, price } : { id, name }))
      expect(read(masked)).toEqual(read(written({ around, rows: kept }, '')))
    }),
  )
})

test('places are where the values stand', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), fc.constantFrom('', '  ', '\n'), (value, blank) => {
      const text = written(value, blank)
      const whole = read(text)
      // What is not read alike by everybody is refused before.
      if ('code' in readJson(text, LIMITS)) return
      const places = new JsonPlaces(text)
      const span = places.find('')
      const members = span === null ? null : places.members(span)
      const found = [...(members ?? [])].map(([name, at]) => `${JSON.stringify(name)}:${places.slice(at)}`)
      expect(read(`{${found.join(',')}}`)).toEqual(whole)
    }),
  )
})

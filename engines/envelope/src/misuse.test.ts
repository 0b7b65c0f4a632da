import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as envelope from './index.ts'
import { blindIndex, createDataKey, KEY_BYTES, open, OpenError, type Place, seal, unwrapKey, wrapKey } from './index.ts'

const id = '01900000-0000-7000-8000-00000000000a'
const kekId = '01900000-0000-7000-8000-00000000000c'
const secret = Buffer.from(Array.from({ length: KEY_BYTES }, (_, at) => 65 + at))
const place: Place = { tenant: 'one', table: 'data_keys', row: '7', column: 'wrapped' }
const nonce = Buffer.alloc(12, 5)

test('a key shows its id and nothing else', () => {
  const key = createDataKey(id, secret)
  const shown = [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), Object.keys(key).join()]
  for (const text of shown) {
    expect(text).not.toContain(secret.toString('latin1'))
    expect(text).not.toContain(secret.toString('hex'))
    expect(text).not.toContain('Buffer')
  }
  expect(Reflect.ownKeys(key)).toEqual(['id'])
  expect(() => structuredClone(key)).not.toThrow()
  expect(() => seal(structuredClone(key), place, 'x', nonce)).toThrow()
})

test('no function gives key bytes away', () => {
  expect(Object.keys(envelope).toSorted()).toEqual([
    'KEY_BYTES',
    'NONCE_BYTES',
    'OVERHEAD_BYTES',
    'OpenError',
    'blindIndex',
    'createDataKey',
    'keyIdOf',
    'open',
    'seal',
    'unwrapKey',
    'wrapKey',
  ])
})

test('a key keeps its own copy of the secret', () => {
  const own = Buffer.from(secret)
  const key = createDataKey(id, own)
  own.fill(0)
  expect(open(() => createDataKey(id, secret), place, seal(key, place, 'x', nonce)).toString()).toBe('x')
})

test('a forgotten key does nothing any more', () => {
  const key = createDataKey(id, secret)
  const sealed = seal(key, place, 'x', nonce)
  key.forget()
  key.forget()
  expect(() => seal(key, place, 'x', nonce)).toThrow(/forgotten/)
  expect(() => open(() => key, place, sealed)).toThrow(/forgotten/)
  expect(() => blindIndex(key, 'a', 'b')).toThrow(/forgotten/)
})

describe('what is wrong is refused before anything is encrypted', () => {
  const key = createDataKey(id, secret)
  test.each([0, 11, 13, 16])('a nonce of %i bytes', (length) => {
    expect(() => seal(key, place, 'x', Buffer.alloc(length))).toThrow(TypeError)
  })
  test.each([0, 16, 31, 33])('a secret of %i bytes', (length) => {
    expect(() => createDataKey(id, Buffer.alloc(length))).toThrow(TypeError)
  })
  test.each(['', 'x', id.toUpperCase(), `${id} `, id.slice(1)])('the key id %j', (wrong) => {
    expect(() => createDataKey(wrong, secret)).toThrow(TypeError)
  })
  test.each([
    { tenant: '' },
    { table: '' },
    { row: '' },
    { column: '' },
    { row: '\ud800' },
    { version: -1 },
    { version: 1.5 },
    { version: Number.NaN },
    { version: 2 ** 53 },
  ])('the place %j', (wrong) => {
    expect(() => seal(key, { ...place, ...wrong }, 'x', nonce)).toThrow(TypeError)
  })
  test('no place at all', () => {
    expect(() => seal(key, {} as Place, 'x', nonce)).toThrow(TypeError)
  })
  test('text with a lone surrogate, which would come back as another', () => {
    expect(() => seal(key, place, 'a\ud800b', nonce)).toThrow(TypeError)
  })
})

describe('a wrapped key', () => {
  const kek = createDataKey(kekId, Buffer.alloc(KEY_BYTES, 9))
  const key = createDataKey(id, secret)
  const wrapped = wrapKey(kek, place, key, nonce)

  test('does again what it did', () => {
    const again = unwrapKey(() => kek, place, id, wrapped)
    expect(open(() => again, place, seal(key, place, 'x', nonce)).toString()).toBe('x')
    expect(blindIndex(again, 'a', 'b')).toEqual(blindIndex(key, 'a', 'b'))
  })

  test('opens to no bytes: it is of another kind than data', () => {
    expect(() => open(() => kek, place, wrapped)).toThrow(new OpenError('malformed'))
    const relabelled = Buffer.from(wrapped)
    relabelled[0] = 1
    expect(() => open(() => kek, place, relabelled)).toThrow(new OpenError('not_authentic'))
    const data = seal(kek, place, secret, nonce)
    data[0] = 2
    expect(() => unwrapKey(() => kek, place, id, data)).toThrow(new OpenError('not_authentic'))
  })

  test('that was moved to another row is not taken', () => {
    expect(() => unwrapKey(() => kek, { ...place, row: '8' }, id, wrapped)).toThrow(new OpenError('not_authentic'))
  })

  test('under another id opens nothing that the right one closed', () => {
    const other = unwrapKey(() => kek, place, kekId, wrapped)
    expect(() => open(() => other, place, seal(key, place, 'x', nonce))).toThrow(new OpenError('not_authentic'))
  })
})

describe('a blind index', () => {
  const key = createDataKey(id, secret)
  test('is equal for equal text, and for nothing else', () => {
    const pair = fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(pair, pair, ([label, text], [otherLabel, otherText]) => {
        const same = label === otherLabel && text === otherText
        expect(blindIndex(key, label, text).equals(blindIndex(key, otherLabel, otherText))).toBe(same)
      }),
    )
    expect(blindIndex(key, 'ab', 'c')).not.toEqual(blindIndex(key, 'a', 'bc'))
    expect(blindIndex(key, 'a', 'b')).not.toEqual(blindIndex(createDataKey(kekId, secret), 'a', 'b'))
  })
  test('has 16 to 32 bytes, the first of the whole', () => {
    expect(blindIndex(key, 'a', 'b', 16)).toEqual(blindIndex(key, 'a', 'b').subarray(0, 16))
    for (const wrong of [0, 15, 33, 16.5]) expect(() => blindIndex(key, 'a', 'b', wrong)).toThrow(TypeError)
    expect(() => blindIndex(key, '', 'b')).toThrow(TypeError)
    expect(() => blindIndex(key, 'a', '\udc00')).toThrow(TypeError)
  })
})

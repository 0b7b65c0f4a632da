import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createDataKey,
  type DataKey,
  KEY_BYTES,
  keyIdOf,
  NONCE_BYTES,
  open,
  OpenError,
  OVERHEAD_BYTES,
  type Place,
  seal,
} from './index.ts'

const id = '01900000-0000-7000-8000-00000000000a'
const otherId = '01900000-0000-7000-8000-00000000000b'
const key = createDataKey(id, Buffer.alloc(KEY_BYTES, 1))
const place: Place = { tenant: 'one', table: 'people', row: '7', column: 'email', version: 3 }
const nonce = Buffer.alloc(NONCE_BYTES, 5)
const resolve = (wanted: string): DataKey | undefined => (wanted === id ? key : undefined)

const text = fc.string({ minLength: 1, unit: 'grapheme' })
const places = fc.record(
  {
    tenant: text,
    table: text,
    row: text,
    column: text,
    version: fc.option(fc.nat(), { nil: undefined }),
  },
  { requiredKeys: ['tenant', 'table', 'row', 'column'] },
)

function reasonOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof OpenError) return error.reason
    throw error
  }
  return 'opened'
}

test('what was closed opens in its place, and names its key', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3000 }),
      places,
      fc.uint8Array({ minLength: 12, maxLength: 12 }),
      (plain, where, by) => {
        const sealed = seal(key, where, plain, by)
        expect(sealed).toHaveLength(plain.length + OVERHEAD_BYTES)
        expect(keyIdOf(sealed)).toBe(id)
        expect(open(resolve, where, sealed)).toEqual(Buffer.from(plain))
      },
    ),
  )
})

test('text is closed as UTF-8', () => {
  expect(open(resolve, place, seal(key, place, 'Zoë 🔑', nonce)).toString()).toBe('Zoë 🔑')
  expect(open(resolve, place, seal(key, place, '', nonce))).toHaveLength(0)
})

describe('a ciphertext that was moved does not open', () => {
  const sealed = seal(key, place, 'ada@example.com', nonce)
  const moved: Readonly<Record<string, Place>> = {
    'to another tenant': { ...place, tenant: 'two' },
    'to another table': { ...place, table: 'persons' },
    'to another row': { ...place, row: '8' },
    'to another column': { ...place, column: 'name' },
    'to another version': { ...place, version: 4 },
    'to a row without versions': { ...place, version: undefined },
  }
  test.each(Object.entries(moved))('%s', (_, where) => {
    expect(reasonOf(() => open(resolve, where, sealed))).toBe('not_authentic')
  })

  test('to anywhere else at all', () => {
    fc.assert(
      fc.property(places, places, (from, to) => {
        const same = (['tenant', 'table', 'row', 'column', 'version'] as const).every((part) => from[part] === to[part])
        expect(reasonOf(() => open(resolve, to, seal(key, from, 'x', nonce)))).toBe(same ? 'opened' : 'not_authentic')
      }),
    )
  })

  test('across a border between two parts', () => {
    const close = (where: Place) => seal(key, where, 'x', nonce)
    const pairs: [Partial<Place>, Partial<Place>][] = [
      [
        { table: 'ab', row: 'c' },
        { table: 'a', row: 'bc' },
      ],
      [
        { row: '1', column: '11:a' },
        { row: '11', column: '1:a' },
      ],
      [
        { column: 'a#1', version: undefined },
        { column: 'a', version: 1 },
      ],
    ]
    for (const [from, to] of pairs)
      expect(reasonOf(() => open(resolve, { ...place, ...to }, close({ ...place, ...from })))).toBe('not_authentic')
  })

  test('to another key: of the same id, of another, and to none', () => {
    const twin = createDataKey(id, Buffer.alloc(KEY_BYTES, 2))
    const other = createDataKey(otherId, Buffer.alloc(KEY_BYTES, 1))
    expect(reasonOf(() => open(() => twin, place, sealed))).toBe('not_authentic')
    expect(reasonOf(() => open(() => other, place, sealed))).toBe('not_authentic')
    expect(() => open(() => undefined, place, sealed)).toThrow(
      expect.objectContaining({ reason: 'unknown_key', keyId: id }),
    )
  })
})

test('every flipped bit is caught', () => {
  const sealed = seal(key, place, 'ada@example.com', nonce)
  const reasons = new Set<string>()
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    reasons.add(reasonOf(() => open(() => key, place, changed)))
    // Whoever resolves by the id finds no key for a changed one.
    reasons.add(reasonOf(() => open(resolve, place, changed)))
  }
  expect([...reasons].toSorted()).toEqual(['malformed', 'not_authentic', 'unknown_key'])
})

test('what was cut short or made longer does not open', () => {
  const sealed = seal(key, place, 'ada@example.com', nonce)
  for (let length = 0; length < sealed.length; length++)
    expect(['malformed', 'not_authentic']).toContain(reasonOf(() => open(resolve, place, sealed.subarray(0, length))))
  expect(reasonOf(() => open(resolve, place, Buffer.concat([sealed, Buffer.of(0)])))).toBe('not_authentic')
})

test('any bytes either open or are refused with a reason', () => {
  const sealed = seal(key, place, 'ada@example.com', nonce)
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 120 }).map((tail) => Buffer.concat([sealed.subarray(0, 61), tail])),
  )
  fc.assert(
    fc.property(bytes, (given) => {
      expect(['malformed', 'not_authentic', 'unknown_key']).toContain(reasonOf(() => open(resolve, place, given)))
    }),
  )
})

test('a view into a larger buffer is read as itself', () => {
  const sealed = seal(key, place, 'x', nonce)
  const inside = new Uint8Array(Buffer.concat([randomBytes(3), sealed, randomBytes(5)])).subarray(3, 3 + sealed.length)
  expect(open(resolve, place, inside).toString()).toBe('x')
})

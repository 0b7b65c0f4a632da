import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeHandover, isProven, newReplicaKey, openHandover, proofOf } from './handover.ts'
import { newRoot } from './held.ts'
import { keySeal, newSealSecret } from './seal.ts'

const seal = (kind = 'file') =>
  keySeal({ id: '01900000-0000-7000-8000-000000000001', kind, parameters: { some: 'thing' } }, newSealSecret())
const replica = newReplicaKey('01900000-0000-7000-8000-0000000000aa')
const from = newRoot(seal(), 4)
const to = newRoot(seal('passphrase'), 5)
const sealed = closeHandover(from, to, replica)
const open = (given: Buffer, own = replica, by = from, generation = 5) =>
  openHandover(by, own, { generation, sealed: given })

describe('a handover', () => {
  test('gives the root key with its seal to the one whom it is for', async () => {
    const got = open(sealed)
    expect([got.bytes, got.rootId, got.root.generation]).toEqual([to.bytes, to.rootId, 5])
    expect([got.seal.id, got.seal.kind, got.seal.parameters]).toEqual([to.seal.id, 'passphrase', { some: 'thing' }])
    // The seal that came with it wraps as the first one does.
    const wrapped = await got.seal.wrap(got.bytes, 6)
    expect(await to.seal.unwrap(wrapped, 6)).toEqual(to.bytes)
  })

  test('opens for nobody else: another process, another root key before, another generation, another name', () => {
    expect(() => open(sealed, newReplicaKey(replica.id))).toThrow()
    expect(() => open(sealed, { ...replica, id: '01900000-0000-7000-8000-0000000000ab' })).toThrow()
    expect(() => open(sealed, replica, newRoot(from.seal, 4))).toThrow()
    expect(() => open(sealed, replica, from, 6)).toThrow()
  })

  test('that was changed in any bit, or is anything else, opens nothing', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        // X25519 leaves the top bit of a public key out (RFC 7748, section 5); here it is part of the derivation.
        expect(() => open(changed)).toThrow()
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => open(Buffer.from(bytes))).toThrow()
      }),
    )
  })

  test('does not show the root key', () => {
    expect(sealed.includes(to.bytes)).toBe(false)
    expect(sealed.includes(to.bytes.toString('base64'))).toBe(false)
  })
})

test('only who has the root key proves a replica, and each for itself alone', () => {
  const proof = proofOf(from.root, replica)
  expect(isProven(from.root, replica, proof)).toBe(true)
  expect(isProven(newRoot(from.seal, 4).root, replica, proof)).toBe(false)
  expect(isProven(from.root, { ...replica, publicKey: newReplicaKey('x').publicKey }, proof)).toBe(false)
  expect(isProven(from.root, { ...replica, id: '01900000-0000-7000-8000-0000000000ab' }, proof)).toBe(false)
  expect(isProven(from.root, replica, randomBytes(31))).toBe(false)
})

import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createSeal, sealKeyFromFile } from './seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-seal-'))
afterAll(() => rmSync(folder, { recursive: true }))

const seal = createSeal(Buffer.alloc(32, 7))

test('what was closed opens in its place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plain, place) => {
      expect(seal.open(seal.close(plain, place), place)).toEqual(Buffer.from(plain))
    }),
  )
})

test('a ciphertext that was changed in any bit does not open', () => {
  const sealed = seal.close(Buffer.from('the private key'), 'here')
  fc.assert(
    fc.property(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ (1 << bit)
      expect(() => seal.open(changed, 'here')).toThrow()
    }),
  )
})

test('a ciphertext that was moved, or closed under another key, does not open', () => {
  const sealed = seal.close(Buffer.from('x'), 'row 1')
  expect(() => seal.open(sealed, 'row 2')).toThrow()
  expect(() => createSeal(Buffer.alloc(32, 8)).open(sealed, 'row 1')).toThrow()
  expect(() => seal.open(Buffer.alloc(3), 'row 1')).toThrow(/not a sealed value/)
})

describe('the key file', () => {
  test('is made once, for its owner alone, and is the same afterwards', () => {
    const path = join(folder, 'deep', 'seal.key')
    const first = sealKeyFromFile(path)
    expect(sealKeyFromFile(path)).toEqual(first)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is refused when others can read it', () => {
    const path = join(folder, 'open.key')
    sealKeyFromFile(path)
    chmodSync(path, 0o644)
    expect(() => sealKeyFromFile(path)).toThrow(/can be read by others/)
  })
})

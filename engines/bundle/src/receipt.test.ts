import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenError } from './errors.ts'
import { signJws } from './jws.ts'
import { prepareKeys, publicJwk } from './keys.ts'
import { signLease } from './lease.ts'
import { type Receipt, signReceipt, verifyReceipt } from './receipt.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const jwk = publicJwk(privateKey)
const key = { kid: jwk.kid, key: privateKey }
const keys = prepareKeys([jwk])

const receipt: Receipt = {
  iss: 'https://control.example',
  tenant: 't1',
  jti: 'e1',
  iat: 1_800_000_000,
  epoch: 42,
  cursor: 7,
  application: null,
  effectiveAt: '2027-01-15T08:00:00.123Z',
  edges: [
    { service: 's1', instance: 'i1', kind: 'sdk', application: 'shop', how: 'acknowledged', epoch: 42, cursor: 7 },
    { service: 's2', instance: 'i2', kind: 'gateway', application: null, how: 'lapsed', epoch: 1, cursor: 0 },
  ],
}

const refusal = (token: string): string => {
  try {
    verifyReceipt(token, { keys })
    return 'accepted'
  } catch (error) {
    if (error instanceof TokenError) return error.code
    throw error
  }
}

describe('a receipt', () => {
  it('says what was signed, for ever', () => {
    expect(verifyReceipt(signReceipt(receipt, key), { keys })).toEqual(receipt)
  })

  it('is none without an answer for each edge, and cannot be made so', () => {
    const waiting = { ...receipt, edges: [{ ...receipt.edges[0], how: 'waiting' }] }
    expect(() => signReceipt(waiting as never, key)).toThrow(TokenError)
    expect(refusal(signJws('holdfast-receipt+jwt', waiting, key))).toBe('claims')
    expect(refusal(signJws('holdfast-receipt+jwt', { ...receipt, effectiveAt: null }, key))).toBe('claims')
  })

  it('is no other token, of no other key', () => {
    const lease = signLease({ issuer: 'i', audience: 'shop', epoch: 1, through: 1, now: 1_800_000_000 }, key)
    expect(refusal(lease)).toBe('type')
    expect(refusal(signJws('holdfast-lease+jwt', receipt, key))).toBe('type')
    const other = generateKeyPairSync('ed25519').privateKey
    expect(refusal(signReceipt(receipt, { kid: publicJwk(other).kid, key: other }))).toBe('key_unknown')
    expect(refusal(signReceipt(receipt, { kid: jwk.kid, key: other }))).toBe('signature')
  })

  it('does not hold with any byte changed, and nothing that is read breaks the reader', () => {
    const token = signReceipt(receipt, key)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '=', '€', ''), (at, by) => {
        const changed = token.slice(0, at) + by + token.slice(at + 1)
        expect(changed === token || refusal(changed) !== 'accepted').toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refusal(text)).not.toBe('accepted')
      }),
    )
  })
})

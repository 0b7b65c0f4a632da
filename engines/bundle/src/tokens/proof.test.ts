import fc from 'fast-check'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { prepareTokenKeys, TOKEN_ALGORITHMS, TokenError, verifyProof } from '../index.ts'
import { accessToken, encode, makeSigner, NOW, proof } from '../testing/signer.ts'

const client = makeSigner('ES256', 'c')
const thumbprint = thumbprintOf(client)
const token = accessToken(makeSigner('ES256'))
const expected = { method: 'GET', url: 'https://shop.example/orders?page=2', token, thumbprint, now: NOW }

function thumbprintOf({ jwk }: typeof client): string {
  return prepareTokenKeys([jwk]).get(jwk.kid)?.thumbprint ?? ''
}

function codeOf(text: string, changes: Partial<typeof expected> = {}): string {
  try {
    verifyProof(text, { ...expected, ...changes })
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.code
  }
}

describe('verifyProof', () => {
  it.each(TOKEN_ALGORITHMS)('accepts a proof by %s, and knows the key by the thumbprint of RFC 7638', async (alg) => {
    const signer = makeSigner(alg)
    expect(thumbprintOf(signer)).toBe(await calculateJwkThumbprint({ ...signer.jwk } as JWK))
    const made = proof(signer, token, { jti: 'one' })
    const read = verifyProof(made, { ...expected, thumbprint: thumbprintOf(signer) })
    expect(read).toEqual({ jti: 'one', nonce: null, until: NOW + 65 })
  })

  it('is by the key of the token, for this request, for this token', () => {
    const other = makeSigner('ES256')
    expect(codeOf(proof(other, token))).toBe('binding')
    expect(codeOf(proof(client, token, { htm: 'POST' }))).toBe('binding')
    expect(codeOf(proof(client, token, { htm: 'get' }))).toBe('binding')
    expect(codeOf(proof(client, `${token}x`))).toBe('binding')
    expect(codeOf(proof(client, token, { ath: undefined }))).toBe('claims')
    for (const htu of [
      'https://shop.example/other',
      'http://shop.example/orders',
      'https://shop.example:8443/orders',
      'https://evil.example/orders',
      'https://shop.example.evil/orders',
      'https://a@shop.example/orders',
      '/orders',
      'orders',
      'https://shop.example/orders/',
    ]) {
      expect(codeOf(proof(client, token, { htu })), htu).toBe('binding')
    }
    for (const htu of [
      'https://SHOP.example:443/orders',
      'https://shop.example/orders?x=1#y',
      'https://shop.example/x/../orders',
    ]) {
      expect(codeOf(proof(client, token, { htu })), htu).toBe('accepted')
    }
  })

  it('was made a moment ago', () => {
    expect(codeOf(proof(client, token, { iat: NOW + 5 }))).toBe('accepted')
    expect(codeOf(proof(client, token, { iat: NOW + 6 }))).toBe('not_yet_valid')
    expect(codeOf(proof(client, token, { iat: NOW - 64.5 }))).toBe('accepted')
    expect(codeOf(proof(client, token, { iat: NOW - 65 }))).toBe('expired')
    expect(codeOf(proof(client, token), { now: Number.NaN })).not.toBe('accepted')
  })

  it('refuses keys that are none to sign with, and private ones', () => {
    const whole = { ...client.privateKey.export({ format: 'jwk' }) }
    expect(codeOf(proof(client, token, {}, { jwk: whole }))).toBe('header')
    for (const jwk of [
      undefined,
      null,
      'x',
      {},
      { kty: 'oct', k: 'AAAA' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
      [client.jwk],
    ]) {
      expect(codeOf(proof(client, token, {}, { jwk })), JSON.stringify(jwk)).toBe('header')
    }
    for (const alg of ['none', 'HS256', 'RS256', undefined]) {
      expect(codeOf(proof(client, token, {}, { alg })), String(alg)).toBe('algorithm')
    }
    for (const typ of ['at+jwt', 'JWT', undefined]) expect(codeOf(proof(client, token, {}, { typ }))).toBe('type')
    expect(codeOf(proof(client, token, {}, { crit: ['x'] }))).toBe('header')
    const [head = '', body = ''] = proof(client, token).split('.')
    expect(codeOf(`${head}.${body}.${Buffer.alloc(64).toString('base64url')}`)).toBe('signature')
    expect(codeOf(`${encode({ alg: 'none', typ: 'dpop+jwt' })}.${body}.`)).toBe('header')
  })

  it('throws nothing but TokenError, whatever comes', () => {
    const good = proof(client, token)
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 3 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(changed, fc.string()), (text) => {
        expect(codeOf(text) === 'accepted').toBe(text === good)
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.json(), (body) => {
        const { kid: _, ...jwk } = client.jwk
        expect(codeOf(client.raw(JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk }), body))).not.toBe('accepted')
      }),
      { numRuns: 200 },
    )
  })
})

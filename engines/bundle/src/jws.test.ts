import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareKeys, PublicJwk, publicJwk, signJws, TokenError, verifyJws } from './index.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const jwk = publicJwk(privateKey)
const key = { kid: jwk.kid, key: privateKey }
const options = { type: 'test+jwt', keys: prepareKeys([jwk]), longest: 4096 }
const good = signJws('test+jwt', { sub: 'x' }, key)
const [header = '', payload = '', signature = ''] = good.split('.')

const encode = (text: string | object) =>
  Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)).toString('base64url')

/** What an attacker can do who holds no key: any header and payload, signed with nothing or with something else. */
function forged(head: string | object, body: string | object = { sub: 'admin' }, mac = signature): string {
  return `${encode(head)}.${encode(body)}.${mac}`
}

/** Signed with the real key, so that only the header can be the reason of a refusal. */
function signed(head: string | object, body: string | object = { sub: 'x' }): string {
  const input = `${encode(head)}.${encode(body)}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

function codeOf(token: string): string {
  try {
    verifyJws(token, options)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.code
  }
}

describe('verifyJws', () => {
  it('accepts what signJws made', () => {
    expect(verifyJws(good, options)).toEqual({ kid: jwk.kid, claims: { sub: 'x' } })
  })

  it('refuses alg none, with and without a signature', () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      expect(codeOf(forged({ alg, typ: 'test+jwt', kid: jwk.kid }, undefined, ''))).toBe('algorithm')
      expect(codeOf(forged({ alg, typ: 'test+jwt', kid: jwk.kid }))).toBe('algorithm')
    }
    expect(codeOf(`${header}.${payload}.`)).toBe('signature')
  })

  it('refuses HS256 with the public key as secret', () => {
    const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
    for (const secret of [publicPem, jwk.x, Buffer.from(jwk.x, 'base64url')]) {
      const input = `${encode({ alg: 'HS256', typ: 'test+jwt', kid: jwk.kid })}.${encode({ sub: 'admin' })}`
      const mac = createHmac('sha256', secret).update(input).digest('base64url')
      expect(codeOf(`${input}.${mac}`)).toBe('algorithm')
      const disguised = `${header}.${encode({ sub: 'admin' })}`
      const other = createHmac('sha512', secret).update(disguised).digest('base64url')
      expect(codeOf(`${disguised}.${other}`)).toBe('signature')
    }
  })

  it('refuses a key that the token brings along', () => {
    const attacker = generateKeyPairSync('ed25519')
    const own = publicJwk(attacker.privateKey)
    expect(codeOf(signJws('test+jwt', { sub: 'admin' }, { kid: own.kid, key: attacker.privateKey }))).toBe(
      'key_unknown',
    )
    expect(codeOf(signJws('test+jwt', { sub: 'admin' }, { kid: jwk.kid, key: attacker.privateKey }))).toBe('signature')
    const base = { alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid }
    for (const extra of [
      { jwk: own },
      { jku: 'https://evil.example/keys' },
      { x5c: ['AA=='] },
      { x5u: 'https://evil.example' },
    ]) {
      expect(codeOf(signed({ ...base, ...extra }))).toBe('header')
    }
  })

  it.each([
    ['another typ', { alg: 'EdDSA', typ: 'other+jwt', kid: jwk.kid }, 'type'],
    ['typ in other case', { alg: 'EdDSA', typ: 'Test+JWT', kid: jwk.kid }, 'type'],
    ['typ with application/', { alg: 'EdDSA', typ: 'application/test+jwt', kid: jwk.kid }, 'type'],
    ['no typ', { alg: 'EdDSA', kid: jwk.kid }, 'type'],
    ['no kid', { alg: 'EdDSA', typ: 'test+jwt' }, 'header'],
    ['a kid that is no text', { alg: 'EdDSA', typ: 'test+jwt', kid: 1 }, 'header'],
    ['an unknown kid', { alg: 'EdDSA', typ: 'test+jwt', kid: 'other' }, 'key_unknown'],
    ['a kid of every object', { alg: 'EdDSA', typ: 'test+jwt', kid: '__proto__' }, 'key_unknown'],
    ['crit', { alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid, crit: ['exp'], exp: 1 }, 'header'],
    ['an empty crit', { alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid, crit: [] }, 'header'],
    ['b64 false', { alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid, b64: false }, 'header'],
    ['an unknown parameter', { alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid, x: 1 }, 'header'],
    ['a repeated parameter', `{"alg":"none","alg":"EdDSA","typ":"test+jwt","kid":"${jwk.kid}"}`, 'header'],
    ['white space', `{ "alg":"EdDSA","typ":"test+jwt","kid":"${jwk.kid}"}`, 'header'],
    ['an escape', `{"alg":"EdDSA","typ":"test+jw\\u0074","kid":"${jwk.kid}"}`, 'header'],
    ['a header that is a list', '["EdDSA"]', 'malformed'],
    ['a header that is null', 'null', 'malformed'],
    ['a header that is no JSON', '{', 'malformed'],
    ['a header with a byte order mark', `\uFEFF{"alg":"EdDSA","typ":"test+jwt","kid":"${jwk.kid}"}`, 'malformed'],
    ['a huge header', { alg: 'EdDSA', typ: 'test+jwt', kid: 'x'.repeat(1000) }, 'header'],
  ])('refuses %s even when it is signed', (_, head, code) => {
    expect(codeOf(signed(head))).toBe(code)
  })

  it.each([
    ['a payload that is a list', '[]', 'malformed'],
    ['a payload that is no JSON', 'x', 'malformed'],
    ['an empty payload', '', 'malformed'],
  ])('refuses %s even when it is signed', (_, body, code) => {
    expect(codeOf(signed({ alg: 'EdDSA', typ: 'test+jwt', kid: jwk.kid }, body))).toBe(code)
  })

  it.each([
    ['nothing', '', 'malformed'],
    ['two parts', `${header}.${payload}`, 'malformed'],
    ['four parts', `${good}.x`, 'malformed'],
    ['JSON serialisation', JSON.stringify({ protected: header, payload, signature }), 'malformed'],
    ['padding', `${header}.${payload}.${signature}==`, 'malformed'],
    ['the other alphabet', `${header}.${payload}.${'+/'.repeat(43)}`, 'malformed'],
    ['a line break', `${good}\n`, 'malformed'],
    ['a leading blank', ` ${good}`, 'malformed'],
    ['a short signature', `${header}.${payload}.${signature.slice(0, 40)}`, 'signature'],
    ['another payload', `${header}.${encode({ sub: 'admin' })}.${signature}`, 'signature'],
    ['too long a token', `${header}.${payload}.${'A'.repeat(5000)}`, 'too_large'],
  ])('refuses %s', (_, token, code) => {
    expect(codeOf(token)).toBe(code)
  })

  it('refuses the bits that base64url leaves over, so that a token has one form only', () => {
    // 64 bytes leave 4 unused bits in the last of 86 characters.
    const last = signature.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = alphabet[alphabet.indexOf(last) ^ 1] ?? ''
    expect(Buffer.from(signature.slice(0, -1) + twin, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
    expect(codeOf(`${header}.${payload}.${signature.slice(0, -1)}${twin}`)).toBe('malformed')
  })

  it('accepts nothing but the token itself among its mutations, and throws only TokenError', () => {
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.string({ minLength: 0, maxLength: 3 }),
        fc.nat(3),
        (at, insert, remove) => {
          const mutated = good.slice(0, at) + insert + good.slice(at + remove)
          fc.pre(mutated !== good)
          expect(codeOf(mutated)).not.toBe('accepted')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('takes any text without any other error', () => {
    const part = fc.oneof(fc.base64String(), fc.json().map(encode), fc.string({ unit: 'binary' }))
    const token = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    )
    fc.assert(
      fc.property(token, (text) => {
        expect(codeOf(text)).not.toBe('accepted')
      }),
    )
  })
})

describe('keys', () => {
  it('name themselves by the thumbprint of RFC 8037 appendix A.3', () => {
    const rfc = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
    expect(publicJwk(createPublicKey({ key: rfc, format: 'jwk' })).kid).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    )
  })

  it('refuse a private part, other curves, a wrong length and a repeated kid', () => {
    const privateJwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k' }
    expect(PublicJwk.safeParse(privateJwk).success).toBe(false)
    expect(PublicJwk.safeParse({ ...jwk, crv: 'X25519' }).success).toBe(false)
    expect(PublicJwk.safeParse({ ...jwk, x: `${jwk.x}AA` }).success).toBe(false)
    expect(PublicJwk.safeParse(jwk).success).toBe(true)
    expect(() => prepareKeys([jwk, jwk])).toThrow('Two keys')
    expect(() => publicJwk(generateKeyPairSync('x25519').privateKey)).toThrow(TypeError)
    expect(() =>
      signJws('t', {}, { kid: 'k', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
    ).toThrow()
  })

  it('sign the example of RFC 8037 appendix A.4', () => {
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    const input = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc'
    const expected = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
    const rfcKey = { key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' } as const
    expect(sign(null, Buffer.from(input), rfcKey).toString('base64url')).toBe(expected)
  })
})

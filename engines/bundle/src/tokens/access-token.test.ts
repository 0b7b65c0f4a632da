import { createHmac, createPublicKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { claimsToBeOf, prepareTokenKeys, TOKEN_ALGORITHMS, TokenError, TokenJwk, verifyAccessToken } from '../index.ts'
import { accessToken, AUDIENCE, encode, goodClaims, ISSUER, makeSigner, NOW } from '../testing/signer.ts'

const signers = TOKEN_ALGORITHMS.map((alg) => makeSigner(alg))
const [es, ed, rs] = signers as [(typeof signers)[0], (typeof signers)[0], (typeof signers)[0]]
const stranger = makeSigner('ES256')
const jwks = signers.map(({ jwk }) => jwk)
const expected = { keys: prepareTokenKeys(jwks), issuer: ISSUER, audiences: new Set([AUDIENCE]), now: NOW }

function codeOf(token: string, changes: Partial<typeof expected> = {}): string {
  try {
    verifyAccessToken(token, { ...expected, ...changes })
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.code
  }
}

const good = accessToken(es)
const [header = '', payload = '', signature = ''] = good.split('.')

describe('verifyAccessToken', () => {
  it.each(signers)('reads what the authorization server says, by $alg', (signer) => {
    const { claims, kid } = verifyAccessToken(accessToken(signer), expected)
    const { scope: _, ...rest } = goodClaims
    expect(kid).toBe(signer.jwk.kid)
    expect(claims).toEqual({ ...rest, aud: [AUDIENCE], scopes: ['orders:read', 'orders:write'], cnf: null })
  })

  it.each(signers)('agrees with jose about $alg, in both directions', async (signer) => {
    const made = await new SignJWT(goodClaims)
      .setProtectedHeader({ alg: signer.alg, typ: 'at+jwt', kid: signer.jwk.kid })
      .sign(signer.privateKey)
    expect(codeOf(made)).toBe('accepted')
    const set = createLocalJWKSet({ keys: jwks.map((jwk) => ({ ...jwk }) as JWK) })
    const options = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', currentDate: new Date(NOW * 1000) }
    expect((await jwtVerify(accessToken(signer), set, options)).payload).toEqual(goodClaims)
  })

  it('verifies every signature of ES256, also the one in a hundred whose r or s is short', () => {
    for (let n = 0; n < 600; n += 1) expect(codeOf(accessToken(es, { jti: `j${n}` }))).toBe('accepted')
  })

  it('refuses alg none and whatever is written like it', () => {
    for (const alg of [
      'none',
      'None',
      'NONE',
      'nOnE',
      '',
      'es256',
      'HS256',
      'PS256',
      'RS256',
      'EdDSA',
      'ES256K',
      5,
      null,
    ]) {
      const head = encode({ alg, typ: 'at+jwt', kid: es.jwk.kid })
      expect(codeOf(`${head}.${payload}.${signature}`), String(alg)).toBe('algorithm')
      expect(codeOf(`${head}.${payload}.`), String(alg)).toBe('algorithm')
    }
    expect(codeOf(`${header}.${payload}.`)).toBe('signature')
  })

  it('refuses HS256 with the public key as the secret', () => {
    for (const { jwk, privateKey } of signers) {
      const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
      const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
      for (const secret of [pem, der, JSON.stringify(jwk)]) {
        const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: jwk.kid })}.${payload}`
        const mac = createHmac('sha256', secret).update(input).digest('base64url')
        expect(codeOf(`${input}.${mac}`)).toBe('algorithm')
        const disguised = `${encode({ alg: jwk.alg, typ: 'at+jwt', kid: jwk.kid })}.${payload}`
        expect(codeOf(`${disguised}.${createHmac('sha256', secret).update(disguised).digest('base64url')}`)).toBe(
          'signature',
        )
      }
    }
  })

  it('looks at no key that a token brings along or points to', () => {
    const { kid: _, ...own } = stranger.jwk
    for (const extra of [
      { jwk: own },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/c' },
      { x5c: ['AA=='] },
    ]) {
      expect(codeOf(accessToken(stranger, {}, { ...extra, kid: es.jwk.kid }))).toBe('signature')
      expect(codeOf(accessToken(stranger, {}, { ...extra, kid: undefined }))).toBe('key_unknown')
      expect(codeOf(accessToken(stranger, {}, extra))).toBe('key_unknown')
    }
  })

  it('finds the key by its exact kid and nothing else', () => {
    for (const kid of [
      '../../dev/null',
      "' OR 1=1 --",
      '__proto__',
      'constructor',
      '',
      ` ${es.jwk.kid}`,
      0,
      null,
      [es.jwk.kid],
      { kid: es.jwk.kid },
    ]) {
      expect(codeOf(accessToken(es, {}, { kid })), JSON.stringify(kid)).toBe('key_unknown')
    }
    // The key of one algorithm under the name of another.
    expect(codeOf(accessToken(ed, {}, { kid: es.jwk.kid }))).toBe('algorithm')
    expect(codeOf(accessToken(rs, {}, { kid: es.jwk.kid, alg: 'ES256' }))).toBe('signature')
  })

  it('refuses every other kind of token of the same issuer', () => {
    for (const typ of [
      undefined,
      'JWT',
      'jwt',
      'dpop+jwt',
      'logout+jwt',
      'AT+JWT',
      'at+jwt ',
      'application/jwt',
      ['at+jwt'],
      null,
    ]) {
      expect(codeOf(accessToken(es, {}, { typ })), String(typ)).toBe('type')
    }
    expect(codeOf(accessToken(es, {}, { typ: 'application/at+jwt' }))).toBe('accepted')
  })

  it('refuses what demands to be understood', () => {
    for (const crit of [['exp'], ['b64'], [], 'exp', null]) {
      expect(codeOf(accessToken(es, {}, { crit, b64: false }))).toBe('header')
    }
  })

  it('refuses names that occur twice, in the header and among the claims, however they are written', () => {
    const head = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: es.jwk.kid })
    const body = JSON.stringify(goodClaims)
    const twice = [
      [head.replace('{', '{"alg":"none",'), body],
      [head.replace('{', '{"kid":"x",'), body],
      [head, body.replace('{', '{"sub":"admin",')],
      [head, body.replace('}', ',"sub":"admin"}')],
      [head, body.replace('{', '{"s\\u0075b":"admin",')],
      [head, body.replace('{', '{ "cnf" : {"jkt":"a","jkt":"b"} ,')],
    ] as const
    for (const [one, two] of twice) expect(codeOf(es.raw(one, two)), two).toBe('malformed')
    // White space and escapes alone change nothing.
    expect(codeOf(es.raw(`\n ${head}`, body.replace('{', '{ ').replace('"sub"', '"s\\u0075b"')))).toBe('accepted')
  })

  it('refuses signatures that are none: of zeros, in DER, cut, stretched, of another token', () => {
    const der = (bytes: Buffer) => codeOf(`${header}.${payload}.${bytes.toString('base64url')}`)
    const raw = Buffer.from(signature, 'base64url')
    // CVE-2022-21449, "psychic signatures".
    expect(der(Buffer.alloc(64))).toBe('signature')
    expect(der(Buffer.concat([raw.subarray(0, 32), Buffer.alloc(32)]))).toBe('signature')
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
    expect(der(Buffer.concat([order, order]))).toBe('signature')
    expect(der(sign('sha256', Buffer.from(`${header}.${payload}`), es.privateKey))).toBe('signature')
    for (const bytes of [
      raw.subarray(0, 63),
      Buffer.concat([raw, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), raw]),
    ]) {
      expect(der(bytes)).toBe('signature')
    }
    expect(der(Buffer.from(accessToken(es, { sub: 'eve' }).split('.')[2] ?? '', 'base64url'))).toBe('signature')
    const shortRsa = accessToken(rs).split('.')
    expect(codeOf(`${shortRsa[0]}.${shortRsa[1]}.AA`)).toBe('signature')
  })

  it('knows one encoding of each part', () => {
    const variants = [
      `${good}=`,
      `${good}.`,
      `.${good}`,
      ` ${good}`,
      `${good}\n`,
      good.replaceAll('.', '..'),
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}==.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`,
      `${header}.${payload}.${signature}\u0000`,
      `${header}.${payload.replace('e', 'é')}.${signature}`,
      '',
      '.',
      '..',
      '...',
      `${header}.${payload}`,
      'e30.e30.e30',
    ]
    for (const variant of variants) expect(codeOf(variant), variant.slice(0, 40)).not.toBe('accepted')
    expect(codeOf(good.replaceAll('-', '+').replaceAll('_', '/'))).toMatch(
      good.match(/[-_]/) === null ? /./ : /malformed|signature/,
    )
    expect(codeOf(`${header}.${payload}.${signature}`)).toBe('accepted')
    expect(codeOf(accessToken(es, { filler: 'x'.repeat(9000) }))).toBe('too_large')
    expect(codeOf(es.raw('[]', '{}'))).toBe('malformed')
    expect(codeOf(es.raw('{"alg":"ES256"', '{}'))).toBe('malformed')
  })

  it('is for one issuer and one application, of which names are compared exactly', () => {
    for (const iss of [`${ISSUER}/`, ISSUER.toUpperCase(), 'https://login.example.evil', '']) {
      expect(codeOf(accessToken(es, { iss })), iss).not.toBe('accepted')
    }
    for (const aud of [
      `${AUDIENCE}2`,
      AUDIENCE.toUpperCase(),
      'urn:holdfast:application:',
      '*',
      [],
      [['x']],
      { [AUDIENCE]: 1 },
      true,
      undefined,
    ]) {
      expect(codeOf(accessToken(es, { aud })), JSON.stringify(aud)).toMatch(/^(audience|claims)$/)
    }
    expect(codeOf(accessToken(es, { aud: ['https://else.example', AUDIENCE] }))).toBe('accepted')
    expect(codeOf(good, { audiences: new Set() })).toBe('audience')
  })

  it('holds for its time, with five seconds of skew, and never for more than five minutes', () => {
    expect(codeOf(good, { now: NOW - 5 })).toBe('accepted')
    expect(codeOf(good, { now: NOW - 6 })).toBe('not_yet_valid')
    expect(codeOf(good, { now: NOW + 304.9 })).toBe('accepted')
    expect(codeOf(good, { now: NOW + 305 })).toBe('expired')
    expect(codeOf(good, { now: Number.NaN })).not.toBe('accepted')
    expect(codeOf(accessToken(es, { exp: NOW + 301 }))).toBe('lifetime')
    expect(codeOf(accessToken(es, { exp: NOW }))).toBe('lifetime')
    expect(codeOf(accessToken(es, { nbf: NOW + 6 }))).toBe('not_yet_valid')
    expect(codeOf(accessToken(es, { nbf: NOW + 5 }))).toBe('accepted')
  })

  it.each([
    ['sub', undefined],
    ['sub', ''],
    ['sub', 5],
    ['sub', { id: 'ben' }],
    ['client_id', undefined],
    ['jti', undefined],
    ['jti', ''],
    ['iat', undefined],
    ['iat', '1'],
    ['iat', 1.5],
    ['exp', undefined],
    ['exp', 1e30],
    ['exp', '9999999999'],
    ['nbf', 'x'],
    ['principal_type', undefined],
    ['principal_type', 'Group'],
    ['principal_type', 'person'],
    ['scope', ['admin']],
    ['scope', 'a  b'],
    ['scope', ' a'],
    ['scope', 'a\tb'],
    ['scope', 'a"b'],
    ['cnf', {}],
    ['cnf', { jkt: 'short' }],
    ['cnf', { 'x5t#S256': 5 }],
    ['cnf', { kid: 'k' }],
    ['cnf', { jwk: {} }],
    ['cnf', 'bearer'],
    ['cnf', null],
    ['sid', ''],
    ['sid', null],
    ['amr', 'pwd'],
    ['acr', 2],
    ['auth_time', 'now'],
  ])('refuses a token whose %s is %j', (name, value) => {
    expect(codeOf(accessToken(es, { [name]: value }))).toBe('claims')
  })

  it.each(['Service', 'Person'])('lets a %s do without a session', (type) => {
    const token = accessToken(es, { principal_type: type, sid: undefined, scope: undefined })
    expect(verifyAccessToken(token, expected).claims).toMatchObject({ sid: null, scopes: [] })
  })

  it('throws nothing but TokenError, and accepts nothing but the token, whatever is done to it', () => {
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.string({ minLength: 0, maxLength: 3 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(changed, fc.string(), fc.string({ unit: 'binary' })), (token) => {
        expect(codeOf(token) === 'accepted').toBe(token === good)
        claimsToBeOf(token, ISSUER)
      }),
      { numRuns: 500 },
    )
  })

  it('reads claims of any JSON without a fault', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, two) => {
        expect(codeOf(ed.raw(one, two))).not.toBe('accepted')
        const head = JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid: ed.jwk.kid })
        expect(codeOf(ed.raw(head, two))).not.toBe('accepted')
      }),
      { numRuns: 300 },
    )
  })
})

describe('TokenJwk', () => {
  it('takes no private, symmetric, short or foreign key', () => {
    const jwk = es.jwk as unknown as Record<string, unknown>
    const bad = [
      { ...jwk, ...es.privateKey.export({ format: 'jwk' }) },
      { kty: 'oct', k: 'AAAA', kid: 'k', alg: 'HS256' },
      { ...jwk, alg: 'RS256' },
      { ...jwk, crv: 'P-384' },
      { ...jwk, use: 'enc' },
      { ...jwk, kid: '' },
      { ...(rs.jwk as object), e: 'AQ' },
      { ...(rs.jwk as object), n: 'AQAB' },
    ]
    for (const each of bad) expect(TokenJwk.safeParse(each).success, JSON.stringify(each)).toBe(false)
    for (const each of jwks) expect(TokenJwk.safeParse(each).success).toBe(true)
    expect(() => prepareTokenKeys([es.jwk, { ...es.jwk }])).toThrow('Two keys')
    // Not a point of the curve.
    expect(() => prepareTokenKeys([{ ...es.jwk, x: Buffer.alloc(32, 1).toString('base64url') } as TokenJwk])).toThrow()
  })
})

describe('claimsToBeOf', () => {
  it('tells ours from others, without believing any', () => {
    expect(claimsToBeOf(good, ISSUER)).toBe(true)
    expect(claimsToBeOf(accessToken(stranger), ISSUER)).toBe(true)
    expect(claimsToBeOf(good, 'https://other.example')).toBe(false)
    expect(claimsToBeOf(accessToken(es, {}, { typ: 'JWT' }), ISSUER)).toBe(false)
    expect(claimsToBeOf('opaque', ISSUER)).toBe(false)
  })
})

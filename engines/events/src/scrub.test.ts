import { generateKeyPairSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize, isSecretName, scrub, scrubText } from './index.ts'
import { jsonProblem } from './json.ts'

const jwt = `eyJhbGciOiJFZERTQSJ9.${'eyJzdWIiOiJ4In0'.repeat(2)}.${'s'.repeat(86)}`
const own = `hfs_${'Ab3_-'.repeat(8)}xyz`
const { privateKey } = generateKeyPairSync('ed25519')
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('by the name of a field', () => {
  const secret = [
    'password',
    'newPassword',
    'PASSWORD',
    'client_secret',
    'clientSecret',
    'X-Api-Key',
    'apiKey',
    'access_token',
    'idToken',
  ]
  const also = [
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'privateKey',
    'key',
    'passphrase',
    'credentials',
    'cvv',
    'otp',
  ]
  it.each([...secret, ...also])('redacts %s', (name) => {
    expect(scrub({ in: [{ [name]: 'x', n: 1 }] })).toEqual({ in: [{ [name]: '[redacted]', n: 1 }] })
    expect(scrub({ [name]: { deep: ['x'] } })).toEqual({ [name]: '[redacted]' })
  })

  it.each([
    'name',
    'keyboard',
    'monkey',
    'secretary',
    'tokenId',
    'keyId',
    'publicKey',
    'cookieName',
    'passwordChangedAt',
    'tokenType',
  ])('leaves %s', (name) => {
    expect(isSecretName(name)).toBe(false)
    expect(scrub({ [name]: 'plain' })).toEqual({ [name]: 'plain' })
  })

  it('keeps what can be no secret: null and booleans', () => {
    expect(scrub({ password: null, token: true })).toEqual({ password: null, token: true })
  })

  it('redacts the private part of a JWK and leaves the public', () => {
    const jwk = privateKey.export({ format: 'jwk' })
    expect(scrub({ jwk })).toEqual({ jwk: { ...jwk, d: '[redacted]' } })
  })
})

describe('by form', () => {
  it.each([
    ['our own secrets', own],
    ['a JWT', jwt],
    ['an encrypted token (JWE)', `eyJhbGciOiJkaXIifQ..${'a'.repeat(16)}.${'b'.repeat(40)}.${'c'.repeat(22)}`],
    ['a private key', pem],
    ['a private key cut off', pem.slice(0, 80)],
    ['an RSA private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'],
  ])('redacts %s wherever it stands', (_, secret) => {
    for (const text of [secret, `x=${secret}`, `{"a":"${secret}"}`, `before ${secret} after`, `/path/${secret}`]) {
      const scrubbed = scrubText(text)
      expect(scrubbed).toContain('[redacted')
      expect(scrubbed).not.toContain(secret.slice(4, 40))
    }
  })

  it.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['basic dXNlcjpwYXNz', 'basic [redacted]'],
    ['postgres://shop:hunter2@db:5432/shop', 'postgres://shop:[redacted]@db:5432/shop'],
    ['/reset?token=abc123&page=2', '/reset?token=[redacted]&page=2'],
    ['{"email":"a@b.c","password":"correct horse"}', '{"email":"a@b.c","password":[redacted]}'],
    ["password: 'tr0ub4dor&3', n", 'password: [redacted], n'],
    ['access_token=abc def', 'access_token=[redacted] def'],
    ['card 4111 1111 1111 1111 12/27', 'card [redacted card] 12/27'],
    ['4111-1111-1111-1111', '[redacted card]'],
    ['pan=378282246310005;', 'pan=[redacted card];'],
  ])('turns %s into %s', (text, expected) => {
    expect(scrubText(text)).toBe(expected)
  })

  it.each([
    '4111 1111 1111 1112',
    '1732231234567',
    '2026-01-02T03:04:05.678Z',
    '01907f3e-1111-7111-8111-111111111111',
    'order 1234567890123456',
    'the secret of a good token is its length',
    '192.168.100.200',
  ])('leaves %s', (text) => {
    expect(scrubText(text)).toBe(text)
  })

  it('finds card numbers that are numbers', () => {
    expect(scrub({ n: 4111111111111111, big: 4111111111111111n, time: 1732231234567 })).toEqual({
      n: '[redacted card]',
      big: '[redacted card]',
      time: 1732231234567,
    })
  })
})

describe('of any value', () => {
  it('makes JSON: errors, dates, bytes, maps, cycles, hostile getters', () => {
    const cycle: Record<string, unknown> = { a: 1 }
    cycle['self'] = cycle
    const hostile = {
      get boom(): string {
        throw new Error('no')
      },
    }
    const error = Object.assign(new Error(`failed with ${own}`), { code: 'E1', token: 't' })
    expect(
      scrub({ cycle, hostile, at: new Date(0), bad: new Date(Number.NaN), bytes: Buffer.from('abc'), f: () => 1 }),
    ).toEqual({
      cycle: { a: 1, self: '[circular]' },
      hostile: '[unreadable]',
      at: '1970-01-01T00:00:00.000Z',
      bad: '[unreadable]',
      bytes: '[3 bytes]',
    })
    expect(scrub(error)).toMatchObject({
      name: 'Error',
      message: 'failed with hfs_[redacted]',
      code: 'E1',
      token: '[redacted]',
    })
    expect(scrub(new Map([['password', 'x']]))).toEqual({ password: '[redacted]' })
    expect(scrub(JSON.parse('{"__proto__":{"admin":true}}'))).toEqual(JSON.parse('{"__proto__":{"admin":true}}'))
  })

  it('is bounded in depth, length and number', () => {
    expect(scrub({ a: { b: { c: 1 } } }, { depth: 2 })).toEqual({ a: { b: '[nested too deeply]' } })
    expect(scrub('x'.repeat(50), { text: 10 })).toBe('x'.repeat(10))
    const wide = scrub(Array.from({ length: 50_000 }, () => ({ a: 1 }))) as unknown[]
    expect(wide.at(-1)).toBe('[omitted]')
  })

  it('always gives JSON that can be stored and hashed, twice the same', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
        (value) => {
          const once = scrub(value)
          expect(jsonProblem(once, 40)).toBeNull()
          expect(canonicalize(scrub(once))).toBe(canonicalize(once))
        },
      ),
    )
  })

  it('lets no secret of ours through, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const secret = randomBytes(32).toString('base64url')
        expect(JSON.stringify(scrub({ text: `${before}hfk_${secret}${after}` }))).not.toContain(secret)
      }),
    )
  })

  it('takes time in proportion to hostile text', () => {
    const patterns = [
      'eyJ',
      'eyJ.',
      '-----BEGIN PRIVATE KEY-----',
      '://a',
      '4 ',
      'password=',
      'hfs_',
      '"\\',
      'bearer ',
      '-----END A',
    ]
    const long = patterns.map((pattern) => pattern.repeat(1_000_000 / pattern.length))
    // A quadratic expression takes minutes here; the runner's own limit is the deadline.
    for (const text of long) scrubText(text)
  }, 20_000)
})

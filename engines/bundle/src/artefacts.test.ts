import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type ApplicationBundle,
  type GatewayBundle,
  isSecret,
  type NewIdentity,
  prepareGatewayKeys,
  prepareKeys,
  publicJwk,
  signApplicationBundle,
  signGatewayBundle,
  signIdentity,
  signJws,
  signLease,
  TOKEN_TYPES,
  TokenError,
  verifyApplicationBundle,
  verifyGatewayBundle,
  verifyIdentity,
  verifyLease,
} from './index.ts'

function pair() {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(privateKey)
  return { kid: jwk.kid, key: privateKey, jwk }
}

const now = 1_800_000_000
const control = pair()
const gateway = pair()
const other = pair()
const keys = prepareKeys([control.jwk])
const gateways = prepareGatewayKeys([
  { ...gateway.jwk, service: 'g1' },
  { ...other.jwk, service: 'g2' },
])

function codeOf(call: () => unknown): string {
  try {
    call()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.code
  }
}

const identity: NewIdentity = {
  gateway: 'g1',
  application: 'shop',
  tenant: 't1',
  principal: { type: 'Person', id: 'p1' },
  session: 's1',
  authTime: now - 100,
  jti: 'j1',
  now,
}

describe('the identity token', () => {
  const read = (token: string, changes: { audience?: string; now?: number } = {}) =>
    codeOf(() => verifyIdentity(token, { gateways, audience: 'shop', now, ...changes }))

  it('tells what the gateway said', () => {
    expect(verifyIdentity(signIdentity(identity, gateway), { gateways, audience: 'shop', now })).toEqual({
      iss: 'gateway:g1',
      aud: 'shop',
      sub: 'Person::p1',
      iat: now,
      exp: now + 60,
      jti: 'j1',
      tenant: 't1',
      principal: { type: 'Person', id: 'p1' },
      sid: 's1',
      authTime: now - 100,
      acr: null,
      amr: [],
      scopes: null,
      client: null,
    })
    const anonymous = signIdentity({ ...identity, principal: null, session: null, authTime: null }, gateway)
    expect(verifyIdentity(anonymous, { gateways, audience: 'shop', now })).toMatchObject({
      sub: 'anonymous',
      principal: null,
    })
  })

  it('is for one application, and for now', () => {
    const token = signIdentity(identity, gateway)
    expect(read(token, { audience: 'bank' })).toBe('audience')
    expect(read(token, { now: now + 64.9 })).toBe('accepted')
    expect(read(token, { now: now + 65 })).toBe('expired')
    expect(read(token, { now: now - 5 })).toBe('accepted')
    expect(read(token, { now: now - 6 })).toBe('not_yet_valid')
    expect(read(token, { now: Number.NaN })).not.toBe('accepted')
  })

  it('comes from the gateway that it names, and from one that is known', () => {
    expect(read(signIdentity({ ...identity, gateway: 'g1' }, other))).toBe('issuer')
    expect(read(signIdentity(identity, pair()))).toBe('key_unknown')
    expect(read(signIdentity(identity, { kid: gateway.kid, key: other.key }))).toBe('signature')
    expect(read(signIdentity(identity, control))).toBe('key_unknown')
  })

  const claims = { iss: 'gateway:g1', aud: 'shop', sub: 'Person::p1', iat: now, exp: now + 60, jti: 'j', tenant: 't' }
  const rest = {
    principal: { type: 'Person', id: 'p1' },
    sid: null,
    authTime: null,
    acr: null,
    amr: [],
    scopes: null,
    client: null,
  }
  it.each([
    ['a life too long', { exp: now + 61 }, 'lifetime'],
    ['an end before the beginning', { exp: now - 1 }, 'lifetime'],
    ['a fraction of a second', { exp: now + 1.5 }, 'claims'],
    ['no end', { exp: undefined }, 'claims'],
    ['a list of audiences', { aud: ['shop', 'bank'] }, 'claims'],
    ['another subject than its principal', { sub: 'Person::admin' }, 'claims'],
    ['a principal under an anonymous subject', { sub: 'anonymous' }, 'claims'],
    ['a claim that it does not know', { groups: ['admins'] }, 'claims'],
    ['groups in the principal', { principal: { type: 'Person', id: 'p1', groups: ['admins'] } }, 'claims'],
  ])('is refused with %s, even from a known gateway', (_, change, code) => {
    expect(read(signJws(TOKEN_TYPES.identity, { ...claims, ...rest, ...change }, gateway))).toBe(code)
  })

  it('cannot be made wrongly', () => {
    expect(codeOf(() => signIdentity({ ...identity, lifetime: 61 }, gateway))).toBe('lifetime')
    expect(codeOf(() => signIdentity({ ...identity, application: 'Shop' }, gateway))).toBe('claims')
  })

  it('is no lease and no bundle, nor they an identity, whoever signed', () => {
    expect(read(signLease({ issuer: 'i', audience: 'shop', epoch: 1, through: 1, now }, gateway))).toBe('type')
    expect(codeOf(() => verifyLease(signIdentity(identity, control), { keys, audience: 'shop', now }))).toBe('type')
  })
})

describe('the lease', () => {
  const lease = signLease({ issuer: 'https://c', audience: 'shop', epoch: 7, through: 9, now }, control)
  const read = (token: string, changes = {}) =>
    codeOf(() => verifyLease(token, { keys, audience: 'shop', now, ...changes }))

  it('lasts 15 seconds, with 5 of skew', () => {
    expect(verifyLease(lease, { keys, audience: 'shop', now })).toEqual({
      iss: 'https://c',
      aud: 'shop',
      epoch: 7,
      through: 9,
      iat: now,
      exp: now + 15,
    })
    expect(read(lease, { now: now + 19 })).toBe('accepted')
    expect(read(lease, { now: now + 20 })).toBe('expired')
    expect(read(lease, { now: now - 6 })).toBe('not_yet_valid')
  })

  it('is for one audience and one issuer', () => {
    expect(read(lease, { audience: 'bank' })).toBe('audience')
    expect(read(lease, { audience: '*' })).toBe('audience')
    expect(read(lease, { issuer: 'https://other' })).toBe('issuer')
    const long = { iss: 'https://c', aud: 'shop', epoch: 7, through: 9, iat: now, exp: now + 3600 }
    expect(read(signJws(TOKEN_TYPES.lease, long, control))).toBe('lifetime')
  })
})

const head = { iss: 'https://c', tenant: 't1', epoch: 7, iat: now }
const bundle: ApplicationBundle = {
  ...head,
  aud: 'shop',
  schema: {},
  policies: { staticPolicies: { a: { effect: 'permit' } }, templates: {}, templateLinks: [] },
  entities: [{ uid: { type: 'Person', id: 'p1' }, attrs: {}, parents: [{ type: 'Group', id: 'admins' }] }],
  gatewayKeys: [{ ...gateway.jwk, service: 'g1' }],
  validated: true,
  bundledTypes: ['Folder'],
  timed: [],
  candidate: null,
  decisionLog: { allowRate: 0 },
  tokens: { issuer: 'https://c', keys: [] },
  resources: ['urn:holdfast:application:shop'],
}
const gatewayBundle: GatewayBundle = {
  ...head,
  aud: '*',
  applications: [
    {
      id: 'shop',
      hosts: ['shop.localhost:7480'],
      upstream: 'http://127.0.0.1:7410',
      publicPaths: ['/', '/products*'],
      limits: { bodyBytes: 1, requestTimeoutMs: 1 },
      resources: [],
    },
  ],
  tokens: { issuer: 'https://c', keys: [] },
}

describe('bundles', () => {
  it('arrive as they were signed', () => {
    expect(verifyApplicationBundle(signApplicationBundle(bundle, control), { keys, audience: 'shop', now })).toEqual(
      bundle,
    )
    expect(verifyGatewayBundle(signGatewayBundle(gatewayBundle, control), { keys, now })).toEqual(gatewayBundle)
  })

  it('are for their audience alone, from the control plane alone', () => {
    const read = (token: string, audience = 'shop') =>
      codeOf(() => verifyApplicationBundle(token, { keys, audience, now }))
    expect(read(signApplicationBundle(bundle, control), 'bank')).toBe('audience')
    expect(read(signGatewayBundle(gatewayBundle, control))).toBe('audience')
    expect(read(signApplicationBundle(bundle, gateway))).toBe('key_unknown')
    expect(read(signJws(TOKEN_TYPES.lease, bundle, control))).toBe('type')
    expect(read(signApplicationBundle({ ...bundle, iat: now + 60 }, control))).toBe('not_yet_valid')
    expect(codeOf(() => verifyGatewayBundle(signApplicationBundle(bundle, control), { keys, now }))).toBe('audience')
  })

  it('that were tampered with do not verify', () => {
    const [first = '', , last = ''] = signApplicationBundle(bundle, control).split('.')
    const changed = Buffer.from(JSON.stringify({ ...bundle, entities: [] })).toString('base64url')
    expect(codeOf(() => verifyApplicationBundle(`${first}.${changed}.${last}`, { keys, audience: 'shop', now }))).toBe(
      'signature',
    )
  })

  it('cannot be signed in a wrong shape', () => {
    const privateJwk = { ...gateway.jwk, service: 'g1', d: 'x' }
    expect(codeOf(() => signApplicationBundle({ ...bundle, gatewayKeys: [privateJwk] }, control))).toBe('claims')
    const [application] = gatewayBundle.applications
    if (application === undefined) throw new Error('unreachable')
    const script = { ...gatewayBundle, applications: [{ ...application, upstream: 'file:///etc/passwd' }] }
    expect(codeOf(() => signGatewayBundle(script, control))).toBe('claims')
  })
})

it('a secret has its prefix and 43 characters', () => {
  expect(isSecret('session', `hfs_${'a'.repeat(43)}`)).toBe(true)
  expect(isSecret('session', `hfk_${'a'.repeat(43)}`)).toBe(false)
  expect(isSecret('session', `hfs_${'a'.repeat(44)}`)).toBe(false)
  expect(isSecret('session', `hfs_${'a'.repeat(42)}\n`)).toBe(false)
})

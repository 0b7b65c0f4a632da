import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Holdfast, HoldfastOptions } from './holdfast.ts'
import { refusedWithin, TestControlPlane, until } from './testing/control-plane.ts'
import { ada, ben, robot, testShop } from './testing/shop.ts'
import { accessToken, dpopProof, type TestKey, testKey } from './testing/tokens.ts'

const shop = testShop()
const tea = { type: 'Product', id: 'tea' }
let key: TestKey

beforeEach(() => {
  key = testKey()
  shop.control.tokenKeys = [key.jwk]
})

const connect = (options: HoldfastOptions = {}) => shop.connect({ accept: ['bearer'], ...options })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const make = (claims: object = {}, account = ben, by = key) => accessToken(shop.control, by, account, claims)
const refusal = async (holdfast: Holdfast, request: Parameters<Holdfast['authenticate']>[0]) =>
  (await holdfast.authenticate(request).then(
    () => ({ code: 'accepted' }),
    (error: unknown) => error,
  )) as { code: string; status?: number; eventId?: string; headers: Record<string, string> }

/** The reason that the event of a refusal gives. */
async function reasonOf(refused: { eventId?: string }): Promise<string | null | undefined> {
  await until(() => shop.control.events.some(({ id }) => id === refused.eventId))
  return shop.control.events.find(({ id }) => id === refused.eventId)?.reason
}

describe('an access token', () => {
  it('is a person with what the client was granted, without a word to the control plane', async () => {
    const holdfast = await connect()
    const principal = await holdfast.authenticate(bearer(make({ scope: 'orders:read orders:write' })))
    expect(principal).toMatchObject({
      type: 'Person',
      id: 'ben',
      session: 's1',
      acr: 'aal1',
      amr: ['pwd'],
      via: 'token',
    })
    expect(principal).toMatchObject({ scopes: ['orders:read', 'orders:write'], client: 'app' })
    expect(holdfast.can(principal, 'buy', tea, { quantity: 1 }).allowed).toBe(true)
    expect(shop.control.introspections).toBe(0)
  })

  it('is a service, which has no session', async () => {
    const holdfast = await connect()
    const principal = await holdfast.authenticate(bearer(make({}, robot)))
    expect(principal).toMatchObject({ type: 'Service', id: 'robot', session: null, acr: null, via: 'token' })
    expect(holdfast.can(principal, 'sync', tea).allowed).toBe(true)
  })

  it('is not looked at where bearers are not accepted', async () => {
    const holdfast = await connect({ accept: ['identity', 'session'] })
    expect(await refusal(holdfast, bearer(make()))).toMatchObject({ status: 401 })
  })

  it.each([
    ['for another application', () => make({ aud: 'urn:holdfast:application:bank' }), 'token_audience'],
    ['of another issuer', () => make({ iss: 'https://evil.example' }), 'token_issuer'],
    ['of another key', () => make({}, ada, testKey()), 'token_key_unknown'],
    ['of another key under a known name', () => make({}, ada, testKey(key.jwk.kid)), 'token_signature'],
    ['that has ended', () => make({ iat: shop.control.now() - 400, exp: shop.control.now() - 100 }), 'token_expired'],
    ['of somebody unknown', () => make({}, { type: 'Person', id: 'eve' }), 'principal_unknown'],
    ['with the id of a person for a service', () => make({}, { type: 'Service', id: 'ben' }), 'principal_unknown'],
    ['that is an identity token of a gateway', () => shop.control.identity(ben), 'token_type'],
  ])('%s is refused, with the challenge of RFC 6750 and an event', async (_, token, reason) => {
    const holdfast = await connect()
    const refused = await refusal(holdfast, bearer(token()))
    expect(refused).toMatchObject({ code: 'unauthenticated', status: 401 })
    const error = reason.startsWith('token') ? ', error="invalid_token"' : ''
    expect(refused.headers['www-authenticate']).toContain(`Bearer realm="shop"${error}`)
    expect(await reasonOf(refused)).toBe(reason)
  })

  it('dies with its session, and by its own id, also when it was verified before', async () => {
    const holdfast = await connect()
    const bySession = bearer(make({ sid: 's7' }))
    const byId = bearer(make({ sid: 's8', jti: 'j8' }))
    const other = bearer(make({ sid: 's8', jti: 'j9' }))
    for (const request of [bySession, byId, other]) await holdfast.authenticate(request)
    shop.control.revoke('s7')
    shop.control.revoke('j8')
    await refusedWithin(10_000, () => holdfast.authenticate(bySession))
    await refusedWithin(10_000, () => holdfast.authenticate(byId))
    expect(await reasonOf(await refusal(holdfast, byId))).toBe('token_revoked')
    expect(await holdfast.authenticate(other)).toMatchObject({ session: 's8' })
  })

  it('dies with its key, with its person, with its application, with the lease, and with time', async () => {
    const holdfast = await connect()
    const request = bearer(make())
    const next = testKey()
    shop.control.publish({ tokenKeys: [key.jwk, next.jwk] })
    await until(() => holdfast.epoch === 2)
    await holdfast.authenticate(request)
    // The next key is known before it signs: no token is refused when it does.
    const later = bearer(make({}, ben, next))
    await holdfast.authenticate(later)
    // A compromised key goes with the next bundle, and what was verified by it goes along.
    shop.control.publish({ tokenKeys: [next.jwk] })
    await until(() => holdfast.epoch === 3)
    expect(await reasonOf(await refusal(holdfast, request))).toBe('token_key_unknown')
    // Another key under its name verifies nothing that was verified before.
    shop.control.publish({ tokenKeys: [next.jwk, testKey(key.jwk.kid).jwk] })
    await until(() => holdfast.epoch === 4)
    expect(await reasonOf(await refusal(holdfast, request))).toBe('token_signature')
    shop.control.publish({ accounts: [ada] })
    await until(() => holdfast.epoch === 5)
    expect(await reasonOf(await refusal(holdfast, later))).toBe('principal_unknown')
    const hers = bearer(make({}, ada, next))
    await holdfast.authenticate(hers)
    shop.control.broken = 500
    shop.clock.move(21_000)
    expect(await refusal(holdfast, hers)).toMatchObject({ status: 503, code: 'policy_unavailable' })
    shop.control.broken = null
    shop.control.clockOffset = 21
    await until(() => holdfast.epoch === 5)
    await holdfast.authenticate(hers)
    // Only its own end is left, and no memory outlives it.
    shop.control.clockOffset = 310
    shop.clock.move(310_000 - 21_000)
    await until(() => holdfast.epoch === 5)
    expect(await reasonOf(await refusal(holdfast, hers))).toBe('token_expired')
  })

  it('of somebody who was made a moment ago is waited for, and of nobody is not', async () => {
    const holdfast = await connect()
    const token = make({ epoch: 2 }, { type: 'Person', id: 'new' })
    const waiting = holdfast.authenticate(bearer(token))
    shop.control.publish({ accounts: [ben, { type: 'Person', id: 'new' }] })
    expect(await waiting).toMatchObject({ id: 'new' })
  })

  it('is refused wherever it is written otherwise', async () => {
    const holdfast = await connect()
    const token = make()
    for (const authorization of [
      `Bearer  ${token}`,
      `Bearer ${token} `,
      `Bearer ${token},`,
      `Bearer ${token}.x`,
      `Bearer ${token}, Bearer ${token}`,
      'Bearer',
      'DPoP',
    ]) {
      expect(await refusal(holdfast, { headers: { authorization } }), authorization.slice(0, 12)).toMatchObject({
        status: 401,
      })
    }
    const rawHeaders = ['Authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`]
    expect(await refusal(holdfast, { headers: {}, rawHeaders })).toMatchObject({ status: 401 })
    expect(await holdfast.authenticate({ headers: { authorization: `bEARER ${token}` } })).toMatchObject({ id: 'ben' })
  })
})

describe('a token that is bound to a key (DPoP)', () => {
  let client: TestKey
  let token: string
  beforeEach(() => {
    client = testKey()
    token = make({ cnf: { jkt: client.thumbprint } })
  })
  const request = (proof: string | undefined, more: Record<string, string> = {}) => ({
    headers: {
      authorization: `DPoP ${token}`,
      host: 'shop.test',
      ...(proof !== undefined && { dpop: proof }),
      ...more,
    },
    method: 'GET',
    url: '/orders?page=2',
  })

  it('lets in whoever proves to have the key, each time anew', async () => {
    const holdfast = await connect()
    for (let times = 0; times < 3; times += 1) {
      const principal = await holdfast.authenticate(request(dpopProof(shop.control, client, token)))
      expect(principal).toMatchObject({ id: 'ben', via: 'token' })
    }
  })

  it.each([
    [
      'as a plain bearer',
      () => ({ ...request(undefined), headers: { authorization: `Bearer ${token}` } }),
      'invalid_token',
    ],
    [
      'as a plain bearer with a proof',
      () => request(dpopProof(shop.control, client, token), { authorization: `Bearer ${token}` }),
      'invalid_token',
    ],
    ['without a proof', () => request(undefined), 'invalid_dpop_proof'],
    ['with the proof of another key', () => request(dpopProof(shop.control, testKey(), token)), 'invalid_dpop_proof'],
    [
      'with a proof for another method',
      () => ({ ...request(dpopProof(shop.control, client, token)), method: 'POST' }),
      'invalid_dpop_proof',
    ],
    [
      'with a proof for another path',
      () => ({ ...request(dpopProof(shop.control, client, token)), url: '/other' }),
      'invalid_dpop_proof',
    ],
    [
      'with a proof for another host',
      () => request(dpopProof(shop.control, client, token), { host: 'evil.test' }),
      'invalid_dpop_proof',
    ],
    ['with a proof for another token', () => request(dpopProof(shop.control, client, make())), 'invalid_dpop_proof'],
    [
      'with a proof of yesterday',
      () => request(dpopProof(shop.control, client, token, { iat: shop.control.now() - 90 })),
      'invalid_dpop_proof',
    ],
    [
      'where the address is not known',
      () => ({ ...request(dpopProof(shop.control, client, token)), url: undefined }),
      'invalid_dpop_proof',
    ],
    [
      'that is bound to nothing',
      () => request(dpopProof(shop.control, client, token), { authorization: `DPoP ${make()}` }),
      'invalid_dpop_proof',
    ],
    ['bound in a way nobody knows', () => bearer(make({ cnf: { osc: 'x' } })), 'invalid_token'],
  ])('is refused %s', async (_, attack, error) => {
    const holdfast = await connect()
    const refused = await refusal(holdfast, attack())
    expect(refused).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(refused.headers['www-authenticate']).toContain(`error="${error}"`)
    if (error !== 'invalid_token')
      expect(refused.headers['www-authenticate']).toMatch(/^DPoP .*algs="ES256 EdDSA RS256"/)
  })

  it('takes a proof once: of fifty at the same time one gets in', async () => {
    const holdfast = await connect()
    const same = request(dpopProof(shop.control, client, token))
    const answers = await Promise.all(Array.from({ length: 50 }, () => refusal(holdfast, same)))
    expect(answers.filter(({ code }) => code === 'accepted')).toHaveLength(1)
    shop.control.clockOffset = 30
    shop.clock.move(30_000)
    await until(() => holdfast.epoch === 1)
    expect(await reasonOf(await refusal(holdfast, same))).toBe('proof_replayed')
  })

  it('takes two proofs for none', async () => {
    const holdfast = await connect()
    const { headers, ...rest } = request(dpopProof(shop.control, client, token))
    const rawHeaders = [...Object.entries(headers).flat(), 'DPoP', dpopProof(shop.control, client, token)]
    expect(await refusal(holdfast, { ...rest, headers, rawHeaders })).toMatchObject({ status: 401 })
  })

  it('knows the address that clients use behind a proxy', async () => {
    const holdfast = await connect({ tokens: { origin: 'https://api.example.com/' } })
    const htu = 'https://api.example.com/orders'
    await holdfast.authenticate(request(dpopProof(shop.control, client, token, { htu })))
    expect(await refusal(holdfast, request(dpopProof(shop.control, client, token)))).toMatchObject({ status: 401 })
    const web = new Request('http://127.0.0.1:8080/orders', {
      headers: request(dpopProof(shop.control, client, token, { htu })).headers,
    })
    expect(await holdfast.authenticate(web)).toMatchObject({ id: 'ben' })
  })

  it('asks for a nonce of its own where it is told to, and every replica takes it', async () => {
    const tokens = { nonceSecret: 'a secret that all replicas of it share' }
    const [one, two] = [await connect({ tokens }), await connect({ tokens })]
    const refused = await refusal(one, request(dpopProof(shop.control, client, token)))
    expect(refused.headers['www-authenticate']).toContain('error="use_dpop_nonce"')
    const nonce = refused.headers['dpop-nonce']
    await two.authenticate(request(dpopProof(shop.control, client, token, { nonce })))
    shop.clock.move(121_000)
    shop.control.clockOffset = 121
    await until(() => two.epoch === 1)
    expect(await reasonOf(await refusal(two, request(dpopProof(shop.control, client, token, { nonce }))))).toBe(
      'proof_nonce',
    )
    await expect(connect({ tokens: { nonceSecret: 'short' } })).rejects.toThrow('32 characters')
  })
})

describe('a token that is bound to a certificate (mutual TLS)', () => {
  const raw = Buffer.from('a certificate, as far as this is concerned')
  const cnf = { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') }
  const over = (certificate: Buffer) => ({ encrypted: true, getPeerCertificate: () => ({ raw: certificate }) })

  it('needs that very certificate of the connection', async () => {
    const holdfast = await connect()
    const request = bearer(make({ cnf }))
    expect(await holdfast.authenticate({ ...request, socket: over(raw) })).toMatchObject({ id: 'ben' })
    for (const socket of [undefined, {}, over(Buffer.from('another')), { getPeerCertificate: () => ({}) }]) {
      expect(await reasonOf(await refusal(holdfast, { ...request, socket }))).toBe('proof_binding')
    }
    // What a client writes into a header is not a certificate.
    const told = { ...request.headers, 'client-cert': `:${raw.toString('base64')}:` }
    expect(await refusal(holdfast, { headers: told })).toMatchObject({ status: 401 })
  })

  it('takes it from the proxy that is named, in the form of RFC 9440 or as PEM, once', async () => {
    const holdfast = await connect({ tokens: { certificateHeader: 'Client-Cert' } })
    const token = make({ cnf })
    const told = (value: string) => ({ headers: { authorization: `Bearer ${token}`, 'client-cert': value } })
    const base64 = raw.toString('base64')
    const pem = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
    for (const value of [`:${base64}:`, encodeURIComponent(pem)]) {
      expect(await holdfast.authenticate(told(value))).toMatchObject({ id: 'ben' })
    }
    for (const value of [
      '',
      ':',
      '::',
      base64,
      `:${base64}:, :${base64}:`,
      '%',
      `:${Buffer.from('other').toString('base64')}:`,
    ]) {
      expect(await refusal(holdfast, told(value)), value).toMatchObject({ status: 401 })
    }
    const rawHeaders = ['Authorization', `Bearer ${token}`, 'Client-Cert', `:${base64}:`, 'Client-Cert', ':AAAA:']
    expect(await refusal(holdfast, { headers: {}, rawHeaders })).toMatchObject({ status: 401 })
    // The connection is the proxy's own then.
    expect(await refusal(holdfast, { ...bearer(token), socket: over(raw) })).toMatchObject({ status: 401 })
  })
})

it('of another application is worth nothing here, though the same server signed it', async () => {
  const bank = await new TestControlPlane({ application: 'bank', accounts: [ben] }).start()
  try {
    bank.tokenKeys = [key.jwk]
    const holdfast = await connect()
    const stolen = accessToken(bank, key, ben, { iss: shop.control.url })
    expect(await reasonOf(await refusal(holdfast, bearer(stolen)))).toBe('token_audience')
  } finally {
    await bank.stop()
  }
})

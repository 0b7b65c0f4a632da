import { createHmac } from 'node:crypto'
import { signJws, TOKEN_TYPES } from '@holdfast/bundle'
import { describe, expect, it } from 'vitest'
import { keyPair, refusedWithin, secret, TestControlPlane, until } from './testing/control-plane.ts'
import { ada, ben, review, robot, testShop, withIdentity } from './testing/shop.ts'

const shop = testShop()

describe('an identity from the gateway', () => {
  it('is a principal, without a word to the control plane', async () => {
    const holdfast = await shop.connect()
    const principal = await holdfast.authenticate(
      withIdentity(shop.control.identity(ben, { session: 's1', authTime: 5, acr: 'aal2', amr: ['pwd', 'otp'] })),
    )
    const proved = { session: 's1', authTime: 5, acr: 'aal2', amr: ['pwd', 'otp'] }
    const client = { scopes: null, client: null }
    expect(principal).toEqual({ type: 'Person', id: 'ben', ...proved, ...client, via: 'identity' })
    expect(Object.isFrozen(principal)).toBe(true)
    expect(shop.control.introspections).toBe(0)
  })

  const claims = () => {
    const [, body = ''] = shop.control.identity(ben).split('.')
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  }
  const unsigned = (header: object, body: object) =>
    [header, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')

  const attacks: [string, string, () => string][] = [
    [
      'alg none',
      'identity_algorithm',
      () =>
        `${unsigned({ alg: 'none', typ: TOKEN_TYPES.identity, kid: shop.control.gateway.kid }, { ...claims(), sub: 'Person::ada' })}.`,
    ],
    [
      'HS256 with the public key as secret',
      'identity_algorithm',
      () => {
        const input = unsigned({ alg: 'HS256', typ: TOKEN_TYPES.identity, kid: shop.control.gateway.kid }, claims())
        return `${input}.${createHmac('sha256', shop.control.gateway.jwk.x).update(input).digest('base64url')}`
      },
    ],
    ['a signature of its own', 'identity_key_unknown', () => shop.control.identity(ada, {}, keyPair())],
    [
      'the name of a known key',
      'identity_signature',
      () => shop.control.identity(ada, {}, { kid: shop.control.gateway.kid, key: keyPair().key }),
    ],
    ["the control plane's key", 'identity_key_unknown', () => shop.control.identity(ada, {}, shop.control.key)],
    ['the issuer of another gateway', 'identity_issuer', () => shop.control.identity(ada, { gateway: 'gateway-2' })],
    ['another typ', 'identity_type', () => signJws('JWT', claims(), shop.control.gateway)],
    ['another application', 'identity_audience', () => shop.control.identity(ada, { application: 'bank' })],
    ['another tenant', 'identity_claims', () => shop.control.identity(ada, { tenant: 'tenant-2' })],
    ['an end in the past', 'identity_expired', () => shop.control.identity(ada, { now: shop.control.now() - 66 })],
    [
      'a beginning in the future',
      'identity_not_yet_valid',
      () => shop.control.identity(ada, { now: shop.control.now() + 10 }),
    ],
    [
      'a long life',
      'identity_lifetime',
      () => signJws(TOKEN_TYPES.identity, { ...claims(), exp: shop.control.now() + 3600 }, shop.control.gateway),
    ],
    [
      'a role among its claims',
      'identity_claims',
      () => signJws(TOKEN_TYPES.identity, { ...claims(), groups: ['admins'] }, shop.control.gateway),
    ],
    [
      'a principal that is a group',
      'principal_unknown',
      () =>
        signJws(
          TOKEN_TYPES.identity,
          { ...claims(), sub: 'Group::admins', principal: { type: 'Group', id: 'admins' } },
          shop.control.gateway,
        ),
    ],
    ['somebody unknown', 'principal_unknown', () => shop.control.identity({ type: 'Person', id: 'eve' })],
    ['nothing in it', 'identity_malformed', () => ''],
    ['something else in it', 'identity_malformed', () => 'Person::ada'],
  ]
  it.each(attacks)('is refused with %s, and leaves an event', async (_, reason, token) => {
    const holdfast = await shop.connect()
    for (const optional of [false, true]) {
      const request = {
        headers: { 'holdfast-identity': token(), 'user-agent': 'attacker' },
        socket: { remoteAddress: '6.6.6.6' },
      }
      const error: unknown = await holdfast.authenticate(request, { optional }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'unauthenticated', status: 401, eventId: expect.any(String) })
      const { eventId } = error as { eventId: string }
      await until(() => shop.control.events.some(({ id }) => id === eventId))
      expect(shop.control.events.find(({ id }) => id === eventId)).toMatchObject({
        kind: 'request.unauthenticated',
        outcome: 'refused',
        reason,
        application: 'shop',
        source: { address: '6.6.6.6', userAgent: 'attacker' },
      })
    }
  })

  it('that is refused is not made good by a session beside it', async () => {
    const holdfast = await shop.connect({ accept: ['identity', 'session', 'bearer'] })
    const credential = shop.control.issue(ben, 's1')
    const good = { cookie: `__Host-holdfast=${credential}`, authorization: `Bearer ${credential}` }
    expect(await holdfast.authenticate({ headers: good, method: 'GET' })).toMatchObject({ via: 'session' })
    for (const bad of [{ 'holdfast-identity': 'x' }, { holdfast_identity: 'x' }]) {
      await expect(holdfast.authenticate({ headers: { ...good, ...bad }, method: 'GET' })).rejects.toMatchObject({
        status: 401,
      })
    }
    const worse = { ...good, cookie: '__Host-holdfast=x' }
    await expect(holdfast.authenticate({ headers: worse, method: 'GET' })).rejects.toMatchObject({ status: 401 })
  })

  it('is nobody when the gateway says so, and 401 unless that is allowed', async () => {
    const holdfast = await shop.connect()
    const anonymous = withIdentity(shop.control.identity(null))
    expect(await holdfast.authenticate(anonymous, { optional: true })).toBeNull()
    expect(await holdfast.authenticate({ headers: {} }, { optional: true })).toBeNull()
    await expect(holdfast.authenticate(anonymous)).rejects.toMatchObject({ status: 401 })
    await expect(holdfast.authenticate({ headers: {} })).rejects.toThrow('did not come through the gateway')
  })

  it('replayed after its session was ended is refused within 3 seconds', async () => {
    const holdfast = await shop.connect()
    const request = withIdentity(shop.control.identity(ben, { session: 's1' }))
    const principal = await holdfast.authenticate(request)
    shop.control.revoke('s1')
    await refusedWithin(10_000, () => holdfast.authenticate(request))
    // The principal that was taken before is worth nothing either.
    expect(holdfast.can(principal, 'buy', { type: 'Product', id: 'tea' }, { quantity: 1 })).toMatchObject({
      code: 'session_ended',
      allowed: false,
    })
    expect(() => holdfast.require(principal, 'buy', { type: 'Product', id: 'tea' }, { quantity: 1 })).toThrow(
      'session has ended',
    )
  })

  it('of somebody who was disabled is refused as soon as the bundle says so', async () => {
    const holdfast = await shop.connect()
    const request = withIdentity(shop.control.identity(ada))
    const principal = await holdfast.authenticate(request)
    expect(holdfast.can(principal, 'anything', review('ben')).allowed).toBe(true)
    shop.control.publish({ accounts: [ben] })
    await until(() => !holdfast.can(principal, 'anything', review('ben')).allowed)
    expect(holdfast.can(principal, 'anything', review('ben')).code).toBe('principal_unknown')
    await expect(holdfast.authenticate(request)).rejects.toMatchObject({ status: 401 })
  })
})

describe('a session or a bearer', () => {
  // Three on a machine that does nothing else.
  it('is introspected once, and refused within 3 seconds of its revocation', async () => {
    const holdfast = await shop.connect({ accept: ['session', 'bearer'] })
    const credential = shop.control.issue(ben, 's1')
    const byCookie = { headers: { cookie: `__Host-holdfast=${credential}` }, method: 'GET' }
    const byBearer = { headers: { authorization: `Bearer ${credential}` } }
    expect(await holdfast.authenticate(byCookie)).toMatchObject({ id: 'ben', session: 's1', via: 'session' })
    expect(await holdfast.authenticate(byBearer)).toMatchObject({ id: 'ben', via: 'bearer' })
    expect(shop.control.introspections).toBe(1)
    shop.control.revoke('s1')
    for (const request of [byCookie, byBearer]) await refusedWithin(10_000, () => holdfast.authenticate(request))
  })

  it('stolen from another application is worth nothing here', async () => {
    const bank = await new TestControlPlane({ application: 'bank', accounts: [ben] }).start()
    try {
      const stolen = bank.issue(ben, 's9')
      const known = bank.credentialsOf.get(stolen)
      if (known !== undefined) shop.control.credentialsOf.set(stolen, known)
      const holdfast = await shop.connect({ accept: ['bearer'] })
      await expect(holdfast.authenticate({ headers: { authorization: `Bearer ${stolen}` } })).rejects.toMatchObject({
        status: 401,
      })
    } finally {
      await bank.stop()
    }
  })

  it('is not looked at when only identities are accepted', async () => {
    const holdfast = await shop.connect()
    const request = { headers: { cookie: `__Host-holdfast=${shop.control.issue(ben, 's1')}` } }
    await expect(holdfast.authenticate(request)).rejects.toMatchObject({ status: 401 })
    expect(shop.control.introspections).toBe(0)
  })

  it('of another form costs the control plane nothing', async () => {
    const holdfast = await shop.connect({ accept: ['session', 'bearer'] })
    for (const headers of [
      { cookie: '__Host-holdfast=1' },
      { authorization: 'Bearer 1' },
      { authorization: `Bearer ${secret('hfs_')}x` },
    ]) {
      await expect(holdfast.authenticate({ headers, method: 'GET' })).rejects.toMatchObject({ status: 401 })
    }
    expect(shop.control.introspections).toBe(0)
  })

  it('in a cookie cannot be used by another site', async () => {
    const holdfast = await shop.connect({ accept: ['session'] })
    const cookie = `__Host-holdfast=${shop.control.issue(ben, 's1')}`
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    await expect(holdfast.authenticate({ headers, method: 'POST' })).rejects.toMatchObject({
      status: 403,
      code: 'cross_site_request',
    })
    await expect(holdfast.authenticate({ headers })).rejects.toMatchObject({ code: 'cross_site_request' })
    expect(await holdfast.authenticate({ headers: { cookie }, method: 'POST' })).toMatchObject({ id: 'ben' })
  })

  it('that cannot be checked is refused with 503', async () => {
    const holdfast = await shop.connect({ accept: ['bearer'] })
    const credential = shop.control.issue(robot, null)
    shop.control.broken = 500
    const error = holdfast.authenticate({ headers: { authorization: `Bearer ${credential}` } })
    await expect(error).rejects.toMatchObject({
      status: 503,
      code: 'introspection_unavailable',
      headers: { 'retry-after': '2' },
    })
  })
})

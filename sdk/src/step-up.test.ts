import { parseSchema } from '@holdfast/policy/authoring'
import express from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Demands } from './demands.ts'
import { holdfast as guard } from './express.ts'
import { TestControlPlane, until } from './testing/control-plane.ts'
import { ben, caught, robot, testShop, withIdentity } from './testing/shop.ts'
import { accessToken, testKey } from './testing/tokens.ts'

const schema = `
  type Session = { acr: String, level: Long, amr: Set<String>, age: Long };
  entity Person; entity Service; entity Order;
  action refund appliesTo { principal: [Person, Service], resource: Order, context: { session?: Session } };
  action close appliesTo { principal: [Person, Service], resource: Order, context: { session?: Session } };
  action view appliesTo { principal: [Person, Service], resource: Order };
`
const policies = `
@id("everybody") permit(principal, action, resource);
@id("refunds-need-two-factors") @step_up("aal2")
forbid(principal, action == Action::"refund", resource) unless { context has session && context.session.level >= 2 };
@id("refunds-need-it-fresh") @step_up("aal2") @max_age("300")
forbid(principal, action == Action::"refund", resource) unless { context has session && context.session.age <= 300 };
@id("closing-needs-a-passkey") @step_up("phr")
forbid(principal, action == Action::"close", resource) unless { context has session && context.session.acr == "phr" };
@id("nobody-closes-seven") forbid(principal, action == Action::"close", resource == Order::"7");
`
const order = (id: string) => ({ type: 'Order', id })

const parsed = parseSchema(schema)
if (!parsed.ok) throw new Error(JSON.stringify(parsed))

class ControlPlane extends TestControlPlane {
  override claims() {
    if (!parsed.ok) throw new Error('no schema')
    return { ...super.claims(), schema: parsed.schema }
  }
}

const shop = testShop()
beforeEach(async () => {
  await shop.control.stop()
  shop.control = await new ControlPlane({ policies, accounts: [ben, robot] }).start()
})

async function signedIn(shown: { acr?: string; age?: number } = {}, options: Parameters<typeof shop.connect>[0] = {}) {
  const holdfast = await shop.connect(options)
  const { acr = 'aal1', age = 10 } = shown
  const identity = { session: 's1', acr, amr: ['pwd'], authTime: shop.control.now() - age }
  const principal = await holdfast.authenticate(withIdentity(shop.control.identity(ben, identity)))
  return { holdfast, principal }
}

describe('a policy that asks for a stronger sign-in', () => {
  it('is answered by it: what was denied is challenged as RFC 9470 wants, and then allowed', async () => {
    const { holdfast, principal } = await signedIn()
    const error = caught(() => holdfast.require(principal, 'refund', order('1')))
    expect(error).toMatchObject({
      code: 'insufficient_user_authentication',
      status: 401,
      members: { acrValues: 'aal2', stepUp: '/.holdfast/sign-in?acr=aal2' },
    })
    const { headers } = error as { headers: Record<string, string> }
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="shop", error="insufficient_user_authentication", error_description="This needs a stronger or a newer sign-in.", acr_values="aal2"',
    )
    expect(holdfast.can(principal, 'refund', order('1'))).toMatchObject({
      allowed: false,
      code: 'denied',
      stepUp: { acr: 'aal2' },
    })
    const after = await signedIn({ acr: 'aal2' })
    expect(() => after.holdfast.require(after.principal, 'refund', order('1'))).not.toThrow()
    const { eventId } = error as { eventId: string }
    await until(() => shop.control.events.some(({ id }) => id === eventId))
    expect(shop.control.events.find(({ id }) => id === eventId)).toMatchObject({
      kind: 'decision.denied',
      actor: { id: 'ben' },
    })
  })

  it('asks for a new one when it is too old', async () => {
    const { holdfast, principal } = await signedIn({ acr: 'phr', age: 400 })
    expect(caught(() => holdfast.require(principal, 'refund', order('1')))).toMatchObject({
      members: { acrValues: 'aal2', maxAge: 300, stepUp: '/.holdfast/sign-in?acr=aal2&max_age=300' },
    })
    expect(() => holdfast.require(principal, 'view', order('1'))).not.toThrow()
  })

  it('challenges nobody who would be refused all the same', async () => {
    const { holdfast, principal } = await signedIn()
    expect(caught(() => holdfast.require(principal, 'close', order('1')))).toMatchObject({
      status: 401,
      members: { acrValues: 'phr' },
    })
    // Another policy forbids it, which has no annotation.
    expect(caught(() => holdfast.require(principal, 'close', order('7')))).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
    const { headers } = caught(() => holdfast.require(principal, 'close', order('7'))) as { headers: object }
    expect(headers).toEqual({})
  })

  it('refuses a service, which has no session to strengthen, and one that was not authenticated here', async () => {
    const { holdfast } = await signedIn({ acr: 'phr' })
    for (const principal of [robot, ben]) {
      expect(caught(() => holdfast.require(principal, 'refund', order('1')))).toMatchObject({ status: 403 })
    }
  })

  it('believes nothing that the application passes on as the session', async () => {
    const { holdfast, principal } = await signedIn()
    const forged = { session: { acr: 'phr', level: 3, amr: ['hwk'], age: 0 } }
    expect(caught(() => holdfast.require(principal, 'close', order('1'), forged))).toMatchObject({ status: 401 })
    expect(caught(() => holdfast.require(ben, 'close', order('1'), forged))).toMatchObject({ status: 403 })
  })
})

describe('what the code demands', () => {
  const cases: [string, { acr?: string; age?: number }, Demands, 'met' | 'unmet'][] = [
    ['enough', { acr: 'aal2' }, { acr: 'aal2' }, 'met'],
    ['more than enough', { acr: 'phr' }, { acr: 'aal2' }, 'met'],
    ['too little', { acr: 'aal1' }, { acr: 'aal2' }, 'unmet'],
    ['a name nobody knows', { acr: 'aal9' }, { acr: 'aal1' }, 'unmet'],
    ['new enough', { age: 300 }, { maxAge: 301 }, 'met'],
    ['too old', { age: 302 }, { maxAge: 300 }, 'unmet'],
    ['just back from the sign-in', { age: 50 }, { maxAge: 0 }, 'met'],
  ]
  it.each(cases)('%s', async (_, shown, demands, outcome) => {
    const { holdfast, principal } = await signedIn(shown)
    const ways = [
      () => holdfast.demand(principal, demands),
      () => holdfast.require(principal, 'view', order('1'), undefined, demands),
    ]
    for (const way of ways) {
      if (outcome === 'met') expect(way).not.toThrow()
      else expect(caught(way)).toMatchObject({ status: 401, code: 'insufficient_user_authentication' })
    }
    expect(holdfast.can(principal, 'view', order('1'), undefined, demands).allowed).toBe(outcome === 'met')
  })

  it('of nobody, of a service and of a name that does not exist is never met', async () => {
    const { holdfast, principal } = await signedIn()
    expect(caught(() => holdfast.demand(null, { acr: 'aal1' }))).toMatchObject({ code: 'unauthenticated' })
    expect(caught(() => holdfast.demand(robot, { acr: 'aal1' }))).toMatchObject({ status: 401 })
    expect(() => holdfast.demand(principal, { acr: 'aal3' as 'aal2' })).toThrow(TypeError)
  })

  it('by scope limits a client, and nobody who came without one', async () => {
    const key = testKey()
    shop.control.tokenKeys = [key.jwk]
    const { holdfast, principal } = await signedIn({}, { accept: ['identity', 'bearer'] })
    const token = accessToken(shop.control, key, ben, { scope: 'orders:read' })
    const client = await holdfast.authenticate({ headers: { authorization: `Bearer ${token}` } })
    expect(() => holdfast.demand(client, { scope: 'orders:read' })).not.toThrow()
    const refused = caught(() =>
      holdfast.require(client, 'view', order('1'), undefined, { scope: ['orders:read', 'orders:write'] }),
    )
    expect(refused).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
      members: { scope: 'orders:read orders:write' },
    })
    expect((refused as { headers: Record<string, string> }).headers['www-authenticate']).toContain(
      'error="insufficient_scope", scope="orders:read orders:write"',
    )
    expect(holdfast.can(client, 'view', order('1'), undefined, { scope: 'orders:write' }).code).toBe(
      'insufficient_scope',
    )
    expect(() => holdfast.demand(principal, { scope: 'orders:write' })).not.toThrow()
    // A token challenges a client, not a browser.
    expect(caught(() => holdfast.require(client, 'refund', order('1')))).toMatchObject({
      members: { acrValues: 'aal2' },
    })
    expect(caught(() => holdfast.require(client, 'refund', order('1')))).not.toHaveProperty('members.stepUp')
  })
})

it('a session of which more is demanded is let in with no less, whatever it was let in with before', async () => {
  const { holdfast, principal } = await signedIn()
  const request = withIdentity(
    shop.control.identity(ben, { session: 's1', acr: 'aal1', amr: ['pwd'], authTime: shop.control.now() }),
  )
  shop.control.raise('s1', 'aal2')
  await until(() => !holdfast.can(principal, 'view', order('1')).allowed)
  expect(holdfast.can(principal, 'view', order('1'))).toMatchObject({
    code: 'insufficient_user_authentication',
    stepUp: { acr: 'aal2' },
  })
  expect(caught(() => holdfast.require(principal, 'view', order('1')))).toMatchObject({
    status: 401,
    members: { acrValues: 'aal2' },
  })
  await expect(holdfast.authenticate(request)).rejects.toMatchObject({
    status: 401,
    code: 'insufficient_user_authentication',
  })
  const stronger = { session: 's1', acr: 'aal2', amr: ['pwd', 'otp'], authTime: shop.control.now() }
  expect(await holdfast.authenticate(withIdentity(shop.control.identity(ben, stronger)))).toMatchObject({ acr: 'aal2' })
})

it('is answered over HTTP as it is thrown, and demanded of every route by the middleware', async () => {
  const { holdfast } = await signedIn()
  const app = express()
  app.use(await guard({ holdfast, routes: false, demands: { acr: 'aal1' } }))
  app.post('/refund', (req, res) => {
    req.holdfast.require(req.principal, 'refund', order('1'))
    res.sendStatus(204)
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/refund`
    const { headers } = withIdentity(
      shop.control.identity(ben, { session: 's1', acr: 'aal1', authTime: shop.control.now() }),
    )
    const answer = await fetch(url, { method: 'POST', headers })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('acr_values="aal2"')
    expect(await answer.json()).toMatchObject({
      code: 'insufficient_user_authentication',
      acrValues: 'aal2',
      stepUp: '/.holdfast/sign-in?acr=aal2',
    })
    const weaker = withIdentity(shop.control.identity(ben, { session: 's1', authTime: shop.control.now() }))
    expect((await fetch(url, { method: 'POST', ...weaker })).status).toBe(401)
    const anonymous = await fetch(url, { method: 'POST', ...withIdentity(shop.control.identity(null)) })
    expect(await anonymous.json()).toMatchObject({ code: 'unauthenticated' })
  } finally {
    server.close()
  }
})

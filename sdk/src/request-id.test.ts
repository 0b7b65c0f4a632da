import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { Hono } from 'hono'
import { v7 } from 'uuid'
import { afterEach, describe, expect, it } from 'vitest'
import { holdfast as expressGuard } from './express.ts'
import { internalsOf } from './holdfast.ts'
import { holdfast as honoGuard } from './hono.ts'
import type { Way } from './principal.ts'
import { keyPair, until } from './testing/control-plane.ts'
import { ada, ben, caught, review, testShop } from './testing/shop.ts'
import { toProblem } from './problem.ts'

const shop = testShop()
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** What a gateway sends, or what somebody sends who wants to be taken for one. */
const sent = (identity: string | null, requestId: string, more: Record<string, string> = {}) => ({
  ...more,
  ...(identity !== null && { 'holdfast-identity': identity }),
  'holdfast-request-id': requestId,
})
const failure = (call: Promise<unknown>) => call.then(() => null).catch((error: unknown) => error)
const event = async (eventId: unknown) => {
  await until(() => shop.control.events.some(({ id }) => id === eventId))
  return shop.control.events.find(({ id }) => id === eventId)
}

describe('the gateway’s id of the request', () => {
  it('is in the problem and the event of a refusal', async () => {
    const holdfast = await shop.connect()
    const requestId = v7()
    const principal = await holdfast.authenticate({ headers: sent(shop.control.identity(ben), requestId) })
    const problem = toProblem(caught(() => holdfast.require(principal, 'deleteReview', review('ada'))))
    expect(problem).toMatchObject({ code: 'forbidden', requestId })
    expect(await event(problem.eventId)).toMatchObject({ kind: 'decision.denied', requestId })
  })

  it('is there for those whom the gateway calls anonymous, or whom the directory no longer knows', async () => {
    const holdfast = await shop.connect()
    for (const account of [null, { type: 'Person', id: 'eve' } as const]) {
      const requestId = v7()
      const headers = sent(shop.control.identity(account), requestId)
      const problem = toProblem(await failure(holdfast.authenticate({ headers })))
      expect(problem).toMatchObject({ status: 401, requestId })
      expect(await event(problem.eventId)).toMatchObject({ requestId })
    }
  })
})

describe('a client that goes around the gateway cannot plant one', () => {
  const attempts: [string, () => string | null][] = [
    ['without an identity', () => null],
    ['with one that it signed', () => shop.control.identity(ada, {}, keyPair())],
    ['with one of another application', () => shop.control.identity(ada, { application: 'bank' })],
    ['with one that is over', () => shop.control.identity(ada, { now: shop.control.now() - 100 })],
    ['with something else', () => 'x'],
  ]
  it.each(attempts)('%s', async (_, identity) => {
    const holdfast = await shop.connect()
    const headers = sent(identity(), v7(), { 'x-request-id': v7(), 'x-forwarded-for': '6.6.6.6' })
    const error = await failure(holdfast.authenticate({ headers, socket: { remoteAddress: '10.0.0.1' } }))
    const problem = toProblem(error)
    expect(problem).toMatchObject({ status: 401 })
    expect(problem).not.toHaveProperty('requestId')
    expect(await event(problem.eventId)).toMatchObject({ requestId: null, source: { address: '10.0.0.1' } })
  })

  it.each(['session', 'bearer'] as Way[])('with a credential of its own: %s', async (way) => {
    const holdfast = await shop.connect({ accept: [way] })
    const credential = shop.control.issue(ben, 's1')
    const own = { cookie: `__Host-holdfast=${credential}`, authorization: `Bearer ${credential}` }
    // The identity of the second is not read: this application takes none.
    for (const identity of [null, shop.control.identity(ben)]) {
      const request = { method: 'GET', headers: sent(identity, v7(), own) }
      const principal = await holdfast.authenticate(request)
      const problem = toProblem(caught(() => holdfast.require(principal, 'deleteReview', review('ada'))))
      expect(problem).not.toHaveProperty('requestId')
      expect(await event(problem.eventId)).toMatchObject({ requestId: null })
    }
  })

  it('by asking twice with one request', async () => {
    const holdfast = await shop.connect()
    const request = { headers: sent(shop.control.identity(ben), v7()) }
    await holdfast.authenticate(request)
    request.headers['holdfast-identity'] = 'x'
    expect(toProblem(await failure(holdfast.authenticate(request)))).not.toHaveProperty('requestId')
    expect(internalsOf(holdfast).describe(request).requestId).toBeNull()
  })
})

describe('inside a handler', () => {
  const handlers = {
    express: async () => {
      const app: Express = express()
      const guard = await expressGuard({ holdfast: await shop.connect(), routes: false })
      app.use(guard)
      app.get('/', (req) => req.holdfast.require(req.principal, 'buy', review('ada')))
      const server = createServer(app)
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      return (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/`, { headers })
    },
    hono: async () => {
      const app = new Hono()
      app.use(await honoGuard({ holdfast: await shop.connect(), routes: false }))
      app.get('/', (c) => {
        c.get('holdfast').require(c.get('principal'), 'buy', review('ada'))
        return c.json({})
      })
      return async (headers: Record<string, string>) => app.request('/', { headers })
    },
  }
  it.each(['express', 'hono'] as const)('%s knows it, also when nobody is signed in', async (name) => {
    const ask = await handlers[name]()
    for (const account of [ben, null]) {
      const requestId = v7()
      const answer = await ask(sent(shop.control.identity(account), requestId))
      const problem = (await answer.json()) as { eventId: string; requestId?: string }
      expect(problem.requestId).toBe(requestId)
      expect(await event(problem.eventId)).toMatchObject({ requestId })
    }
    const around = (await (await ask(sent(null, v7()))).json()) as { eventId: string }
    expect(around).not.toHaveProperty('requestId')
    expect(await event(around.eventId)).toMatchObject({ reason: 'principal_missing', requestId: null })
  })
})

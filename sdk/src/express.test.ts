import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ExpressOptions, holdfast, holdfastErrors } from './express.ts'
import type { Holdfast } from './holdfast.ts'
import { type Account, TestControlPlane, until } from './testing/control-plane.ts'

const ben: Account = { type: 'Person', id: 'ben' }
const ada: Account = { type: 'Person', id: 'ada', groups: ['admins'] }
const policies = `
@id("read") permit(principal, action == Action::"get", resource is Route) unless { resource.path like "/admin*" };
@id("orders") permit(principal, action == Action::"post", resource == Route::"/orders");
@id("admins") permit(principal in Group::"admins", action, resource);
`

let control: TestControlPlane
let url = ''
const servers: Server[] = []
const open: Holdfast[] = []

beforeEach(async () => {
  control = await new TestControlPlane({ policies, accounts: [ben, ada] }).start()
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  await Promise.all(open.splice(0).map((each) => each.close()))
  await control.stop()
})

async function guarded(build: (app: Express) => void, options: ExpressOptions = {}): Promise<void> {
  const app = express()
  const guard = await holdfast({ credentials: control.credentials, onProblem: () => {}, ...options })
  open.push(guard.holdfast)
  app.use(guard)
  build(app)
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const as = (account: Account | null, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { 'holdfast-identity': control.identity(account) },
})

/** A request whose target and header fields go out exactly as they are written. */
async function raw(path: string, headers: string[], method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url)
    const request = httpRequest({
      port,
      path,
      method,
      headers: ['Host', 'x', ...headers] as unknown as Record<string, string>,
    })
    request.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject)
    request.end()
  })
}

function routes(app: Express): void {
  app.get('/hello', (req, res) => void res.json({ id: req.principal?.id }))
  app.post('/orders', (_req, res) => void res.json({ placed: true }))
  app.delete('/orders', (_req, res) => void res.json({ deleted: true }))
  app.get('/admin/users', (_req, res) => void res.json({ users: [] }))
}

describe('three lines', () => {
  it('guard every route by method and path', async () => {
    await guarded(routes)
    expect(await (await fetch(`${url}/hello`, as(ben))).json()).toEqual({ id: 'ben' })
    expect((await fetch(`${url}/orders`, as(ben, { method: 'POST' }))).status).toBe(200)
    expect((await fetch(`${url}/orders`, as(ben, { method: 'DELETE' }))).status).toBe(403)
    expect((await fetch(`${url}/orders`, as(ada, { method: 'DELETE' }))).status).toBe(200)
    expect((await fetch(`${url}/hello`, as(ben, { method: 'HEAD' }))).status).toBe(200)
  })

  it('answer a refusal as a problem that tells the failed condition and the event', async () => {
    await guarded(routes)
    const answer = await fetch(`${url}/admin/users`, as(ben))
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      403,
      'application/problem+json; charset=utf-8',
      'no-store',
    ])
    const problem = (await answer.json()) as { eventId: string }
    expect(problem).toMatchObject({
      type: `${control.url}/problems/forbidden`,
      title: 'Forbidden',
      status: 403,
      code: 'forbidden',
      explanation: { nearest: { policy: 'read', failed: expect.stringContaining('/admin*') } },
    })
    await until(() => control.events.length > 0)
    expect(control.events).toEqual([
      expect.objectContaining({
        id: problem.eventId,
        kind: 'decision.denied',
        resource: { type: 'Route', id: '/admin/users' },
      }),
    ])
  })

  it('refuse who has no identity, with a challenge', async () => {
    await guarded(routes)
    const answer = await fetch(`${url}/hello`)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="shop"'])
    expect((await fetch(`${url}/hello`, as(null))).status).toBe(401)
    expect((await fetch(`${url}/nowhere`)).status).toBe(401)
  })

  it.each([
    '/ADMIN/users',
    '/Admin/Users',
    '/admin/users/',
    '//admin/users',
    '/admin//users',
    '/./admin/users',
    '/hello/../admin/users',
    '/%61dmin/users',
    '/admin%2fusers',
    '/x/%2e%2e/admin/users',
    '/hello\\..\\admin',
    'http://x/ADMIN/users',
  ])('are not passed by writing the path as %s', async (path) => {
    await guarded(routes)
    expect([400, 403]).toContain(await raw(path, ['Holdfast-Identity', control.identity(ben)]))
  })

  it('refuse a repeated identity header and its underscore variant on the wire', async () => {
    await guarded(routes)
    const token = control.identity(ada)
    expect(await raw('/hello', ['Holdfast-Identity', token])).toBe(200)
    expect(await raw('/hello', ['Holdfast-Identity', token, 'Holdfast-Identity', token])).toBe(401)
    expect(await raw('/hello', ['Holdfast_Identity', token])).toBe(401)
    expect(await raw('/hello', ['Holdfast-Identity', token, 'holdfast_identity', token])).toBe(401)
  })

  it('refuse a repeated Authorization, of which Node itself shows the first only', async () => {
    await guarded(routes, { accept: ['bearer'] })
    const field = ['Authorization', `Bearer ${control.issue(ada, 's1')}`]
    expect(await raw('/hello', field)).toBe(200)
    expect(await raw('/hello', [...field, ...field])).toBe(401)
  })

  it('hold below a mount path and in a router', async () => {
    const router = express.Router()
    router.get('/users', (_req, res) => void res.json([]))
    await guarded((app) => app.use('/ADMIN', router))
    expect((await fetch(`${url}/admin/users`, as(ben))).status).toBe(403)
    expect((await fetch(`${url}/admin/users`, as(ada))).status).toBe(200)
  })
})

describe('inside a handler', () => {
  it('a refusal needs no error middleware, be the handler async or not', async () => {
    await guarded((app) => {
      app.get('/sync', (req) => req.holdfast.require(req.principal, 'deleteReview', { type: 'Review', id: '1' }))
      // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 handles rejections; this test holds it to that
      app.get('/async', async (req) => {
        await Promise.resolve()
        req.holdfast.require(req.principal, 'deleteReview', { type: 'Review', id: '1' })
      })
      app.use((_req: Request, res: Response) => void res.status(404).json({}))
    })
    for (const path of ['/sync', '/async', '/sync']) {
      const answer = await fetch(url + path, as(ben))
      expect([answer.status, await answer.json()]).toMatchObject([
        403,
        { code: 'forbidden', eventId: expect.any(String) },
      ])
    }
    expect((await fetch(`${url}/nowhere`, as(ben))).status).toBe(404)
  })

  it("other errors go where the application's errors go", async () => {
    await guarded((app) => {
      app.get('/broken', () => {
        throw new Error('mine')
      })
      app.use(
        (error: Error, _req: Request, res: Response, _next: NextFunction) => void res.status(500).send(error.message),
      )
    })
    const answer = await fetch(`${url}/broken`, as(ben))
    expect([answer.status, await answer.text()]).toEqual([500, 'mine'])
  })

  it('the error handler can be placed by hand', async () => {
    const seen: unknown[] = []
    await guarded((app) => {
      app.get('/x', (req) => req.holdfast.require(req.principal, 'y', { type: 'Z', id: '1' }))
      app.use(holdfastErrors())
      app.use((error: Error, _req: Request, _res: Response, next: NextFunction) => {
        seen.push(error)
        next(error)
      })
    })
    expect((await fetch(`${url}/x`, as(ben))).status).toBe(403)
    expect(seen).toEqual([])
  })
})

describe('routes: false', () => {
  it('tells who is there, refuses what does not hold, and leaves the rest to the handlers', async () => {
    await guarded(
      (app) => {
        app.get('/', (req, res) => void res.json({ id: req.principal?.id ?? null }))
        app.get('/mine', (req, res) => {
          req.holdfast.require(req.principal, 'get', { type: 'Route', id: '/mine' })
          res.json({})
        })
      },
      { routes: false },
    )
    expect(await (await fetch(url)).json()).toEqual({ id: null })
    expect(await (await fetch(url, as(ben))).json()).toEqual({ id: 'ben' })
    expect((await fetch(url, { headers: { 'holdfast-identity': 'forged' } })).status).toBe(401)
    expect((await fetch(`${url}/mine`, { headers: { 'user-agent': 'curl' } })).status).toBe(401)
    await until(() => control.events.length === 2)
    // Nobody was signed in, and still the event tells where the request came from.
    expect(control.events.at(-1)).toMatchObject({
      reason: 'principal_missing',
      source: { address: '127.0.0.1', userAgent: 'curl' },
    })
  })
})

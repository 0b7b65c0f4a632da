import { createServer, type Server } from 'node:http'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Holdfast } from './holdfast.ts'
import { holdfast } from './hono.ts'
import { type Account, TestControlPlane, until } from './testing/control-plane.ts'

const ben: Account = { type: 'Person', id: 'ben' }
const ada: Account = { type: 'Person', id: 'ada', groups: ['admins'] }
const policies = `
@id("read") permit(principal, action == Action::"get", resource is Route) unless { resource.path like "/admin*" };
@id("admins") permit(principal in Group::"admins", action, resource);
`

let control: TestControlPlane
const servers: Server[] = []
const open: Holdfast[] = []

beforeEach(async () => {
  control = await new TestControlPlane({ policies, accounts: [ben, ada] }).start()
})
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  await Promise.all(open.splice(0).map((each) => each.close()))
  await control.stop()
})

async function guarded(options: { routes?: boolean } = {}): Promise<Hono> {
  const app = new Hono()
  const guard = await holdfast({ credentials: control.credentials, onProblem: () => {}, ...options })
  open.push(guard.holdfast)
  app.use(guard)
  app.get('/hello', (c) => c.json({ id: c.get('principal')?.id ?? null }))
  app.get('/admin/users', (c) => c.json([]))
  app.get('/thrown', (c) => {
    c.get('holdfast').require(c.get('principal'), 'deleteReview', { type: 'Review', id: '1' })
    return c.json({})
  })
  return app
}

const as = (account: Account | null): RequestInit => ({ headers: { 'holdfast-identity': control.identity(account) } })

describe('Hono', () => {
  it('is guarded by three lines', async () => {
    const app = await guarded()
    expect(await (await app.request('/hello', as(ben))).json()).toEqual({ id: 'ben' })
    expect((await app.request('/hello')).status).toBe(401)
    expect((await app.request('/admin/users', as(ben))).status).toBe(403)
    expect((await app.request('/admin/users', as(ada))).status).toBe(200)
  })

  it('answers refusals as problems, those of handlers too', async () => {
    const app = await guarded()
    for (const path of ['/admin/users', '/thrown']) {
      const answer = await app.request(path, as(ben))
      expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
      expect(await answer.json()).toMatchObject({
        code: 'forbidden',
        eventId: expect.any(String),
        explanation: { text: expect.any(String) },
      })
    }
    await until(() => control.events.length === 2)
  })

  it.each(['/%61dmin/users', '/admin%2fusers', '/admin//users', '//admin/users', '/admin/users/', '/admin%5cusers'])(
    'is not passed by writing the path as %s',
    async (path) => {
      const app = await guarded()
      const request = new Request(`http://shop.test${path}`, as(ben))
      expect([400, 403, 404]).toContain((await app.fetch(request)).status)
      expect(await (await app.fetch(request)).text()).not.toBe('[]')
    },
  )

  it('with routes: false tells who is there', async () => {
    const app = await guarded({ routes: false })
    expect(await (await app.request('/hello')).json()).toEqual({ id: null })
    expect(await (await app.request('/hello', as(ben))).json()).toEqual({ id: 'ben' })
    expect((await app.request('/hello', { headers: { 'holdfast-identity': 'forged' } })).status).toBe(401)
    expect((await app.request('/thrown')).status).toBe(401)
  })

  it('sees the peer and repeated header fields where Node serves it', async () => {
    const app = await guarded()
    const server = createServer((incoming, outgoing) => {
      const request = new Request(`http://shop.test${incoming.url ?? '/'}`, {
        headers: { 'holdfast-identity': control.identity(ben) },
      })
      void Promise.resolve(app.fetch(request, { incoming })).then(async (answer) =>
        outgoing.writeHead(answer.status).end(await answer.text()),
      )
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    // What counts is Node's list: there the identity is missing.
    const answer = await fetch(`http://127.0.0.1:${port}/hello`, {
      headers: { 'user-agent': 'curl', connection: 'close' },
    })
    expect(answer.status).toBe(401)
    await until(() => control.events.length === 1)
    expect(control.events[0]).toMatchObject({ source: { address: '127.0.0.1', userAgent: 'curl' } })
  })
})

import { DatabaseSync } from 'node:sqlite'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdfast } from './fastify.ts'
import { guardSql } from './guards/sql-guard.ts'
import type { Holdfast } from './holdfast.ts'
import type { GuardOptions } from './routes.ts'
import { ada, ben, READERS_AND_ADMINS as policies } from './testing/accounts.ts'
import { type Account, TestControlPlane } from './testing/control-plane.ts'

let control: TestControlPlane
let app: FastifyInstance
let url: string
const open: Holdfast[] = []

beforeEach(async () => {
  control = await new TestControlPlane({ policies, accounts: [ben, ada] }).start()
})
afterEach(async () => {
  await app.close()
  await Promise.all(open.splice(0).map((each) => each.close()))
  await control.stop()
})

async function guarded(
  options: GuardOptions,
  routes: (on: FastifyInstance, instance: Holdfast) => void,
): Promise<void> {
  app = fastify()
  const guard = await holdfast({ credentials: control.credentials, onProblem: () => {}, ...options })
  open.push(guard.holdfast)
  await app.register(guard)
  routes(app, guard.holdfast)
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const as = (account: Account | null, init: { method?: string; body?: string } = {}): RequestInit => ({
  ...init,
  headers: { 'holdfast-identity': control.identity(account) },
})

describe('Fastify', () => {
  it('is guarded by one plugin, what is not found too', async () => {
    await guarded({}, (on) => {
      on.get('/hello', (request) => ({ id: request.principal?.id }))
      on.get('/admin/users', () => [])
    })
    expect(await (await fetch(`${url}/hello`, as(ben))).json()).toEqual({ id: 'ben' })
    expect((await fetch(`${url}/hello`)).status).toBe(401)
    expect((await fetch(`${url}/nowhere`)).status).toBe(401)
    expect((await fetch(`${url}/nowhere`, as(ben))).status).toBe(404)
    expect((await fetch(`${url}/admin/users`, as(ada))).status).toBe(200)
    const refused = await fetch(`${url}/admin/users`, as(ben))
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      403,
      expect.stringContaining('application/problem+json'),
    ])
    expect(await refused.json()).toMatchObject({ code: 'forbidden', eventId: expect.any(String) })
    for (const path of ['/admin%2Fusers', '//admin/users', '/x/../admin/users', '/admin/./users'])
      expect([400, 403], path).toContain(
        (await app.inject({ url: path, headers: { 'holdfast-identity': control.identity(ben) } })).statusCode,
      )
  })

  it("answers what a handler refuses, and leaves other errors to the application's own", async () => {
    await guarded({ routes: false, demands: {} }, (on) => {
      on.get('/refused', (request) => {
        request.holdfast.require(request.principal, 'deleteReview', { type: 'Review', id: '1' })
        return {}
      })
      on.get('/broken', () => {
        throw Object.assign(new Error('mine'), { statusCode: 418 })
      })
    })
    expect((await fetch(`${url}/refused`, as(ben))).status).toBe(403)
    expect((await fetch(`${url}/broken`, as(ben))).status).toBe(418)
  })

  it('traces the values of a request, those of its body too', async () => {
    await guarded({ routes: false }, (on, instance) => {
      const database = guardSql(new DatabaseSync(':memory:'), { dialect: 'sqlite', holdfast: instance })
      database.exec('CREATE TABLE people (id)')
      const find = (id: string) => database.prepare(`SELECT id FROM people WHERE id = ${id}`).all()
      on.post<{ Body: { id: string } }>('/people', (request) => find(request.body.id))
      on.get<{ Params: { id: string } }>('/people/:id', (request) => find(request.params.id))
    })
    const post = (id: string) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    })
    expect((await fetch(`${url}/people`, post('1'))).status).toBe(200)
    const refused = await fetch(`${url}/people`, post('1 OR 1=1'))
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'query_refused' }])
    expect((await fetch(`${url}/people/1%20OR%201=1`)).status).toBe(400)
  })
})

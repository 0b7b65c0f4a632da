import { DatabaseSync } from 'node:sqlite'
import express from 'express'
import { Hono } from 'hono'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdfast as forExpress, holdfastErrors } from '../express.ts'
import { createHoldfast, type Holdfast } from '../holdfast.ts'
import { holdfast as forHono } from '../hono.ts'
import { TestControlPlane, until } from '../testing/control-plane.ts'
import { guardedFetch } from './outbound/index.ts'
import { guardSql, traceExpress, traceHono, traceRequest } from './sql-guard.ts'

let control: TestControlPlane
let instance: Holdfast
let database: DatabaseSync
let server: Server
let url: string

/** The handler of all frameworks: SQL of strings. */
const find = (id: string) => database.prepare(`SELECT name FROM people WHERE id = ${id}`).all()
const attack = '1 OR 1=1'
const encoded = encodeURIComponent(attack)

beforeAll(async () => {
  control = await new TestControlPlane({ accounts: [] }).start()
  instance = await createHoldfast({ credentials: control.credentials, onProblem: () => {} })
  const plain = express()
  plain.use(traceExpress())
  const router = express.Router()
  router.use(await forExpress({ holdfast: instance, routes: false }))
  for (const to of [plain, router]) {
    to.get('/people/:id', (request, response) => void response.json(find(request.params['id'])))
    to.post('/people', express.json(), (request, response) => {
      response.json(find((request.body as { id: string }).id))
    })
  }
  const app = express()
  app.use('/guarded', router)
  app.use('/plain', plain, holdfastErrors())
  server = createServer(app)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server?.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await instance?.close()
  await control?.stop()
})
beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec(`CREATE TABLE people (id integer, name text); INSERT INTO people VALUES (1, 'ada'), (2, 'ben')`)
  control.events.splice(0)
})

const post = (to: string) =>
  fetch(to, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: attack }) })

describe('the values of a request reach the guard', () => {
  it.each(['guarded', 'plain'])('in Express (%s), by path and by a body that is parsed later', async (which) => {
    const naive = await fetch(`${url}/${which}/people/${encoded}`)
    expect(await naive.json()).toHaveLength(2)
    guardSql(database, { dialect: 'sqlite', holdfast: instance })
    expect(await (await fetch(`${url}/${which}/people/1`)).json()).toEqual([{ name: 'ada' }])
    for (const answer of [await fetch(`${url}/${which}/people/${encoded}`), await post(`${url}/${which}/people`)]) {
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({
        code: 'query_refused',
        type: `${control.url}/problems/query_refused`,
        eventId: expect.any(String),
      })
    }
  })

  it('in Hono, by query and by a body', async () => {
    for (const middleware of [await forHono({ holdfast: instance, routes: false }), traceHono()]) {
      const app = new Hono()
      app.use(middleware)
      app.get('/people', (c) => c.json(find(c.req.query('id') ?? '')))
      app.post('/people', async (c) => c.json(find((await c.req.json<{ id: string }>()).id)))
      app.post('/form', async (c) => c.json(find((await c.req.parseBody<{ id: string }>()).id)))
      const ask = () => [
        app.request(`/people?id=${encoded}`),
        app.request('/people', { method: 'POST', body: JSON.stringify({ id: attack }) }),
        app.request('/form', { method: 'POST', body: new URLSearchParams({ id: attack }) }),
      ]
      database = new DatabaseSync(':memory:')
      database.exec(`CREATE TABLE people (id integer, name text); INSERT INTO people VALUES (1, 'ada'), (2, 'ben')`)
      for (const naive of ask()) expect(await (await naive).json()).toHaveLength(2)
      guardSql(database, { dialect: 'sqlite' })
      for (const answer of ask()) expect((await answer).status).toBe(400)
      expect(await (await app.request('/people?id=2')).json()).toEqual([{ name: 'ben' }])
    }
  })
})

describe('what is refused leaves an event', () => {
  /** Those of earlier requests come along. */
  const told = (kind: string, by: object) =>
    control.events.filter(
      (event) => event.kind === kind && Object.entries(by).every(([name, value]) => event.data?.[name] === value),
    )

  it('one for each request, whatever it tries', async () => {
    guardSql(database, { dialect: 'sqlite', holdfast: instance })
    const ids = traceRequest({ headers: { 'x-id': attack } }, () =>
      Array.from({ length: 3 }, () => {
        try {
          return find(attack)
        } catch (error) {
          return (error as { eventId?: string }).eventId
        }
      }),
    )
    expect(new Set(ids).size).toBe(1)
    await until(() => told('query.refused', { name: 'x-id' }).length > 0)
    expect(told('query.refused', { name: 'x-id' })).toMatchObject([
      {
        outcome: 'refused',
        reason: 'tokens',
        data: { mode: 'block', place: 'header', name: 'x-id', evidence: attack, why: expect.any(String) },
      },
    ])
  })

  it('of a query that was only reported, and of a request to where none may go', async () => {
    guardSql(database, { dialect: 'sqlite', holdfast: instance, mode: 'report' })
    expect(traceRequest({ headers: {}, body: attack }, () => find(attack))).toHaveLength(2)
    const guarded = guardedFetch({ allow: 'any', holdfast: instance })
    await expect(guarded('https://169.254.169.254/latest')).rejects.toThrow('metadata')
    const host = '169.254.169.254'
    await until(() => told('query.refused', { mode: 'report' }).length * told('outbound.refused', { host }).length > 0)
    expect(told('query.refused', { mode: 'report' })).toMatchObject([{ outcome: 'failure', reason: 'tokens' }])
    expect(told('outbound.refused', { host })).toMatchObject([{ outcome: 'refused', reason: 'address' }])
  })
})

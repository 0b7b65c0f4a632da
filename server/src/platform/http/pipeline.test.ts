import { request as rawRequest } from 'node:http'
import { connect } from 'node:net'
import { z } from 'zod'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createThings, thingRoutes } from '../../testing/things.ts'
import { ok } from '../outcome.ts'
import { html } from './html.ts'
import { perAddress, perPrincipal } from './limit.ts'
import { defineRoute, type Route } from './route.ts'

let fixture: Fixture
let server: TestServer

const page = { permission: { public: 'a form' }, limit: perAddress(1000, 'minute'), output: 'page' } as const
const extra: readonly Route[] = [
  defineRoute({
    ...page,
    method: 'POST',
    path: '/form',
    summary: 'Takes a form',
    input: { form: z.strictObject({ name: z.string() }) },
    event: 'form.sent',
    handler: ({ form, caller, work }) =>
      work(async (tx) => {
        await tx.record({ kind: 'form.sent' })
        return ok(html`<p>${form.name} by ${caller?.name ?? 'nobody'}</p>`)
      }),
  }),
  defineRoute({
    ...page,
    method: 'GET',
    path: '/redirect',
    summary: 'Leads elsewhere',
    reads: true,
    handler: () => ok({ redirect: '/form' }, { cookies: ['a=1', 'b=2'] }),
  }),
  defineRoute({
    method: 'GET',
    path: '/limited/principal',
    summary: 'Twice a minute',
    permission: { action: 'view', resource: () => ({ type: 'Installation', id: 'installation' }) },
    limit: perPrincipal(2, 'minute'),
    output: z.object({}),
    reads: true,
    handler: () => ok({}),
  }),
  defineRoute({
    method: 'GET',
    path: '/limited/address',
    summary: 'Twice a minute',
    permission: { public: 'a test' },
    limit: perAddress(2, 'minute'),
    output: z.object({}),
    reads: true,
    handler: () => ok({}),
  }),
]

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
})
afterAll(() => fixture.close())
beforeEach(async () => {
  await fixture.admin.query('DELETE FROM things')
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: [...thingRoutes(), ...extra],
    recordEvent: ledgerOn(fixture).ledger.recordEvent,
    decide: async (_, action) => ({
      allowed: action !== 'viewThing',
      explanation: 'no policy permits it',
      reasons: [],
    }),
  })
})
afterEach(() => server.close())

const json = { 'content-type': 'application/json' }

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    status: response.status,
    type: `http://holdfast.test/problems/${String(body['code'])}`,
    requestId: response.headers.get('x-request-id'),
  })
  return body
}

/** Nothing that was refused before its use case may have changed anything. */
async function nothingChanged(): Promise<void> {
  expect((await fixture.admin.query('SELECT 1 FROM things')).rowCount).toBe(0)
}

function post(body: string | Uint8Array, headers: Record<string, string> = json, path = '/api/v1/things') {
  return server.request(path, { method: 'POST', body: body as string, headers })
}

describe('a body', () => {
  it.each([
    ['malformed', '{"id":', 400, 'body_invalid'],
    ['empty', '', 400, 'body_invalid'],
    ['with a name twice', '{"id":"a","id":"b"}', 400, 'body_invalid'],
    ['with a name twice in two spellings', String.raw`{"id":"a","\u0069d":"b"}`, 400, 'body_invalid'],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'body_invalid'],
    ['of a wrong type', '{"id":7}', 422, 'input_invalid'],
    ['of another shape', '["id"]', 422, 'input_invalid'],
    ['with a member too many', '{"id":"a","role":"admin"}', 422, 'input_invalid'],
    ['that lacks a member', '{}', 422, 'input_invalid'],
    ['with __proto__', '{"id":"a","__proto__":{"role":"admin"}}', 422, 'input_invalid'],
    ['null', 'null', 422, 'input_invalid'],
    ['nested without end', '['.repeat(50_000), 400, 'body_invalid'],
    ['nested deeply', '['.repeat(5000) + ']'.repeat(5000), 400, 'body_invalid'],
  ] as const)('%s is refused', async (_, body, status, code) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(await problem(response)).toMatchObject({ code })
    await nothingChanged()
  })

  it('names each wrong field, and does not repeat what was sent', async () => {
    const body = await problem(await post('{"id":"","hunter2":1}'))
    expect(body['errors']).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'body.id', message: expect.any(String) as string })]),
    )
    const wrong = await (await post('{"id":["hunter2"]}')).text()
    expect(wrong).not.toContain('hunter2')
  })

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp'])(
    'of the type %s is not taken for JSON',
    async (type) => {
      const response = await post('{"id":"a"}', type === undefined ? { 'content-type': '' } : { 'content-type': type })
      expect(response.status).toBe(415)
      expect(await problem(response)).toMatchObject({ code: 'media_type_unsupported' })
      await nothingChanged()
    },
  )

  it('may name its charset', async () => {
    expect((await post('{"id":"a"}', { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(201)
  })

  it('too large by its Content-Length is refused', async () => {
    const response = await post(JSON.stringify({ id: 'a', note: 'x'.repeat(70_000) }))
    expect(response.status).toBe(413)
    expect(await problem(response)).toMatchObject({ code: 'body_too_large' })
    await nothingChanged()
  })

  it('too large without a Content-Length is refused as soon as it is', async () => {
    const sent = await new Promise<{ status: number | undefined; written: number }>((resolve, reject) => {
      let written = 0
      const outgoing = rawRequest(
        `${server.url}/api/v1/things`,
        { method: 'POST', headers: { ...json, authorization: 'Bearer one', 'transfer-encoding': 'chunked' } },
        (incoming) => {
          clearInterval(writing)
          resolve({ status: incoming.statusCode, written })
          outgoing.destroy()
        },
      )
      outgoing.on('error', reject)
      const writing = setInterval(() => {
        written += 8192
        outgoing.write('x'.repeat(8192))
      }, 2)
    })
    expect(sent.status).toBe(413)
    expect(sent.written).toBeLessThan(10_000_000)
    await nothingChanged()
  })

  it('that breaks off leaves nothing behind, and the server goes on', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          `POST /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer one\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id":"a"`,
        )
        setTimeout(() => socket.destroy(), 50)
      })
      socket.on('close', () => resolve())
    })
    await nothingChanged()
    expect((await post('{"id":"b"}')).status).toBe(201)
  })
})

describe('an address', () => {
  it('that nobody answers at', async () => {
    const response = await server.request('/api/v1/nothing')
    expect(response.status).toBe(404)
    expect(await problem(response)).toMatchObject({ code: 'not_found' })
  })

  it('that answers other methods says which', async () => {
    const response = await server.request('/api/v1/things', { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await problem(response)).toMatchObject({ code: 'method_not_allowed' })
  })

  it.each(['evil.test', 'evil.test:7400', '', '127.0.0.1', '127.0.0.1:1', '127.0.0.1:7400.evil.test'])(
    'under the host %j, which is not ours, gets nothing',
    async (host) => {
      const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const socket = connect(server.port, '127.0.0.1')
        let text = ''
        socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        socket.on('error', reject).on('end', () => resolve({ status: Number(text.split(' ', 2)[1]), text }))
        socket.write(
          `GET /api/v1/things/a HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer one\r\nConnection: close\r\n\r\n`,
        )
      })
      // What is no host at all is refused before it is looked up.
      expect(host === '' || host.endsWith('.evil.test') ? [400, 421] : [421]).toContain(answer.status)
    },
  )
})

describe('a caller', () => {
  it('without a credential is asked for one', async () => {
    const response = await fetch(`${server.url}/api/v1/things/a`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await problem(response)).toMatchObject({ code: 'unauthenticated' })
  })

  it('with one that does not hold is refused, with an event', async () => {
    const response = await server.request('/api/v1/things/a', { headers: { authorization: 'Bearer forged' } })
    expect(response.status).toBe(401)
    const { eventId } = await problem(response)
    const { rows } = await fixture.admin.query<{ text: string }>('SELECT e::text AS text FROM events e WHERE id = $1', [
      eventId,
    ])
    expect(rows[0]?.text).toContain('credential.refused')
    expect(rows[0]?.text).not.toContain('forged')
  })

  it('whom no policy permits is refused, with the reason and an event', async () => {
    const response = await server.request('/api/v1/things/a')
    expect(response.status).toBe(403)
    expect(await problem(response)).toMatchObject({
      code: 'forbidden',
      detail: 'no policy permits it',
      action: 'viewThing',
      eventId: expect.any(String) as string,
    })
  })

  it('is never taken from two credentials, nor from a cookie that occurs twice', async () => {
    const cookie = '__Host-holdfast=one; __Host-holdfast=one'
    expect((await fetch(`${server.url}/limited/principal`, { headers: { cookie } })).status).toBe(401)
    const both = { cookie: '__Host-holdfast=one', authorization: 'Bearer forged' }
    expect((await fetch(`${server.url}/limited/principal`, { headers: both })).status).toBe(401)
    const single = { cookie: 'other=1; __Host-holdfast=one' }
    expect((await fetch(`${server.url}/limited/principal`, { headers: single })).status).toBe(200)
  })
})

describe('a request from a page of another site', () => {
  const cookie = { ...json, cookie: '__Host-holdfast=one' }
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': '' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://holdfast.test' }],
    [{ origin: 'http://evil.test' }],
    [{ origin: 'null' }],
    [{ origin: 'http://holdfast.test.evil.test' }],
    [{ origin: 'https://holdfast.test' }],
  ] as [Record<string, string>][])('does not use the session: %j', async (headers) => {
    const response = await post('{"id":"a"}', { ...cookie, ...headers })
    expect(response.status).toBe(403)
    expect(await problem(response)).toMatchObject({ code: 'cross_site_request' })
    await nothingChanged()
  })

  it('does not post a public form either', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://evil.test', cookie: 'x=1' }
    expect((await post('name=a', headers, '/form')).status).toBe(403)
  })

  it.each([{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: 'http://holdfast.test' }, {}])(
    'is not what comes from our own, or from no browser: %j',
    async (headers) => expect((await post('{"id":"a"}', { ...cookie, ...headers })).status).toBe(201),
  )

  it('with a bearer is no such thing: a page cannot send one that it does not have', async () => {
    expect(
      (await post('{"id":"a"}', { ...json, authorization: 'Bearer one', origin: 'http://evil.test' })).status,
    ).toBe(201)
  })
})

describe('too many requests', () => {
  it.each(['principal', 'address'])('by one %s are told when to come back', async (per) => {
    for (let n = 0; n < 2; n += 1) expect((await server.request(`/limited/${per}`)).status).toBe(200)
    const response = await server.request(`/limited/${per}`)
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await problem(response)).toMatchObject({ code: 'rate_limited' })
  })
})

describe('a fault', () => {
  it.each(['unrecorded', 'misshapen', 'faulty'])('is a 500 that tells nothing and keeps nothing: %s', async (path) => {
    const events = async () => (await fixture.admin.query('SELECT 1 FROM events')).rowCount
    const before = await events()
    const response = await post('{"id":"a"}', json, `/api/v1/things/${path}`)
    expect(response.status).toBe(500)
    const body = await problem(response)
    expect(body).toMatchObject({ code: 'internal_error' })
    expect(JSON.stringify(body)).not.toMatch(/private reason|schema|event|stack/)
    await nothingChanged()
    expect(server.faults).toHaveLength(1)
    expect(await events()).toBe(before)
  })
})

describe('an answer', () => {
  it('has the headers that confine it', async () => {
    const { headers } = await server.request('/limited/principal')
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      'cache-control': 'no-store',
    })
  })

  it('drops what its schema does not name', async () => {
    const open = await startTestServer({
      database: fixture.database,
      tenant: fixture.tenant,
      routes: thingRoutes(),
      recordEvent: ledgerOn(fixture).ledger.recordEvent,
    })
    try {
      await post('{"id":"a"}')
      const response = await open.request('/api/v1/things/a')
      expect(await response.json()).toEqual({ id: 'a' })
    } finally {
      await open.close()
    }
  })

  it('may be a page, whose values are escaped, or a redirect with cookies', async () => {
    const sent = await post('name=<b>', { 'content-type': 'application/x-www-form-urlencoded' }, '/form')
    expect(sent.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await sent.text()).toBe('<p>&lt;b&gt; by Ada</p>')
    const led = await server.request('/redirect', { redirect: 'manual' })
    expect([led.status, led.headers.get('location'), led.headers.getSetCookie()]).toEqual([
      303,
      '/form',
      ['a=1', 'b=2'],
    ])
  })

  it('refuses a form field that occurs twice', async () => {
    const response = await post('name=a&name=b', { 'content-type': 'application/x-www-form-urlencoded' }, '/form')
    expect(response.status).toBe(400)
  })
})

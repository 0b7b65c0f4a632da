import { gunzipSync, gzipSync } from 'node:zlib'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World
let changes = 0
const bodies: string[] = []

const document = {
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/public/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: { responses: { 200: { description: 'an order' } } },
    },
    '/public/orders': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', properties: { note: { type: 'string' }, count: { type: 'integer' } } },
            },
          },
        },
        responses: { 200: { description: 'done' } },
      },
    },
  },
}

/** Inspection is another from now on; a path that is public since then tells that it is. */
async function inspect(settings: object): Promise<void> {
  const sign = `/changed-${++changes}`
  const routes = [{ path: sign, mode: 'off' }]
  const inspection = InspectionSettings.parse({ ...settings, routes })
  const protection = { ...defaultProtection, inspection }
  world.controlPlane.update([{ ...world.application, publicPaths: ['/', '/public/*', sign], protection }])
  await expect.poll(async () => (await world.send(`GET ${sign}`)).status).toBe(200)
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString('latin1'))
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ length, coding, url: request.url }))
    })
  })
  world = await startWorld({ upstream: upstream.origin, bodyBytes: 3_000_000, gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const json = (body: string, path = '/public/orders', headers: readonly string[] = []) =>
  world.send(`POST ${path}`, ['Content-Type: application/json', `Content-Length: ${body.length}`, ...headers], body)
const codeOf = (answer: { body: string }): unknown => (JSON.parse(answer.body) as { code: unknown }).code
const events = (path: string) => world.controlPlane.events.filter(({ data }) => data['path'] === path)

describe('by default, without a document', () => {
  test.each([
    ['a query', () => world.send("GET /public/q1?id=1'%20OR%20'1'='1")],
    ['a path', () => world.send('GET /public/q1/%3Cscript%3Ealert(1)%3C%2Fscript%3E'.replace('%2F', '%26%2347;'))],
    ['a header', () => world.send('GET /public/q1', ['X-Note: <script>alert(1)</script>'])],
    ['a cookie', () => world.send('GET /public/q1', ['Cookie: note=%3Csvg/onload=alert(1)%3E'])],
    [
      'the user name of Basic',
      () => world.send('GET /public/q1', [`Authorization: Basic ${btoa("' UNION SELECT password FROM users -- :x")}`]),
    ],
    ['a JSON body', () => json('{"note":"1\' OR \'1\'=\'1"}', '/public/q1')],
    [
      'a form',
      () => {
        const body = 'cmd=%3Bcat%20/etc/passwd'
        const type = 'Content-Type: application/x-www-form-urlencoded'
        return world.send('POST /public/q1', [type, `Content-Length: ${body.length}`], body)
      },
    ],
    [
      'a body of no type',
      () => {
        const body = "note=1' OR '1'='1"
        return world.send('POST /public/q1', [`Content-Length: ${body.length}`], body)
      },
    ],
  ])('an attack in %s is refused', async (_, send) => {
    const seen = upstream.requests.length
    const answer = await send()
    expect([answer.status, codeOf(answer)]).toEqual([403, 'attack_blocked'])
    expect(answer.body).not.toContain('OR')
    expect(upstream.requests.length).toBe(seen)
  })

  test('one event tells what was found, where, and by which detector', async () => {
    await json('{"user":{"name":"1\' OR \'1\'=\'1","password":"<script>alert(1)</script>"}}', '/public/told')
    const event = await world.controlPlane.event(({ data }) => data['path'] === '/public/told')
    expect(event).toMatchObject({ kind: 'request.blocked', reason: 'attack_blocked', data: { status: 403 } })
    expect(event.data['findings']).toEqual([
      expect.objectContaining({ kind: 'attack', place: 'body', name: '/user/name', by: 'sql' }),
      expect.objectContaining({ kind: 'attack', place: 'body', name: '/user/password', evidence: '' }),
    ])
    expect(events('/public/told')).toHaveLength(1)
  })

  test.each([
    ['names that come twice', '{"a":1,"a":2}', 400, 'request_ambiguous'],
    ['what is no JSON', '{a:1}', 400, 'request_ambiguous'],
  ])('%s', async (_, body, status, code) => {
    const answer = await json(body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  test('an encoded body is looked into, and goes on as it came', async () => {
    const encoded = (text: string, coding = 'gzip') => {
      const body = gzipSync(text).toString('latin1')
      return json(body, '/public/a', [`Content-Encoding: ${coding}`])
    }
    expect((await encoded('{"a":"two red chairs"}')).status).toBe(200)
    expect(gunzipSync(Buffer.from(bodies.at(-1) ?? '', 'latin1')).toString()).toBe('{"a":"two red chairs"}')
    expect(codeOf(await encoded(`{"a":"1' OR '1'='1"}`))).toBe('attack_blocked')
    expect(codeOf(await encoded('{}', 'br'))).toBe('request_ambiguous')
    expect(codeOf(await encoded('{}', 'compress'))).toBe('content_type_refused')
    expect(codeOf(await encoded(`{"a":"${'x'.repeat(900_000)}"}`))).toBe('body_too_large')
  })

  test('an honest body goes on byte for byte', async () => {
    const body = '{ "name": "O\'Brien",  "text": "select one of them -- or two" }'
    expect((await json(body, '/public/a')).status).toBe(200)
    expect(bodies.at(-1)).toBe(body)
  })

  test('chunks are put together, and go on as what was inspected', async () => {
    const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked']
    const good = await world.send('POST /public/a', chunked, '3\r\n{"a\r\n5\r\n":"x"\r\n1\r\n}\r\n0\r\n\r\n')
    expect(JSON.parse(good.body)).toMatchObject({ length: '9' })
    expect(bodies.at(-1)).toBe('{"a":"x"}')
    const split = '9\r\n{"a":"1\' \r\n9\r\nOR \'1\'=\'1\r\n2\r\n"}\r\n0\r\n\r\n'
    expect((await world.send('POST /public/a', chunked, split)).status).toBe(403)
  })

  test('a body that is longer than what is inspected', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1_100_000) })
    expect((await json(body, '/public/a')).status).toBe(413)
    const answer = await world.send(
      'POST /public/a',
      ['Content-Type: image/png', `Content-Length: ${body.length}`],
      `\0${body.slice(1)}`,
    )
    expect(answer.status).toBe(200)
    expect(bodies.at(-1)).toHaveLength(body.length)
  })
})

test('a mode that reports lets everything through, whole, and tells', async () => {
  await inspect({ mode: 'report' })
  expect((await world.send("GET /public/r1?id=1'%20OR%20'1'='1")).status).toBe(200)
  const event = await world.controlPlane.event(({ data }) => data['path'] === '/public/r1')
  expect(event).toMatchObject({ kind: 'request.reported', outcome: 'success' })
  const body = JSON.stringify({ text: 'x'.repeat(1_100_000) })
  expect((await json(body, '/public/r2')).status).toBe(200)
  expect(bodies.at(-1)).toBe(body)
  await inspect({ mode: 'off' })
  expect((await world.send("GET /public/r3?id=1'%20OR%20'1'='1")).status).toBe(200)
})

test('an exception is as narrow as it is written', async () => {
  await inspect({ exceptions: [{ operation: 'POST /public/wiki', place: 'body', name: '/text', by: 'sql' }] })
  const body = '{"text":"1\' OR \'1\'=\'1"}'
  expect((await json(body, '/public/wiki')).status).toBe(200)
  expect((await json(body.replace('text', 'name'), '/public/wiki')).status).toBe(403)
  expect((await json(body, '/public/other')).status).toBe(403)
})

test('a document: what it does not describe is refused, or told', async () => {
  await inspect({ document })
  expect((await world.send('GET /public/orders/7')).status).toBe(200)
  expect((await world.send('GET /public/orders/x')).status).toBe(422)
  expect((await world.send('GET /public/none')).status).toBe(404)
  expect((await json('{"note":"x","more":1}')).status).toBe(422)
  expect((await json('{"count":"x"}')).status).toBe(422)
  expect((await json('{"note":"1\' OR \'1\'=\'1"}')).status).toBe(403)
  await inspect({ document, unknown: 'report' })
  expect((await json('{"note":"x","more":1}')).status).toBe(200)
  const event = await world.controlPlane.event(
    ({ kind, data }) => kind === 'request.reported' && data['path'] === '/public/orders',
  )
  expect(event.data['findings']).toMatchObject([{ code: 'field_unknown', name: '/more' }])
  expect((await json('{"count":"x","more":1}')).status).toBe(422)
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`n${n}`, 1]))
  expect((await json(JSON.stringify({ ...many, note: "1' OR '1'='1" }))).status).toBe(403)
  expect((await json(JSON.stringify({ ...many, x: "1' OR '1'='1" }))).status).toBe(403)
})

test('a document that cannot be used lets nothing pass', async () => {
  const sign = {
    ...world.application,
    protection: { ...defaultProtection, inspection: InspectionSettings.parse({ document: {} }) },
  }
  world.controlPlane.update([sign])
  await expect.poll(async () => (await world.send('GET /public/a')).status).toBe(503)
})

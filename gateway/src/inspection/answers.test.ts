import { gzipSync } from 'node:zlib'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World
let changes = 0
let next: { type: string; body: string[] } = { type: 'text/plain', body: [] }

const document = {
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/public/me': {
      get: {
        responses: {
          200: {
            description: 'me',
            content: { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
          },
        },
      },
    },
  },
}

async function inspect(answers: object, more: object = {}): Promise<void> {
  const sign = `/changed-${++changes}`
  const inspection = InspectionSettings.parse({ document, answers, routes: [{ path: sign, mode: 'off' }], ...more })
  const protection = { ...defaultProtection, inspection }
  world.controlPlane.update([{ ...world.application, publicPaths: ['/public/*', sign], protection }])
  await expect.poll(async () => (await world.send(`GET ${sign}`)).status).toBe(200)
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.setHeader('Content-Type', next.type).setHeader('ETag', '"1"')
    if (request.headers['accept-encoding']?.includes('gzip') === true) {
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync(next.body.join('')))
      return
    }
    if (request.headers.range !== undefined) response.statusCode = 206
    for (const part of next.body) response.write(part)
    response.end()
  })
  world = await startWorld({ upstream: upstream.origin, gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const answered = (body: string | string[], type = 'application/json', fields: string[] = []) => {
  next = { type, body: [body].flat() }
  return world.send('GET /public/me', fields)
}

test('members that the document does not know are refused, or taken out', async () => {
  await inspect({ schema: 'block' })
  expect((await answered('{"name":"Ada"}')).body).toBe('{"name":"Ada"}')
  const refused = await answered(['{"name":"Ada",', '"passwordHash":"x"}'])
  expect([refused.status, refused.body.includes('passwordHash')]).toEqual([502, false])
  const event = await world.controlPlane.event(({ kind }) => kind === 'request.blocked')
  expect(event).toMatchObject({ reason: 'answer_refused', data: { findings: [{ code: 'answer_unknown' }] } })
  await inspect({ schema: 'mask' })
  const masked = await answered('{"passwordHash":"x","name":"Ada"}')
  expect(JSON.parse(masked.body)).toEqual({ name: 'Ada' })
  expect([masked.headers.get('content-length'), masked.headers.get('etag')]).toEqual([
    String(masked.body.length),
    undefined,
  ])
  expect((await answered(`{"name":"${'x'.repeat(1_100_000)}"}`)).status).toBe(502)
  await inspect({ schema: 'report' })
  expect((await answered('{"passwordHash":"x"}')).body).toBe('{"passwordHash":"x"}')
  expect((await answered(`{"name":"${'x'.repeat(1_100_000)}"}`)).body).toHaveLength(1_100_011)
})

test('a leak is refused where nothing was sent, breaks the answer off later, or is told', async () => {
  const trace =
    'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in <module>\n    main()\nValueError: no\n'
  await inspect({ leaks: 'block' })
  expect((await answered('plain', 'text/plain')).body).toBe('plain')
  expect(await answered(trace, 'text/plain')).toMatchObject({
    status: 502,
    body: expect.not.stringContaining('app.py'),
  })
  expect((await answered([`${'x'.repeat(20_000)}\n`, trace], 'text/plain')).body).not.toContain('app.py')
  await inspect({ leaks: 'report' })
  expect((await answered(trace, 'text/plain')).body).toBe(trace)
  const event = await world.controlPlane.event(
    ({ kind, data }) => kind === 'request.reported' && JSON.stringify(data['findings']).includes('"leak"'),
  )
  expect(event.data['findings']).toMatchObject([{ kind: 'leak', place: 'response' }])
})

test.each(['Accept-Encoding: gzip', 'Accept-Encoding: br, gzip;q=0.1', 'Range: bytes=0-1000', 'accept_encoding: gzip'])(
  'a client that sends %s gets no answer that nobody has read',
  async (field) => {
    const leak = 'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in <module>\nValueError: no\n'
    await inspect({ schema: 'mask', leaks: 'block' })
    const masked = await answered('{"passwordHash":"x","name":"Ada"}', 'application/json', [field])
    expect([masked.headers.get('content-encoding'), masked.body]).toEqual([undefined, '{"name":"Ada"}'])
    expect((await answered(leak, 'text/plain', [field])).body).not.toContain('app.py')
    await inspect({})
    expect((await answered('{"a":1}', 'application/json', [field])).status).toBeLessThan(300)
  },
)

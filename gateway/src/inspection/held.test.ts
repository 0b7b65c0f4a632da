import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { InspectionSettings, Protection } from '@holdfast/http-guard'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

const MiB = 1024 * 1024
const json = { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } }
const document = {
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/public/held': {
      get: { responses: { 200: { description: 'it', content: json } } },
      post: { requestBody: { content: json }, responses: { 200: { description: 'it' } } },
    },
  },
}

let upstream: Upstream
let world: World
let open: ServerResponse[] = []

const inspection = InspectionSettings.parse({ document, answers: { schema: 'mask' }, bodyBytes: 16 * MiB })
const start = (idleMs: number): Promise<World> =>
  startWorld({
    upstream: upstream.origin,
    protection: Protection.parse({ inspection }),
    bodyBytes: 16 * MiB,
    requestTimeoutMs: 60_000,
    gateway: { rate: null, collectedBytes: 15 * MiB, timeouts: { idleMs } },
  })

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume()
    response.setHeader('Content-Type', 'application/json')
    if (request.headers['x-wait'] === undefined) {
      response.end(`{"name":"${'x'.repeat(12 * MiB)}"}`)
      return
    }
    // All but its end.
    if (request.method === 'GET') response.write(`{"name":"${'x'.repeat(2 * MiB)}`)
    open.push(response)
  })
  world = await start(60_000)
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})
beforeEach(() => {
  open = []
})

test('a client that does not read an answer which was held back is cut off', async () => {
  const hasty = await start(2000)
  const { port, hostname } = new URL(hasty.gateway.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET /public/held HTTP/1.1\r\nHost: ${hasty.host}\r\n\r\n`)
  // It is counted when it is over.
  await expect.poll(() => hasty.controlPlane.traffic.length, { timeout: 60_000 }).toBeGreaterThan(0)
  let read = 0
  socket.on('data', ({ length }) => void (read += length)).resume()
  await once(socket, 'close')
  await hasty.close()
  expect(read).toBeLessThan(12 * MiB)
})

test('answers that are held back share the room of bodies that are read, and give it back', async () => {
  const held = () => world.send('GET /public/held', ['X-Wait: 1'], '', 60_000)
  const all = Array.from({ length: 8 }, held)
  const refused = await Promise.race(all)
  expect(refused.status).toBe(503)
  for (const response of open) response.end('"}')
  const statuses = (await Promise.all(all)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200).length).toBe(7)
  for (let n = 0; n < 3; n++) {
    open = []
    const next = held()
    await expect.poll(() => open.length, { timeout: 60_000 }).toBe(1)
    open[0]?.end('"}')
    expect((await next).status).toBe(200)
  }
})

test('bodies of requests that an application has not answered yet are in the room', async () => {
  const body = `{"name":"${'x'.repeat(4 * MiB)}"}`
  const fields = ['X-Wait: 1', 'Content-Type: application/json', `Content-Length: ${body.length}`]
  const post = () => world.send('POST /public/held', fields, body, 60_000)
  const all = [post(), post(), post()]
  await expect.poll(() => open.length, { timeout: 60_000 }).toBe(3)
  expect((await post()).status).toBe(503)
  for (const response of open) response.end('{}')
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200])
  const tooLong = `{"name":"${'x'.repeat(15.5 * MiB)}"}`
  const length = [...fields.slice(0, 2), `Content-Length: ${tooLong.length}`]
  expect((await world.send('POST /public/held', length, tooLong, 60_000)).status).toBe(503)
  const again = post()
  await expect.poll(() => open.length, { timeout: 60_000 }).toBe(4)
  open[3]?.end('{}')
  expect((await again).status).toBe(200)
})

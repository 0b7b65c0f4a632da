import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World

beforeAll(async () => {
  upstream = await startUpstream()
  world = await startWorld({ upstream: upstream.origin })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const page = 'http://shop.localhost:7480/orders/4711?secret=1'
const send = (type: string, body: string, method = 'POST') =>
  world.send(`${method} /.holdfast/csp-reports`, [`Content-Type: ${type}`, `Content-Length: ${body.length}`], body)

test('reports of both forms are counted and handed over, without anybody signed in and without the upstream', async () => {
  const old = {
    'document-uri': page,
    'effective-directive': 'img-src',
    'blocked-uri': 'https://cdn.example/x?secret=2',
  }
  const body = {
    documentURL: page,
    effectiveDirective: 'img-src',
    blockedURL: 'https://cdn.example/y',
    disposition: 'report',
  }
  const list = JSON.stringify([
    { type: 'csp-violation', url: page, body },
    { type: 'deprecation', body: {} },
  ])
  expect((await send('application/csp-report', JSON.stringify({ 'csp-report': old }))).status).toBe(204)
  expect((await send('application/reports+json', list)).status).toBe(204)
  expect((await send('application/csp-report', '{broken')).status).toBe(204)
  const foreign = JSON.stringify({ 'csp-report': { ...old, 'document-uri': 'https://evil.example/' } })
  expect((await send('application/csp-report', foreign)).status).toBe(204)
  const counted = () => world.controlPlane.cspReports.flatMap(({ groups }) => groups)
  await expect.poll(() => counted().reduce((sum, { count }) => sum + count, 0)).toBe(2)
  const [group] = counted()
  expect(group).toMatchObject({ directive: 'img-src', blocked: 'https://cdn.example', page: '/orders/:id' })
  expect(JSON.stringify(counted())).not.toContain('secret')
  expect(upstream.requests).toHaveLength(0)
})

test('what is no report, or too much, is refused', async () => {
  expect((await send('text/plain', '{}')).status).toBe(400)
  expect((await send('application/csp-report', '', 'GET')).status).toBe(405)
  expect((await send('application/csp-report', 'x'.repeat(65_537))).status).toBe(413)
  const chunked = ['Content-Type: application/csp-report', 'Transfer-Encoding: chunked']
  const chunk = `10001\r\n${'x'.repeat(65_537)}\r\n0\r\n\r\n`
  expect((await world.send('POST /.holdfast/csp-reports', chunked, chunk)).status).toBe(413)
})

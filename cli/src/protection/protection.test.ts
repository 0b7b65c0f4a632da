import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Gateway, startGateway } from '@holdfast/gateway'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { send } from '../lab/http.ts'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
let upstream: Server
let gateway: Gateway
const waiting = { timeout: 60_000, interval: 100 }

beforeAll(async () => {
  real = await startReal()
  upstream = createServer((request, response) => void request.resume().on('end', () => response.end('fine')))
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const words = ['applications', 'create', 'shop', '--name', 'Shop', '--host', 'shop.localhost:7480']
  expect((await real.cli([...words, '--upstream', origin, '--public-path', '/*'])).code).toBe(0)
  const made = await real.json<{ key: string; trust: { keys: [] } }>(
    'services',
    'create',
    'gate',
    '--group',
    'gateways',
  )
  gateway = await startGateway({
    credentials: { url: real.url, application: null, token: made.key, trust: made.trust },
    data: join(real.folder, 'gateway'),
    listen: '127.0.0.1:0',
    rate: null,
    onProblem: () => undefined,
  })
})
afterAll(async () => {
  await gateway.close()
  upstream.close()
  upstream.closeAllConnections()
  await real.stop()
})

const attack = "a' or 1=1-- "
const note = (value: unknown, path = '/orders/17/notes', method = 'POST', query = '') => {
  const body = JSON.stringify(value)
  const headers = { host: 'shop.localhost:7480', 'content-type': 'application/json' }
  return send(gateway.url, { method, path: path + query, headers, body })
}
const statusOf = async (...asked: Parameters<typeof note>): Promise<number> => (await note(...asked)).status

interface Listed {
  readonly id: string
  readonly made: { readonly event: string }
}

it('what is blocked is excepted with one command, there and nowhere else, until that is taken away', async () => {
  expect(await statusOf({ items: [{ text: attack }] })).toBe(403)
  const listed = await vi.waitFor(async () => {
    const { out } = await real.cli(['protection', 'blocked', 'shop'])
    expect(out).toContain('sql')
    return out
  }, waiting)
  expect(listed).toContain('POST /orders/{id}/notes')
  const event = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(listed)?.[0] ?? ''
  const shown = await real.cli(['protection', 'blocked', 'shop', event])
  expect(shown.out).toContain('or 1=1-- ')
  expect(shown.out).toMatch(/exception: sql \(\w+\) in body \/items\/\*\/text of POST \/orders\/\{id\}\/notes/)
  const made = await real.cli(['protection', 'except', 'shop', event, '--note', 'people write SQL', '--for', '30d'])
  expect([made.code, made.out]).toEqual([0, expect.stringContaining('Excepted from now on')])
  // Within seconds at the gateway.
  await vi.waitFor(async () => expect(await statusOf({ items: [{ text: attack }] })).toBe(200), waiting)
  expect(await statusOf({ items: [{}, { text: attack }] }, '/orders/4/notes')).toBe(200)
  expect(await statusOf({ items: [{ other: attack }] })).toBe(403)
  expect(await statusOf({ text: attack })).toBe(403)
  expect(await statusOf({ items: [{ text: attack }] }, '/orders/17/others')).toBe(403)
  expect(await statusOf({ items: [{ text: attack }] }, '/orders/17/notes', 'PUT')).toBe(403)
  expect(await statusOf({}, '/orders/17/notes', 'POST', `?text=${encodeURIComponent(attack)}`)).toBe(403)
  expect(await statusOf({ items: [{ text: `${attack}<script>alert(1)</script>` }] })).toBe(403)
  expect(await statusOf({ items: [{ text: "' union select password from users-- " }] })).toBe(403)
  const exceptions = await real.json<Listed[]>('protection', 'exceptions', 'shop')
  expect(exceptions).toMatchObject([{ note: 'people write SQL', made: { event } }])
  expect((await real.cli(['protection', 'exceptions', 'shop', '--remove', exceptions[0]?.id ?? ''])).code).toBe(0)
  await vi.waitFor(async () => expect(await statusOf({ items: [{ text: attack }] })).toBe(403), waiting)
  expect((await real.cli(['protection', 'exceptions', 'shop'])).out).toBe('There are no exceptions.\n')
  expect((await real.cli(['protection', 'except', 'shop', event, '9'])).code).not.toBe(0)
})

it('what the gateway was asked is shown by route, and request by request', async () => {
  expect(await statusOf({ fine: true }, '/plain/3')).toBe(200)
  await vi.waitFor(async () => {
    const { out } = await real.cli(['protection', 'traffic', 'shop'])
    expect(out).toMatch(/POST \/plain\/\{id\} +1 +1 +0 +0 +0 /)
    expect(out).toMatch(/POST \/orders\/\{id\}\/notes +\d+/)
  }, waiting)
  const { total, series, edges } = await real.json<{
    total: { requests: number; status: Record<string, number>; refused: Record<string, number>; upstream: object }
    series: { requests: number }[]
    edges: number
  }>('protection', 'traffic', 'shop', '--minutes', '60')
  expect(total.requests).toBeGreaterThan(10)
  expect(total.refused['attack_blocked']).toBe(total.status['4xx'])
  expect(total.upstream).not.toBeNull()
  expect([series.length, series.reduce((all, { requests }) => all + requests, 0)]).toEqual([60, total.requests])
  expect(edges).toBeLessThanOrEqual(1)
  expect((await real.cli(['protection', 'traffic', 'shop', '--minutes', '0'])).code).toBe(2)
})

it('what the gateway learns is drafted as a document', async () => {
  expect((await real.cli(['protection', 'set', 'shop', 'inspection.learn=true'])).code).toBe(0)
  const { key } = await real.json<{ key: string }>('services', 'create', 'robot')
  const asked = () =>
    send(gateway.url, {
      method: 'GET',
      path: '/things/7?page=1',
      headers: { host: 'shop.localhost:7480', authorization: `Bearer ${key}` },
    })
  await vi.waitFor(async () => {
    expect((await asked()).status).toBe(200)
    const { out } = await real.cli(['protection', 'learned', 'shop', '--diff'])
    expect(out).toMatch(/GET \/things\/\{thingId\} +\d+ +\w+ +new/)
  }, waiting)
  const document = JSON.parse((await real.cli(['protection', 'learned', 'shop'])).out) as { paths: object }
  expect(Object.keys(document.paths)).toEqual(['/things/{thingId}'])
  expect((await real.cli(['protection', 'learned', 'shop', '--forget'])).code).toBe(0)
})

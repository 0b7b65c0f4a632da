import { type RouteTraffic, TrafficRequest, type TrafficSample } from '@holdfast/bundle'
import { defaultProtection, Protection } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'
import { Traffic } from './traffic.ts'
import { Visit } from './visit.ts'

let upstream: Upstream
let world: World

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const body = 'x'.repeat(1000)
    setTimeout(() => response.writeHead(request.url?.startsWith('/public/none') === true ? 404 : 200).end(body), 60)
  })
  const inspection = { ...defaultProtection.inspection, routes: [{ path: '/public/noted', mode: 'report' as const }] }
  const protection = Protection.parse({ ...defaultProtection, inspection })
  world = await startWorld({ upstream: upstream.origin, protection, gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const told = (): { routes: RouteTraffic[]; samples: TrafficSample[] } => {
  const { traffic } = world.controlPlane
  return { routes: traffic.flatMap(({ routes }) => routes), samples: traffic.flatMap(({ samples }) => samples) }
}

test('the control plane is told by route what came, what became of it and how long it took', async () => {
  const attack = '/public/orders/17?q=1%27+or+1%3D1--'
  for (let n = 0; n < 3; n++) expect((await world.send(`GET /public/orders/${n}?page=2`)).status).toBe(200)
  const body = '{"text":"abc"}'
  await world.send('POST /public/orders', ['Content-Type: application/json', `Content-Length: ${body.length}`], body)
  expect((await world.send(`GET ${attack}`)).status).toBe(403)
  expect((await world.send(`GET ${attack.replace('orders/17', 'noted')}`)).status).toBe(200)
  for (let n = 0; n < 5; n++) await world.send(`GET /public/none/${'abcdef'[n] ?? ''}`)
  const { credential } = world.controlPlane.signIn()
  await world.send('GET /own', [`Authorization: Bearer ${credential}`])
  await vi.waitFor(() => expect(told().routes.reduce((sum, { requests }) => sum + requests, 0)).toBe(12), {
    timeout: 60_000,
    interval: 50,
  })
  for (const request of world.controlPlane.traffic) expect(TrafficRequest.safeParse(request).success).toBe(true)
  const { routes, samples } = told()
  const of = (name: string) => routes.filter(({ route }) => route === name)
  const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0)
  const orders = of('GET /public/orders/{id}')
  expect(sum(orders.map(({ requests }) => requests))).toBe(4)
  expect(sum(orders.map(({ status }) => status[1]))).toBe(3)
  expect(sum(orders.map(({ refused }) => refused['attack_blocked'] ?? 0))).toBe(1)
  expect(sum(orders.flatMap(({ upstream: histogram }) => histogram))).toBe(3)
  expect(sum(orders.flatMap(({ own }) => own))).toBe(4)
  expect(sum(orders.map(({ bytesOut }) => bytesOut))).toBeGreaterThan(3000)
  expect(sum(of('GET /public/noted').map(({ reported }) => reported))).toBe(1)
  expect(sum(of('other').map(({ requests }) => requests))).toBeGreaterThanOrEqual(5)
  const refused = samples.find(({ outcome }) => outcome === 'refused')
  expect(refused).toMatchObject({ code: 'attack_blocked', status: 403, path: '/public/orders/17?q', upstreamMs: null })
  const event = await world.controlPlane.event(({ kind }) => kind === 'request.blocked')
  expect(refused?.event).toBe(event.id)
  expect(refused?.requestId).toBe(event.requestId)
  const mine = samples.find(({ person }) => person !== null)
  expect(mine?.person?.type).toBe('Person')
  expect(JSON.stringify(samples)).not.toContain('1%3D1')
  // The application took 60 ms, the gateway did not.
  for (const { upstreamMs, durationMs } of samples.filter(({ outcome }) => outcome === 'passed')) {
    expect(upstreamMs).toBeGreaterThan(50)
    expect(durationMs).toBeGreaterThanOrEqual(upstreamMs ?? 0)
  }
})

test('a control plane that does not answer costs requests nothing, and what waits is bounded', async () => {
  const shipped: TrafficRequest[] = []
  const gate = Promise.withResolvers<void>()
  const traffic = new Traffic({
    edge: 'e',
    now: () => 1_800_000_000_000,
    random: () => 0.5,
    ship: async (request) => {
      shipped.push(request)
      await gate.promise
      throw new Error('away')
    },
  })
  const socket = { bytesRead: 0, bytesWritten: 0 }
  const end = (n: number): void => {
    const visit = new Visit({ socket } as unknown as ConstructorParameters<typeof Visit>[0])
    if (n % 2 === 0) visit.refused('attack_blocked', '01900000-0000-7000-8000-00000000000a')
    const requestId = '01900000-0000-7000-8000-00000000000b'
    const named = {
      method: 'GET',
      path: `/p/x${'abcdefghij'[n % 10] ?? ''}${'abcdefghij'[Math.floor(n / 10) % 10] ?? ''}`,
      operation: null,
      pattern: null,
    }
    traffic.end({
      application: 'shop',
      visit,
      requestId,
      named,
      target: named.path,
      status: 200,
      bodyBytes: 0,
      address: '192.0.2.1',
      person: null,
    })
  }
  end(1)
  const first = traffic.flush()
  for (let n = 0; n < 50_000; n++) end(n)
  // The one that is under way is awaited: no second one is begun.
  expect(traffic.flush()).toBe(first)
  expect(shipped).toHaveLength(1)
  gate.resolve()
  await first
  await traffic.close()
  expect(shipped).toHaveLength(2)
  const parsed = TrafficRequest.parse(shipped[1])
  expect(parsed.routes.reduce((sum, { requests }) => sum + requests, 0)).toBe(50_000)
  expect(parsed.samples.length).toBeLessThanOrEqual(40)
})

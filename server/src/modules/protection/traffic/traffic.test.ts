import { latencyBucket } from '@holdfast/bundle'
import { sql } from 'kysely'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openDatabase } from '../../../platform/database/database.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { makeTenant } from '../../tenants/testing/tenant.ts'
import { foldTraffic } from './counts.ts'
import { forgetSamples } from './samples.ts'

let whole: WholeServer
let gateway = ''

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  const routing = { hosts: ['shop.localhost:7480'], upstream: 'http://127.0.0.1:7410', publicPaths: ['/'] }
  expect((await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'shop', ...routing })).status).toBe(201)
  const { json } = await whole.call('POST', '/api/v1/services', { name: 'gateway', groups: ['gateways'] })
  gateway = json['key'] as string
})
afterAll(() => whole.close())

const path = '/api/v1/applications/shop/protection/traffic'
const histogram = (ms: number, times: number): number[] => {
  const counts: number[] = Array.from({ length: latencyBucket(ms) + 1 }, () => 0)
  counts[latencyBucket(ms)] = times
  return counts
}
const row = (route: string, more: object = {}) => ({
  route,
  requests: 10,
  status: [0, 8, 0, 2, 0],
  refused: { attack_blocked: 2 },
  reported: 1,
  bytesIn: 100,
  bytesOut: 1000,
  own: histogram(1, 10),
  upstream: histogram(20, 8),
  ...more,
})
const sample = (more: object = {}) => ({
  requestId: v7(),
  at: Date.now(),
  route: 'GET /a',
  method: 'GET',
  path: '/a?q',
  status: 200,
  outcome: 'passed',
  code: null,
  event: null,
  address: '192.0.2.77',
  person: { type: 'Person', id: 'quasimodo' },
  durationMs: 1.5,
  upstreamMs: 1.2,
  ...more,
})
const tell = (edge: string, routes: object[], samples: object[] = [], key = gateway) =>
  whole.call('POST', '/api/v1/edge/traffic', { application: 'shop', edge, routes, samples }, key)

const inDatabase = async <T>(run: (tx: Parameters<typeof foldTraffic>[0]) => Promise<T>): Promise<T> => {
  const database = openDatabase({ url: whole.databaseUrl })
  try {
    return await database.asSystem(run)
  } finally {
    await database.close()
  }
}

test('what gateways count adds up, by time and by route, also when it is folded into minutes and hours', async () => {
  expect((await tell('one', [row('GET /a'), row('POST /b', { requests: 1 })])).status).toBe(200)
  expect((await tell('two', [row('GET /a')])).status).toBe(200)
  expect((await tell('two', [row('GET /a')])).status).toBe(200)
  const total = {
    requests: 31,
    status: { '1xx': 0, '2xx': 32, '3xx': 0, '4xx': 8, '5xx': 0 },
    refused: { attack_blocked: 8 },
    reported: 4,
    bytesIn: 400,
    bytesOut: 4000,
    own: { count: 40 },
    upstream: { count: 32 },
  }
  const { json } = await whole.call('GET', path)
  expect(json).toMatchObject({ step: 10, total, edges: 2 })
  expect(json['routes']).toMatchObject([
    { route: 'GET /a', requests: 30 },
    { route: 'POST /b', requests: 1 },
  ])
  const series = json['series'] as { requests: number }[]
  expect([series.length, series.reduce((sum, { requests }) => sum + requests, 0)]).toEqual([90, 31])
  const { p50, p99 } = (json['total'] as { upstream: { p50: number; p99: number } }).upstream
  for (const found of [p50, p99]) expect(Math.abs(found - 20)).toBeLessThan(3)
  await inDatabase(async (tx) => {
    await sql`UPDATE traffic_counts SET at = at - interval '20 minutes'`.execute(tx.kysely())
    await sql`UPDATE traffic_refused SET at = at - interval '20 minutes'`.execute(tx.kysely())
    await foldTraffic(tx)
    // A second time finds nothing that it would count again.
    await foldTraffic(tx)
  })
  expect((await whole.call('GET', path)).json['total']).toMatchObject({ requests: 0, own: null })
  await tell('one', [row('GET /a')])
  const added = { ...total, requests: 41, refused: { attack_blocked: 10 } }
  for (const query of ['minutes=60&step=60', 'minutes=60&step=300', 'minutes=10080&step=3600']) {
    const { requests, refused } = added
    expect((await whole.call('GET', `${path}?${query}`)).json['total'], query).toMatchObject({ requests, refused })
  }
  await inDatabase(async (tx) => {
    await sql`UPDATE traffic_counts SET at = at - interval '8 days'`.execute(tx.kysely())
    await sql`UPDATE traffic_refused SET at = at - interval '8 days'`.execute(tx.kysely())
    await foldTraffic(tx)
    const { rows } = await sql`SELECT 1 FROM traffic_counts UNION ALL SELECT 1 FROM traffic_refused`.execute(
      tx.kysely(),
    )
    expect(rows).toEqual([])
  })
})

test.each(['minutes=16&step=10', 'minutes=10081', 'step=7', 'minutes=10080&step=60', 'minutes=x'])(
  '%s is not answered',
  async (query) => expect((await whole.call('GET', `${path}?${query}`)).status).toBe(422),
)

test('single requests are followed as they come, lie encrypted, and are forgotten', async () => {
  await tell('one', [], [sample(), sample({ path: '/b' })])
  const first = (await whole.call('GET', `${path}/live`)).json as {
    items: { path: string; edge: string }[]
    next: string
  }
  expect(first.items.map((item) => [item.path, item.edge])).toEqual([
    ['/a?q', 'one'],
    ['/b', 'one'],
  ])
  expect((await whole.call('GET', `${path}/live?after=${first.next}`)).json).toEqual({ items: [], next: first.next })
  const waiting = whole.call('GET', `${path}/live?after=${first.next}&wait=25`)
  await tell('two', [], [sample({ outcome: 'refused', code: 'attack_blocked', event: v7() })])
  expect((await waiting).json['items']).toMatchObject([{ outcome: 'refused', address: '192.0.2.77', edge: 'two' }])
  await inDatabase(async (tx) => {
    const { rows } = await sql<{ sealed: Buffer }>`SELECT sealed FROM traffic_samples`.execute(tx.kysely())
    expect(rows).toHaveLength(3)
    for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toMatch(/quasimodo|192\.0\.2/)
    await sql`UPDATE traffic_samples SET at = at - interval '16 minutes'`.execute(tx.kysely())
    await forgetSamples(tx)
  })
  expect((await whole.call('GET', `${path}/live`)).json['items']).toEqual([])
})

test('who does not serve the application tells nothing, and another tenant is told nothing', async () => {
  await tell('one', [row('GET /a')], [sample()])
  const made = await whole.call('POST', '/api/v1/services', { name: 'second', application: 'shop' })
  expect((await tell('sdk', [row('GET /a')], [], String(made.json['key']))).status).toBe(200)
  await whole.call('POST', '/api/v1/applications', { id: 'second', name: 'second' })
  const foreign = await whole.call('POST', '/api/v1/services', { name: 'third', application: 'second' })
  expect((await tell('x', [row('GET /a')], [], String(foreign.json['key']))).status).toBe(403)
  const other = await makeTenant(whole, 'elsewhere')
  await other.call('POST', '/api/v1/applications', { id: 'shop', name: 'shop' })
  expect((await other.call('GET', path)).json['total']).toMatchObject({ requests: 0 })
  expect((await other.call('GET', `${path}/live`)).json['items']).toEqual([])
  const many = Array.from({ length: 202 }, (_, n) => row(`GET /${n}`))
  expect((await tell('one', many)).status).toBe(422)
  expect((await tell('one', [row('GET /a', { requests: -1 })])).status).toBe(422)
})

test('more than ten requests are followed in the order in which they came, each once', async () => {
  const live = async (query: string) =>
    (await whole.call('GET', `${path}/live${query}`)).json as { items: { path: string }[]; next: string }
  const before = await live('')
  const paths = Array.from({ length: 12 }, (_, at) => `/in-order-${at}`)
  await tell(
    'one',
    [],
    paths.map((each) => sample({ path: each })),
  )
  const told = ({ items }: { items: { path: string }[] }) => items.map((item) => item.path)
  expect(told(await live(`?after=${before.next}`))).toEqual(paths)
  const newest = await live('')
  expect(told(newest).slice(-12)).toEqual(paths)
  expect((await live(`?after=${newest.next}`)).items).toEqual([])
})

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openDatabase } from '../../../platform/database/database.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { foldTraffic } from './counts.ts'

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

test('counts that no gateway could have counted stop nobody: neither who reads them, nor what adds all tenants up', async () => {
  const most = Number.MAX_SAFE_INTEGER
  const row = {
    route: 'GET /a',
    requests: most,
    status: [0, most, 0, 0, 0],
    refused: { attack_blocked: most },
    reported: most,
    bytesIn: most,
    bytesOut: most,
    own: [most],
    upstream: [most],
  }
  const tell = (edge: string) => {
    const routes = Array.from({ length: 200 }, () => row)
    return whole.call('POST', '/api/v1/edge/traffic', { application: 'shop', edge, routes, samples: [] }, gateway)
  }
  for (const edge of ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b', 'b', 'b'])
    expect((await tell(edge)).status).toBe(200)
  const read = () => whole.call('GET', '/api/v1/applications/shop/protection/traffic?minutes=60&step=60')
  expect(await read()).toMatchObject({ status: 200, json: { routes: [{ route: 'GET /a' }] } })
  const database = openDatabase({ url: whole.databaseUrl })
  await database.asSystem(async (tx) => {
    await sql`UPDATE traffic_counts SET at = at - interval '20 minutes'`.execute(tx.kysely())
    await sql`UPDATE traffic_refused SET at = at - interval '20 minutes'`.execute(tx.kysely())
    await foldTraffic(tx)
    const { rows } = await sql<{ step: number }>`SELECT DISTINCT step FROM traffic_counts ORDER BY step`.execute(
      tx.kysely(),
    )
    expect(rows.map(({ step }) => step)).toEqual([60, 3600])
  })
  await database.close()
  expect(await read()).toMatchObject({ status: 200, json: { routes: [{ route: 'GET /a' }] } })
})

import { compileApi, createInspector, createLearner, type Learned } from '@holdfast/inspection'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { makeTenant } from '../../tenants/testing/tenant.ts'

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

const path = '/api/v1/applications/shop/protection'
const inspector = createInspector({ mode: 'report', learn: true })

/** As a gateway would have learnt it. */
function learnt(lines: readonly string[]): Learned {
  const learner = createLearner()
  for (const line of lines) {
    const [method = '', target = ''] = line.split(' ')
    const { observed } = inspector.begin({ method, target, headers: [] })
    if (observed !== null) learner.observe(observed, { source: 'ada', trusted: true })
  }
  const taken = learner.take()
  if (taken === null) throw new Error('nothing was learnt')
  return taken
}
const tell = async (learned: unknown, key = gateway) => {
  const { status, json } = await whole.call('POST', '/api/v1/edge/learned', { application: 'shop', learned }, key)
  return [status, json['accepted'] ?? json['code']]
}
const get = async () => (await whole.call('GET', `${path}/learned`)).json

test('drafts of several gateways add up to one, which is told from the document in force', async () => {
  expect(await tell(learnt(['GET /orders']))).toEqual([200, false])
  expect(await get()).toMatchObject({ learning: false, since: null, observed: 0, operations: [], differences: [] })
  await whole.call('PUT', path, { inspection: { learn: true } })
  // Two at once lose nothing.
  const drafts = [learnt(['GET /orders', 'GET /orders/7?page=2']), learnt(['GET /orders', 'DELETE /orders/7'])]
  const told = await Promise.all([...drafts, ...drafts].map((draft) => tell(draft)))
  expect(told).toEqual(drafts.concat(drafts).map(() => [200, true]))
  const found = await get()
  expect(found).toMatchObject({
    learning: true,
    observed: 8,
    operations: [
      { operation: 'GET /orders', count: 4, confidence: 'low', change: 'new' },
      { operation: 'DELETE /orders/{orderId}', count: 2 },
      { operation: 'GET /orders/{orderId}', count: 2 },
    ],
    differences: [],
  })
  expect('errors' in compileApi(found['document'] as Record<string, unknown>)).toBe(false)
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } }
  const paths = {
    '/orders': { get: { responses: {} }, post: { responses: {} } },
    '/orders/{id}': { get: { parameters: [id], responses: {} } },
  }
  const document = { openapi: '3.1.0', info: { title: 'shop', version: '1' }, paths }
  expect((await whole.call('PUT', path, { inspection: { learn: true, document } })).status).toBe(200)
  const against = await get()
  expect(against['operations']).toMatchObject([
    { operation: 'GET /orders', change: 'same' },
    { operation: 'DELETE /orders/{orderId}', change: 'new' },
    { operation: 'GET /orders/{orderId}', change: 'wider' },
  ])
  expect(against['differences']).toMatchObject([
    { operation: 'DELETE /orders/{orderId}', what: 'operation_new' },
    { operation: 'GET /orders/{id}', what: 'parameter_new', at: 'page', says: expect.stringContaining('page') },
    { operation: 'POST /orders', what: 'operation_unseen' },
  ])
  expect((await whole.call('DELETE', `${path}/learned`)).json).toEqual({ forgotten: true })
  expect(await get()).toMatchObject({ learning: true, observed: 0, operations: [] })
})

test('nobody teaches what no learner says: values, other names, depth, numbers without end', async () => {
  const good = learnt(['GET /orders?page=1'])
  const [segment] = Object.keys(good.literals)
  expect(segment).toBe('orders')
  const literals = (name: string) => ({ ...good, literals: { [name]: good.literals['orders'] } })
  for (const wrong of ['ada@example.com', '..', '4711', 'a b', 'x'.repeat(60)])
    expect(await tell(literals(wrong)), wrong).toEqual([422, 'learned_malformed'])
  expect(await tell({ ...good, value: 'ada' })).toEqual([422, 'learned_malformed'])
  expect(await tell({ ...good, values: { ...good.values, count: -1 } })).toEqual([422, 'learned_malformed'])
  let deep: Learned = good
  for (let n = 0; n < 20; n++) deep = { ...good, any: deep }
  expect(await tell(deep)).toEqual([422, 'learned_malformed'])
  expect((await get())['operations']).toEqual([])
})

test('who does not serve the application teaches nothing; another tenant is told nothing', async () => {
  expect(await tell(learnt(['GET /orders']))).toEqual([200, true])
  await whole.call('POST', '/api/v1/applications', { id: 'second', name: 'second' })
  const foreign = await whole.call('POST', '/api/v1/services', { name: 'third', application: 'second' })
  expect((await tell(learnt(['GET /x']), String(foreign.json['key'])))[0]).toBe(403)
  const other = await makeTenant(whole, 'elsewhere')
  await other.call('POST', '/api/v1/applications', { id: 'shop', name: 'shop' })
  expect((await other.call('GET', `${path}/learned`)).json).toMatchObject({ observed: 0, operations: [] })
  expect((await other.call('DELETE', `${path}/learned`)).json).toEqual({ forgotten: false })
  expect((await get())['observed']).toBe(1)
})

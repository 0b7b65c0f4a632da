import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { v7 } from 'uuid'
import { makeTenant, type TestTenant } from '../../tenants/testing/tenant.ts'
import { type Answer, startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { addPerson, visitor } from '../../../testing/visitor.ts'

let whole: WholeServer
let gateway = ''
let other: TestTenant

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  for (const id of ['shop', 'second']) {
    const routing = { hosts: [`${id}.localhost:7480`], upstream: 'http://127.0.0.1:7410', publicPaths: ['/'] }
    expect((await whole.call('POST', '/api/v1/applications', { id, name: id, ...routing })).status).toBe(201)
  }
  const { json } = await whole.call('POST', '/api/v1/services', { name: 'gateway', groups: ['gateways'] })
  gateway = json['key'] as string
  other = await makeTenant(whole, 'elsewhere')
})
afterAll(() => whole.close())

const path = '/api/v1/applications/shop/protection'
const attack = {
  kind: 'attack',
  code: 'attack_detected',
  place: 'body',
  name: '/items/3/text',
  inName: false,
  decoding: ['percent', 'entities'],
  by: 'sql',
  class: 'tautology',
  context: "in '",
  why: 'a condition that is always true',
  evidence: "' or 1=1--",
}
const rule = { id: 942100, message: 'SQL injection', variable: 'ARGS:text', evidence: "' or 1=1--", severity: 2 }

/** As a gateway would. @returns the event's id */
async function ship(data: object, more: object = {}): Promise<string> {
  const id = v7()
  const event = {
    id,
    time: new Date().toISOString(),
    kind: 'request.blocked',
    outcome: 'refused',
    actor: null,
    resource: null,
    application: 'shop',
    reason: 'attack_blocked',
    source: { address: '192.0.2.7', userAgent: 'test' },
    requestId: v7(),
    data: { method: 'POST', path: '/orders/4711/notes', host: 'shop.localhost:7480', status: 403, ...data },
    ...more,
  }
  const shipped = await whole.call('POST', '/api/v1/edge/events', { events: [event] }, gateway)
  expect(shipped, JSON.stringify(shipped.json)).toMatchObject({ status: 200, json: { accepted: 1 } })
  return id
}
const except = (body: object, app = 'shop', bearer?: string): Promise<Answer> =>
  whole.call('POST', `/api/v1/applications/${app}/protection/exceptions`, body, bearer)
const exceptions = async () =>
  (await whole.call('GET', `${path}/exceptions`)).json['items'] as Record<string, unknown>[]

test('a finding becomes exactly its exception, once, with who, when and why', async () => {
  const event = await ship({ findings: [attack], query: ['page'] })
  const shown = await whole.call('GET', `${path}/blocked/${event}`)
  const scope = {
    operation: 'POST /orders/{id}/notes',
    place: 'body',
    name: '/items/*/text',
    by: 'sql',
    class: 'tautology',
  }
  expect(shown.json).toMatchObject({ event, mode: 'blocked', address: '192.0.2.7', query: ['page'], operation: null })
  expect(shown.json['findings']).toMatchObject([{ index: 0, exception: scope, whyNot: null, excepted: null }])
  const steps = (shown.json['findings'] as { steps: { step: string; by: string }[] }[])[0]?.steps
  expect(steps?.map(({ step, by }) => [step, by])).toEqual([
    ['arrived', 'body'],
    ['decoded', 'percent'],
    ['decoded', 'entities'],
    ['found', 'sql'],
  ])
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const made = await except({ event, finding: 0, note: 'people write about SQL', expiresAt })
  expect(made).toMatchObject({ status: 200, json: { ...scope, kind: 'finding', expired: false, broad: [], expiresAt } })
  const again = await except({ event, finding: 0 })
  expect(again.json).toEqual(made.json)
  expect(await exceptions()).toEqual([made.json])
  expect(made.json['made']).toMatchObject({ event, by: { type: 'Service' } })
  expect((await whole.call('GET', `${path}/blocked/${event}`)).json['findings']).toMatchObject([
    { excepted: made.json['id'] },
  ])
  const { json } = await whole.call('GET', path)
  expect(json['inspection']).toMatchObject({ exceptions: [{ ...scope, note: 'people write about SQL' }] })
  const removed = await whole.call('DELETE', `${path}/exceptions/${String(made.json['id'])}`)
  expect(removed.json).toEqual({ removed: true })
  expect((await whole.call('DELETE', `${path}/exceptions/${String(made.json['id'])}`)).status).toBe(404)
  expect(await exceptions()).toEqual([])
  const kinds = async () => {
    const found = await whole.call('GET', '/api/v1/events?kind=protection.exception_made,protection.exception_removed')
    return (found.json['items'] as { kind: string; outcome: string }[])
      .filter(({ outcome }) => outcome === 'success')
      .map(({ kind }) => kind)
  }
  await expect
    .poll(kinds, { timeout: 60_000 })
    .toEqual(['protection.exception_removed', 'protection.exception_made', 'protection.exception_made'])
})

test('a rule of the gateway is excepted for one variable of one operation', async () => {
  const sum = { id: 949110, message: 'Score exceeded', variable: 'TX:BLOCKING_INBOUND_ANOMALY_SCORE', evidence: '5' }
  const event = await ship({ rule: 949110, rules: [rule, sum] }, { reason: 'rule_matched' })
  const made = await except({ event, finding: 0 })
  const scope = { operation: 'POST /orders/{id}/notes', rule: 942100, variable: 'ARGS:text' }
  expect(made.json).toMatchObject({ kind: 'rule', ...scope, broad: [] })
  expect(await except({ event, finding: 1 })).toMatchObject({ status: 409, json: { code: 'finding_not_exceptable' } })
  await whole.call('DELETE', `${path}/exceptions/${String(made.json['id'])}`)
})

test.each([
  ['a second reading', { findings: [{ ...attack, kind: 'ambiguity', code: 'query_ambiguous', by: 'duplicate' }] }, {}],
  ['a path that is not told in full', { path: `/${'a'.repeat(511)}`, findings: [attack] }, {}],
  ['a path that is a pattern', { path: '/**', findings: [attack] }, {}],
  ['a name that was cut', { findings: [{ ...attack, name: `/${'n'.repeat(170)}` }] }, {}],
  ['a name that is a pattern', { findings: [{ ...attack, name: '/items/*/text' }] }, {}],
  [
    'a body that rules could not read',
    { rules: [{ ...rule, variable: 'REQBODY_ERROR' }] },
    { reason: 'request_ambiguous' },
  ],
  ['where a message ends', { rules: [{ ...rule, variable: 'REQUEST_HEADERS:Content-Length' }] }, {}],
  ['a pattern of variables', { rules: [{ ...rule, variable: 'ARGS:/.*/' }] }, {}],
  ['two variables', { rules: [{ ...rule, variable: 'ARGS:a|ARGS' }] }, {}],
  ['a whole collection', { rules: [{ ...rule, variable: 'ARGS' }] }, {}],
])('there is no exception for %s', async (_, data, more) => {
  const event = await ship(data, more)
  expect(await except({ event, finding: 0 })).toMatchObject({ status: 409, json: { code: 'finding_not_exceptable' } })
  expect(await exceptions()).toEqual([])
})

test('a path is excepted as it is, and no other', async () => {
  const event = await ship({ path: '/files/4711', findings: [{ ...attack, place: 'path', name: '' }] })
  const made = await except({ event, finding: 0 })
  expect(made.json).toMatchObject({ operation: 'POST /files/4711', place: 'path' })
  await whole.call('DELETE', `${path}/exceptions/${String(made.json['id'])}`)
})

test('nobody makes one without the right to, of an event of somebody else, or of one that is no blocked request', async () => {
  const event = await ship({ findings: [attack] })
  const person = await addPerson(whole, 'nobody')
  const browser = visitor(whole.url)
  await browser.post('/sign-in', { username: person.email, password: person.password })
  expect((await browser.api('POST', `${path}/exceptions`, { event, finding: 0 })).status).toBe(403)
  expect((await browser.api('GET', `${path}/blocked`)).status).toBe(403)
  expect((await browser.api('GET', `${path}/traffic`)).status).toBe(403)
  expect((await except({ event, finding: 0 }, 'shop', gateway)).status).toBe(403)
  const own = { id: 'shop', name: 'shop', hosts: [], upstream: null, publicPaths: [] }
  expect((await other.call('POST', '/api/v1/applications', own)).status).toBe(201)
  expect((await other.call('POST', `${path}/exceptions`, { event, finding: 0 })).json['code']).toBe('event_unknown')
  expect((await other.call('GET', `${path}/blocked/${event}`)).status).toBe(404)
  expect(await except({ event, finding: 0 }, 'second')).toMatchObject({ status: 404, json: { code: 'event_unknown' } })
  expect((await except({ event: randomUUID(), finding: 0 })).json['code']).toBe('event_unknown')
  const refused = await ship({ findings: [attack] }, { kind: 'access.denied_at_edge', reason: 'no' })
  expect((await except({ event: refused, finding: 0 })).json['code']).toBe('event_unknown')
  expect((await except({ event, finding: 7 })).json['code']).toBe('finding_unknown')
  expect((await except({ event, finding: 0, expiresAt: '2020-01-01T00:00:00Z' })).json['code']).toBe(
    'exception_expired',
  )
  expect(await exceptions()).toEqual([])
})

test('who made an exception is not what a document says', async () => {
  const forged = { at: '2020-01-01T00:00:00.000Z', by: { type: 'Person', id: 'the-boss' }, event: null }
  const mine = { operation: 'POST /a', place: 'query', name: 'q', by: 'sql', made: forged }
  expect((await whole.call('PUT', path, { inspection: { exceptions: [mine] } })).status).toBe(200)
  const [kept] = await exceptions()
  expect(kept).toMatchObject({ name: 'q', made: { by: { type: 'Service' }, event: null }, broad: [expect.anything()] })
  // What is there keeps its origin when the document is written again.
  const { version: _, changedAt: __, ...document } = (await whole.call('GET', path)).json
  await whole.call('PUT', path, document)
  expect(await exceptions()).toEqual([kept])
  await whole.call('PUT', path, {})
})

test('what was found alike is one group; a flood counts; filters hold', async () => {
  const since = encodeURIComponent(new Date(Date.now() - 1000).toISOString())
  const at = { operation: 'POST /grouped' }
  const one = await ship({ ...at, findings: [{ ...attack, name: '/items/1/text' }] })
  const two = await ship({ ...at, findings: [{ ...attack, name: '/items/2/text' }] })
  await ship({ summary: true, told: 20, more: 30, last: two, since: '2026-01-01T00:00:00Z' })
  await ship(
    { ...at, findings: [{ ...attack, by: 'html', class: 'script' }] },
    { kind: 'request.reported', outcome: 'success' },
  )
  const list = async (query: string) => (await whole.call('GET', `${path}/blocked?since=${since}&${query}`)).json
  const groups = async (query: string) => (await list(query))['groups'] as Record<string, unknown>[]
  const grouped = '&operation=POST%20%2Fgrouped'
  await expect.poll(async () => (await groups(`mode=reported${grouped}`)).length, { timeout: 60_000 }).toBe(1)
  expect(await groups(`mode=blocked${grouped}`)).toMatchObject([
    { by: 'sql', name: '/items/2/text', count: 32, events: [two, one], exception: { name: '/items/*/text' } },
  ])
  expect(await groups(`detector=html${grouped}`)).toMatchObject([{ by: 'html', mode: 'reported', count: 1 }])
  expect(await groups(`code=rule_matched${grouped}`)).toEqual([])
  const { json } = await whole.call('GET', `${path}/blocked-requests?limit=10${grouped}`)
  expect((json['items'] as object[]).length).toBe(4)
  expect((await other.call('GET', `${path}/blocked`)).json['groups']).toEqual([])
})

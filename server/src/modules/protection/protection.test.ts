import { createHash, randomBytes } from 'node:crypto'
import { prepareKeys, type PublicJwk, type SyncResponse, verifyGatewayBundle } from '@holdfast/bundle'
import { defaultProtection } from '@holdfast/http-guard'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openDatabase } from '../../platform/database/database.ts'
import { startChild } from '../../testing/processes/child.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let gateway = ''
let shop = ''
let trust: readonly PublicJwk[] = []

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  for (const id of ['shop', 'other']) {
    const routing = { hosts: [`${id}.localhost:7480`], upstream: 'http://127.0.0.1:7410', publicPaths: ['/'] }
    expect((await whole.call('POST', '/api/v1/applications', { id, name: id, ...routing })).status).toBe(201)
  }
  const service = async (body: object) => {
    const { json } = await whole.call('POST', '/api/v1/services', body)
    trust = (json['trust'] as { keys: PublicJwk[] }).keys
    return json['key'] as string
  }
  gateway = await service({ name: 'gateway', groups: ['gateways'] })
  shop = await service({ name: 'shop', application: 'shop' })
})
afterAll(() => whole.close())

const path = '/api/v1/applications/shop/protection'
const put = (body: object) => whole.call('PUT', path, body)
const rules = [
  { name: 'login', per: 'address', units: 3, seconds: 3600, scope: 'strict' },
  { name: 'api', per: 'account', units: 64, seconds: 3600, scope: 'shared' },
  { name: 'own', units: 3, seconds: 60 },
]
test('a document of an API is compiled before it is believed', async () => {
  const info = { title: 'shop', version: '1' }
  const document = {
    openapi: '3.1.0',
    info,
    paths: { '/a': { get: { parameters: [{ $ref: 'https://x.example/p' }] } } },
  }
  const refused = await put({ inspection: { document } })
  expect(refused).toMatchObject({ status: 422, json: { code: 'protection_document_invalid' } })
  expect(String(refused.json['detail'])).toContain('/paths/~1a/get')
  const check = (checked: object) => whole.call('POST', `${path}/check`, { document: checked })
  expect(await check(document)).toMatchObject({
    status: 200,
    json: { operations: [], errors: [{ at: expect.stringContaining('/paths/~1a/get') as unknown }] },
  })
  const good = { ...document, paths: { '/a': { get: { responses: {} } } } }
  expect((await check(good)).json).toEqual({ operations: ['GET /a'], errors: [], warnings: [] })
})

const key = () => createHash('sha256').update(randomBytes(8)).digest('base64url')

async function bundle() {
  const edge = { kind: 'gateway', version: '1', id: 'test-gateway' }
  const { json } = await whole.call('POST', '/api/v1/edge/sync', { epoch: 0, cursor: 0, waitSeconds: 0, edge }, gateway)
  const token = (json as unknown as SyncResponse).bundle ?? ''
  return verifyGatewayBundle(token, { keys: prepareKeys(trust), issuer: whole.url, now: Math.floor(Date.now() / 1000) })
}

test('what nobody has set is the default; a change reaches gateways, is an event, and needs the version that was read', async () => {
  expect((await whole.call('GET', path)).json).toEqual({ ...defaultProtection, version: 0, changedAt: null })
  expect((await bundle()).applications.find(({ id }) => id === 'shop')?.protection).toEqual(defaultProtection)
  const set = await put({ csrf: { doubleSubmit: 'required' }, limits: { rules }, expected: 0 })
  expect([set.status, set.json['version']]).toEqual([200, 1])
  expect(Number(set.headers.get('holdfast-epoch'))).toBeGreaterThan(1)
  const protection = (await bundle()).applications.find(({ id }) => id === 'shop')?.protection
  expect(protection?.csrf).toEqual({ ...defaultProtection.csrf, doubleSubmit: 'required' })
  expect(protection?.limits.rules).toMatchObject([{ name: 'login', cost: 1 }, { name: 'api' }, { scope: 'process' }])
  expect(await put({ expected: 0 })).toMatchObject({ status: 409, json: { code: 'protection_changed' } })
  const found = async () => {
    const { json } = await whole.call('GET', '/api/v1/events?kind=protection.changed')
    return (json['items'] as { data: object; outcome: string }[]).filter(({ outcome }) => outcome === 'success')
  }
  await expect.poll(async () => (await found()).length).toBe(1)
  expect((await found())[0]?.data).toMatchObject({
    version: 1,
    before: { csrf: { doubleSubmit: 'off' } },
    after: { csrf: { doubleSubmit: 'required' } },
  })
})

test('what would not hold is refused', async () => {
  for (const body of [
    { csrf: { mode: 'maybe' } },
    { csrf: { trustedOrigins: ['https://a.example/'] } },
    { csrf: { trustedOrigins: ['https://a.example:443'] } },
    { csp: { directives: { 'img-src': ["'self'; script-src *"] } } },
    { limits: { rules: [rules[0], rules[0]] } },
    { limits: { rules: [{ ...rules[0], cost: 9 }] } },
    { addresses: { deny: ['10.0.0.0/33'] } },
    { unknown: {} },
  ]) {
    expect([body, (await put(body)).status]).toEqual([body, 422])
  }
  expect((await whole.call('PUT', '/api/v1/applications/nobody/protection', {})).status).toBe(404)
})

describe('budgets that gateways share', () => {
  const lease = async (rule: string, units: number, of = key(), bearer = gateway) =>
    whole.call('POST', '/api/v1/edge/budgets', { application: 'shop', rule, key: of, units }, bearer)

  test('strictly one request at a time, and no more than there are', async () => {
    const mine = key()
    const lent = []
    for (let i = 0; i < 4; i++) lent.push((await lease('login', 100, mine)).json['units'])
    expect(lent).toEqual([1, 1, 1, 0])
    const { json } = await lease('login', 1, mine)
    expect(json['waitMs']).toBeGreaterThan(1000)
    expect((await lease('login', 1)).json).toMatchObject({ units: 1, left: 2 })
  })

  test('a share at a time, to whom they belong', async () => {
    expect((await lease('api', 100)).json).toMatchObject({ units: 8, left: 56 })
    expect((await lease('own', 1)).status).toBe(404)
    expect((await lease('api', 1, key(), shop)).status).toBe(200)
    const foreign = { application: 'other', rule: 'api', key: key(), units: 1 }
    expect((await whole.call('POST', '/api/v1/edge/budgets', foreign, shop)).status).toBe(403)
  })

  test('how full they are: who is at the limit of which rule, and none of another application', async () => {
    const { json } = await whole.call('GET', `${path}/budgets`)
    expect(json['items']).toEqual([
      { rule: 'api', clients: 2, atLimit: 0, fullest: expect.closeTo(8 / 64, 1) as unknown },
      { rule: 'login', clients: 2, atLimit: 1, fullest: expect.closeTo(1, 1) as unknown },
    ])
    expect((await whole.call('GET', '/api/v1/applications/other/protection/budgets')).json['items']).toEqual([])
    const rule = { name: 'idle', units: 3, seconds: 60, scope: 'shared' }
    await whole.call('PUT', '/api/v1/applications/other/protection', { limits: { rules: [rule] } })
    expect((await whole.call('GET', '/api/v1/applications/other/protection/budgets')).json['items']).toEqual([
      { rule: 'idle', clients: 0, atLimit: 0, fullest: 0 },
    ])
  })

  test('two processes at once get what there is and no more; who reads and then writes lends too much', async () => {
    const database = openDatabase({ url: whole.databaseUrl, poolSize: 1 })
    const { rows } = await database.asSystem((tx) => sql<{ id: string }>`SELECT id FROM tenants`.execute(tx.kysely()))
    await database.close()
    const race = async (which: string) => {
      const of = randomBytes(32).toString('hex')
      const children = [1, 2].map(() => startChild('lending.ts', [whole.databaseUrl, rows[0]?.id ?? '', which, of]))
      await Promise.all(children.map((child) => child.line('ready')))
      for (const child of children) child.process.stdin?.end()
      const won = await Promise.all(children.map((child) => child.line('won ')))
      await Promise.all(children.map((child) => child.ended))
      return won.reduce((sum, units) => sum + Number(units), 0)
    }
    // One unit comes back every two minutes.
    const lent = await race('right')
    expect(lent).toBeGreaterThanOrEqual(30)
    expect(lent).toBeLessThanOrEqual(31)
    expect(await race('twin')).toBeGreaterThan(31)
  })
})

test('reports of browsers are counted by kind, and become a proposal', async () => {
  const group = {
    directive: 'script-src-elem',
    blocked: 'https://cdn.example',
    page: '/',
    disposition: 'report',
    count: 2,
    sample: '',
    source: '',
  }
  const send = (groups: object[], bearer = gateway) =>
    whole.call('POST', '/api/v1/edge/csp-reports', { application: 'shop', groups }, bearer)
  expect((await send([group, { ...group, page: '/b' }, group])).status).toBe(200)
  expect((await send([{ ...group, blocked: 'inline', count: 5 }])).status).toBe(200)
  const { json } = await whole.call('GET', '/api/v1/applications/shop/csp-reports')
  const items = json['items'] as { blocked: string; page: string; count: number }[]
  expect(items.map(({ blocked, page, count }) => [blocked, page, count])).toEqual([
    ['inline', '/', 5],
    ['https://cdn.example', '/', 4],
    ['https://cdn.example', '/b', 2],
  ])
  const proposal = await whole.call('GET', '/api/v1/applications/shop/csp-proposal?atLeast=6')
  expect(proposal.json).toMatchObject({ directives: { 'script-src': ["'self'", 'https://cdn.example'] }, advice: [] })
  expect((await whole.call('DELETE', '/api/v1/applications/shop/csp-reports')).json).toEqual({ cleared: 3 })
  expect((await send([{ ...group, directive: '<b>' }])).status).toBe(422)
})

test('what is foreseen names the action that the schema does not declare', async () => {
  const other = '/api/v1/applications/other/protection'
  const { json: made } = await whole.call('POST', '/api/v1/services', { name: 'caller', application: 'other' })
  const principal = { type: 'Service', id: (made['service'] as { id: string }).id }
  await whole.call('PUT', other, { routes: [{ path: '/a', action: 'unheard' }] })
  const { json } = await whole.call('POST', `${other}/explain`, { method: 'GET', path: '/a', principal })
  expect([json['code'], json['detail']]).toEqual([
    'forbidden',
    'The schema declares no action "unheard": it is refused to everybody.',
  ])
})

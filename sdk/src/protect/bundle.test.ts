import { createServer } from 'node:http'
import { Protection } from '@holdfast/http-guard'
import express from 'express'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { holdfast, protect } from '../express.ts'
import { createHoldfast, type Holdfast } from '../holdfast.ts'
import { type Account, TestControlPlane, until } from '../testing/control-plane.ts'
import type { ProtectOptions } from './options.ts'
import { listen, post, request, type Said, say, type Served } from './testing/serve.ts'

const ben: Account = { type: 'Person', id: 'ben' }
const id = '019c1f3e-6f2a-7b1c-8d3e-0123456789ab'
const attack = '/items?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E'

let control: TestControlPlane
let instance: Holdfast
const open: Served[] = []
const guards: { close(): Promise<void> }[] = []

beforeAll(async () => {
  control = await new TestControlPlane({ accounts: [ben] }).start()
  instance = await createHoldfast({
    credentials: control.credentials,
    accept: ['identity', 'bearer', 'session'],
    onProblem: () => {},
  })
})
afterAll(async () => {
  for (const served of open) await served.close()
  await instance.close()
  await control.stop()
})
beforeEach(() => void control.events.splice(0))

/** The application's document is another from now on. */
async function document(protection: object): Promise<void> {
  control.publish({ protection: Protection.parse(protection) })
  await until(() => instance.epoch === control.through)
}

async function serve(options: ProtectOptions = {}): Promise<(bytes: string) => Promise<Said>> {
  const app = express()
  const guard = protect({ holdfast: instance, ...options })
  guards.push(guard)
  app.use(guard, await holdfast({ holdfast: instance, routes: false }))
  app.use((req, res) => void res.json({ id: req.principal?.id ?? null, nonce: req.get('Holdfast-Csp-Nonce') ?? null }))
  const served = await listen(createServer(app), async () => undefined)
  open.push(served)
  return (bytes) => say(served.port, bytes)
}

/** What the gateway sends along. */
const behind = (who: Account | null, address = '203.0.113.9'): string[] => [
  `Holdfast-Identity: ${control.identity(who)}`,
  `Holdfast-Request-Id: ${id}`,
  `X-Forwarded-For: 198.51.100.1, ${address}`,
  'X-Forwarded-Proto: https',
  'Holdfast-Csp-Nonce: bm9uY2U',
]
const codeOf = ({ body }: Said): unknown => (JSON.parse(body) as { code?: unknown }).code
const get = (path: string, fields: readonly string[] = []): string => request(`GET ${path}`, fields)
/** Events of the requests that said so of themselves. */
const by = (agent: string) => control.events.filter(({ source }) => source?.userAgent === agent)
const statuses = async (count: number, call: () => Promise<Said>): Promise<number[]> => {
  const answers: number[] = []
  for (let n = 0; n < count; n++) answers.push((await call()).status)
  return answers
}

test('the document of the bundle holds, and what code says holds before it', async () => {
  await document({ inspection: { mode: 'report' }, addresses: { deny: ['192.0.2.0/24'] } })
  const documented = await serve()
  const coded = await serve({ inspection: { mode: 'block' } })
  expect([(await documented(get(attack))).status, (await coded(get(attack))).status]).toEqual([200, 403])
  await until(() => control.events.length === 2)
  expect(control.events.map(({ kind, data }) => [kind, data['path']])).toEqual([
    ['request.reported', '/items'],
    ['request.blocked', '/items'],
  ])
  await document({ routes: [{ path: '/drafts/**', inspection: 'off', csrf: 'off' }] })
  expect((await documented(get(attack))).status).toBe(403)
  expect((await documented(get(attack.replace('items', 'drafts/1')))).status).toBe(200)
  const foreign = ['Cookie: s=1', 'Origin: https://evil.example']
  expect((await documented(post('/drafts/1', 'application/json', '{}', foreign))).status).toBe(200)
  expect(codeOf(await documented(post('/items', 'application/json', '{}', foreign)))).toBe('cross_site_request')
})

test('behind the gateway: its address and id, no count of its rules, and one event', async () => {
  const rule = { name: 'few', per: 'address', units: 2, seconds: 600 }
  await document({ limits: { rules: [rule] } })
  const send = await serve()
  expect(await statuses(4, () => send(get('/items')))).toEqual([200, 200, 429, 429])
  expect(await statuses(4, () => send(get('/items', behind(ben))))).toEqual([200, 200, 200, 200])
  const own = await serve({ limits: { rules: [{ ...rule, per: 'address', cost: 1, scope: 'process' }] } })
  expect(await statuses(3, () => own(get('/items', behind(ben))))).toEqual([200, 200, 429])
  expect((await own(get('/items', behind(null, '203.0.113.10')))).status).toBe(200)
  const marked = [...behind(ben), 'User-Agent: marked']
  const blocked = await send(get(attack, marked))
  expect([blocked.status, blocked.headers.get('x-request-id')]).toEqual([403, id])
  // A second one, behind which the first has surely arrived.
  await send(get('/items/../x', marked))
  await until(() => by('marked').some(({ reason }) => reason === 'request_ambiguous'))
  expect(by('marked')[0]).toMatchObject({
    kind: 'request.blocked',
    requestId: id,
    actor: { type: 'Person', id: 'ben' },
    source: { address: '203.0.113.9' },
  })
  expect(by('marked')).toHaveLength(2)
})

test('an address that the gateway refuses is refused by its word; a client may not say its own', async () => {
  await document({ addresses: { deny: ['203.0.113.0/24'] } })
  const send = await serve()
  expect(codeOf(await send(get('/items', behind(ben))))).toBe('address_refused')
  expect((await send(get('/items', ['X-Forwarded-For: 203.0.113.9']))).status).toBe(200)
  const proxied = await serve({ trustedProxies: ['127.0.0.1'] })
  expect(codeOf(await proxied(get('/items', ['X-Forwarded-For: 203.0.113.9'])))).toBe('address_refused')
})

test('trustGateway spares what came through it, and nothing else', async () => {
  await document({})
  const send = await serve({ trustGateway: true })
  expect(JSON.parse((await send(get(attack, behind(ben)))).body)).toEqual({ id: 'ben', nonce: 'bm9uY2U' })
  const forged = behind(ben).map((field) => field.replace(/^(Holdfast-Identity: ).*/, '$1forged.by.somebody'))
  expect(codeOf(await send(get(attack, forged)))).toBe('attack_blocked')
  expect(codeOf(await send(get(attack)))).toBe('attack_blocked')
  expect(JSON.parse((await send(get('/items', ['Holdfast-Csp-Nonce: forged']))).body)).toMatchObject({ nonce: null })
  expect((await send(get('/items', [...forged, 'User-Agent: once']))).status).toBe(401)
  expect((await send(get('/items', [...forged, 'User-Agent: last']))).status).toBe(401)
  await until(() => by('last').length > 0)
  // Looked at by both, told once.
  expect(by('once').map(({ kind }) => kind)).toEqual(['request.unauthenticated'])
})

test('limits for each account, and budgets that the control plane keeps', async () => {
  await document({ limits: { rules: [{ name: 'own', per: 'account', units: 2, seconds: 600 }] } })
  const send = await serve()
  const key = control.issue(ben, null)
  const field = `Authorization: Bearer ${key}`
  expect(await statuses(3, () => send(get('/items', [field])))).toEqual([200, 200, 429])
  expect((await send(get('/items'))).status).toBe(200)
  await document({ limits: { rules: [{ name: 'strict', per: 'address', units: 9, seconds: 600, scope: 'strict' }] } })
  control.units = 2
  expect(await statuses(3, () => send(get('/items')))).toEqual([200, 200, 429])
  control.broken = 500
  const cut = await serve()
  expect(codeOf(await cut(get('/items')))).toBe('policy_unavailable')
  control.broken = null
})

test('reports of browsers are counted and handed over', async () => {
  await document({})
  const send = await serve()
  const report = {
    'csp-report': {
      'document-uri': 'http://shop.example/a',
      'effective-directive': 'img-src',
      'blocked-uri': 'http://x.example/',
    },
  }
  const sent = await send(post('/.holdfast/csp-reports', 'application/csp-report', JSON.stringify(report)))
  expect([sent.status, sent.body]).toEqual([204, ''])
  await guards.at(-1)?.close()
  expect(control.reports[0]).toMatchObject({ application: 'shop', groups: [{ directive: 'img-src' }] })
})

test('settings that are none are a fault of the program', () => {
  expect(() => protect({ inspection: { mode: 'always' as never } })).toThrow('mode')
  expect(() => protect({ trustedProxies: ['localhost'] })).toThrow('localhost')
})

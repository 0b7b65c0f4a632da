import { LimitSettings, Protection } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World
let changes = 0

/** The application's protection is another from now on; a path that is public since then tells that it is. */
async function protect(protection: object): Promise<void> {
  const sign = `/changed-${++changes}`
  const update = {
    ...world.application,
    publicPaths: ['/', '/public/*', sign],
    protection: Protection.parse(protection),
  }
  world.controlPlane.update([update])
  await expect.poll(async () => (await world.send(`GET ${sign}`)).status).toBe(200)
}

beforeAll(async () => {
  upstream = await startUpstream()
  world = await startWorld({ upstream: upstream.origin, gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const codeOf = ({ body }: { body: string }): unknown => (JSON.parse(body) as { code?: unknown }).code
const statusOf = async (line: string, headers: readonly string[] = []) => (await world.send(line, headers)).status
const foreign = ['Cookie: a=b', 'Sec-Fetch-Site: cross-site', 'Content-Length: 0']
const attack = '?q=1%27%20OR%20%271%27=%271'

test('a mode of a route holds there and nowhere else: cross-site requests', async () => {
  await protect({
    routes: [
      { path: '/public/hooks/{id}', csrf: 'off' },
      { path: '/public/watched', csrf: 'report' },
    ],
  })
  expect(await statusOf('POST /public/hooks/1', foreign)).toBe(200)
  expect(await statusOf('POST /public/hooks', foreign)).toBe(403)
  expect(await statusOf('POST /public/Hooks/1', foreign)).toBe(403)
  expect(await statusOf('POST /public/watched', foreign)).toBe(200)
  await world.controlPlane.event(
    ({ kind, reason, data }) =>
      kind === 'request.reported' && reason === 'cross_site_request' && data['path'] === '/public/watched',
  )
  await protect({ csrf: { mode: 'off' }, routes: [{ path: '/public/strict', csrf: 'block' }] })
  expect(await statusOf('POST /public/x', foreign)).toBe(200)
  expect(await statusOf('POST /public/strict', foreign)).toBe(403)
  // Of a request that may be of the route the strictest holds.
  expect(await statusOf('POST /public/STRICT', foreign)).toBe(403)
  expect(await statusOf('POST /public/strict/', foreign)).toBe(403)
})

test('a mode of a route holds there and nowhere else: inspection', async () => {
  await protect({
    routes: [
      { path: '/public/code', inspection: 'off' },
      { path: '/public/seen', inspection: 'report' },
    ],
  })
  expect(await statusOf(`GET /public/code${attack}`)).toBe(200)
  expect(await statusOf(`GET /public/seen${attack}`)).toBe(200)
  expect(await statusOf(`GET /public/other${attack}`)).toBe(403)
  expect(await statusOf(`GET /public/CODE${attack}`)).toBe(403)
  await world.controlPlane.event(({ kind, data }) => kind === 'request.reported' && data['path'] === '/public/seen')
  await protect({ inspection: { mode: 'off' }, routes: [{ path: '/public/strict', inspection: 'block' }] })
  expect(await statusOf(`GET /public/other${attack}`)).toBe(200)
  expect(await statusOf(`GET /public/strict${attack}`)).toBe(403)
  expect(await statusOf(`GET /public/STRICT${attack}`)).toBe(403)
})

test('a route costs of limits what it says', async () => {
  const rule = { name: 'all', units: 10, seconds: 3600 }
  await protect({
    limits: LimitSettings.parse({ rules: [rule] }),
    routes: [
      { path: '/public/search', cost: 4 },
      { path: '/public/all', cost: 1000 },
    ],
  })
  // The sign of the change cost one, perhaps more.
  const statuses: number[] = []
  for (let asked = 0; asked < 3; asked++) statuses.push(await statusOf('GET /public/search'))
  expect(statuses).toEqual([200, 200, 429])
  await protect({
    limits: { rules: [{ ...rule, name: 'other', route: { path: '/public/all' } }] },
    routes: [{ path: '/public/all', cost: 1000 }],
  })
  expect([await statusOf('GET /public/all'), await statusOf('GET /public/all')]).toEqual([200, 429])
})

test('a route is public, or is not, whatever the list of public paths says', async () => {
  await protect({
    routes: [
      { path: '/public/own', public: false },
      { path: '/free/{id}', method: 'GET', public: true },
    ],
  })
  expect(await statusOf('GET /public/own')).toBe(401)
  expect(await statusOf('GET /public/OWN')).toBe(401)
  expect(await statusOf('GET /public/other')).toBe(200)
  expect(await statusOf('GET /free/1')).toBe(200)
  expect(await statusOf('HEAD /free/1')).toBe(200)
  expect(await statusOf('POST /free/1', ['Content-Length: 0'])).toBe(401)
  expect(await statusOf('GET /free/1/2')).toBe(401)
  expect(await statusOf('GET /FREE/1')).toBe(401)
})

test('without the policies nothing is allowed where a route names an action', async () => {
  const { credential } = world.controlPlane.signIn()
  const cookie = [`Cookie: __Host-holdfast=${credential}`]
  const resource = { type: 'Thing', id: { value: '1' } }
  await protect({
    routes: [
      { path: '/public/thing', action: 'view', resource },
      { path: '/public/free', public: true },
    ],
  })
  const answer = await world.send('GET /public/thing', cookie)
  expect([answer.status, codeOf(answer)]).toEqual([503, 'policy_unavailable'])
  expect(await statusOf('GET /public/free')).toBe(200)
  expect(await statusOf('GET /elsewhere', cookie)).toBe(403)
  await protect({ policy: { unmatched: 'pass' }, routes: [{ path: '/public/thing', action: 'view', resource }] })
  expect(await statusOf('GET /elsewhere', cookie)).toBe(200)
  expect(await statusOf('GET /public/THING', cookie)).toBe(400)
  await protect({ policy: { mode: 'report' }, routes: [{ path: '/public/thing', action: 'view', resource }] })
  expect(await statusOf('GET /public/thing')).toBe(200)
  await protect({ policy: { mode: 'off' }, routes: [{ path: '/public/thing', action: 'view', resource }] })
  expect(await statusOf('GET /public/thing')).toBe(200)
})

test('a route that is enforced where others are not cannot be dodged', async () => {
  const { credential } = world.controlPlane.signIn()
  const cookie = [`Cookie: __Host-holdfast=${credential}`]
  for (const mode of ['off', 'report']) {
    await protect({
      policy: { mode },
      routes: [{ path: '/things/{id}', acr: 'phr', policy: 'block' }, { path: '/hooks/**' }],
    })
    expect(await statusOf('GET /things/1', cookie)).toBe(401)
    expect(await statusOf('GET /Things/1', cookie)).toBe(400)
    expect(await statusOf('GET /things/1/', cookie)).toBe(400)
    expect(await statusOf('GET /elsewhere', cookie)).toBe(200)
  }
})

test('rules that cannot be evaluated allow nothing, and the other hosts go on', async () => {
  const { credential } = world.controlPlane.signIn()
  const broken = { staticPolicies: { a: { effect: 'maybe' } }, templates: {}, templateLinks: [] }
  const rules = {
    epoch: 7,
    schema: {},
    policies: broken,
    validated: false,
    entities: [],
    bundledTypes: [],
    timed: [],
    candidate: null,
    decisionLog: { allowRate: 0 },
  }
  const protection = Protection.parse({ routes: [{ path: '/thing', action: 'view' }] })
  const other = { ...world.application, id: 'other', hosts: ['other.localhost:7480'], publicPaths: ['/*'] }
  world.controlPlane.update([{ ...world.application, protection, rules }, other])
  const ask = () => world.send('GET /thing', [`Cookie: __Host-holdfast=${credential}`])
  await expect.poll(async () => (await ask()).status).toBe(503)
  expect(codeOf(await ask())).toBe('policy_unavailable')
})

import { connect } from 'node:net'
import { systemClock } from '@holdfast/sdk/edge'
import { afterEach, describe, expect, test } from 'vitest'
import { secret } from './testing/control-plane.ts'
import { sendRaw } from './testing/raw.ts'
import { startUpstream, startWorld, type World, type WorldOptions } from './testing/world.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})
async function start(options: Partial<WorldOptions> = {}): Promise<World> {
  const upstream = await startUpstream()
  closing.push(() => upstream.close())
  const world = await startWorld({ upstream: upstream.origin, ...options })
  closing.push(() => world.close())
  return world
}

test('a refusal is a problem with an event that says who, what and where, and no secret', async () => {
  const world = await start()
  const stolen = secret('hfs_')
  const answer = await world.send(`GET /orders?token=${stolen}&card=4111111111111111`, [
    `Cookie: __Host-holdfast=${stolen}`,
    'User-Agent: attacker/1.0',
  ])
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = JSON.parse(answer.body) as { eventId: string; requestId: string }
  expect(problem).toMatchObject({
    type: `${world.controlPlane.url}/problems/unauthenticated`,
    status: 401,
    code: 'unauthenticated',
  })
  const event = await world.controlPlane.event(({ id }) => id === problem.eventId)
  expect(event).toMatchObject({
    kind: 'request.refused',
    outcome: 'refused',
    reason: 'unauthenticated',
    application: 'shop',
    source: { address: '127.0.0.1', userAgent: 'attacker/1.0' },
    requestId: problem.requestId,
    data: { method: 'GET', path: '/orders', host: world.host, query: ['token', 'card'] },
  })
  expect(JSON.stringify(world.controlPlane.events)).not.toMatch(/hfs_|411111111111/)
})

test('what cannot be parsed is recorded as well', async () => {
  const world = await start()
  const answer = await sendRaw(
    world.gateway.url,
    'POST /x?secret=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  const { eventId } = JSON.parse(answer.body) as { eventId: string }
  const event = await world.controlPlane.event(({ id }) => id === eventId)
  expect(event).toMatchObject({ reason: 'request_ambiguous', data: { method: 'POST', path: '/x' } })
})

test('a flood becomes twenty events and one that counts the rest', async () => {
  const world = await start({ gateway: { rate: null } })
  const ids = new Set<string>()
  for (let i = 0; i < 60; i++) {
    ids.add((JSON.parse((await world.send('GET /orders')).body) as { eventId: string }).eventId)
  }
  expect(ids.size).toBe(20)
  await world.gateway.close()
  const summary = await world.controlPlane.event(({ data }) => data['summary'] === true)
  expect(summary).toMatchObject({ reason: 'unauthenticated', data: { told: 20, more: 40 } })
  expect(world.controlPlane.events.filter(({ reason }) => reason === 'unauthenticated')).toHaveLength(21)
  expect(ids.has(String(summary.data['last']))).toBe(true)
})

test('an address that asks too often is told to wait', async () => {
  const world = await start({ gateway: { rate: { perSecond: 5, burst: 10 } } })
  // So many at once that no machine is slow enough to spread them over the seconds in which they are allowed.
  const statuses = (await Promise.all(Array.from({ length: 100 }, () => world.send('GET /')))).map(
    ({ status }) => status,
  )
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10)
  const last = await world.send('GET /')
  if (last.status === 429) expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(statuses).toContain(429)
  await expect.poll(async () => (await world.send('GET /')).status, { interval: 500 }).toBe(200)
})

describe('without a control plane', () => {
  test('nothing is let through from a cold start, and everything once it is there', async () => {
    const world = await start()
    const { credentials } = world.controlPlane
    const { startGateway } = await import('./index.ts')
    const { mkdtempSync } = await import('node:fs')
    const data = mkdtempSync(`${(await import('node:os')).tmpdir()}/holdfast-gateway-`)
    world.controlPlane.broken = true
    const cold = await startGateway({ credentials, data, listen: '127.0.0.1:0', onProblem: () => undefined })
    closing.push(() => cold.close())
    const ask = (path: string) =>
      sendRaw(cold.url, `GET ${path} HTTP/1.1\r\nHost: ${world.host}\r\nConnection: close\r\n\r\n`)
    const answer = await ask('/')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.body).toContain('policy_unavailable')
    expect((await ask('/.holdfast/healthz')).status).toBe(503)
    world.controlPlane.broken = false
    await expect.poll(async () => (await ask('/')).status).toBe(200)
    expect((await ask('/.holdfast/healthz')).body).toBe('{"status":"ready"}\n')
  })

  test('a lapsed lease stops everything, public paths too', async () => {
    let ahead = 0
    const clock = { ...systemClock, now: () => Date.now() + ahead }
    const world = await start({ gateway: { clock } })
    const { credential } = world.controlPlane.signIn()
    const ask = (path: string) => world.send(`GET ${path}`, [`Cookie: __Host-holdfast=${credential}`])
    expect((await ask('/orders')).status).toBe(200)
    ahead = 25_000
    for (const path of ['/orders', '/']) {
      const answer = await ask(path)
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        503,
        expect.objectContaining({ code: 'policy_unavailable' }),
      ])
    }
    ahead = 0
    await expect.poll(async () => (await ask('/orders')).status).toBe(200)
  })

  test('a session that cannot be checked is not believed', async () => {
    const world = await start()
    world.controlPlane.broken = true
    const { credential } = world.controlPlane.signIn()
    expect((await world.send('GET /orders', [`Cookie: __Host-holdfast=${credential}`])).status).toBe(503)
    expect((await world.send('GET /')).status).toBe(200)
    world.controlPlane.broken = false
  })
})

test('a new bundle takes effect without a restart, and a host that two claim goes to neither', async () => {
  const world = await start()
  expect((await world.send('GET /orders')).status).toBe(401)
  world.controlPlane.update([{ ...world.application, publicPaths: ['/orders'] }])
  await expect.poll(async () => (await world.send('GET /orders')).status).toBe(200)
  world.controlPlane.update([world.application, { ...world.application, id: 'other' }])
  await expect.poll(async () => (await world.send('GET /')).status).toBe(421)
})

test('the gateway registers its key before it lets anything through', async () => {
  const world = await start()
  expect(world.controlPlane.gatewayKeys).toHaveLength(1)
  expect(world.controlPlane.gatewayKeys[0]).not.toHaveProperty('d')
})

test('stopping waits for requests under way and takes no new ones', async () => {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const upstream = await startUpstream((_, response) => {
    arrived.resolve()
    void release.promise.then(() => response.end('late'))
  })
  const world = await startWorld({ upstream: upstream.origin, gateway: { timeouts: { drainMs: 60_000 } } })
  const under = world.send('GET /')
  await arrived.promise
  const closed = world.close()
  const refused = connect(Number(new URL(world.gateway.url).port), '127.0.0.1')
  await new Promise((resolve) => refused.once('error', resolve))
  release.resolve()
  expect((await under).body).toBe('late')
  await closed
  await upstream.close()
})

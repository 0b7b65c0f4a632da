import type { BudgetRequest } from '@holdfast/bundle'
import { defaultProtection, type LimitRule, type Protection } from '@holdfast/http-guard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World
let release: (() => void) | null = null
let changes = 0

const rule = (change: Partial<LimitRule>): LimitRule => {
  const path = `/public/${++changes}`
  const route = { path: `${path}*` }
  return { name: `r${changes}`, route, per: 'address', units: 3, seconds: 3600, cost: 1, scope: 'process', ...change }
}

/** @returns the path that the first rule is for */
async function limited(rules: readonly LimitRule[], change: Partial<Protection> = {}): Promise<string> {
  const limits = { ...defaultProtection.limits, rules, ...change.limits }
  const sign = `/changed-${++changes}`
  const protection = { ...defaultProtection, ...change, limits }
  world.controlPlane.update([{ ...world.application, publicPaths: ['/', '/public/*', sign], protection }])
  await expect.poll(async () => (await get(sign)).status).toBe(200)
  return rules[0]?.route?.path.slice(0, -1) ?? '/'
}

const get = (path: string, headers: readonly string[] = []) => world.send(`GET ${path}`, headers)
const times = async (count: number, path: string, headers: readonly string[] = []) => {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push((await get(path, headers)).status)
  return statuses
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    if (request.url?.includes('slow') === true) release = () => response.end('slow')
    else response.end('ok')
  })
  world = await startWorld({ upstream: upstream.origin, gateway: { trustedProxies: ['127.0.0.1'], rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

describe('in process', () => {
  test('so many, then 429 with Retry-After and the fields of the draft; other routes go on', async () => {
    const path = await limited([rule({})])
    const first = await get(path)
    expect(first.headers.get('ratelimit-policy')).toMatch(/^"r\d+";q=3;w=3600$/)
    expect(first.headers.get('ratelimit')).toMatch(/^"r\d+";r=2;t=\d+$/)
    expect(await times(3, path)).toEqual([200, 200, 429])
    const refused = await get(path)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(1200)
    expect(refused.headers.get('ratelimit')).toContain(';r=0;')
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'rate_limited' })
    expect((await get('/')).status).toBe(200)
    expect((await get('/')).headers.has('ratelimit')).toBe(false)
  })

  test('costs', async () => {
    const path = await limited([rule({ cost: 2, units: 5 })])
    expect(await times(3, path)).toEqual([200, 200, 429])
  })

  test('who forges addresses gains nothing; each client of a trusted proxy counts alone, an IPv6 client by its /64', async () => {
    const path = await limited([rule({ units: 1 })])
    const from = async (address: string) => (await get(path, [`X-Forwarded-For: ${address}`])).status
    expect([await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.2')]).toEqual([200, 429, 200])
    expect([await from('6.6.6.6, 203.0.113.1'), await from('7.7.7.7,203.0.113.1')]).toEqual([429, 429])
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:0:1::1')]).toEqual([
      200, 429, 200,
    ])
    for (const field of ['X-Real-IP: 1.1.1.1', 'Forwarded: for=1.1.1.1', 'True-Client-IP: 1.1.1.1']) {
      expect((await get(path, [field, 'X-Forwarded-For: 203.0.113.1'])).status).toBe(429)
    }
  })

  test('an encoding of the path is no way around', async () => {
    const only = rule({ units: 1 })
    const path = await limited([only])
    expect(await times(2, path)).toEqual([200, 429])
    expect((await get(path.replace('p', '%70'))).status).toBe(429)
    expect((await get(`${path}?x=1`)).status).toBe(429)
  })

  test('by account: sessions of one person together, others apart, nobody by address', async () => {
    const path = await limited([rule({ per: 'account', units: 1 })])
    const mine = [`Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`]
    const hers = [`Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`]
    expect(await times(2, path, mine)).toEqual([200, 429])
    expect(await times(2, path, hers)).toEqual([200, 429])
    expect(await times(2, path)).toEqual([200, 429])
    const key = [`Authorization: Bearer ${world.controlPlane.serviceKey()}`]
    expect(await times(2, path, key)).toEqual([200, 429])
  })

  test('a new bundle forgets nothing, and a report refuses nothing', async () => {
    const only = rule({ units: 1 })
    const path = await limited([only])
    expect(await times(2, path)).toEqual([200, 429])
    await limited([only])
    expect(await times(1, path)).toEqual([429])
    await limited([only], { limits: { ...defaultProtection.limits, rules: [only], mode: 'report' } })
    expect(await times(1, path)).toEqual([200])
    await world.controlPlane.event(({ kind, reason }) => kind === 'request.reported' && reason === 'rate_limited')
  })
})

describe('budgets of several gateways', () => {
  test('are lent in growing parts, and no more is let through than was lent', async () => {
    const path = await limited([rule({ scope: 'shared', units: 64 })])
    const asked: BudgetRequest[] = []
    let left = 20
    world.controlPlane.lend = (request) => {
      asked.push(request)
      const units = Math.min(left, request.units)
      left -= units
      return { units, forMs: 3_600_000, waitMs: 3_600_000, left, fullInMs: 3_600_000 }
    }
    const statuses = await times(24, path)
    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect(asked.map(({ units }) => units)).toEqual([1, 2, 4, 8, 8, 8])
    expect(asked[0]?.key).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect((await get(path)).headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('strictly: each request is asked for, and refused while nobody can say', async () => {
    const path = await limited([rule({ scope: 'strict', units: 9 })])
    let lent = 0
    world.controlPlane.lend = ({ units }) => {
      const there = lent < 2
      if (there) lent += units
      return { units: there ? units : 0, forMs: 1000, waitMs: 3_600_000, left: 0, fullInMs: 3_600_000 }
    }
    expect(await times(4, path)).toEqual([200, 200, 429, 429])
    const other = await limited([rule({ scope: 'strict' })])
    world.controlPlane.broken = true
    expect((await get(other)).status).toBe(503)
    world.controlPlane.broken = false
  })

  test('who was signed out while a budget was asked for is let in no more', async () => {
    const path = await limited([rule({ scope: 'strict', per: 'account' })])
    const { credential } = world.controlPlane.signIn()
    const bearer = [`Authorization: Bearer ${credential}`]
    expect((await get('/own', bearer)).status).toBe(200)
    world.controlPlane.lend = async ({ units }) => {
      world.controlPlane.revoke(credential)
      await expect.poll(async () => (await get('/own', bearer)).status, { timeout: 60_000 }).toBe(401)
      return { units, forMs: 1000, waitMs: 0, left: 0, fullInMs: 1000 }
    }
    expect((await get(path, bearer)).status).toBe(401)
  })

  test('cut off, a shared one is counted here alone', async () => {
    const path = await limited([rule({ scope: 'shared', units: 2 })])
    world.controlPlane.broken = true
    expect(await times(3, path)).toEqual([200, 200, 429])
    world.controlPlane.broken = false
  })
})

test('so many at once', async () => {
  await limited([], { limits: { ...defaultProtection.limits, concurrency: { application: null, perClient: 1 } } })
  const slow = get('/public/slow')
  await expect.poll(() => release !== null).toBe(true)
  expect((await get('/')).status).toBe(429)
  expect((await get('/', ['X-Forwarded-For: 203.0.113.9'])).status).toBe(200)
  release?.()
  expect((await slow).status).toBe(200)
  expect((await get('/')).status).toBe(200)
})

test('addresses that are answered, and that are not', async () => {
  const from = async (address: string) => (await get('/', [`X-Forwarded-For: ${address}`])).status
  await limited([], { addresses: { allow: [], deny: ['203.0.113.0/24', '2001:db8::/32'] } })
  expect([await from('203.0.113.7'), await from('2001:db8::7'), await from('203.0.114.7')]).toEqual([403, 403, 200])
  await limited([], { addresses: { allow: ['127.0.0.1', '198.51.100.0/24'], deny: ['198.51.100.7'] } })
  expect([await from('198.51.100.1'), await from('198.51.100.7'), await from('1.1.1.1')]).toEqual([200, 403, 403])
  expect([await from('198.51.100.1, 1.1.1.1'), await from('nonsense')]).toEqual([403, 200])
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signJws, TOKEN_TYPES, verifyApplicationBundle, prepareKeys } from '@holdfast/bundle'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { movableClock } from '../testing/clock.ts'
import { keyPair, TestControlPlane, until } from '../testing/control-plane.ts'
import { createApplicationEdge, createGatewayEdge, type Edge } from './index.ts'

let control: TestControlPlane
let clock: ReturnType<typeof movableClock>
let problems: string[]
const edges: Edge<{ epoch: number }>[] = []

beforeEach(async () => {
  control = await new TestControlPlane({ accounts: [{ type: 'Person', id: 'p1' }] }).start()
  clock = movableClock()
  problems = []
})
afterEach(async () => {
  await Promise.all(edges.splice(0).map((edge) => edge.close()))
  await control.stop()
})

async function connect() {
  const { credentials } = control
  const onProblem = (problem: Error) => void problems.push(problem.message)
  const edge = createApplicationEdge({ credentials, version: '1', clock, onProblem }, (bundle) => bundle)
  edges.push(edge)
  await edge.ready
  return edge
}

describe('a cold start', () => {
  it('has no bundle while the control plane is away, and gets it when it is back', async () => {
    control.broken = 503
    const edge = await connect()
    expect(edge.current()).toBeNull()
    expect(problems).toEqual([expect.stringContaining('503 broken')])
    control.broken = null
    await until(() => edge.current() !== null)
    expect(edge.current()?.epoch).toBe(1)
  })

  it('takes no bundle of another key, application, type, or with a lease that does not fit', async () => {
    const stranger = keyPair()
    const bad: [string, () => Record<string, unknown>][] = [
      ['key_unknown', () => ({ bundle: control.bundle({}, stranger) })],
      ['signature', () => ({ bundle: control.bundle({}, { kid: control.key.kid, key: stranger.key }) })],
      ['audience', () => ({ bundle: control.bundle({ aud: 'bank' }) })],
      ['audience', () => ({ bundle: control.gatewayBundle() })],
      ['type', () => ({ bundle: signJws(TOKEN_TYPES.lease, control.claims(), control.key) })],
      ['audience', () => ({ lease: control.lease({ audience: 'bank' }) })],
      ['expired', () => ({ lease: control.lease({ now: control.now() - 30 }) })],
      ['not_yet_valid', () => ({ lease: control.lease({ now: control.now() + 30 }) })],
      ['key_unknown', () => ({ lease: control.lease({}, stranger) })],
      ['lease is for epoch 2', () => ({ lease: control.lease({ epoch: 2 }) })],
      ['sent no bundle', () => ({ bundle: null })],
    ]
    for (const [reason, change] of bad) {
      control.tamper = (answer) => ({ ...answer, ...change() })
      problems = []
      const edge = await connect()
      expect(edge.current(), reason).toBeNull()
      expect(problems.join(), reason).toContain(reason)
      await edge.close()
    }
  })

  it('takes no bundle with a changed claim', async () => {
    control.tamper = (answer) => {
      const [head, , signature] = String(answer['bundle']).split('.')
      const entities = [{ uid: { type: 'Person', id: 'p1' }, attrs: {}, parents: [{ type: 'Group', id: 'admins' }] }]
      const changed = Buffer.from(JSON.stringify({ ...control.claims(), entities })).toString('base64url')
      return { ...answer, bundle: `${head}.${changed}.${signature}` }
    }
    expect((await connect()).current()).toBeNull()
    expect(problems.join()).toContain('signature')
  })
})

describe('a running edge', () => {
  it('has news at once', async () => {
    const edge = await connect()
    const seen: number[] = []
    edge.onBundle(({ epoch }) => void seen.push(epoch))
    control.publish({})
    await until(() => edge.current()?.epoch === 2)
    expect(seen).toEqual([2])
  })

  it('refuses an older epoch than the one it holds, with a fresh lease too', async () => {
    control.epoch = 7
    const edge = await connect()
    const current = edge.current()
    await until(() => control.polled)
    control.tamper = (answer) => ({
      ...answer,
      epoch: 6,
      bundle: control.bundle({ epoch: 6 }),
      lease: control.lease({ epoch: 6 }),
    })
    control.news()
    await until(() => problems.length > 0)
    expect(problems.join()).toContain('epoch 6 was sent; 7 is held')
    expect(edge.current()).toBe(current)
    // And it is not kept alive by the lease of the older epoch.
    clock.move(21_000)
    expect(edge.current()).toBeNull()
  })

  it('stops allowing when its lease has lapsed, says so, and recovers', async () => {
    const edge = await connect()
    let lapsed = 0
    edge.onLapsed(() => void (lapsed += 1))
    control.broken = 500
    control.news()
    clock.move(14_000)
    expect(edge.current()).not.toBeNull()
    clock.move(7_000)
    expect(edge.current()).toBeNull()
    await until(() => lapsed === 1)
    control.broken = null
    control.clockOffset = 21
    await until(() => edge.current() !== null)
  })

  it('does not ask in a tight loop when the control plane does not wait', async () => {
    control.impatient = true
    await connect()
    const before = control.syncs
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(control.syncs - before).toBeLessThan(8)
  })

  it('hears of an ended session within moments, once, and keeps it in mind', async () => {
    const edge = await connect()
    const ended: string[] = []
    edge.onRevoked((session) => void ended.push(session))
    control.revoke('s1')
    await until(() => ended.length > 0)
    control.publish({})
    await until(() => edge.current()?.epoch === 2)
    expect(ended).toEqual(['s1'])
    expect([edge.isRevoked('s1'), edge.isRevoked('s2'), edge.isRevoked(null)]).toEqual([true, false, false])
  })

  it('hears of revocations even in an answer that it refuses otherwise', async () => {
    const edge = await connect()
    control.tamper = (answer) => ({ ...answer, lease: 'x' })
    control.revoke('s1')
    await until(() => edge.isRevoked('s1'))
  })
})

it('a gateway gets its own bundle, and speaks the rest of the protocol', async () => {
  const edge = createGatewayEdge({ credentials: { ...control.credentials, application: null }, version: '1', clock })
  edges.push(edge)
  await edge.ready
  expect(edge.current()?.applications[0]?.id).toBe('shop')
  await edge.registerGatewayKey(keyPair().jwk)
  expect(await edge.signOut('hfs_x')).toBe(true)
  const exchange = {
    code: 'hfc_x',
    verifier: 'v'.repeat(43),
    redirectUri: 'http://shop.localhost:7480/.holdfast/callback',
  }
  expect(await edge.exchange(exchange)).toMatchObject({ returnTo: '/' })
  control.broken = 400
  await expect(edge.exchange(exchange)).rejects.toMatchObject({ code: 'refused', status: 400, problem: 'broken' })
})

it('does not follow a redirect with its key', async () => {
  const thief: (string | undefined)[] = []
  const other = createServer((request, response) => {
    thief.push(request.headers.authorization)
    response.end('{}')
  })
  const redirecting = createServer((_, response) => response.writeHead(307, { location: address(other) }).end())
  for (const server of [other, redirecting])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const credentials = { ...control.credentials, url: address(redirecting) }
  const onProblem = (problem: Error) => void problems.push(problem.message)
  const edge = createApplicationEdge({ credentials, version: '1', clock, onProblem }, (bundle) => bundle)
  edges.push(edge)
  await edge.ready
  await edge.introspect('hfs_x', 'shop').catch(() => {})
  expect(problems.join()).toContain('redirect')
  expect(thief).toEqual([])
  for (const server of [other, redirecting]) {
    server.closeAllConnections()
    server.close()
  }
})

function address(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('the bundle of the tests is one that verifies', () => {
  const keys = prepareKeys([control.key.jwk])
  expect(verifyApplicationBundle(control.bundle(), { keys, audience: 'shop', now: control.now() }).epoch).toBe(1)
})

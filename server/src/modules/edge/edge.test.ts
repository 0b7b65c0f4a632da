import { generateKeyPairSync, sign } from 'node:crypto'
import {
  prepareKeys,
  type PublicJwk,
  publicJwk,
  type SyncResponse,
  verifyApplicationBundle,
  verifyGatewayBundle,
  verifyLease,
} from '@holdfast/bundle'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { systemRandom } from '../../platform/random.ts'
import { createKeyring, keysConfig } from '../keys/index.ts'
import { testRoot } from '../keys/seal/testing/root.ts'
import { SealMismatch } from '../keys/index.ts'
import { loadSigningKey } from './index.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let shopKey = ''
let otherKey = ''
let gatewayKey = ''
let trust: PublicJwk[] = []
let ben = ''

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  for (const id of ['shop', 'other']) {
    const made = await whole.call('POST', '/api/v1/applications', {
      id,
      name: id,
      hosts: [`${id}.localhost:7480`],
      upstream: 'http://127.0.0.1:7410',
      publicPaths: ['/'],
    })
    expect(made.status).toBe(201)
  }
  const service = async (body: object) => {
    const { status, json } = await whole.call('POST', '/api/v1/services', body)
    expect(status).toBe(201)
    trust = (json['trust'] as { keys: PublicJwk[] }).keys
    return json['key'] as string
  }
  shopKey = await service({ name: 'shop', application: 'shop' })
  otherKey = await service({ name: 'other', application: 'other' })
  gatewayKey = await service({ name: 'gateway', groups: ['gateways'] })
  ben = (await whole.call('POST', '/api/v1/people', { email: 'ben@shop.example', name: 'Ben' })).json['id'] as string
})

afterAll(() => whole.close())

const edge = { kind: 'sdk', version: '0.1.0', id: 'test-1' }
const now = () => Math.floor(Date.now() / 1000)

async function sync(key: string, more: object = {}) {
  const body = { application: 'shop', epoch: 0, cursor: 0, waitSeconds: 0, edge, ...more }
  const { status, json } = await whole.call('POST', '/api/v1/edge/sync', body, key)
  return { status, json, answer: json as unknown as SyncResponse }
}

const expected = (audience: string) => ({ keys: prepareKeys(trust), audience, issuer: whole.url, now: now() })

describe('sync', () => {
  test('gives a signed bundle of the application with its people and no personal data, and a lease', async () => {
    const { answer } = await sync(shopKey)
    const bundle = verifyApplicationBundle(answer.bundle ?? '', expected('shop'))
    expect(bundle.entities).toContainEqual({ uid: { type: 'Person', id: ben }, attrs: {}, parents: [] })
    expect(JSON.stringify(bundle)).not.toContain('ben@shop.example')
    expect(verifyLease(answer.lease, expected('shop'))).toMatchObject({ epoch: bundle.epoch })
    expect((await sync(shopKey, { epoch: bundle.epoch })).answer.bundle).toBeNull()
  })

  test('a service gets its own application and no other; a customer nothing at all', async () => {
    expect((await sync(otherKey)).status).toBe(403)
    expect((await sync(shopKey, { application: 'holdfast' })).status).toBe(403)
    expect((await sync('hfk_0000000000000000000000000000000000000000000')).status).toBe(401)
  })

  test('a gateway gets what it forwards to', async () => {
    const { answer } = await sync(gatewayKey, { application: undefined, edge: { ...edge, kind: 'gateway' } })
    const bundle = verifyGatewayBundle(answer.bundle ?? '', expected('*'))
    expect(bundle.applications.map(({ id }) => id).toSorted()).toEqual(['other', 'shop'])
  })

  test('several upstreams go along with the first; one by itself is as before, and none can come twice', async () => {
    const origins = ['http://127.0.0.1:7410', 'https://two.internal', 'http://[::1]:7411']
    const patch = (upstream: unknown) => whole.call('PATCH', '/api/v1/applications/other', { upstream })
    const served = async () => {
      const { answer } = await sync(gatewayKey, { application: undefined, edge: { ...edge, kind: 'gateway' } })
      const { applications } = verifyGatewayBundle(answer.bundle ?? '', expected('*'))
      const { upstream, furtherUpstreams } = applications.find(({ id }) => id === 'other') ?? {}
      return [upstream, furtherUpstreams]
    }
    const changed = await patch(origins)
    expect(changed).toMatchObject({ status: 200, json: { upstream: origins[0], upstreams: origins } })
    expect(await served()).toEqual([origins[0], origins.slice(1)])
    const name = await whole.call('PATCH', '/api/v1/applications/other', { name: 'Another' })
    expect(name.json['upstreams']).toEqual(origins)
    for (const wrong of [[], [...origins, origins[0]], [origins[0], 'http://a/b'], ['ftp://a'], [null]]) {
      expect((await patch(wrong)).status).toBe(422)
    }
    expect((await patch(null)).json).toMatchObject({ upstream: null, upstreams: [] })
    expect((await patch(origins[0])).json).toMatchObject({ upstream: origins[0], upstreams: [origins[0]] })
    expect(await served()).toEqual([origins[0], undefined])
    expect((await patch([origins[1]])).json).toMatchObject({ upstream: origins[1], upstreams: [origins[1]] })
  })

  test('a long poll is answered as soon as a group changes, and the person is in the new bundle as they now are', async () => {
    const { epoch, cursor } = (await sync(shopKey)).answer
    const started = performance.now()
    const waiting = sync(shopKey, { epoch, cursor, waitSeconds: 10 })
    await whole.call('PATCH', `/api/v1/people/${ben}`, { groups: ['support'] })
    const { answer } = await waiting
    expect(performance.now() - started).toBeLessThan(9_500)
    const bundle = verifyApplicationBundle(answer.bundle ?? '', expected('shop'))
    expect(bundle.epoch).toBeGreaterThan(epoch)
    expect(bundle.entities).toContainEqual({
      uid: { type: 'Person', id: ben },
      attrs: {},
      parents: [{ type: 'Group', id: 'support' }],
    })
  })

  test('a disabled person is in no bundle', async () => {
    const gone = (await whole.call('POST', '/api/v1/people', { email: 'gone@shop.example', name: 'Gone' })).json[
      'id'
    ] as string
    await whole.call('PATCH', `/api/v1/people/${gone}`, { state: 'disabled' })
    const bundle = verifyApplicationBundle((await sync(shopKey)).answer.bundle ?? '', expected('shop'))
    expect(bundle.entities.map(({ uid }) => uid.id)).not.toContain(gone)
  })

  test('an edge that is there for the first time is an event, and afterwards is not', async () => {
    const fresh = { ...edge, id: 'test-fresh' }
    for (let times = 0; times < 3; times += 1) await sync(shopKey, { edge: fresh })
    await expect
      .poll(async () => {
        const { json } = await whole.call('GET', '/api/v1/events?kind=edge.attached&query=test-fresh')
        return (json['items'] as { application: string; data: object }[]).map(({ application, data }) => [
          application,
          data,
        ])
      })
      .toEqual([['shop', { kind: 'sdk', version: '0.1.0', instance: 'test-fresh' }]])
  })

  test('an edge is shown with the applications that it serves', async () => {
    await sync(shopKey)
    const { json } = await whole.call('GET', '/api/v1/applications/shop')
    expect(json['edges']).toContainEqual(expect.objectContaining({ service: 'shop', kind: 'sdk' }))
  })
})

describe("a gateway's key", () => {
  test('is handed on to applications, under the name of its service; a key with a private part is refused', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const jwk = publicJwk(privateKey)
    expect(await whole.call('PUT', '/api/v1/edge/gateway-key', { jwk }, gatewayKey)).toMatchObject({
      status: 200,
      json: { kid: jwk.kid },
    })
    const bundle = verifyApplicationBundle((await sync(shopKey)).answer.bundle ?? '', expected('shop'))
    expect(bundle.gatewayKeys.map(({ kid }) => kid)).toContain(jwk.kid)
    const published = (await (await fetch(`${whole.url}/api/v1/edge/gateway-keys`)).json()) as { keys: PublicJwk[] }
    expect(published.keys.map(({ kid }) => kid)).toContain(jwk.kid)
    const leaked = privateKey.export({ format: 'jwk' })
    expect(
      (await whole.call('PUT', '/api/v1/edge/gateway-key', { jwk: { ...jwk, ...leaked } }, gatewayKey)).status,
    ).toBe(422)
    expect(sign(null, Buffer.from('x'), privateKey)).toHaveLength(64)
  })

  test('an application cannot register one: it would sign identities for all', async () => {
    const jwk = publicJwk(generateKeyPairSync('ed25519').privateKey)
    expect((await whole.call('PUT', '/api/v1/edge/gateway-key', { jwk }, shopKey)).status).toBe(403)
  })
})

test('the signing key does not open under another seal, and the refusal is a sentence', async () => {
  const database = openDatabase({ url: whole.databaseUrl, poolSize: 2 })
  try {
    const random = systemRandom(systemClock)
    const config = keysConfig.parse({})
    const other = createKeyring({ database, root: testRoot(), clock: systemClock, random, config })
    await expect(loadSigningKey(database, other.installation, systemClock)).rejects.toThrow(SealMismatch)
  } finally {
    await database.close()
  }
})

describe('events from edges', () => {
  const event = (id: string, more: object = {}) => ({
    id,
    time: new Date().toISOString(),
    kind: 'decision.denied',
    outcome: 'refused',
    actor: { type: 'Person', id: ben },
    resource: { type: 'Review', id: 'r1' },
    application: 'shop',
    reason: 'forbidden',
    source: { address: '127.0.0.1', userAgent: null },
    requestId: null,
    data: { password: 'hunter2' },
    ...more,
  })
  const ship = (events: object[], key = shopKey) => whole.call('POST', '/api/v1/edge/events', { events }, key)

  test('come in once, however often they are sent, scrubbed, and with who reported them', async () => {
    const id = v7()
    expect((await ship([event(id)])).json).toEqual({ accepted: 1 })
    expect((await ship([event(id, { kind: 'something.else' })])).json).toEqual({ accepted: 0 })
    const { json } = await whole.call('GET', `/api/v1/events/${id}`)
    expect(json).toMatchObject({ event: { kind: 'decision.denied' } })
    expect(JSON.stringify(json)).not.toContain('hunter2')
    expect(JSON.stringify(json)).toContain('reportedBy')
  })

  test('do not pass for what the control plane saw', async () => {
    const id = v7()
    await ship([event(id, { kind: 'policy.written', outcome: 'success' })])
    const { json } = await whole.call('GET', `/api/v1/events/${id}`)
    expect(json['event']).toMatchObject({ kind: 'reported.policy.written' })
  })

  test('of another application are refused, and that is an event', async () => {
    const refused = await ship([event(v7(), { application: 'other' })])
    expect(refused).toMatchObject({ status: 403, json: { code: 'edge_events_foreign' } })
    const { json } = await whole.call('GET', `/api/v1/events/${String(refused.json['eventId'])}`)
    expect(json['event']).toMatchObject({ kind: 'edge.events_refused' })
  })
})

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ok } from '../../platform/outcome.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Caller } from '../../platform/ports.ts'
import { systemRandom } from '../../platform/random.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { testLedger } from '../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../testing/test-server.ts'
import { testKeyring } from '../keys/testing/keyring.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Access, type ApplicationClients, createAccess } from './index.ts'

const ada = '01900000-0000-7000-8000-0000000000a1'
const ben = '01900000-0000-7000-8000-0000000000b1'

const schema = `
entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Review { author: Person, stars?: Long };
action delete, view appliesTo { principal: [Person, Service], resource: Review, context: { reason?: String } };
`

let fixture: Fixture
let ledger: Ledger
let access: Access
let server: TestServer

/** Clients are tested with their own module. */
const noClients: ApplicationClients = {
  members: {},
  answer: {},
  prepare: async () => ok(undefined),
  lock: async () => {},
  register: async () => ({}),
  hostsChanged: async () => {},
  countServices: async () => 0,
  endOf: async () => {},
}

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  const { database, tenant, other } = fixture
  ledger = testLedger(database)
  const groups: Record<string, string[]> = { [ada]: ['admins'], [ben]: [] }
  const units = createUnitOfWork(database, ledger.recordEvent)
  access = createAccess({
    applicationGone: async () => {},
    database,
    clock: systemClock,
    random: systemRandom(systemClock),
    ledger,
    units,
    onError: (error) => {
      throw error
    },
    keys: testKeyring(database),
    publicUrl: 'http://localhost:7400',
    isOwnHost: () => false,
    principalsOf: async () =>
      Object.entries(groups).map(([id, of]) => ({
        uid: { type: 'Person', id },
        parents: of.map((group) => ({ type: 'Group', id: group })),
      })),
    knows: async () => true,
    directoryHistory: async () => [],
    namesOf: async () => new Map(),
    groupsOf: async (_tx, { id }) => groups[id],
    standingsOf: async (_tx, uids) => uids.map((uid) => ({ uid, groups: groups[uid.id] ?? [], application: null })),
    edgesOf: async () => new Map(),
    clients: noClients,
    boundServices: async (_tx, id) => (id === 'shop' ? 1 : 0),
  })
  for (const id of [tenant, other]) {
    await units.work(contextOf(id), (tx) => access.provisionTenant(tx, systemClock.now()))
  }
  const customer = { principal: { type: 'Person', id: ben }, name: 'Ben', groups: [] }
  const shop: Partial<Caller> = {
    principal: { type: 'Service', id: '01900000-0000-7000-8000-0000000000c1' },
    groups: [],
    application: 'shop',
    credential: 'service-key',
  }
  server = await startTestServer({
    database,
    routes: access.routes,
    recordEvent: ledger.recordEvent,
    tenant,
    decide: access.decide,
    callers: {
      customer: testCaller(tenant, customer),
      stranger: testCaller(other),
      shop: testCaller(tenant, shop),
    },
  })
  await call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'], schema })
})

afterAll(async () => {
  await server.close()
  await access.close()
  await ledger.stop()
  await fixture.close()
})

async function call(method: string, path: string, body?: unknown, who = 'one') {
  const response = await server.request(path, {
    method,
    headers: { authorization: `Bearer ${who}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  }
}

const put = (name: string, text: string, more = {}) =>
  call('PUT', `/api/v1/applications/shop/policies/${name}`, { text, ...more })

describe('the management API is decided by its own policies', () => {
  test('an operator may, a customer may not, and the refusal says what failed and leaves its event', async () => {
    expect((await call('GET', '/api/v1/applications')).status).toBe(200)
    const refused = await call('GET', '/api/v1/applications', undefined, 'customer')
    expect(refused.status).toBe(403)
    expect(refused.json).toMatchObject({ code: 'forbidden', action: 'listApplications' })
    expect(refused.json['detail']).toMatch(/needs the principal to be in Group::/)
    const { rows } = await fixture.admin.query('SELECT kind, outcome FROM events WHERE id = $1', [
      refused.json['eventId'],
    ])
    expect(rows).toEqual([{ kind: 'access.denied', outcome: 'refused' }])
  })

  test('what another tenant calls by the same name is not there', async () => {
    const { json } = await call('GET', '/api/v1/applications', undefined, 'stranger')
    expect((json['items'] as { id: string }[]).map(({ id }) => id)).toEqual(['holdfast'])
    expect((await call('GET', '/api/v1/applications/shop', undefined, 'stranger')).status).toBe(404)
  })

  test('a host cannot be taken from another application, not even across tenants', async () => {
    const taken = { id: 'thief', name: 'Thief', hosts: ['shop.localhost:7480'] }
    for (const who of ['one', 'stranger']) {
      expect(await call('POST', '/api/v1/applications', taken, who)).toMatchObject({
        status: 409,
        json: { code: 'host_taken' },
      })
      expect((await call('GET', '/api/v1/applications/thief', undefined, who)).status).toBe(404)
    }
  })

  test('built-in policies and the built-in schema cannot be changed', async () => {
    const path = '/api/v1/applications/holdfast'
    const open = { text: 'permit (principal, action, resource);' }
    expect((await call('PUT', `${path}/policies/admins`, open)).json['code']).toBe('policy_builtin')
    expect((await call('DELETE', `${path}/policies/admins`)).json['code']).toBe('policy_builtin')
    expect((await call('PUT', `${path}/schema`, { text: schema })).json['code']).toBe('application_builtin')
  })

  test('a policy that would leave no operator the way back is refused; one that leaves it is not', async () => {
    const path = '/api/v1/applications/holdfast/policies/freeze'
    for (const text of [
      'forbid (principal, action, resource);',
      'forbid (principal, action == Action::"deletePolicy", resource);',
      'forbid (principal, action, resource is Application) when { principal in Group::"admins" };',
    ]) {
      expect(await call('PUT', path, { text })).toMatchObject({ status: 409, json: { code: 'policy_locks_out' } })
    }
    const exempt = 'forbid (principal, action in Action::"write", resource) unless { principal in Group::"admins" };'
    expect((await call('PUT', path, { text: exempt })).status).toBe(201)
    expect((await call('DELETE', path)).status).toBe(200)
  })

  test('an application with services cannot be deleted; one without goes with its policies and hosts', async () => {
    expect(await call('DELETE', '/api/v1/applications/shop')).toMatchObject({
      status: 409,
      json: { code: 'application_in_use' },
    })
    expect((await call('DELETE', '/api/v1/applications/holdfast')).json['code']).toBe('application_builtin')
    const brief = {
      id: 'brief',
      name: 'Brief',
      hosts: ['brief.localhost'],
      limits: { bodyBytes: 10, requestTimeoutMs: 500 },
    }
    expect(await call('POST', '/api/v1/applications', brief)).toMatchObject({
      status: 201,
      json: { limits: brief.limits },
    })
    expect((await call('DELETE', '/api/v1/applications/brief')).status).toBe(200)
    expect((await call('POST', '/api/v1/applications', { ...brief, id: 'next' })).status).toBe(201)
  })

  test('provisioning again changes nothing', async () => {
    const before = await call('GET', '/api/v1/applications/holdfast')
    const units = createUnitOfWork(fixture.database, ledger.recordEvent)
    await units.work(contextOf(fixture.tenant), (tx) => access.provisionTenant(tx, systemClock.now()))
    expect((await call('GET', '/api/v1/applications/holdfast')).json).toEqual(before.json)
  })
})

describe('a policy is validated when it is written', () => {
  test('syntax and types are refused with where they are wrong', async () => {
    const syntax = await put('broken', 'permit (principal, action\n  resource);')
    expect(syntax).toMatchObject({ status: 422, json: { code: 'policy_invalid' } })
    expect(syntax.json['findings']).toMatchObject([{ severity: 'error', start: { line: 2 } }])
    const types = await put(
      'typed',
      'permit (principal, action == Action::"view", resource)\nwhen { resource.price > 3 };',
    )
    expect(types).toMatchObject({ status: 422, json: { code: 'policy_invalid' } })
    const unguarded = await put(
      'unguarded',
      'permit (principal, action == Action::"view", resource) when { resource.stars > 3 };',
    )
    expect(unguarded.status).toBe(422)
    expect((await call('GET', '/api/v1/applications/shop/policies')).json['items']).toEqual([])
  })

  test('only the expected version is replaced: of parallel writers one wins', async () => {
    const text = 'permit (principal, action == Action::"delete", resource) when { resource.author == principal };'
    expect(await put('own', text, { expectedVersion: 0 })).toMatchObject({
      status: 201,
      json: { version: 1, effect: 'permit' },
    })
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => put('own', `${text} // ${at}`, { expectedVersion: 1 })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ json }) => json['code'] === 'policy_version_conflict')).toHaveLength(11)
  })

  test('each change has a newer epoch, a refused one has not', async () => {
    const epoch = async () => (await call('GET', '/api/v1/applications/shop')).json['epoch'] as number
    const before = await epoch()
    await put('broken', 'permit')
    expect(await epoch()).toBe(before)
    await put('staff', 'permit (principal in Group::"admins", action, resource);')
    expect(await epoch()).toBeGreaterThan(before)
  })

  test('a schema that a policy no longer fits is refused', async () => {
    const smaller = schema.replace('author: Person, ', '')
    const refused = await call('PUT', '/api/v1/applications/shop/schema', { text: smaller })
    expect(refused).toMatchObject({ status: 422, json: { code: 'schema_invalid' } })
    expect((await call('GET', '/api/v1/applications/shop/schema')).json['text']).toBe(schema)
  })
})

describe('decisions', () => {
  const ask = (principal: string, author: string, more = {}) => ({
    principal: { type: 'Person', id: principal },
    action: 'delete',
    resource: { type: 'Review', id: 'r1' },
    entities: [
      {
        uid: { type: 'Review', id: 'r1' },
        attrs: { author: { __entity: { type: 'Person', id: author } } },
        parents: [],
      },
    ],
    ...more,
  })
  const evaluate = (body: unknown, who = 'one') => call('POST', '/api/v1/applications/shop/evaluate', body, who)

  test('say which policies decided, or which condition failed', async () => {
    expect((await evaluate(ask(ben, ben))).json).toMatchObject({ decision: 'allow', reasons: [{ policy: 'own' }] })
    const denied = await evaluate(ask(ben, ada))
    expect(denied.json).toMatchObject({ decision: 'deny', explanation: { nearest: { policy: 'own' } } })
    expect((denied.json['explanation'] as { nearest: { failed: string } }).nearest.failed).toContain(
      'resource.author == principal',
    )
  })

  test('an asker cannot put somebody into a group', async () => {
    const forged = ask(ben, ada)
    forged.entities.push({
      uid: { type: 'Person', id: ben },
      attrs: {} as never,
      parents: [{ type: 'Group', id: 'admins' }] as never,
    })
    expect((await evaluate(forged)).json).toMatchObject({ decision: 'deny' })
    expect((await evaluate(ask(ada, ben))).json).toMatchObject({ decision: 'allow', reasons: [{ policy: 'staff' }] })
  })

  test('whom the directory does not know gets nothing', async () => {
    const nobody = '01900000-0000-7000-8000-0000000000ff'
    expect((await evaluate(ask(nobody, nobody))).json).toMatchObject({ decision: 'deny' })
  })
})

import { verifyApplicationBundle, prepareKeys, type PublicJwk } from '@holdfast/bundle'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const holdfast = '/api/v1/applications/holdfast'
const hour = 3_600_000

let whole: WholeServer
let ada: Credentials
let eve: Credentials
let browser: Visitor

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada', ['admins'])
  eve = await addPerson(whole, 'Eve')
  browser = await signInAs(whole.url, eve)
})

afterAll(() => whole.close())

async function call(method: string, path: string, body?: unknown, expected = 200) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}

const give = (more: object, expected = 201) =>
  call('POST', `${holdfast}/grants`, { reason: 'because', ...more }, expected)
const end = (grant: Record<string, unknown>) =>
  call('POST', `${holdfast}/grants/${grant['id'] as string}/end`, { reason: 'over' })
const toEve = () => ({ principal: { type: 'Person', id: eve.id } })
const status = async (method: string, path: string, body?: unknown) => (await browser.api(method, path, body)).status

describe('a built-in role', () => {
  test('gives just what the group gives', async () => {
    expect(await status('GET', '/api/v1/people')).toBe(403)
    const auditor = await give({ ...toEve(), role: 'auditor' })
    expect(await status('GET', '/api/v1/people')).toBe(200)
    expect(await status('POST', '/api/v1/groups', { id: 'x', name: 'X' })).toBe(403)
    await end(auditor)
    expect(await status('GET', '/api/v1/people')).toBe(403)
    const admin = await give({ ...toEve(), role: 'admin' })
    expect(await status('POST', '/api/v1/groups', { id: 'x', name: 'X' })).toBe(201)
    expect(await status('POST', `${holdfast}/grants`, { ...toEve(), role: 'auditor', reason: 'x' })).toBe(201)
    await end(admin)
    expect(await status('POST', '/api/v1/groups', { id: 'y', name: 'Y' })).toBe(403)
  })

  test('stays as it is', async () => {
    expect(await call('PATCH', `${holdfast}/roles/admin`, { name: 'x' }, 409)).toMatchObject({ code: 'role_builtin' })
    expect(await call('DELETE', `${holdfast}/roles/admin`, undefined, 409)).toMatchObject({ code: 'role_builtin' })
    expect(await call('PUT', `${holdfast}/roles`, { roles: [{ id: 'admin' }] }, 409)).toMatchObject({
      code: 'role_builtin',
    })
    await call('PUT', `${holdfast}/roles`, { roles: [] })
    expect((await call('GET', `${holdfast}/roles`))['items']).toMatchObject([{ id: 'admin' }, { id: 'auditor' }])
  })
})

describe('whoever may everything for a time only', () => {
  test('gives themselves nothing that lasts', async () => {
    await call('POST', '/api/v1/applications', { id: 'stock', redirect_uris: ['https://stock.example/callback'] }, 201)
    const grant = await give({ ...toEve(), role: 'admin', validTo: new Date(Date.now() + hour).toISOString() })
    expect(await status('POST', '/api/v1/groups', { id: 'z', name: 'Z' })).toBe(201)
    for (const [method, path, body] of [
      ['POST', `${holdfast}/grants`, { ...toEve(), role: 'admin', reason: 'for good' }],
      ['PATCH', `${holdfast}/grants/${grant['id'] as string}`, { validTo: null, reason: 'for good' }],
      ['PUT', `${holdfast}/roles`, { roles: [{ id: 'mine', parents: ['admin'] }] }],
      ['POST', `${holdfast}/roles`, { id: 'mine', parents: ['admin'] }],
      ['PUT', `${holdfast}/policies/mine`, { text: `permit (principal == Person::"${eve.id}", action, resource);` }],
      ['PATCH', `/api/v1/people/${eve.id}`, { groups: ['admins'] }],
      ['POST', '/api/v1/services', { name: 'robot', groups: ['admins'] }],
      ['POST', '/api/v1/services', { name: 'shop', application: 'holdfast' }],
      ['POST', '/api/v1/sinks', { name: 'mine', kind: 'otlp', settings: { url: 'https://collector.example/v1/logs' } }],
      ['POST', '/api/v1/applications/stock/clients', { grant_types: ['client_credentials'] }],
      ['PATCH', '/api/v1/applications/stock/clients/stock', { redirect_uris: ['https://eve.example/callback'] }],
      ['POST', '/api/v1/applications/stock/clients/stock/secrets', {}],
      ['POST', '/api/v1/applications/stock/registration-tokens', {}],
      ['PUT', '/api/v1/applications/stock/resources', { items: [] }],
      ['PUT', `/api/v1/people/${ada.id}/password`, { password: 'gravel teapot 99 invoice' }],
    ] as const) {
      expect(await status(method, path, body), `${method} ${path}`).toBe(403)
    }
    const able = async (action: string, resource: string) => {
      const { items } = await call('GET', `${holdfast}/who-can?action=${action}&resource=${resource}`)
      return (items as { principal: { id: string } }[]).some(({ principal }) => principal.id === eve.id)
    }
    expect(await able('createGroup', 'Installation::installation')).toBe(true)
    expect(await able('changeMembers', 'Group::admins')).toBe(false)
    await end(grant)
    expect(await status('POST', '/api/v1/groups', { id: 'zz', name: 'Z' })).toBe(403)
  })
})

describe('what would lock every operator out', () => {
  const forbid = (scope: string) => ({ text: `forbid (${scope}, action, resource);` })

  test('is not granted to them, nor nested, nor written about what they have', async () => {
    await call('POST', `${holdfast}/roles`, { id: 'suspended' }, 201)
    await call('POST', `${holdfast}/roles`, { id: 'leaver' }, 201)
    await call('PUT', `${holdfast}/policies/suspended`, forbid('principal in Role::"suspended"'), 201)
    const operators = { principal: { type: 'Group', id: 'admins' } }
    expect(await give({ ...operators, role: 'suspended' }, 409)).toMatchObject({ code: 'policy_locks_out' })
    const later = new Date(Date.now() + hour).toISOString()
    expect(await give({ ...operators, role: 'suspended', validFrom: later }, 409)).toMatchObject({
      code: 'policy_locks_out',
    })
    await give({ ...operators, role: 'leaver' })
    expect(await call('PATCH', `${holdfast}/roles/leaver`, { parents: ['suspended'] }, 409)).toMatchObject({
      code: 'policy_locks_out',
    })
    expect(await call('PUT', `${holdfast}/policies/leavers`, forbid('principal in Role::"leaver"'), 409)).toMatchObject(
      { code: 'policy_locks_out' },
    )
    expect(
      await call(
        'PUT',
        `${holdfast}/policies/exempt`,
        { text: 'forbid (principal, action, resource) unless { principal in Role::"leaver" };' },
        409,
      ),
    ).toMatchObject({ code: 'policy_locks_out' })
    await call('PUT', `${holdfast}/policies/stop`, { text: 'forbid (principal in ?principal, action, resource);' }, 201)
    expect(await give({ ...operators, template: 'stop' }, 409)).toMatchObject({ code: 'policy_locks_out' })
    expect((await call('GET', `${holdfast}/grants`))['items']).toMatchObject([{ role: 'leaver' }, { role: 'auditor' }])
    const eves = await give({ ...toEve(), template: 'stop' })
    expect(await status('GET', `/api/v1/people/${eve.id}`)).toBe(403)
    await end(eves)
    expect(await status('GET', `/api/v1/people/${eve.id}`)).toBe(200)
  })
})

test('a bundle carries roles, lasting grants, and those for a time with their time', async () => {
  const app = '/api/v1/applications/shop'
  await call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop' }, 201)
  const made = await call('POST', '/api/v1/services', { name: 'shop', application: 'shop' }, 201)
  const trust = (made['trust'] as { keys: PublicJwk[] }).keys
  await call(
    'PUT',
    `${app}/policies/see`,
    { text: 'permit (principal == ?principal, action == Action::"get", resource == ?resource);' },
    201,
  )
  await call('POST', `${app}/roles`, { id: 'staff', name: 'Staff' }, 201)
  await call('POST', `${app}/roles`, { id: 'chief', parents: ['staff'] }, 201)
  const route = { type: 'Route', id: '/x' }
  await call('PUT', `${app}/entities`, { entities: [{ uid: route, attrs: { method: 'GET', path: '/x' } }] })
  await call('PATCH', app, { bundledTypes: ['Route'] })
  const from = new Date(Date.now() + hour)
  // Of the last second too: what is rounded ends or begins at another time.
  from.setMilliseconds(123)
  const to = new Date(from.getTime() + hour + 333)
  const reason = 'x'
  const lasting = await call('POST', `${app}/grants`, { ...toEve(), template: 'see', resource: route, reason }, 201)
  await call('POST', `${app}/grants`, { principal: { type: 'Group', id: 'admins' }, role: 'chief', reason }, 201)
  await call(
    'POST',
    `${app}/grants`,
    { ...toEve(), role: 'staff', validFrom: from.toISOString(), validTo: to.toISOString(), reason },
    201,
  )
  const ended = await call('POST', `${app}/grants`, { ...toEve(), role: 'chief', reason }, 201)
  await call('POST', `${app}/grants/${ended['id'] as string}/end`, { reason })
  const edge = { kind: 'sdk', version: '0.1.0', id: 'own-roles-test' }
  const body = { application: 'shop', epoch: 0, cursor: 0, waitSeconds: 0, edge }
  const synced = await whole.call('POST', '/api/v1/edge/sync', body, made['key'] as string)
  const expected = { keys: prepareKeys(trust), audience: 'shop', issuer: whole.url, now: Math.floor(Date.now() / 1000) }
  const bundle = verifyApplicationBundle(synced.json['bundle'] as string, expected)
  const role = (id: string) => ({ type: 'Role', id })
  expect(bundle).toMatchObject({
    validated: true,
    bundledTypes: ['Route'],
    timed: [
      {
        from: from.getTime(),
        until: to.getTime(),
        membership: { child: { type: 'Person', id: eve.id }, parent: role('staff') },
      },
    ],
    policies: {
      templateLinks: [
        {
          templateId: 'see',
          newId: `see/${lasting['id'] as string}`,
          values: { '?principal': { type: 'Person', id: eve.id }, '?resource': route },
        },
      ],
    },
  })
  const found = (type: string, id: string) => bundle.entities.find(({ uid }) => uid.type === type && uid.id === id)
  expect(found('Role', 'chief')?.parents).toEqual([role('staff')])
  expect(found('Group', 'admins')?.parents).toEqual([role('chief')])
  expect(found('Person', eve.id)?.parents).toEqual([])
  expect(found('Route', '/x')?.attrs).toEqual({ method: 'GET', path: '/x' })
  expect(bundle.policies.templates).toHaveProperty('see')
})

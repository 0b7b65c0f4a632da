import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const schema = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role] { department?: String };
entity Service in [Group, Role];
entity Folder in [Folder];
entity Document in [Folder] { owner: Person, secret: Bool };
action view, edit appliesTo { principal: [Person, Service], resource: [Document, Folder] };
`
const policies = {
  viewers: 'permit (principal in Role::"viewer", action == Action::"view", resource);',
  editors: 'permit (principal in Role::"editor", action in [Action::"view", Action::"edit"], resource);',
  owners: 'permit (principal, action, resource is Document) when { resource.owner == principal };',
  folder: 'permit (principal in ?principal, action == Action::"view", resource in ?resource);',
}

let whole: WholeServer
let admin: Client
let ada: Credentials
let ben: Credentials
let cara: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  ben = await addPerson(whole, 'Ben')
  cara = await addPerson(whole, 'Cara')
  await call('POST', '/api/v1/groups', { id: 'staff', name: 'Staff' }, 201)
  await call('POST', '/api/v1/applications', { id: 'docs', name: 'Docs', schema }, 201)
  for (const [name, text] of Object.entries(policies)) await call('PUT', `${app}/policies/${name}`, { text }, 201)
  await call('POST', `${app}/roles`, { id: 'viewer', name: 'Viewer' }, 201)
  await call('POST', `${app}/roles`, { id: 'editor', parents: ['viewer'] }, 201)
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

const app = '/api/v1/applications/docs'

async function call(method: string, path: string, body?: unknown, expected = 200) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}

const person = (id: string) => ({ type: 'Person', id })
const give = (more: object, expected = 201) => call('POST', `${app}/grants`, { reason: 'because', ...more }, expected)

async function decide(principal: { id: string }, action = 'view', resource = 'Document::d1', when = '') {
  const json = await call(
    'GET',
    `${app}/explain?principal=Person::${principal.id}&action=${action}&resource=${resource}${when}`,
  )
  return json['decision'] as string
}

async function evaluate(principal: { id: string }, action: string, more: object = {}) {
  const body = { principal: person(principal.id), action, resource: { type: 'Document', id: 'd1' }, ...more }
  return (await call('POST', `${app}/evaluate`, body)) as { decision: string; reasons: { policy: string }[] }
}

async function bundle() {
  const json = await call('GET', app)
  return json['epoch'] as number
}

describe('a role', () => {
  test('gives what its policies permit, and what those of the roles above it do', async () => {
    expect((await evaluate(ben, 'view')).decision).toBe('deny')
    const before = await bundle()
    const grant = await give({ principal: person(ben.id), role: 'editor' })
    expect(grant).toMatchObject({ version: 1, inForce: true, source: 'direct', reason: 'because', validTo: null })
    expect(grant['recordedBy']).toMatchObject({ type: 'Service' })
    expect(await bundle()).toBeGreaterThan(before)
    expect(await evaluate(ben, 'edit')).toMatchObject({ decision: 'allow', reasons: [{ policy: 'editors' }] })
    expect((await evaluate(ben, 'view')).reasons).toEqual([{ policy: 'editors' }, { policy: 'viewers' }])
    expect(await decide(ben, 'edit')).toBe('allow')
    expect((await eventsOf(whole, 'grant.created'))[0]).toMatchObject({ resource: ben.id, application: 'docs' })
    const then = new Date().toISOString()
    await call('POST', `${app}/grants/${grant['id'] as string}/end`, { reason: 'left' })
    expect((await evaluate(ben, 'edit')).decision).toBe('deny')
    expect(await decide(ben, 'edit', 'Document::d1', `&at=${then}`)).toBe('allow')
    expect(await decide(ben, 'edit')).toBe('deny')
    expect(
      await give({ principal: person(ben.id), role: 'editor', validTo: '2001-01-01T00:00:00Z' }, 422),
    ).toMatchObject({ code: 'grant_time' })
  })
  test('nests, without circles; is deleted only when nobody has it and nothing is in it', async () => {
    await call('POST', `${app}/roles`, { id: 'chief', parents: ['editor'] }, 201)
    expect(await call('PATCH', `${app}/roles/viewer`, { parents: ['chief'] }, 409)).toMatchObject({
      code: 'role_cycle',
    })
    expect(await call('PATCH', `${app}/roles/viewer`, { parents: ['viewer'] }, 409)).toMatchObject({
      code: 'role_cycle',
    })
    expect(await call('POST', `${app}/roles`, { id: 'x', parents: ['nobody'] }, 422)).toMatchObject({
      code: 'roles_unknown',
    })
    expect(await call('POST', `${app}/roles`, { id: 'chief' }, 409)).toMatchObject({ code: 'role_exists' })
    expect(await call('DELETE', `${app}/roles/editor`, undefined, 409)).toMatchObject({ code: 'role_in_use' })
    const grant = await give({ principal: person(cara.id), role: 'chief' })
    expect(await decide(cara)).toBe('allow')
    expect(await call('DELETE', `${app}/roles/chief`, undefined, 409)).toMatchObject({ code: 'role_in_use' })
    await call('POST', `${app}/grants/${grant['id'] as string}/end`, { reason: 'done' })
    await call('DELETE', `${app}/roles/chief`)
    expect((await call('GET', `${app}/roles`))['items']).toMatchObject([{ id: 'editor' }, { id: 'viewer' }])
  })

  test('of a group is its members’, and ends with the group: a new one of its name has nothing', async () => {
    await call('POST', '/api/v1/groups', { id: 'crew', name: 'Crew' }, 201)
    await call('PATCH', `/api/v1/people/${cara.id}`, { groups: ['crew'] })
    await give({ principal: { type: 'Group', id: 'crew' }, role: 'viewer' })
    expect((await evaluate(cara, 'view')).decision).toBe('allow')
    expect(await decide(cara)).toBe('allow')
    await call('DELETE', '/api/v1/groups/crew')
    await call('POST', '/api/v1/groups', { id: 'crew', name: 'Crew' }, 201)
    await call('PATCH', `/api/v1/people/${cara.id}`, { groups: ['crew'] })
    expect((await evaluate(cara, 'view')).decision).toBe('deny')
    expect(await decide(cara)).toBe('deny')
  })

  test('is given to nobody unknown, not twice for one time, and only where the schema speaks of roles', async () => {
    const nobody = '01900000-0000-7000-8000-0000000000ff'
    expect(await give({ principal: person(nobody), role: 'viewer' }, 422)).toMatchObject({
      code: 'grant_principal_unknown',
    })
    expect(await give({ principal: { type: 'Role', id: 'viewer' }, role: 'editor' }, 422)).toMatchObject({
      code: 'grant_principal_unknown',
    })
    expect(await give({ principal: person(ada.id), role: 'king' }, 422)).toMatchObject({ code: 'roles_unknown' })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        whole.call('POST', `${app}/grants`, { principal: person(ada.id), role: 'viewer', reason: 'race' }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 7 }, () => 409),
    ])
    await call(
      'POST',
      '/api/v1/applications',
      {
        id: 'plain',
        name: 'Plain',
        schema: 'entity Person; entity Thing; action see appliesTo { principal: Person, resource: Thing };',
      },
      201,
    )
    expect(await call('POST', '/api/v1/applications/plain/roles', { id: 'r' }, 422)).toMatchObject({
      code: 'role_schema',
    })
    const less = schema.replace('entity Role in [Role];', '').replaceAll(', Role]', ']')
    expect((await whole.call('PUT', `${app}/schema`, { text: less })).status).toBe(422)
  })
})

describe('a template', () => {
  test('lets somebody what its slots are filled with, and goes only when nothing fills them', async () => {
    const folder = { type: 'Folder', id: 'f1' }
    const inside = { entities: [{ uid: { type: 'Document', id: 'd1' }, attrs: {}, parents: [folder] }] }
    expect((await evaluate(ben, 'view', inside)).decision).toBe('deny')
    const grant = await give({ principal: person(ben.id), template: 'folder', resource: folder })
    expect(await evaluate(ben, 'view', inside)).toMatchObject({
      decision: 'allow',
      reasons: [{ policy: `folder/${grant['id'] as string}` }],
    })
    expect((await evaluate(ben, 'edit', inside)).decision).toBe('deny')
    expect((await evaluate(ben, 'view')).decision).toBe('deny')
    expect(await give({ principal: person(ben.id), template: 'folder' }, 422)).toMatchObject({ code: 'grant_template' })
    expect(await give({ principal: person(ben.id), template: 'viewers', resource: folder }, 422)).toMatchObject({
      code: 'grant_template',
    })
    expect(
      await give({ principal: person(ben.id), template: 'folder', resource: { type: 'Nothing', id: 'x' } }, 422),
    ).toMatchObject({ code: 'grant_template' })
    expect(await call('DELETE', `${app}/policies/folder`, undefined, 409)).toMatchObject({ code: 'template_in_use' })
    const without = { text: policies.viewers }
    expect(await call('PUT', `${app}/policies/folder`, without, 409)).toMatchObject({ code: 'template_in_use' })
    await call('PUT', `${app}/policies/folder`, { text: `@doc("x") ${policies.folder}` })
    expect(await call('GET', `${app}/policies/folder`)).toMatchObject({
      kind: 'template',
      slots: ['?principal', '?resource'],
    })
    await call('POST', `${app}/grants/${grant['id'] as string}/end`, { reason: 'done' })
    expect((await evaluate(ben, 'view', inside)).decision).toBe('deny')
  })
})

describe('what we say and what we said', () => {
  const iso = (at: number) => new Date(at).toISOString()
  const day = 86_400_000

  test('a grant that was backdated held then, though nobody knew; one that was corrected did not', async () => {
    const before = Date.now()
    const grant = await give({
      principal: person(cara.id),
      role: 'viewer',
      validFrom: iso(before - 10 * day),
      reason: 'told late',
    })
    const id = grant['id'] as string
    const who = `Document::d9`
    const past = (at: number, recordedAt?: number) =>
      decide(cara, 'view', who, `&at=${iso(at)}${recordedAt === undefined ? '' : `&recordedAt=${iso(recordedAt)}`}`)
    // The people and policies of ten days ago were not there: the application did not exist. Ask about the time since.
    const since = Date.now()
    expect(await past(since)).toBe('allow')
    expect(await past(since, before - 1)).toBe('deny')
    const listed = (query: string) => call('GET', `${app}/grants?principal=Person::${cara.id}&role=viewer${query}`)
    expect((await listed(`&at=${iso(before - 5 * day)}`))['items']).toMatchObject([{ id }])
    expect((await listed(`&at=${iso(before - 5 * day)}&recordedAt=${iso(before - 1)}`))['items']).toEqual([])

    const { json: conflict } = await whole.call('PATCH', `${app}/grants/${id}`, {
      validTo: iso(before - day),
      reason: 'x',
      expectedVersion: 7,
    })
    expect(conflict).toMatchObject({ code: 'grant_version_conflict' })
    const corrected = await call('PATCH', `${app}/grants/${id}`, {
      validTo: iso(before - day),
      reason: 'had left by then',
      expectedVersion: 1,
    })
    expect(corrected).toMatchObject({ version: 2, inForce: false })
    expect(await past(since)).toBe('deny')
    expect(await past(since, since)).toBe('allow')
    expect(await decide(cara, 'view', who)).toBe('deny')
    expect((await listed(`&at=${iso(before - 5 * day)}`))['items']).toMatchObject([{ id, version: 2 }])
    const { versions } = (await call('GET', `${app}/grants/${id}`)) as {
      versions: { version: number; reason: string; recordedTo: string | null }[]
    }
    expect(versions.map(({ version, reason, recordedTo }) => [version, reason, recordedTo === null])).toEqual([
      [2, 'had left by then', true],
      [1, 'told late', false],
    ])
  })

  test('a grant for a time begins and ends by itself', async () => {
    const grant = await give({
      principal: person(cara.id),
      role: 'editor',
      validFrom: iso(Date.now() + day),
      validTo: iso(Date.now() + 2 * day),
    })
    expect(grant['inForce']).toBe(false)
    expect((await evaluate(cara, 'edit')).decision).toBe('deny')
    expect(await decide(cara, 'edit', 'Document::d1', `&at=${iso(Date.now() + day * 1.5)}`)).toBe('allow')
    expect(await decide(cara, 'edit', 'Document::d1', `&at=${iso(Date.now() + day * 3)}`)).toBe('deny')
    await call('POST', `${app}/grants/${grant['id'] as string}/end`, { reason: 'not needed' })
    expect(await decide(cara, 'edit', 'Document::d1', `&at=${iso(Date.now() + day * 1.5)}`)).toBe('deny')
  })

  test('policies, groups and people are as they were', async () => {
    await call('PATCH', `/api/v1/people/${cara.id}`, { groups: ['staff'] })
    await call(
      'PUT',
      `${app}/policies/staff`,
      { text: 'permit (principal in Group::"staff", action == Action::"edit", resource);' },
      201,
    )
    const then = Date.now()
    expect(await decide(cara, 'edit')).toBe('allow')
    await call('PATCH', `/api/v1/people/${cara.id}`, { groups: [] })
    expect(await decide(cara, 'edit')).toBe('deny')
    expect(await decide(cara, 'edit', 'Document::d1', `&at=${iso(then)}`)).toBe('allow')
    await call('PATCH', `/api/v1/people/${cara.id}`, { state: 'disabled' })
    await call('DELETE', `${app}/policies/staff`)
    expect(await decide(cara, 'edit', 'Document::d1', `&at=${iso(then)}`)).toBe('allow')
    const { items } = (await call('GET', `${app}/who-can?action=edit&resource=Document::d1&at=${iso(then)}`)) as {
      items: object[]
    }
    expect(items).toEqual([{ principal: person(cara.id), name: 'Cara', policies: ['staff'] }])
    await call('PATCH', `/api/v1/people/${cara.id}`, { state: 'active' })
    expect(
      await call('GET', `${app}/who-can?action=edit&resource=Document::d1&at=2001-01-01T00:00:00Z`, undefined, 404),
    ).toMatchObject({ code: 'past_unknown' })
    const history = await call('GET', `${app}/history?principal=Person::${cara.id}`)
    const told = (history['items'] as { what: string; change: string; by: object | null; details: object }[]).map(
      ({ what, change }) => `${what} ${change}`,
    )
    expect(told.slice(0, 3)).toEqual(['account changed', 'account changed', 'membership removed'])
    expect(told).toContain('grant added')
    expect(history['items']).toContainEqual(
      expect.objectContaining({
        what: 'membership',
        change: 'added',
        by: expect.objectContaining({ type: 'Service' }),
      }),
    )
    const policy = await call('GET', `${app}/history?policy=staff&limit=1`)
    expect(policy['items']).toMatchObject([{ change: 'removed', subject: { type: 'Policy', id: 'staff' } }])
    const next = await call(
      'GET',
      `${app}/history?policy=staff&limit=1&cursor=${encodeURIComponent(policy['next'] as string)}`,
    )
    expect(next).toMatchObject({ items: [{ change: 'added' }], next: null })
  })
})

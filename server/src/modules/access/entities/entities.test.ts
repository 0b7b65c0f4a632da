import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addPerson, type Credentials, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const schema = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role] { department?: String };
entity Service in [Group, Role];
entity Team in [Team];
entity Device in [Team, Role];
entity Folder in [Folder] { team?: Team };
entity Document in [Folder] { owner: Person, folder?: Folder, size: Long } tags String;
action view, edit appliesTo { principal: [Person, Service, Device], resource: [Document, Folder] };
`
const policies = {
  owners: 'permit (principal, action == Action::"view", resource is Document) when { resource.owner == principal };',
  sales:
    'permit (principal is Person, action == Action::"view", resource in Folder::"sales") when { principal has department && principal.department == "sales" };',
  teams:
    'permit (principal is Device, action == Action::"edit", resource is Document) when { resource has folder && resource.folder has team && principal in resource.folder.team };',
  readers: 'permit (principal in Role::"reader", action == Action::"edit", resource);',
}
const app = '/api/v1/applications/store'

let whole: WholeServer
let admin: Client
let ada: Credentials
let ben: Credentials
let key = ''

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  ben = await addPerson(whole, 'Ben')
  await call('POST', '/api/v1/applications', { id: 'store', name: 'Store', schema }, 201)
  for (const [name, text] of Object.entries(policies)) await call('PUT', `${app}/policies/${name}`, { text }, 201)
  await call('POST', `${app}/roles`, { id: 'reader' }, 201)
  key = (await call('POST', '/api/v1/services', { name: 'store', application: 'store' }, 201))['key'] as string
  await put([
    { uid: uid('Team', 't1') },
    { uid: uid('Team', 't2'), parents: [uid('Team', 't1')] },
    { uid: uid('Folder', 'sales'), attrs: { team: uid('Team', 't1') } },
    { uid: uid('Folder', 'deals'), parents: [uid('Folder', 'sales')] },
    {
      uid: uid('Document', 'd1'),
      attrs: { owner: uid('Person', ada.id), folder: uid('Folder', 'sales'), size: 3 },
      tags: { mood: 'secret words' },
      parents: [uid('Folder', 'deals')],
    },
    { uid: uid('Device', 'printer'), parents: [uid('Team', 't2')] },
  ])
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

const uid = (type: string, id: string) => ({ type, id })

async function call(method: string, path: string, body?: unknown, expected = 200, bearer = whole.token) {
  const { status, json } = await whole.call(method, path, body, bearer)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}
const put = (entities: object[], expected = 200, bearer = whole.token) =>
  call('PUT', `${app}/entities`, { entities }, expected, bearer)

async function decide(principal: { type: string; id: string }, action: string, more: object = {}) {
  const body = { principal, action, resource: uid('Document', 'd1'), ...more }
  const point = (await call('POST', `${app}/evaluate`, body))['decision']
  return point as string
}

const inWorld = async (principal: { type: string; id: string }, action: string) =>
  (
    await call(
      'GET',
      `${app}/explain?principal=${principal.type}::${principal.id}&action=${action}&resource=Document::d1`,
    )
  )['decision']

describe('what is stored', () => {
  test('decides: attributes, parents, and what those have', async () => {
    for (const ask of [decide, inWorld]) {
      expect(await ask(uid('Person', ada.id), 'view')).toBe('allow')
      expect(await ask(uid('Person', ben.id), 'view')).toBe('deny')
      expect(await ask(uid('Device', 'printer'), 'edit')).toBe('allow')
      expect(await ask(uid('Device', 'scanner'), 'edit')).toBe('deny')
    }
    await put([{ uid: uid('Person', ben.id), attrs: { department: 'sales' } }])
    for (const ask of [decide, inWorld]) expect(await ask(uid('Person', ben.id), 'view')).toBe('allow')
  })

  test('is not redefined by a question, nor does one give roles', async () => {
    const mine = { uid: uid('Document', 'd1'), attrs: { owner: { __entity: uid('Person', ben.id) } }, parents: [] }
    await call('POST', `${app}/entities/delete`, { uids: [uid('Person', ben.id)] })
    expect(await decide(uid('Person', ben.id), 'view', { entities: [mine] })).toBe('deny')
    const device = uid('Device', 'scanner')
    for (const parents of [[uid('Role', 'reader')], [uid('Team', 't1')], [uid('Team', 'x')]]) {
      const forged = [
        { uid: device, attrs: {}, parents },
        { uid: uid('Team', 'x'), attrs: {}, parents: [uid('Role', 'reader'), uid('Team', 't1')] },
        { uid: uid('Role', 'other'), attrs: {}, parents: [uid('Role', 'reader')] },
      ]
      expect(await decide(device, 'edit', { entities: forged }), JSON.stringify(parents)).toBe('deny')
    }
    const folder = { uid: uid('Folder', 'sales'), attrs: { team: { __entity: uid('Team', 'mine') } }, parents: [] }
    expect(await decide(uid('Device', 'printer'), 'edit', { entities: [folder] })).toBe('allow')
  })

  test('lies encrypted, and is shown to whom may see it', async () => {
    const { rows } = await admin.query<{ attributes: Buffer }>('SELECT attributes FROM stored_entities')
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.filter(({ attributes }) => attributes.includes('secret words'))).toEqual([])
    const { items } = (await call('GET', `${app}/entities?type=Document`)) as { items: object[] }
    expect(items).toEqual([
      {
        uid: uid('Document', 'd1'),
        attrs: { owner: { __entity: uid('Person', ada.id) }, folder: { __entity: uid('Folder', 'sales') }, size: 3 },
        tags: { mood: 'secret words' },
        parents: [uid('Folder', 'deals')],
      },
    ])
  })

  test('is paged, changed in part, and left alone where it is the same', async () => {
    const first = await call('GET', `${app}/entities?limit=4`)
    const rest = await call('GET', `${app}/entities?limit=50&cursor=${encodeURIComponent(first['next'] as string)}`)
    const ids = [...(first['items'] as { uid: { id: string } }[]), ...(rest['items'] as { uid: { id: string } }[])].map(
      (item) => item.uid.id,
    )
    expect(ids).toEqual(['printer', 'd1', 'deals', 'sales', 't1', 't2'])
    expect(await put([{ uid: uid('Team', 't1') }])).toEqual({ created: 0, changed: 0 })
    const patch = { uid: uid('Document', 'd1'), attrs: { size: 4, folder: null } }
    expect(await call('PATCH', `${app}/entities`, patch)).toEqual({ created: 0, changed: 1 })
    expect(await decide(uid('Device', 'printer'), 'edit')).toBe('deny')
    await call('PATCH', `${app}/entities`, { uid: uid('Document', 'd1'), attrs: { folder: uid('Folder', 'sales') } })
    expect(await decide(uid('Device', 'printer'), 'edit')).toBe('allow')
    expect(await call('PATCH', `${app}/entities`, { uid: uid('Document', 'd7'), attrs: {} }, 404)).toMatchObject({
      code: 'entity_not_found',
    })
    const { items } = (await call('GET', `${app}/history?resource=Document::d1`)) as { items: { change: string }[] }
    expect(items.map(({ change }) => change)).toEqual(['changed', 'changed', 'added'])
  })

  test('in circles is refused, in one request and over several', async () => {
    const circle = [
      { uid: uid('Team', 'a'), parents: [uid('Team', 'b')] },
      { uid: uid('Team', 'b'), parents: [uid('Team', 'a')] },
    ]
    expect(await put(circle, 422)).toMatchObject({ code: 'entity_cycle' })
    expect(await put([{ uid: uid('Team', 't1'), parents: [uid('Team', 't2')] }], 422)).toMatchObject({
      code: 'entity_cycle',
    })
    expect(await put([{ uid: uid('Team', 't1'), parents: [uid('Team', 't1')] }], 422)).toMatchObject({
      code: 'entity_cycle',
    })
  })

  test.each([
    ['an attribute that is missing', { uid: uid('Document', 'x'), attrs: { size: 1 } }],
    ['one of another type', { uid: uid('Document', 'x'), attrs: { owner: 'ada', size: 1 } }],
    ['one that is not declared', { uid: uid('Team', 'x'), attrs: { colour: 'red' } }],
    ['a type that is not declared', { uid: uid('Nothing', 'x') }],
    ['a parent of a type that it may not have', { uid: uid('Team', 'x'), parents: [uid('Folder', 'sales')] }],
    ['a role as a parent', { uid: uid('Device', 'x'), parents: [uid('Role', 'reader')] }],
    ['a role', { uid: uid('Role', 'reader'), parents: [] }],
    ['an action', { uid: uid('Action', 'view') }],
    [
      'somebody’s groups',
      { uid: uid('Person', '01900000-0000-7000-8000-0000000000ff'), parents: [uid('Group', 'admins')] },
    ],
    ['somebody who is not there', { uid: uid('Person', '01900000-0000-7000-8000-0000000000ff') }],
    ['a fraction', { uid: uid('Document', 'x'), attrs: { owner: uid('Person', 'p'), size: 1.5 } }],
  ])('%s is refused', async (_, entity) => {
    expect(await put([entity], 422)).toMatchObject({ code: 'entity_invalid' })
  })

  test('is kept by the application’s own service, and by no other', async () => {
    expect(await put([{ uid: uid('Team', 'own') }], 200, key)).toEqual({ created: 1, changed: 0 })
    await call('GET', `${app}/entities`, undefined, 200, key)
    await call(
      'PUT',
      '/api/v1/applications/holdfast/entities',
      { entities: [{ uid: uid('Application', 'x') }] },
      403,
      key,
    )
    await call('POST', `${app}/grants`, { principal: uid('Device', 'printer'), role: 'reader', reason: 'x' }, 403, key)
    expect(
      await call(
        'PUT',
        '/api/v1/applications/holdfast/entities',
        { entities: [{ uid: uid('Application', 'x') }] },
        409,
      ),
    ).toMatchObject({
      code: 'entities_builtin',
    })
    expect((await whole.call('GET', `${app}/who-can?action=view&resource=Document::d1`, undefined, key)).status).toBe(
      403,
    )
  })

  test('is gone with its application: one of that name made again has none of it', async () => {
    const other = '/api/v1/applications/brief'
    await call('POST', '/api/v1/applications', { id: 'brief', name: 'Brief', schema }, 201)
    await call('PUT', `${other}/entities`, { entities: [{ uid: uid('Team', 'x') }] })
    await call('POST', `${other}/roles`, { id: 'reader' }, 201)
    await call('POST', `${other}/grants`, { principal: uid('Person', ada.id), role: 'reader', reason: 'x' }, 201)
    await call('DELETE', other)
    await call('POST', '/api/v1/applications', { id: 'brief', name: 'Brief', schema }, 201)
    expect((await call('GET', `${other}/entities`))['items']).toEqual([])
    expect((await call('GET', `${other}/grants`))['items']).toEqual([])
    expect((await call('GET', `${other}/roles`))['items']).toEqual([])
  })
})

describe('questions', () => {
  test('who can: people, services and things that act, paged, with the policies that let them', async () => {
    const first = await call('GET', `${app}/who-can?action=edit&resource=Document::d1&limit=1`)
    expect(first['items']).toEqual([{ principal: uid('Device', 'printer'), name: null, policies: ['teams'] }])
    expect((await call('GET', `${app}/who-can?action=view&resource=Document::d1`))['items']).toEqual([
      { principal: uid('Person', ada.id), name: 'Ada', policies: ['owners'] },
    ])
    const unstored = await call('GET', `${app}/who-can?action=view&resource=Document::new`)
    expect(unstored['items']).toEqual([])
  })

  test('what can: actions on each thing that is known, or on one', async () => {
    const all = await call('GET', `${app}/what-can?principal=Person::${ada.id}`)
    expect(all['items']).toEqual([
      { resource: uid('Document', 'd1'), actions: [{ action: 'view', policies: ['owners'] }] },
    ])
    expect((await call('GET', `${app}/what-can?principal=Person::${ada.id}&resource=Folder::sales`))['items']).toEqual(
      [],
    )
    expect(
      (
        await call(
          'GET',
          `${app}/what-can?principal=Person::01900000-0000-7000-8000-0000000000ff&resource=Document::d1`,
        )
      )['items'],
    ).toEqual([])
  })

  test.each([
    ['who-can?action=view', 422],
    ['who-can?action=view&resource=nothing', 422],
    ['who-can?action=view&resource=Document::d1&context=%7B', 422],
    ['explain?principal=Person::x&action=view&resource=Document::%22%5Cx%22', 422],
    ['history?cursor=x', 422],
    ['what-can?principal=Person::x&at=yesterday', 422],
    // A typing mistake is no question that "nobody" would answer.
    ['who-can?action=veiw&resource=Document::d1', 422],
    ['who-can?action=view&resource=Documents::d1', 422],
    ['what-can?principal=Person::x&resourceType=Documents', 422],
    ['what-can?principal=Person::x&resource=Documents::d1', 422],
  ])('%s is refused, not a fault', async (query, status) => {
    expect((await whole.call('GET', `${app}/${query}`)).status).toBe(status)
  })
})

describe('an application without a schema', () => {
  const open = '/api/v1/applications/open'

  test('parses policies and validates none, and says so', async () => {
    expect(await call('POST', '/api/v1/applications', { id: 'open', name: 'Open', schema: null }, 201)).toMatchObject({
      validated: false,
    })
    await call(
      'PUT',
      `${open}/policies/any`,
      { text: 'permit (principal in Team::"t", action == Action::"x", resource) when { resource.level > 3 };' },
      201,
    )
    expect((await whole.call('PUT', `${open}/policies/bad`, { text: 'permit (principal' })).status).toBe(422)
    await call('PUT', `${open}/entities`, {
      entities: [
        { uid: uid('NS::User', 'u'), parents: [uid('Team', 't')] },
        { uid: uid('Thing', 'a'), attrs: { level: 4 } },
      ],
    })
    const body = { principal: uid('NS::User', 'u'), action: 'x', resource: uid('Thing', 'a') }
    expect((await call('POST', `${open}/evaluate`, body))['decision']).toBe('allow')
    await call('PUT', `${open}/schema`, {
      text: 'entity Team; namespace NS { entity User in [Team]; } entity Thing { level: Long }; action x appliesTo { principal: NS::User, resource: Thing };',
    })
    expect(await call('GET', open)).toMatchObject({ validated: true })
  })
})

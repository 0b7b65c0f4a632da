import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { type Asked, make, post } from './testing/fixture.ts'

// A search finds exactly what an evaluation permits, in an application with roles, grants, folders, people and a namespace; and in one
// that has no schema.

const schema = `
entity Group in [Group]; entity Role in [Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
namespace App {
  entity Team in [Team];
  entity User in [Team, Role] { level?: Long };
  entity Folder in [Folder] { owner?: User };
  entity Doc in [Folder] { owner?: User, level?: Long };
  action reads;
  action view in [reads] appliesTo { principal: [User, Person], resource: [Doc, Folder], context: { hour?: Long } };
  action list in [reads] appliesTo { principal: [User, Person], resource: Folder };
  action edit appliesTo { principal: User, resource: Doc };
}
`
const policies = {
  team: 'permit (principal in App::Team::"all", action in App::Action::"reads", resource in App::Folder::"public");',
  owner:
    'permit (principal is App::User, action, resource is App::Doc) when { resource has owner && resource.owner == principal };',
  role: 'permit (principal in Role::"editor", action == App::Action::"edit", resource);',
  people: 'permit (principal is Person, action == App::Action::"list", resource) when { principal in Group::"staff" };',
  level: `permit (principal is App::User, action == App::Action::"view", resource is App::Doc)
    when { principal has level && resource has level && principal.level >= resource.level };`,
  night: 'forbid (principal, action == App::Action::"view", resource) when { context has hour && context.hour < 6 };',
  named: 'permit (principal == App::User::"ghost", action == App::Action::"view", resource == App::Doc::"lost");',
  shared: 'permit (principal == ?principal, action == App::Action::"view", resource == ?resource);',
}
const uid = (type: string, id: string) => ({ type: `App::${type}`, id })
const entities = [
  { uid: uid('Team', 'red'), parents: [uid('Team', 'all')] },
  { uid: uid('User', 'ann'), attrs: { level: 3 }, parents: [uid('Team', 'red')] },
  { uid: uid('User', 'ben'), attrs: { level: 1 } },
  { uid: uid('User', 'cat') },
  { uid: uid('Folder', 'inner'), parents: [uid('Folder', 'public')] },
  { uid: uid('Doc', 'one'), attrs: { owner: uid('User', 'ben'), level: 2 }, parents: [uid('Folder', 'inner')] },
  { uid: uid('Doc', 'two'), attrs: { level: 1 } },
  { uid: uid('Doc', 'three'), attrs: { owner: uid('User', 'cat') }, parents: [uid('Folder', 'private')] },
]

let whole: WholeServer
let staff = ''
let disabled = ''

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  await make(whole, 'app', { schema, policies, entities })
  await made('POST', '/api/v1/groups', { id: 'staff', name: 'Staff' })
  const person = async (email: string) =>
    String((await made('POST', '/api/v1/people', { email, name: email, groups: ['staff'] }))['id'])
  staff = await person('staff@app.example')
  disabled = await person('gone@app.example')
  await made('PATCH', `/api/v1/people/${disabled}`, { state: 'disabled' })
  await made('PUT', '/api/v1/applications/app/roles', {
    roles: [{ id: 'editor' }, { id: 'chief', parents: ['editor'] }],
  })
  const grants = '/api/v1/applications/app/grants'
  await made('POST', grants, { principal: uid('User', 'cat'), role: 'chief', reason: 'she leads' })
  await made('POST', grants, {
    principal: uid('User', 'cat'),
    template: 'shared',
    resource: uid('Doc', 'two'),
    reason: 'shared',
  })
})
afterAll(() => whole.close())

async function made(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await whole.call(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
  return json
}

const ask = (endpoint: string, body: unknown): Promise<Asked> =>
  post(whole, `/applications/app/access/v1/${endpoint}`, body)
const resultsOf = ({ json }: Asked) => json['results'] as Record<string, string>[]
const idsOf = (answer: Asked) => resultsOf(answer).map(({ id }) => id)

const users = ['ann', 'ben', 'cat', 'ghost'].map((id) => uid('User', id))
const docs = ['lost', 'one', 'three', 'two'].map((id) => uid('Doc', id))
const folders = ['inner', 'private', 'public'].map((id) => uid('Folder', id))
const actions = ['edit', 'list', 'view']

describe('a search finds what an evaluation permits, and nothing else', () => {
  it.each([
    ['as it is', {}],
    ['at night', { context: { hour: 3 } }],
  ])('%s', async (_when, more) => {
    const permitted = new Set<string>()
    for (const resource of [...docs, ...folders]) {
      const evaluations = users.flatMap((subject) => actions.map((name) => ({ subject, action: { name } })))
      const { json } = await ask('evaluations', { resource, evaluations, ...more })
      for (const [at, { decision }] of (json['evaluations'] as { decision: boolean }[]).entries()) {
        const { subject, action } = evaluations[at] ?? { subject: { id: '' }, action: { name: '' } }
        const applies = action.name !== (resource.type === 'App::Doc' ? 'list' : 'edit')
        if (decision && applies) permitted.add(`${subject.id} ${action.name} ${resource.type} ${resource.id}`)
      }
    }
    expect(permitted.size).toBeGreaterThan(5)
    const found = { subject: new Set<string>(), resource: new Set<string>(), action: new Set<string>() }
    for (const resource of [...docs, ...folders]) {
      for (const name of actions.filter((each) => each !== (resource.type === 'App::Doc' ? 'list' : 'edit'))) {
        const answer = await ask('search/subject', {
          subject: { type: 'App::User' },
          action: { name },
          resource,
          ...more,
        })
        for (const id of idsOf(answer)) found.subject.add(`${id} ${name} ${resource.type} ${resource.id}`)
      }
      for (const subject of users) {
        const answer = await ask('search/action', { subject, resource, ...more })
        for (const { name } of resultsOf(answer))
          found.action.add(`${subject.id} ${name} ${resource.type} ${resource.id}`)
      }
    }
    for (const subject of users) {
      for (const [type, names] of [
        ['App::Doc', ['edit', 'view']],
        ['App::Folder', ['list', 'view']],
      ] as const) {
        for (const name of names) {
          const answer = await ask('search/resource', { subject, action: { name }, resource: { type }, ...more })
          for (const id of idsOf(answer)) found.resource.add(`${subject.id} ${name} ${type} ${id}`)
        }
      }
    }
    for (const each of Object.values(found)) expect([...each].toSorted()).toEqual([...permitted].toSorted())
  })

  it('a batch, which reads everything at once, decides as one question after the other', async () => {
    const subjects = [...users, { type: 'Person', id: staff }, { type: 'Person', id: disabled }, uid('Team', 'red')]
    const all = subjects.flatMap((subject) =>
      [...docs, ...folders].flatMap((resource) => actions.map((name) => ({ subject, resource, action: { name } }))),
    )
    const chosen = all.filter((_, at) => at % 2 === 0).slice(0, 100)
    const { json } = await ask('evaluations', { evaluations: chosen })
    const together = (json['evaluations'] as { decision: boolean }[]).map(({ decision }) => decision)
    const alone: unknown[] = []
    for (const each of chosen) alone.push((await ask('evaluation', each)).json['decision'])
    expect(together).toEqual(alone)
    expect(new Set(alone)).toEqual(new Set([true, false]))
  })

  it('by roles that others are in, by links of templates, and what only a policy names', async () => {
    const doc = (id: string) => ({ action: { name: 'edit' }, resource: uid('Doc', id) })
    expect(idsOf(await ask('search/subject', { subject: { type: 'App::User' }, ...doc('one') }))).toEqual([
      'ben',
      'cat',
    ])
    const view = { action: { name: 'view' }, resource: { type: 'App::Doc' } }
    expect(idsOf(await ask('search/resource', { subject: uid('User', 'cat'), ...view }))).toEqual(['three', 'two'])
    expect(idsOf(await ask('search/resource', { subject: uid('User', 'ghost'), ...view }))).toEqual(['lost'])
  })

  it('people of the directory, while they are there', async () => {
    const list = { subject: { type: 'Person' }, action: { name: 'list' }, resource: uid('Folder', 'inner') }
    expect(resultsOf(await ask('search/subject', list))).toEqual([{ type: 'Person', id: staff }])
    for (const [id, expected] of [
      [staff, ['list']],
      [disabled, []],
    ] as const) {
      const answer = await ask('search/action', { subject: { type: 'Person', id }, resource: uid('Folder', 'inner') })
      expect(resultsOf(answer).map(({ name }) => name)).toEqual(expected)
    }
  })

  it('with properties of what is sought, which are those of every candidate', async () => {
    const view = { action: { name: 'view' }, resource: uid('Doc', 'two') }
    expect(idsOf(await ask('search/subject', { subject: { type: 'App::User' }, ...view }))).toEqual([
      'ann',
      'ben',
      'cat',
    ])
    const high = { type: 'App::User', properties: { level: 9 } }
    expect(idsOf(await ask('search/subject', { subject: high, ...view }))).toEqual(['ann', 'ben', 'cat', 'ghost'])
    const secret = { ...view.resource, properties: { level: 9 } }
    expect(idsOf(await ask('search/subject', { subject: { type: 'App::User' }, ...view, resource: secret }))).toEqual([
      'ann',
      'ben',
      'cat',
    ])
  })

  it('what is granted, or taken away, a moment later', async () => {
    const asked = { subject: { type: 'App::User' }, action: { name: 'edit' }, resource: uid('Doc', 'three') }
    expect(idsOf(await ask('search/subject', asked))).toEqual(['cat'])
    const grant = await made('POST', '/api/v1/applications/app/grants', {
      principal: uid('User', 'ann'),
      role: 'editor',
      reason: 'for a day',
    })
    expect(idsOf(await ask('search/subject', asked))).toEqual(['ann', 'cat'])
    await made('POST', `/api/v1/applications/app/grants/${String(grant['id'])}/end`, { reason: 'over' })
    expect(idsOf(await ask('search/subject', asked))).toEqual(['cat'])
  })
})

describe('an application without a schema', () => {
  beforeAll(() =>
    make(whole, 'free', {
      schema: null,
      policies: {
        write:
          'permit (principal in team::"writers", action in Action::"writing", resource) when { resource.size < 10 };',
        read: 'permit (principal, action in [Action::"read", Action::"list"], resource == doc::"1");',
      },
      entities: [
        { uid: { type: 'user', id: 'wanda' }, parents: [{ type: 'team', id: 'writers' }] },
        { uid: { type: 'Action', id: 'save' }, parents: [{ type: 'Action', id: 'writing' }] },
        { uid: { type: 'doc', id: '1' }, attrs: { size: 3 } },
      ],
    }),
  )
  const free = (endpoint: string, body: unknown) => post(whole, `/applications/free/access/v1/${endpoint}`, body)

  it('decides by policies that nobody has validated', async () => {
    const request = {
      subject: { type: 'user', id: 'wanda' },
      action: { name: 'save' },
      resource: { type: 'doc', id: '1' },
    }
    const decision = async (more: object) => (await free('evaluation', { ...request, ...more })).json['decision']
    expect(await decision({})).toBe(true)
    expect(await decision({ resource: { type: 'doc', id: '2', properties: { size: 9 } } })).toBe(true)
    expect(await decision({ resource: { type: 'doc', id: '2', properties: { size: 10 } } })).toBe(false)
    expect(await decision({ subject: { type: 'user', id: 'other' } })).toBe(false)
  })

  it('finds what is stored or named', async () => {
    const [wanda, one] = [
      { type: 'user', id: 'wanda' },
      { type: 'doc', id: '1' },
    ]
    const names = async (body: object) => resultsOf(await free('search/action', body)).map(({ name }) => name)
    expect(await names({ subject: wanda, resource: one })).toEqual(['list', 'read', 'save'])
    expect(await names({ subject: { type: 'user', id: 'other' }, resource: one })).toEqual(['list', 'read'])
    const save = { subject: { type: 'user' }, action: { name: 'save' }, resource: one }
    expect(idsOf(await free('search/subject', save))).toEqual(['wanda'])
  })
})

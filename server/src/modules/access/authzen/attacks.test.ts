import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type WholeServer, startWholeServer } from '../../../testing/whole-server.ts'
import { type Asked, make, post } from './testing/fixture.ts'

// Who asks may say what they like: of what is decided by what is stored, of pages that others asked for, of other applications.

const schema = `
entity Group in [Group]; entity Role in [Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
entity team; entity user in [team, Role] { suspended?: Bool, groups?: Set<String>, role?: String };
entity folder in [folder] { owner?: user };
entity doc in [folder] { owner?: user, secret?: Bool };
action view, edit appliesTo { principal: [user, Person, Service], resource: [doc, folder] };
`
const policies = {
  team: 'permit (principal in team::"writers", action, resource);',
  editors: 'permit (principal in Role::"editor", action, resource);',
  admins: 'permit (principal in Group::"admins", action, resource);',
  folder: 'permit (principal is user, action == Action::"view", resource in folder::"public");',
  suspended: 'forbid (principal is user, action, resource) when { principal has suspended && principal.suspended };',
  secret: 'forbid (principal, action, resource is doc) when { resource has secret && resource.secret };',
}
const user = (id: string) => ({ type: 'user', id })
const entities = [
  { uid: user('wanda'), parents: [{ type: 'team', id: 'writers' }] },
  { uid: user('sid'), attrs: { suspended: true }, parents: [{ type: 'team', id: 'writers' }] },
  { uid: user('mallory') },
  { uid: { type: 'doc', id: 'plan' }, attrs: { secret: true } },
  { uid: { type: 'doc', id: 'memo' } },
]
const memo = { type: 'doc', id: 'memo' }
const plan = { type: 'doc', id: 'plan' }
const edit = { name: 'edit' }

let whole: WholeServer
const keys: Record<string, string> = {}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  for (const id of ['docs', 'other']) await make(whole, id, { schema, policies, entities })
  for (const [name, application] of [
    ['one', 'docs'],
    ['two', 'docs'],
    ['stranger', 'other'],
  ] as const) {
    keys[name] = (await whole.call('POST', '/api/v1/services', { name, application })).json['key'] as string
  }
})
afterAll(() => whole.close())

const as = (who: string) => ({ authorization: `Bearer ${keys[who]}` })

function ask(endpoint: string, body: unknown, who = 'one', more: Record<string, string> = {}): Promise<Asked> {
  return post(whole, `/access/v1/${endpoint}`, body, { ...as(who), ...more })
}

async function mayEdit(subject: object, resource: object = memo): Promise<unknown> {
  const request = { subject, action: edit, resource }
  const one = await ask('evaluation', request)
  const batch = await ask('evaluations', { ...request, evaluations: [{}] })
  const actions = await ask('search/action', { subject, resource })
  const names = (actions.json['results'] as { name: string }[]).map(({ name }) => name)
  const answers = [
    one.json['decision'],
    (batch.json['evaluations'] as { decision: boolean }[])[0]?.decision,
    names.includes('edit'),
  ]
  expect(new Set(answers).size, JSON.stringify(answers)).toBe(1)
  return answers[0]
}

describe('what is stored counts', () => {
  it('a subject that claims to be in groups, teams or roles is in none', async () => {
    expect(await mayEdit(user('wanda'))).toBe(true)
    const claims = {
      groups: ['admins', 'writers'],
      role: 'editor',
      roles: ['editor'],
      parents: [{ type: 'team', id: 'writers' }],
      team: { __entity: { type: 'team', id: 'writers' } },
    }
    expect(await mayEdit({ ...user('mallory'), properties: claims })).toBe(false)
    expect(await mayEdit({ ...user('mallory'), parents: claims.parents, groups: claims.groups })).toBe(false)
    expect(await mayEdit({ type: 'Person', id: 'mallory', properties: claims })).toBe(false)
  })

  it('a subject that is stored is not described anew', async () => {
    expect(await mayEdit(user('sid'))).toBe(false)
    expect(await mayEdit({ ...user('sid'), properties: { suspended: false } })).toBe(false)
    expect(await mayEdit({ ...user('wanda'), properties: { suspended: true } })).toBe(false)
  })

  it('a resource that is stored is not described anew, nor put into a folder', async () => {
    expect(await mayEdit(user('wanda'), { ...plan, properties: { secret: false } })).toBe(false)
    const view = { subject: user('mallory'), action: { name: 'view' }, resource: memo }
    const folder = [{ type: 'folder', id: 'public' }]
    for (const said of [
      { properties: { parents: folder } },
      { parents: folder },
      { properties: { folder: folder[0] } },
    ]) {
      const { json } = await ask('evaluation', { ...view, resource: { ...memo, ...said } })
      expect(json['decision']).toBe(false)
    }
  })

  it('nobody is a group or a role', async () => {
    expect(await mayEdit({ type: 'Group', id: 'admins' })).toBe(false)
    expect(await mayEdit({ type: 'Role', id: 'editor' })).toBe(false)
  })

  it('members named as those of every object change nothing', async () => {
    const properties = '{"__proto__":{"suspended":false,"role":"editor"},"constructor":{"prototype":{"secret":false}}}'
    const body = `{"subject":{"type":"user","id":"sid","properties":${properties}},"action":{"name":"edit"},
      "resource":{"type":"doc","id":"plan","properties":${properties}},"context":${properties}}`
    const { status, json } = await ask('evaluation', body)
    expect([status, json['decision']]).toEqual([200, false])
    expect({}).not.toHaveProperty('suspended')
  })
})

describe('a page token', () => {
  const query = { subject: user('wanda'), action: { name: 'view' }, resource: { type: 'user' } }
  const search = { subject: { type: 'user' }, action: edit, resource: memo, page: { limit: 1 } }
  const tokenOf = ({ json }: Asked) => (json['page'] as { next_token: string }).next_token
  const withToken = (token: string, more = {}) => ({ ...search, page: { limit: 1, token }, ...more })

  it('works for who got it, and tells nobody where it stands', async () => {
    const everybody = { ...search, action: { name: 'view' }, resource: { ...memo, properties: {} } }
    const first = await ask('search/subject', search)
    expect(first.status).toBe(200)
    expect(query.subject.id).toBe('wanda')
    const pages = await ask('search/subject', { ...everybody, page: { limit: 0 } })
    const token = tokenOf(pages)
    expect(pages.json['results']).toEqual([])
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/mallory|sid|wanda|after|limit/)
    expect((await ask('search/subject', { ...everybody, page: { limit: 0, token } })).status).toBe(200)
  })

  it('is refused from anybody else, for anything else, and when it was changed', async () => {
    const token = tokenOf(await ask('search/subject', { ...search, page: { limit: 0 } }))
    const zero = { ...search, page: { limit: 0, token } }
    expect((await ask('search/subject', zero)).status).toBe(200)
    const altered = Buffer.from(token, 'base64url')
    altered[70] = (altered[70] ?? 0) ^ 1
    const unknownKey = Buffer.from(token, 'base64url')
    unknownKey.fill(7, 1, 17)
    const bad: [string, Promise<Asked>][] = [
      ['another service', ask('search/subject', zero, 'two')],
      ['an operator', post(whole, '/applications/docs/access/v1/search/subject', zero)],
      ['another application', ask('search/subject', zero, 'stranger')],
      ['another action', ask('search/subject', { ...zero, action: { name: 'view' } })],
      ['another resource', ask('search/subject', { ...zero, resource: plan })],
      ['another type', ask('search/subject', { ...zero, subject: { type: 'Person' } })],
      ['properties', ask('search/subject', { ...zero, resource: { ...memo, properties: { secret: false } } })],
      ['a context', ask('search/subject', { ...zero, context: { hour: 1 } })],
      ['another limit', ask('search/subject', withToken(token))],
      ['another search', ask('search/resource', { ...zero, subject: user('wanda'), resource: { type: 'doc' } })],
      ['a changed byte', ask('search/subject', { ...zero, page: { limit: 0, token: altered.toString('base64url') } })],
      [
        'a key that is not there',
        ask('search/subject', { ...zero, page: { limit: 0, token: unknownKey.toString('base64url') } }),
      ],
      ['no token at all', ask('search/subject', { ...zero, page: { limit: 0, token: 'YQ' } })],
      ['a cut token', ask('search/subject', { ...zero, page: { limit: 0, token: token.slice(0, 100) } })],
    ]
    for (const [what, asked] of bad) {
      const { status, json } = await asked
      expect([what, status, json['code']]).toEqual([what, 400, 'page_token_invalid'])
    }
  })
})

describe('another application', () => {
  const bodies = {
    evaluation: { subject: user('wanda'), action: edit, resource: memo },
    evaluations: { subject: user('wanda'), action: edit, resource: memo },
    'search/subject': { subject: { type: 'user' }, action: edit, resource: memo },
    'search/resource': { subject: user('wanda'), action: edit, resource: { type: 'doc' } },
    'search/action': { subject: user('wanda'), resource: memo },
  }

  it.each(Object.entries(bodies))(
    'is not told about by %s, named in the query or by its address',
    async (endpoint, body) => {
      expect((await ask(endpoint, body)).status).toBe(200)
      expect((await ask(`${endpoint}?application=docs`, body)).status).toBe(200)
      for (const path of [`/access/v1/${endpoint}?application=other`, `/applications/other/access/v1/${endpoint}`]) {
        const { status, json, headers } = await post(whole, path, body, { ...as('one'), 'x-request-id': 'a b-1' })
        expect([status, json['code'], headers.get('x-request-id')]).toEqual([403, 'forbidden', 'a b-1'])
        expect(json['eventId']).toMatch(/./)
      }
    },
  )

  it('is not found, by who may ask about all, where there is none; and is named by who is bound to none', async () => {
    const { evaluation } = bodies
    const none = await post(whole, '/applications/none/access/v1/evaluation', evaluation)
    expect([none.status, none.json['code']]).toEqual([404, 'application_not_found'])
    const unnamed = await post(whole, '/access/v1/evaluation', evaluation)
    expect([unnamed.status, unnamed.json['code']]).toEqual([400, 'application_required'])
    const wrong = await post(whole, '/access/v1/evaluation?application=NO', evaluation)
    expect([wrong.status, wrong.json['status']]).toEqual([400, 400])
  })

  it('says the same of itself to nobody, whether it is there or not', async () => {
    const of = async (app: string) => {
      const response = await fetch(`${whole.url}/.well-known/authzen-configuration/applications/${app}`)
      return { status: response.status, text: (await response.text()).replaceAll(app, 'APP') }
    }
    expect(await of('none')).toEqual(await of('docs'))
    expect((await of('NO')).status).toBe(404)
  })
})

describe('hostile bodies', () => {
  const question = { subject: user('wanda'), action: edit, resource: memo }
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it.each([
    ['101 evaluations', 'evaluations', { ...question, evaluations: Array.from({ length: 101 }, () => ({})) }, 400],
    ['256 KiB', 'evaluation', { ...question, context: { a: 'x'.repeat(256 * 1024) } }, 413],
    ['256 KiB for a search', 'search/action', { ...question, context: { a: 'x'.repeat(256 * 1024) } }, 413],
    ['1 MiB', 'evaluations', { ...question, context: { a: 'x'.repeat(1024 * 1024) } }, 413],
    ['a hundred levels', 'evaluation', JSON.stringify(question).replace(/\}$/, `,"context":${deep(100)}}`), 400],
    [
      'a name twice',
      'evaluation',
      JSON.stringify(question).replace('{', '{"subject":{"type":"user","id":"sid"},'),
      400,
    ],
    ['a lone surrogate', 'evaluation', JSON.stringify({ ...question, context: { a: '\ud800' } }), 400],
    [
      'an integer that no number holds',
      'evaluation',
      JSON.stringify(question).replace(/\}$/, ',"context":{"a":9007199254740993}}'),
      400,
    ],
    ['a list', 'evaluation', [question], 400],
    ['null', 'evaluations', null, 400],
    [
      'an unknown semantic',
      'evaluations',
      { ...question, evaluations: [{}], options: { evaluations_semantic: 'any' } },
      400,
    ],
    ['a default that is a text', 'evaluations', { ...question, subject: 'wanda', evaluations: [{}] }, 400],
    ['a limit below zero', 'search/action', { ...question, page: { limit: -1 } }, 400],
    ['an escape that is none', 'evaluation', { ...question, context: { a: { __entity: 'x' } } }, 400],
    [
      'an extension that is none',
      'search/action',
      { ...question, context: { a: { __extn: { fn: 'exec', arg: 'x' } } } },
      400,
    ],
  ])('%s', async (_what, endpoint, body, expected) => {
    const { status, json, headers, text } = await ask(endpoint, body, 'one', { 'x-request-id': 'r-1' })
    expect([status, json['status']]).toEqual([expected, expected])
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('x-request-id')).toBe('r-1')
    expect(text).not.toMatch(/\bat .*\.(?:ts|js)|node_modules|stack/)
  })

  it('without a credential, or with one that does not hold, is 401 with a challenge', async () => {
    for (const authorization of ['', 'Bearer hfk_no']) {
      const { status, headers } = await post(whole, '/access/v1/evaluation', question, { authorization })
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(headers.get('content-type')).toBe('application/json')
    }
  })
})

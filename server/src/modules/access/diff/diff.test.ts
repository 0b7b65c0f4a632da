import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { compile, createEntities, createSchema } from '@holdfast/policy'
import { parsePolicy } from '@holdfast/policy/authoring'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { compare } from './compare.ts'
import { diffErrors } from './errors.ts'
import { Comparing } from './shapes.ts'
import type { Loaded } from './side.ts'

const schema = `entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Doc { owner: Person, secret: Bool };
entity Shop;
action read, write appliesTo { principal: Person, resource: Doc };
action open appliesTo { principal: Person, resource: Shop, context: { hour: Long } };
action close appliesTo { principal: Person, resource: Shop };
`
const owners = 'permit (principal, action, resource is Doc) when { resource.owner == principal };'
const team = 'permit (principal in Group::"team", action == Action::"read", resource is Doc);'
const noSecrets =
  'forbid (principal, action, resource is Doc) when { resource.secret } unless { resource.owner == principal };'
const hours = 'permit (principal, action == Action::"open", resource) when { context.hour > 8 };'

let whole: WholeServer
const people: string[] = []
const at = (path: string) => `/api/v1/applications/docs/${path}`
const call = (method: string, path: string, body?: unknown, bearer?: string) => whole.call(method, path, body, bearer)
const put = (name: string, text: string) => call('PUT', at(`policies/${name}`), { text })
const doc = (id: string, owner: number, secret = false) => ({
  uid: { type: 'Doc', id },
  attrs: { owner: { __entity: { type: 'Person', id: people[owner] } }, secret },
})
const diff = async (body: object) =>
  (await call('POST', at('diff'), body)) as unknown as { status: number; json: Answer }
const texts = ({ json }: { json: Answer }) => json.changes.map(({ text }) => text)

interface Answer {
  readonly same: boolean
  readonly code?: string
  readonly changes: readonly {
    readonly text: string
    readonly kind: string
    readonly pairs: number
    readonly principals: number
  }[]
  readonly undecided: readonly { readonly text: string }[]
  readonly compared: { readonly requests: number; readonly evaluations: number }
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  await call('POST', '/api/v1/groups', { id: 'team', name: 'Team' })
  await call('POST', '/api/v1/applications', { id: 'docs', name: 'Docs', schema })
  for (let number = 0; number < 5; number++) {
    const groups = number < 3 ? ['team'] : []
    const { json } = await call('POST', '/api/v1/people', {
      email: `p${number}@docs.example`,
      name: `P ${number}`,
      groups,
    })
    people.push(json['id'] as string)
  }
  await put('owners', owners)
  await put('no-secrets', noSecrets)
})

afterAll(() => whole.close())

describe('who gains and who loses what', () => {
  const entities = () => [doc('a', 0), doc('b', 4), doc('c', 4, true)]

  test('by a policy that is not written yet: forbids count, and who had it before gains nothing', async () => {
    const answer = await diff({ new: { changes: [{ name: 'team', text: team }] }, entities: entities() })
    // Of three in the team one owns a; all three gain b, and nobody the secret c.
    expect(texts(answer)).toEqual(['3 people gain read on 2 Docs (by team; all of them are in Group::"team")'])
    expect(answer.json).toMatchObject({
      same: false,
      undecided: [],
      changes: [{ kind: 'gain', pairs: 5, principals: 3 }],
    })
    expect((await call('GET', at('policies'))).json['items']).toHaveLength(2)
  })

  test('by one that is changed, or goes', async () => {
    const gone = await diff({
      new: {
        changes: [
          { name: 'no-secrets', text: null },
          { name: 'team', text: team },
        ],
      },
      entities: entities(),
    })
    expect(gone.json.changes).toMatchObject([{ kind: 'gain', pairs: 8 }])
    const lost = await diff({ new: { changes: [{ name: 'owners', text: null }] }, entities: entities(), examples: 0 })
    expect(texts(lost)).toEqual([
      '2 people lose read on 3 Docs (by owners)',
      '2 people lose write on 3 Docs (by owners)',
    ])
    const same = await diff({
      new: { changes: [{ name: 'owners', text: `// the same\n${owners}` }] },
      entities: entities(),
    })
    expect(same.json).toMatchObject({ same: true, changes: [], compared: { evaluations: 0 } })
  })

  test('on what the control plane stores', async () => {
    await call('PUT', at('entities'), { entities: entities().map((entity) => ({ ...entity, parents: [] })) })
    const stored = await diff({ new: { changes: [{ name: 'team', text: team }] } })
    expect(stored.json.changes).toMatchObject([{ kind: 'gain', pairs: 5, principals: 3, resources: 2 }])
    // What is stored may not be told otherwise.
    expect((await diff({ entities: [doc('a', 3)] })).json.code).toBe('diff_side_invalid')
    const uids = entities().map(({ uid }) => uid)
    expect((await call('POST', at('entities/delete'), { uids })).status).toBe(200)
  })

  test('in an application without a schema, whose users are its own', async () => {
    await call('POST', '/api/v1/applications', { id: 'free', name: 'Free', schema: null })
    const text = 'permit (principal in Team::"a", action == Action::"see", resource is Photo) when { resource.public };'
    const photo = (id: string, open: boolean) => ({ uid: { type: 'Photo', id }, attrs: { public: open }, parents: [] })
    const stored = [
      { uid: { type: 'User', id: 'u1' }, attrs: {}, parents: [{ type: 'Team', id: 'a' }] },
      { uid: { type: 'User', id: 'u2' }, attrs: {}, parents: [] },
      photo('p', true),
      photo('q', false),
    ]
    const path = '/api/v1/applications/free'
    expect((await call('PUT', `${path}/entities`, { entities: stored })).status).toBe(200)
    const body = { new: { changes: [{ name: 'see', text }] } }
    const { json } = (await call('POST', `${path}/diff`, body)) as unknown as { json: Answer }
    expect(json.changes.map((change) => change.text)).toEqual([
      '1 User gains see on 1 Photo (by see; who is in Team::"a")',
    ])
  })

  test('by all policies at once, under another schema', async () => {
    const renamed = schema.replaceAll('secret', 'hidden')
    const docs = entities().map(({ uid, attrs: { owner, secret } }) => ({
      uid,
      attrs: { owner, secret, hidden: secret },
    }))
    const policies = [
      { name: 'o', text: owners },
      { name: 'n', text: noSecrets.replace('secret', 'hidden') },
    ]
    expect((await diff({ new: { policies, schema: renamed }, entities: docs })).json).toMatchObject({
      same: true,
      changes: [],
    })
    const fewer = await diff({ new: { policies: policies.slice(1), schema: renamed }, entities: docs })
    expect(fewer.json.changes.map(({ kind, pairs }) => [kind, pairs])).toEqual([
      ['loss', 3],
      ['loss', 3],
    ])
  })

  test('narrowed to actions, types and principals', async () => {
    const principals = [{ type: 'Person', id: people[1] }]
    const body = { new: { changes: [{ name: 'team', text: team }] }, entities: entities() }
    expect((await diff({ ...body, principals })).json.changes).toMatchObject([{ principals: 1, pairs: 2 }])
    expect((await diff({ ...body, actions: ['write'] })).json.same).toBe(true)
    expect((await diff({ ...body, resourceTypes: ['Shop'] })).json.same).toBe(true)
    expect((await diff({ ...body, actions: ['write', 'wriet'] })).json.code).toBe('diff_side_invalid')
    expect((await diff({ ...body, resourceTypes: ['Shops'] })).json.code).toBe('diff_side_invalid')
  })

  test('what hangs on the context is compared under one, or said not to be', async () => {
    const changes = [{ name: 'hours', text: hours }]
    const without = await diff({ new: { changes } })
    expect(without.json).toMatchObject({ same: true, changes: [] })
    expect(without.json.undecided.map(({ text }) => text)).toEqual([
      'open on Shop is not compared: it depends on the context of each request (hours).',
    ])
    expect(texts(await diff({ new: { changes }, context: { hour: 9 } }))).toEqual([
      '5 people gain open on every Shop (by hours)',
    ])
    expect((await diff({ new: { changes }, context: { hour: 8 } })).json).toMatchObject({ same: true, undecided: [] })
  })

  test('between a moment and now', async () => {
    const before = new Date().toISOString()
    await put('close', 'permit (principal, action == Action::"close", resource);')
    const { id } = (await call('POST', '/api/v1/people', { email: 'late@docs.example', name: 'Late' })).json
    expect(texts(await diff({ old: { at: before } }))).toEqual(['6 people gain close on every Shop (by close)'])
    expect(texts(await diff({ new: { at: before } }))).toEqual(['6 people lose close on every Shop (by close)'])
    // The rules of then, among the people of now.
    expect(texts(await diff({ old: { version: -1 } }))).toEqual(['6 people gain close on every Shop (by close)'])
    expect(texts(await diff({ old: { version: 3 }, new: { version: 4 } }))).toHaveLength(1)
    expect((await diff({ old: { version: 4 } })).json.changes).toEqual([])
    expect((await diff({ old: { version: 5 } })).json.code).toBe('diff_past_unknown')
    await call('DELETE', at('policies/close'))
    await call('DELETE', `/api/v1/people/${String(id)}`)
    expect((await diff({ old: { at: '2020-01-01T00:00:00Z' } })).json.code).toBe('diff_past_unknown')
  })

  test('by the candidate', async () => {
    expect((await diff({ new: { at: 'candidate' } })).json.code).toBe('candidate_not_found')
    await call('PUT', at('candidate'), {
      policies: [
        { name: 'owners', text: owners },
        { name: 'team', text: team },
      ],
    })
    const { json } = await diff({ new: { at: 'candidate' }, entities: entities() })
    expect(json.changes).toMatchObject([{ kind: 'gain', pairs: 8 }])
  })
})

describe('a comparison is refused', () => {
  test('for a policy that is not valid', async () => {
    const answer = await call('POST', at('diff'), {
      new: { changes: [{ name: 'x', text: owners.replace('owner', 'onwer') }] },
    })
    expect(answer).toMatchObject({ status: 422, json: { code: 'policy_invalid', findings: [{ policy: 'x' }] } })
  })

  test('for more than can be evaluated, before it begins; for more time than it may take', async () => {
    const world = { entityList: [], entities: createEntities([]), principals: [], schema: createSchema({}) }
    const docs = Array.from({ length: 50 }, (_, number) => ({
      uid: { type: 'Doc', id: `d${number}` },
      attrs: { number },
    }))
    const uids = [{ type: 'Person', id: 'ada' }]
    const policies = (text: string) => {
      const parsed = parsePolicy('p', text)
      if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
      return compile({ staticPolicies: { p: parsed.policy } })
    }
    const loaded = (text: string) =>
      ({
        world: { ...world, principals: uids },
        set: policies(text),
        schema: world.schema,
        schemaJson: {},
      }) as unknown as Loaded
    const old = loaded('permit (principal, action == Action::"read", resource is Doc) when { resource.number > 25 };')
    const now = loaded('permit (principal, action == Action::"read", resource is Doc) when { resource.number > 3 };')
    // Without a schema each document may act as well.
    const question = Comparing.parse({ entities: docs })
    const signal = new AbortController().signal
    expect(await compare(old, now, question, signal, { limit: 2549 })).toMatchObject({
      ok: false,
      error: diffErrors.diff_too_large,
      values: { evaluations: 2550, limit: 2549 },
    })
    expect(await compare(old, now, question, signal, { limit: 2550 })).toMatchObject({
      ok: true,
      value: { changes: [{ pairs: 51 * 22 }] },
    })
    // Each look at the clock finds it a second later.
    let seconds = 0
    const tick = () => (seconds += 1) * 1000
    expect(await compare(old, now, question, signal, { tick })).toMatchObject({
      ok: false,
      error: diffErrors.diff_too_slow,
      values: { seconds: 30 },
    })
    expect(seconds).toBeLessThan(100)
    expect(await compare(old, now, question, signal, { tick: () => 0 })).toMatchObject({ ok: true })
    await expect(compare(old, now, question, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  })

  test('for whoever may not, and for what is not there', async () => {
    const { json } = await call('POST', '/api/v1/services', { name: 'docs', application: 'docs' })
    expect((await call('POST', at('diff'), {}, json['key'] as string)).status).toBe(403)
    expect((await call('POST', at('diff/sides'), {}, json['key'] as string)).status).toBe(403)
    expect((await call('POST', '/api/v1/applications/none/diff', {})).status).toBe(404)
    expect((await call('POST', at('diff'), { old: { at: 'yesterday' } })).status).toBe(422)
  })
})

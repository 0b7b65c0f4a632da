import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const schema = `entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Review { author: Person, note?: String, stars?: Long };
action view, delete appliesTo { principal: [Person, Service], resource: Review, context: { reason?: String } };
`
const policies = {
  views: 'permit (principal, action == Action::"view", resource);',
  own: 'permit (principal, action == Action::"delete", resource) when { resource.author == principal };',
  stars:
    'forbid (principal, action == Action::"view", resource) when { resource has stars && resource.stars * resource.stars < 0 };',
}

let whole: WholeServer
let shopKey = ''
let ben = ''
let ada = ''

const call = (method: string, path: string, body?: unknown, bearer?: string) => whole.call(method, path, body, bearer)
const at = (path: string) => `/api/v1/applications/shop/${path}`
const review = (id: string, attrs: object) => ({ uid: { type: 'Review', id }, attrs })
const by = (person: string) => ({ author: { __entity: { type: 'Person', id: person } } })
const ask = (principal: string, action: string, entity: ReturnType<typeof review>, context: object = {}) =>
  call('POST', at('evaluate'), {
    principal: { type: 'Person', id: principal },
    action,
    resource: entity.uid,
    context,
    entities: [entity],
  })
interface Logged {
  readonly id: string
  readonly kind: string
  readonly principal: { readonly id: string }
  readonly action: string
  readonly resource: { readonly id: string }
}
const decisions = async (query = '') => (await call('GET', at(`decisions?limit=100${query}`))).json['items'] as Logged[]
const soon = { timeout: 60_000, interval: 250 }

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  await call('POST', '/api/v1/applications', { id: 'shop', name: 'shop', schema })
  await call('POST', '/api/v1/applications', { id: 'other', name: 'other', schema })
  const person = async (name: string) =>
    (await call('POST', '/api/v1/people', { email: `${name}@shop.example`, name })).json['id'] as string
  ben = await person('ben')
  ada = await person('ada')
  shopKey = (await call('POST', '/api/v1/services', { name: 'shop', application: 'shop' })).json['key'] as string
  for (const [name, text] of Object.entries(policies)) await call('PUT', at(`policies/${name}`), { text })
})

afterAll(() => whole.close())

describe('decisions of the control plane', () => {
  test('are logged: each denial, a share of what is allowed as it is set, each policy that failed', async () => {
    expect((await call('GET', at('decision-log'))).json).toEqual({ allowRate: 0.01 })
    expect((await call('PUT', at('decision-log'), { allowRate: 2 })).status).toBe(422)
    expect((await call('PUT', at('decision-log'), { allowRate: 0 })).json).toEqual({ allowRate: 0 })
    await ask(ada, 'view', review('quiet', by(ben)))
    await call('PUT', at('decision-log'), { allowRate: 1 })
    await ask(ben, 'view', review('r1', { ...by(ada), note: 'a note of ada' }), { reason: 'curious' })
    await ask(ben, 'delete', review('r2', by(ada)))
    await ask(ben, 'view', review('r3', { ...by(ada), stars: 4_000_000_000 }))
    await expect
      .poll(async () => (await decisions()).map(({ resource }) => resource.id), soon)
      .toEqual(['r3', 'r2', 'r1'])
    const [overflown, denied, allowed] = await decisions()
    expect(allowed).toMatchObject({
      kind: 'decision.allowed',
      principal: { type: 'Person', id: ben },
      action: 'view',
      decision: 'allow',
      via: 'evaluate',
      policies: ['views'],
      rate: 1,
      context: { reason: 'curious' },
      given: [{ uid: { type: 'Review', id: 'r1' }, attrs: { note: 'a note of ada' } }],
      reportedBy: null,
    })
    expect(denied).toMatchObject({
      kind: 'decision.denied',
      decision: 'deny',
      explanation: expect.any(String) as unknown,
    })
    expect(overflown).toMatchObject({ kind: 'decision.denied', errors: [{ policy: 'stars' }] })
    expect(await decisions('&decision=failed')).toMatchObject([{ kind: 'decision.failed', resource: { id: 'r3' } }])
    expect((await decisions()).some(({ resource }) => resource.id === 'quiet')).toBe(false)
  })

  test('over AuthZEN too, with who asked', async () => {
    const question = {
      subject: { type: 'Person', id: ada },
      action: { name: 'delete' },
      resource: { type: 'Review', id: 'az' },
    }
    expect((await call('POST', '/access/v1/evaluation', question, shopKey)).json).toMatchObject({ decision: false })
    await expect.poll(() => decisions('&via=authzen'), soon).toMatchObject([{ resource: { id: 'az' }, via: 'authzen' }])
  })

  test('are found by principal, action, resource, decision and time; of other applications none', async () => {
    const found = async (query: string) => (await decisions(query)).map(({ resource }) => resource.id)
    expect(await found(`&principal=Person::${ben}&decision=deny`)).toEqual(['r3', 'r2'])
    expect(await found('&action=delete')).toEqual(['az', 'r2'])
    expect(await found('&resource=Review::"r1"')).toEqual(['r1'])
    expect(await found('&since=2099-01-01T00:00:00Z')).toEqual([])
    expect((await call('GET', '/api/v1/applications/other/decisions')).json['items']).toEqual([])
    expect((await call('GET', '/api/v1/applications/nothing/decisions')).status).toBe(404)
    expect((await call('GET', at('decisions?principal=nobody'))).status).toBe(422)
  })

  test('come page by page', async () => {
    const first = (await call('GET', at('decisions?limit=3'))).json
    const rest = (await call('GET', at(`decisions?limit=3&cursor=${String(first['next'])}`))).json
    const ids = [...(first['items'] as Logged[]), ...(rest['items'] as Logged[])].map(({ resource }) => resource.id)
    expect(ids).toEqual(['az', 'r3', 'r2', 'r1'])
  })
})

describe('taking decisions again', () => {
  const replay = async (body: object = {}) => call('POST', at('decisions/replay'), body)
  const shipped = (data: object, more: object = {}) => ({
    id: v7(),
    time: new Date().toISOString(),
    kind: 'decision.allowed',
    outcome: 'success',
    actor: { type: 'Person', id: ben },
    resource: { type: 'Review', id: 'shipped' },
    application: 'shop',
    reason: 'allowed',
    source: { address: null, userAgent: null },
    requestId: null,
    data: { action: 'view', decision: 'allow', policies: ['views'], epoch: 1, via: 'require', ...data },
    ...more,
  })

  test('says which would turn, by policies and action and for whom, with what sampling left out', async () => {
    const { json } = await replay({ policies: [{ name: 'own', text: policies.own }] })
    expect(json).toMatchObject({ looked: 4, replayed: 4, drifted: 0, unreplayable: {}, next: null })
    const turned = json['turned'] as object[]
    expect(turned).toContainEqual(
      expect.objectContaining({
        kind: 'would_deny',
        action: 'view',
        live: ['views'],
        candidate: [],
        count: 1,
        estimated: 1,
        examples: [expect.objectContaining({ resource: { type: 'Review', id: 'r1' } })],
      }),
    )
    expect(json['byPrincipal']).toEqual([{ principal: { type: 'Person', id: ben }, count: 1 }])
  })

  test('takes the candidate where no policies are given', async () => {
    expect((await replay()).json).toMatchObject({ code: 'candidate_not_found' })
    const all = [{ name: 'all', text: 'permit (principal, action, resource);' }]
    await call('PUT', at('candidate'), { policies: all })
    const { json } = await replay()
    const kinds = (json['turned'] as { kind: string }[]).map(({ kind }) => kind)
    expect(kinds).toContain('would_allow')
    expect((await replay({ policies: [{ name: 'x', text: 'permit (' }] })).json).toMatchObject({
      code: 'candidate_invalid',
    })
  })

  test('with the groups, grants and policies of the time, when asked so', async () => {
    const { json } = await replay({ hierarchy: 'then' })
    expect(json).toMatchObject({ looked: 4, replayed: 4, drifted: 0 })
    await call('DELETE', at('policies/views'))
    const now = await replay()
    expect(now.json).toMatchObject({ drifted: 1 })
    expect((await replay({ hierarchy: 'then' })).json).toMatchObject({ drifted: 0 })
    await call('PUT', at('policies/views'), { text: policies.views })
  })

  test('counts apart what the log has not kept whole, what was only counted, and forgeries', async () => {
    const before = (await replay()).json as { looked: number; replayed: number }
    const given = (attrs: object) => ({ given: [{ uid: { type: 'Review', id: 'shipped' }, attrs }] })
    const events = [
      shipped({ ...given(by(ada)), rate: 0.1 }),
      shipped(given({ ...by(ada), note: '[redacted:password]' })),
      shipped({ omitted: ['given'] }),
      shipped({ given: 'forged' }),
      // Groups that an edge claims count nothing; nor does a second reading of a person.
      shipped({ given: [{ uid: { type: 'Person', id: ben }, parents: [{ type: 'Group', id: 'admins' }] }] }),
      shipped({}, { actor: { type: 'Person', id: 'nobody' } }),
      shipped({ summary: true, more: 7 }, { kind: 'decision.denied', outcome: 'refused' }),
    ]
    expect((await call('POST', '/api/v1/edge/events', { events }, shopKey)).json).toEqual({ accepted: 7 })
    await expect.poll(async () => (await replay()).json['looked'], soon).toBe(before.looked + 7)
    expect((await replay()).json).toMatchObject({
      replayed: before.replayed + 2,
      unreplayable: { scrubbed: 1, truncated: 1, unreadable: 1, principal_gone: 1 },
      counted: 7,
    })
    const turned = (await replay({ policies: [{ name: 'own', text: policies.own }] })).json['turned'] as object[]
    expect(turned).toContainEqual(
      expect.objectContaining({ kind: 'would_deny', action: 'view', count: 3, estimated: 12 }),
    )
  })
})

test('what a decision read of a person goes when they are erased', async () => {
  await ask(ada, 'delete', review('erased', by(ben)), { reason: 'because of my private matter' })
  const reasons = async () => ((await decisions('&resource=Review::erased')) as { context?: object }[])[0]?.context
  await expect.poll(reasons, soon).toEqual({ reason: 'because of my private matter' })
  expect((await call('DELETE', `/api/v1/people/${ada}`)).status).toBe(200)
  expect((await call('DELETE', `/api/v1/events/subjects/Person/${ada}`)).status).toBe(200)
  await expect.poll(reasons, soon).toEqual({ reason: '[erased]' })
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startTestServer } from '../../../testing/test-server.ts'
import { openFixture } from '../../../testing/fixture.ts'
import { discoveryRoutes } from './discovery.ts'
import { type Pdp, startPdp } from './testing/fixture.ts'

// The certification scenario of AuthZEN Authorization API 1.0, item by item under its own ids; the words and the data are ours.

let pdp: Pdp
beforeAll(async () => {
  pdp = await startPdp(inject('postgresUrl'))
})
afterAll(() => pdp.close())

const alice = { type: 'user', id: 'alice' }
const bob = { type: 'user', id: 'bob' }
const admin = { ...bob, properties: { role: 'admin' } }
const one = { type: 'record', id: 'record-1' }
const two = { type: 'record', id: 'record-2' }
const archived = { ...two, properties: { status: 'archived' } }
const active = { ...one, properties: { status: 'active' } }
const [read, write] = [{ name: 'read' }, { name: 'write' }]
const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' }
const aliceReads = { subject: alice, action: read, resource: one }

async function decision(request: object): Promise<unknown> {
  const { status, json, headers } = await pdp.ask('evaluation', request)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  return json['decision']
}

async function decisions(request: object): Promise<unknown[]> {
  const { status, json, headers } = await pdp.ask('evaluations', request)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  expect(json).not.toHaveProperty('decision')
  return (json['evaluations'] as { decision: boolean }[]).map((each) => each.decision)
}

async function results(kind: 'subject' | 'resource' | 'action', request: object): Promise<unknown[]> {
  const { status, json, headers } = await pdp.ask(`search/${kind}`, request)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  return json['results'] as unknown[]
}

describe('Basic: access evaluation', () => {
  it.each([
    ['c-2-2-1 a permit of the fixture', aliceReads, true],
    ['c-2-2-2 a denial of the fixture', { subject: bob, action: write, resource: one }, false],
    ['rule 2: alice writes what is active', { subject: alice, action: write, resource: one }, true],
    ['rule 3: bob reads', { subject: bob, action: read, resource: one }, true],
    ['c-2-2-3 with a context', { ...aliceReads, context }, true],
    ['c-2-2-4 a property of the resource denies', { subject: alice, action: write, resource: archived }, false],
    ['c-2-2-5 a property of the subject permits', { subject: admin, action: write, resource: archived }, true],
    [
      'c-2-2-6 a property of the action permits',
      { subject: alice, action: { name: 'delete', properties: { soft: true } }, resource: one },
      true,
    ],
    [
      'c-2-2-7 a property of the action denies',
      { subject: alice, action: { name: 'delete', properties: { soft: false } }, resource: one },
      false,
    ],
    [
      'c-2-2-8 properties that nobody asks for',
      {
        subject: { ...alice, properties: { department: 'Sales', role: 'manager' } },
        action: { ...read, properties: { method: 'GET' } },
        resource: { ...active, properties: { status: 'active', owner: 'bob' } },
      },
      true,
    ],
    ['c-2-2-9 members that nobody knows', { ...aliceReads, foo: 'bar', futureField: { nested: true } }, true],
  ])('%s', async (_item, request, expected) => {
    expect(await decision(request)).toBe(expected)
  })

  it('c-2-3-1, c-2-3-2 the decision is a boolean, its context an object', async () => {
    const { json } = await pdp.ask('evaluation', aliceReads)
    expect(json).toEqual({ decision: true, context: expect.any(Object) })
  })

  const { subject, action, resource } = aliceReads
  it.each([
    ['c-2-4-1 no subject', { action, resource }],
    ['c-2-4-1 no action', { subject, resource }],
    ['c-2-4-1 no resource', { subject, action }],
    ['c-2-4-2 a subject without type', { ...aliceReads, subject: { id: 'alice' } }],
    ['c-2-4-2 a subject without id', { ...aliceReads, subject: { type: 'user' } }],
    ['c-2-4-2 an action without name', { ...aliceReads, action: {} }],
    ['c-2-4-2 a resource without type', { ...aliceReads, resource: { id: 'record-1' } }],
    ['c-2-4-2 a resource without id', { ...aliceReads, resource: { type: 'record' } }],
    ['c-2-4-4 no JSON', '{"subject": '],
    ['c-2-4-5 an empty body', ''],
    ['c-2-4-6 a subject that is a text', { ...aliceReads, subject: 'alice' }],
    ['c-2-4-6 a name that is a number', { ...aliceReads, action: { name: 123 } }],
  ])('%s is 400', async (_item, request) => {
    const { status, json, headers } = await pdp.ask('evaluation', request)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/json')
    expect(json).toMatchObject({ status: 400, detail: expect.any(String) })
  })

  it('c-2-4-3 another content type is 400', async () => {
    for (const media of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const { status } = await pdp.ask('evaluation', JSON.stringify(aliceReads), { 'content-type': media })
      expect(status).toBe(400)
    }
  })

  it('c-2-5-1 the request id comes back, from refusals too', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716'
    for (const [endpoint, body, status] of [
      ['evaluation', aliceReads, 200],
      ['evaluation', {}, 400],
      ['evaluations', aliceReads, 200],
      ['search/subject', { subject: { type: 'user' }, action: read, resource: one }, 200],
      ['search/action', {}, 400],
    ] as const) {
      const answer = await pdp.ask(endpoint, body, { 'x-request-id': id })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('x-request-id')).toBe(id)
    }
    const nobody = await pdp.ask('evaluation', aliceReads, { 'x-request-id': id, authorization: 'Bearer hfk_none' })
    expect([nobody.status, nobody.headers.get('x-request-id')]).toEqual([401, id])
  })

  it('c-2-5-2 without a request id it answers, with one of its own', async () => {
    const { status, headers } = await pdp.ask('evaluation', aliceReads)
    expect(status).toBe(200)
    expect(headers.get('x-request-id')).toMatch(/./)
  })

  it('c-2-6 the same question has the same answer', async () => {
    for (let round = 0; round < 5; round++) expect(await decision(aliceReads)).toBe(true)
  })
})

describe('Batch: access evaluations', () => {
  it.each([
    [
      'c-3-2-1 with defaults',
      { subject: alice, action: read, evaluations: [{ resource: one }, { resource: two }] },
      [true, true],
    ],
    [
      'c-3-2-2, c-3-3-2 in the order of the request',
      { subject: bob, resource: one, evaluations: [{ action: read }, { action: write }] },
      [true, false],
    ],
    [
      'c-3-2-3 properties of each resource',
      { subject: alice, action: write, evaluations: [{ resource: active }, { resource: archived }] },
      [true, false],
    ],
    [
      'c-3-2-4 properties of each subject',
      { action: write, resource: archived, evaluations: [{ subject: alice }, { subject: admin }] },
      [false, true],
    ],
    [
      'c-3-2-5 without defaults',
      { evaluations: [aliceReads, { subject: bob, action: write, resource: one }] },
      [true, false],
    ],
    [
      'c-3-2-6 with a context that one replaces',
      {
        subject: alice,
        action: read,
        context,
        evaluations: [{ resource: one }, { resource: two, context: { source: 'batch-override' } }],
      },
      [true, true],
    ],
    [
      'c-3-2-7 an empty evaluation takes every default',
      { subject: alice, action: write, resource: active, evaluations: [{}, { resource: archived }] },
      [true, false],
    ],
  ])('%s', async (_item, request, expected) => {
    expect(await decisions(request)).toEqual(expected)
  })

  it('c-3-3-1, c-3-3-3, c-3-3-4 as many decisions as evaluations, each a boolean, and none beside them', async () => {
    const evaluations = Array.from({ length: 7 }, () => ({ resource: one }))
    const all = await decisions({ subject: alice, action: read, evaluations })
    expect(all).toEqual(evaluations.map(() => true))
  })

  it('c-3-4-1 an evaluation that lacks something is denied, and says so', async () => {
    const { status, json } = await pdp.ask('evaluations', {
      subject: alice,
      action: read,
      options: { evaluations_semantic: 'execute_all' },
      evaluations: [{ resource: one }, {}],
    })
    expect(status).toBe(200)
    expect(json['evaluations']).toEqual([
      { decision: true, context: expect.any(Object) },
      {
        decision: false,
        context: { error: { status: 400, code: 'input_invalid', message: expect.stringMatching(/^resource/) } },
      },
    ])
  })

  it.each([
    ['c-3-4-2 no list of evaluations', aliceReads],
    ['c-3-4-3 an empty list', { ...aliceReads, evaluations: [] }],
  ])('%s is one evaluation', async (_item, request) => {
    const { status, json } = await pdp.ask('evaluations', request)
    expect(status).toBe(200)
    expect(json).toEqual({ decision: true, context: expect.any(Object) })
  })
})

describe('Search', () => {
  const users = { subject: { type: 'user' }, action: read, resource: one }
  const records = { subject: alice, action: read, resource: { type: 'record' } }
  const actions = { subject: alice, resource: one }

  it.each([
    ['c-4-2-1 subjects (S1)', 'subject', users, [alice, bob]],
    ['c-4-2-2 subjects with a context', 'subject', { ...users, context }, [alice, bob]],
    ['c-4-2-3 an id of the subject is ignored', 'subject', { ...users, subject: alice }, [alice, bob]],
    [
      'c-4-2-4 subjects by a property of the resource (S4)',
      'subject',
      { ...users, action: write, resource: archived },
      [bob],
    ],
    ['c-4-3-1 resources (S2)', 'resource', records, [one, two]],
    ['c-4-3-2 resources with a context', 'resource', { ...records, context }, [one, two]],
    ['c-4-3-3 an id of the resource is ignored', 'resource', { ...records, resource: one }, [one, two]],
    [
      'c-4-3-4 resources by a property of the subject (S5)',
      'resource',
      { ...records, subject: admin, action: write },
      [two],
    ],
    ['c-4-4-1 actions (S3)', 'action', actions, [read, write]],
    ['c-4-4-2 actions with a context', 'action', { ...actions, context }, [read, write]],
    ['c-4-4-3 actions by properties (S6)', 'action', { subject: admin, resource: archived }, [read, write]],
    ['c-4-6-1 nobody is called so', 'action', { ...actions, subject: { type: 'user', id: 'nonexistent-user' } }, []],
    ['c-4-6-1 nobody is called so', 'resource', { ...records, subject: { type: 'user', id: 'nonexistent-user' } }, []],
    ['c-4-6-2 a type that nobody knows', 'subject', { ...users, subject: { type: 'spaceship' } }, []],
    ['c-4-6-2 a type that nobody knows', 'resource', { ...records, resource: { type: 'spaceship' } }, []],
    ['c-4-6-2 a type that nobody knows', 'action', { ...actions, resource: { type: 'spaceship', id: '1' } }, []],
  ] as const)('%s', async (_item, kind, request, expected) => {
    expect(await results(kind, request)).toEqual(expected)
  })

  it('c-4-5-1, c-4-5-2, c-4-5-3 pages of one, by their tokens, and an empty token at the end', async () => {
    const first = await pdp.ask('search/subject', { ...users, page: { limit: 1 } })
    expect(first.json).toEqual({ page: { next_token: expect.stringMatching(/./), count: 1 }, results: [alice] })
    const token = (first.json['page'] as { next_token: string }).next_token
    const second = await pdp.ask('search/subject', { ...users, page: { token } })
    expect(second.json).toEqual({ page: { next_token: '', count: 1 }, results: [bob] })
  })

  const [noSubjectId, noResourceId] = [{ type: 'user' }, { type: 'record' }]
  it.each([
    ['c-4-7-1 subjects without an action', 'subject', { subject: noSubjectId, resource: one }],
    ['c-4-7-1 resources without a subject', 'resource', { action: read, resource: noResourceId }],
    ['c-4-7-1 actions without a resource', 'action', { subject: alice }],
    ['c-4-7-2 subjects for a resource without id', 'subject', { ...users, resource: noResourceId }],
    ['c-4-7-2 resources for a subject without id', 'resource', { ...records, subject: noSubjectId }],
    ['c-4-7-2 actions of a subject without id', 'action', { ...actions, subject: noSubjectId }],
  ])('%s is 400', async (_item, kind, request) => {
    expect((await pdp.ask(`search/${kind}`, request)).status).toBe(400)
  })
})

describe('Discovery', () => {
  it('c-6 tells every endpoint, by https where the public address is, under the identifier that was asked', async () => {
    const fixture = await openFixture(inject('postgresUrl'))
    const server = await startTestServer({
      database: fixture.database,
      tenant: fixture.tenant,
      routes: discoveryRoutes('https://pdp.example.com'),
      recordEvent: async () => '',
    })
    try {
      for (const [path, identifier] of [
        ['', 'https://pdp.example.com'],
        ['/applications/shop', 'https://pdp.example.com/applications/shop'],
      ]) {
        const response = await server.request(`/.well-known/authzen-configuration${path}`)
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('application/json')
        expect(response.headers.get('cache-control')).toMatch(/max-age/)
        expect(await response.json()).toEqual({
          policy_decision_point: identifier,
          access_evaluation_endpoint: `${identifier}/access/v1/evaluation`,
          access_evaluations_endpoint: `${identifier}/access/v1/evaluations`,
          search_subject_endpoint: `${identifier}/access/v1/search/subject`,
          search_resource_endpoint: `${identifier}/access/v1/search/resource`,
          search_action_endpoint: `${identifier}/access/v1/search/action`,
        })
      }
    } finally {
      await server.close()
      await fixture.close()
    }
  })

  it('c-6-3 the endpoints that it tells are there', async () => {
    const response = await fetch(`${pdp.whole.url}/.well-known/authzen-configuration/applications/certification`)
    const metadata = (await response.json()) as Record<string, string>
    expect(metadata['policy_decision_point']).toBe(`${pdp.whole.url}/applications/certification`)
    for (const [name, url] of Object.entries(metadata).filter(([key]) => key.endsWith('_endpoint'))) {
      const asked = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${pdp.whole.token}`, 'content-type': 'application/json' },
        body: '{}',
      })
      expect(asked.status, name).toBe(400)
    }
  })
})

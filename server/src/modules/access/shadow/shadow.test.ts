import { Client } from 'pg'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const schema = `entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Review { author: Person, stars: Long };
action view, delete, hide appliesTo { principal: [Person, Service], resource: Review, context: { reason?: String } };
`
const views = { name: 'views', text: 'permit (principal, action == Action::"view", resource);' }
const own = {
  name: 'own',
  text: 'permit (principal, action == Action::"delete", resource) when { resource.author == principal };',
}
const stars = {
  name: 'stars',
  text: 'forbid (principal, action == Action::"delete", resource) when { resource.stars * resource.stars > 3 };',
}

const soon = { timeout: 60_000, interval: 250 }

let whole: WholeServer
let shopKey = ''
let otherKey = ''
let gatewayKey = ''
let ben = ''

const at = (path: string) => `/api/v1/applications/shop/${path}`
const call = (method: string, path: string, body?: unknown, bearer?: string) => whole.call(method, path, body, bearer)
const start = (policies: object[], more: object = {}) => call('PUT', at('candidate'), { policies, ...more })
// So many that their square is no number of Cedar any more.
const review = (author: string) => ({
  uid: { type: 'Review', id: 'r1' },
  attrs: { author: { __entity: { type: 'Person', id: author } }, stars: 4_000_000_000 },
})
const evaluate = async (action: string, author: string) => {
  const question = { principal: { type: 'Person', id: ben }, action, resource: { type: 'Review', id: 'r1' } }
  const { json } = await call('POST', at('evaluate'), { ...question, entities: [review(author)] })
  return json['decision']
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  for (const id of ['shop', 'other']) await call('POST', '/api/v1/applications', { id, name: id, schema })
  const service = async (body: object) => (await call('POST', '/api/v1/services', body)).json['key'] as string
  shopKey = await service({ name: 'shop', application: 'shop' })
  otherKey = await service({ name: 'other', application: 'other' })
  gatewayKey = await service({ name: 'gateway', groups: ['gateways'] })
  ben = (await call('POST', '/api/v1/people', { email: 'ben@shop.example', name: 'Ben' })).json['id'] as string
  for (const { name, text } of [views, own]) await call('PUT', at(`policies/${name}`), { text })
})

afterAll(() => whole.close())

describe('a candidate', () => {
  test('is held to the rules of live policies, with all that is wrong at once', async () => {
    const wrong = { name: 'wrong', text: 'permit (principal, action, resource) when { resource.price > 3 };' }
    expect(await start([views, wrong])).toMatchObject({
      status: 422,
      json: { code: 'candidate_invalid', findings: [expect.objectContaining({ policy: 'wrong', severity: 'error' })] },
    })
    const broken = { name: 'broken', text: 'permit (' }
    expect((await start([broken])).status).toBe(422)
    expect((await start([views, views])).json).toMatchObject({ code: 'candidate_invalid' })
    expect((await start([{ name: '../x', text: views.text }])).status).toBe(422)
    expect(await call('GET', at('candidate'))).toMatchObject({ status: 404, json: { code: 'candidate_not_found' } })
    const holdfast = await call('PUT', '/api/v1/applications/holdfast/candidate', { policies: [] })
    expect(holdfast.json).toMatchObject({ code: 'application_builtin' })
  })

  test('may bring a schema, and is valid under it', async () => {
    const priced = schema.replace('stars: Long', 'stars: Long, price: Long')
    const dear = { name: 'dear', text: 'permit (principal, action, resource) when { resource.price > 3 };' }
    expect((await start([dear], { schema: priced })).status).toBe(201)
    expect((await call('GET', at('candidate'))).json).toMatchObject({ schema: priced, liveChanged: false })
    expect((await call('DELETE', at('candidate'))).json).toEqual({ deleted: true })
  })

  test('is replaced by whoever knows it, and not blindly', async () => {
    const first = await start([views], { expected: null })
    expect(first.status).toBe(201)
    expect(await start([views], { expected: null })).toMatchObject({ status: 409, json: { code: 'candidate_changed' } })
    const second = await start([views, own], { expected: first.json['id'] })
    expect(second.status).toBe(200)
    expect(second.json['id']).not.toBe(first.json['id'])
  })

  test('changes no answer, whatever it says and however it fails; the differences are counted and told', async () => {
    const none = { name: 'all', text: 'permit (principal, action, resource);' }
    const { json } = await start([views, none, stars])
    const answers = async () => [
      await evaluate('view', ben),
      await evaluate('delete', ben),
      await evaluate('delete', 'somebody'),
      await evaluate('hide', ben),
    ]
    // `stars` overflows, and a forbid that fails denies.
    expect(await answers()).toEqual(['allow', 'allow', 'deny', 'deny'])
    const report = () => call('GET', at('candidate/report'))
    await expect.poll(async () => (await report()).json['compared'], soon).toBe(4)
    const found = (await report()).json
    expect(found).toMatchObject({
      candidate: { id: json['id'], forgotten: false },
      skipped: 0,
      byKind: { would_allow: 1, would_deny: 1, other_reasons: 2, would_fail: 0, broken: 0 },
    })
    const differences = found['differences'] as { kind: string; action: string; samples: object[] }[]
    await expect
      .poll(async () => {
        const { json: now } = await report()
        return (now['differences'] as typeof differences).every(({ samples }) => samples.length > 0)
      }, soon)
      .toBe(true)
    const samples = (await report()).json['differences'] as typeof differences
    expect(samples.find(({ kind }) => kind === 'would_deny')).toMatchObject({
      action: 'delete',
      live: ['own'],
      candidate: ['stars'],
      samples: [
        {
          principal: { type: 'Person', id: ben },
          resource: { type: 'Review', id: 'r1' },
          decision: 'allow',
          candidate: { decision: 'deny', policies: ['stars'] },
          explanation: expect.stringContaining('stars') as unknown,
        },
      ],
    })
    expect(samples.find(({ kind }) => kind === 'would_allow')).toMatchObject({ action: 'hide', candidate: ['all'] })
  })

  test('goes to the edges of its application, with how much is logged', async () => {
    await call('PUT', at('decision-log'), { allowRate: 0.5 })
    const edge = { kind: 'sdk', version: '0', id: 'e' }
    const sync = { application: 'shop', epoch: 0, cursor: 0, waitSeconds: 0, edge }
    const { json } = await call('POST', '/api/v1/edge/sync', sync, shopKey)
    const claims = JSON.parse(Buffer.from(String(json['bundle']).split('.')[1] ?? '', 'base64url').toString()) as object
    const { json: candidate } = await call('GET', at('candidate'))
    expect(claims).toMatchObject({
      decisionLog: { allowRate: 0.5 },
      candidate: { id: candidate['id'], policies: { staticPolicies: { stars: { effect: 'forbid' } } } },
    })
  })
})

describe('what edges report', () => {
  const compared = (candidate: string, more: object = {}) => ({
    id: v7(),
    time: new Date().toISOString(),
    kind: 'decision.compared',
    outcome: 'success',
    actor: null,
    resource: null,
    application: 'shop',
    reason: null,
    source: { address: null, userAgent: null },
    requestId: null,
    data: { candidate, compared: 10, skipped: 1, differences: [], ...more },
  })
  const difference = (more: object = {}) => ({
    kind: 'would_deny',
    action: 'delete',
    live: ['own'],
    candidate: [],
    count: 3,
    samples: [],
    ...more,
  })
  const ship = (events: object[], bearer = shopKey) => call('POST', '/api/v1/edge/events', { events }, bearer)
  const report = async () => (await call('GET', at('candidate/report'))).json
  let candidate = ''
  beforeAll(async () => {
    candidate = (await start([views])).json['id'] as string
  })

  test('is counted once, however often it is sent', async () => {
    const event = compared(candidate, { differences: [difference()] })
    for (let times = 0; times < 3; times += 1) expect((await ship([event])).status).toBe(200)
    expect(await report()).toMatchObject({ compared: 10, skipped: 1, byKind: { would_deny: 3 } })
  })

  test('of another application, from a gateway, about another candidate or of another form counts nothing', async () => {
    const before = await report()
    expect((await ship([compared(candidate)], otherKey)).json).toMatchObject({ code: 'edge_events_foreign' })
    expect((await ship([compared(candidate)], gatewayKey)).status).toBe(200)
    expect((await ship([compared(v7())])).status).toBe(200)
    const forms = [
      { differences: [difference({ kind: 'made_up' })] },
      { differences: [difference({ count: -1 })] },
      { differences: Array.from({ length: 100 }, () => difference()) },
      { compared: '10' },
      { candidate: 'x' },
    ]
    expect((await ship(forms.map((form) => compared(candidate, form)))).status).toBe(200)
    const promoted = { ...compared(candidate), kind: 'candidate.promoted', id: v7() }
    expect((await ship([promoted])).status).toBe(200)
    const { json } = await call('GET', `/api/v1/events/${promoted.id}`)
    expect(json).toMatchObject({ event: { kind: 'reported.candidate.promoted' } })
    expect(await report()).toEqual(before)
  })

  test('shows no event of another application as a sample', async () => {
    const secret = { ...compared(candidate), id: v7(), application: 'other', kind: 'decision.differed' }
    await ship([{ ...secret, data: { action: 'hidden', candidate: { id: candidate } } }], otherKey)
    await ship([compared(candidate, { differences: [difference({ action: 'leak', samples: [secret.id] })] })])
    const { differences } = (await report()) as { differences: { action: string; samples: object[] }[] }
    expect(differences.find(({ action }) => action === 'leak')).toMatchObject({ samples: [] })
  })

  test('is bounded: a flood of sorts is counted under its kind alone', async () => {
    for (let batch = 0; batch < 10; batch += 1) {
      const events = Array.from({ length: 6 }, (_, part) =>
        compared(candidate, {
          differences: Array.from({ length: 20 }, (_one, n) =>
            difference({ action: `made-up-${batch}-${part}-${n}`, count: 1 }),
          ),
        }),
      )
      expect((await ship(events)).status).toBe(200)
    }
    const { byKind, differences } = (await report()) as {
      byKind: Record<string, number>
      differences: { action: string; count: number }[]
    }
    expect(byKind['would_deny']).toBe(3 + 3 + 1_200)
    const rest = differences.find(({ action }) => action === '*')
    expect(rest?.count).toBeGreaterThan(1_200 - 500)
  })
})

describe('templates and grants', () => {
  const shared = {
    name: 'shared',
    text: 'permit (principal == ?principal, action == Action::"hide", resource == ?resource);',
  }
  const other = {
    name: 'shared',
    text: 'permit (principal in ?principal, action == Action::"hide", resource == ?resource);',
  }
  const slots = { name: 'shared', text: 'permit (principal == ?principal, action == Action::"hide", resource);' }
  const tried = async () => {
    await evaluate('hide', 'somebody')
    const report = async () => (await call('GET', at('candidate/report'))).json
    await expect.poll(async () => (await report())['compared'], soon).toBe(1)
    return (await report())['byKind']
  }

  beforeAll(() => call('DELETE', at('candidate')))

  test('a grant fills the template of the candidate too, where its slots are the same', async () => {
    expect((await call('PUT', at('policies/shared'), { text: shared.text })).status).toBe(201)
    const grant = {
      principal: { type: 'Person', id: ben },
      template: 'shared',
      resource: { type: 'Review', id: 'r1' },
      reason: 'for a test',
    }
    expect((await call('POST', at('grants'), grant)).status).toBe(201)
    expect(await evaluate('hide', 'somebody')).toBe('allow')
    expect((await start([other])).status).toBe(201)
    const sync = {
      application: 'shop',
      epoch: 0,
      cursor: 0,
      waitSeconds: 0,
      edge: { kind: 'sdk', version: '0', id: 'e' },
    }
    const { json } = await call('POST', '/api/v1/edge/sync', sync, shopKey)
    const claims = JSON.parse(Buffer.from(String(json['bundle']).split('.')[1] ?? '', 'base64url').toString()) as object
    expect(claims).toMatchObject({ candidate: { policies: { templateLinks: [{ templateId: 'shared' }] } } })
    // Not even another reason: the link has the same name in both.
    expect(await tried()).toMatchObject({ would_deny: 0, other_reasons: 0, broken: 0 })
  })

  test('and where they are not, the grant would give nothing', async () => {
    expect((await start([slots])).status).toBe(200)
    expect(await tried()).toMatchObject({ would_deny: 1, broken: 0 })
  })

  test('and such a candidate is not promoted: what a grant fills stays as long as the grant', async () => {
    const { json } = await call('GET', at('candidate'))
    const promotion = { candidate: json['id'], live: json['live'] }
    expect((await call('POST', at('candidate/promote'), promotion)).json).toMatchObject({ code: 'template_in_use' })
    for (const { id } of (await call('GET', at('grants'))).json['items'] as { id: string }[]) {
      expect((await call('POST', at(`grants/${id}/end`), { reason: 'over' })).status).toBe(200)
    }
    expect((await call('POST', at('candidate/promote'), promotion)).status).toBe(200)
    for (const { name, text } of [views, own]) await call('PUT', at(`policies/${name}`), { text })
    expect((await call('DELETE', at('policies/shared'))).status).toBe(200)
  })
})

test('a candidate that is forgotten is flagged: in its report, and by a control', async () => {
  await start([views])
  const control = async () => {
    const { json } = await call('GET', '/api/v1/controls')
    const found = (json['items'] as { id: string; status: string }[]).find(
      ({ id }) => id === 'access.candidates-looked-at',
    )
    return found?.status
  }
  const database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  try {
    await database.query(`UPDATE policy_candidates SET started_at = started_at - interval '31 days'`)
  } finally {
    await database.end()
  }
  expect((await call('GET', at('candidate'))).json).toMatchObject({ forgotten: true })
  await expect.poll(control, soon).toBe('fail')
  await call('DELETE', at('candidate'))
})

describe('promoting', () => {
  const promote = (body: object) => call('POST', at('candidate/promote'), body)
  const looked = async () => {
    const { json } = await call('GET', at('candidate'))
    return { candidate: json['id'] as string, live: json['live'] as string }
  }
  const names = async () => {
    const { json } = await call('GET', at('policies'))
    return (json['items'] as { name: string; version: number }[]).map(({ name, version }) => `${name} ${version}`)
  }

  test('makes the candidate live as versions of the policies, whole, with its events', async () => {
    const changed = { ...own, text: `${own.text} // reviewed` }
    const added = { name: 'hides', text: 'permit (principal, action == Action::"hide", resource);' }
    await start([changed, added])
    const promoted = await promote(await looked())
    expect(promoted).toMatchObject({
      status: 200,
      json: { written: ['own', 'hides'], deleted: ['views'], unchanged: 0 },
    })
    expect(await names()).toEqual(['hides 1', 'own 2'])
    expect(await evaluate('hide', ben)).toBe('allow')
    expect(await evaluate('view', ben)).toBe('deny')
    expect((await call('GET', at('candidate'))).status).toBe(404)
    await expect
      .poll(async () => {
        const { json } = await call('GET', '/api/v1/events?kind=candidate.promoted')
        return (json['items'] as { data: object }[])[0]?.data
      }, soon)
      .toMatchObject({ written: ['own', 'hides'], deleted: ['views'] })
  })

  test('needs just what was looked at: another candidate, or another live policy, is refused', async () => {
    await start([views])
    const { candidate, live } = await looked()
    expect((await promote({ candidate: v7(), live })).json).toMatchObject({ code: 'candidate_changed' })
    await call('PUT', at('policies/own'), { text: own.text })
    expect((await promote({ candidate, live })).json).toMatchObject({ code: 'candidate_live_changed' })
    expect((await call('GET', at('candidate'))).json).toMatchObject({ liveChanged: true })
  })

  test('of two promotions, and of a promotion and a write, exactly one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      await start([{ ...own, text: `${own.text} // ${round}` }])
      const seen = await looked()
      const expectedVersion = await versionOf('own')
      const rivals = await Promise.all([
        ...Array.from({ length: 4 }, () => promote(seen)),
        call('PUT', at('policies/own'), { text: own.text, expectedVersion }),
      ])
      const statuses = rivals.map(({ status }) => status)
      expect(
        statuses.filter((status) => status === 200),
        statuses.join(' '),
      ).toHaveLength(1)
      await call('DELETE', at('candidate'))
    }
  })

  async function versionOf(name: string): Promise<number> {
    return (await call('GET', at(`policies/${name}`))).json['version'] as number
  }

  test('is not for everybody: an application may not, and neither may it read the report', async () => {
    await start([views])
    const seen = await looked()
    for (const [method, path, body] of [
      ['POST', 'candidate/promote', seen],
      ['PUT', 'candidate', { policies: [] }],
      ['DELETE', 'candidate', undefined],
      ['GET', 'candidate/report', undefined],
      ['GET', 'decisions', undefined],
      ['PUT', 'decision-log', { allowRate: 0 }],
    ] as const) {
      expect((await call(method, at(path), body, shopKey)).status, path).toBe(403)
    }
  })
})

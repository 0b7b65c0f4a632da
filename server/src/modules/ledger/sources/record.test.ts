import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { shopService, startTaking, type Taking } from './testing/taking.ts'

let taking: Taking

beforeEach(async () => {
  taking = await startTaking(inject('postgresUrl'))
})
afterEach(() => taking.close())

const id = (n = 1) => {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`
}
const post = async (body: unknown, secret?: string) => {
  const response = await taking.post('/api/v1/events', body, secret === undefined ? {} : { secret })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

const ocsf = () => ({
  class_uid: 3002,
  category_uid: 3,
  activity_id: 1,
  type_uid: 300_201,
  severity_id: 4,
  time: Date.now(),
  status_id: 2,
  message: 'Sign-in with a wrong key',
  metadata: { version: '1.3.0', uid: 'login-77', product: { name: 'Lock', vendor_name: 'Acme' } },
  user: { uid: 'u-1', name: 'Ada', email_addr: 'ada@shop.example' },
  src_endpoint: { ip: '203.0.113.9' },
  auth_protocol_id: 2,
  unmapped: { door: 7 },
})

describe('one event, or many', () => {
  test('compact: what is not said has its usual value, and who reported it is noted', async () => {
    const { status, json } = await post({ kind: 'order.placed', data: { total: 12 } })
    expect(status).toBe(200)
    expect(json).toEqual({ accepted: 1, events: [{ id: expect.any(String), kind: 'order.placed' }] })
    const [stored] = await taking.stored()
    expect(stored?.view).toMatchObject({
      kind: 'order.placed',
      outcome: 'success',
      application: 'shop',
      actor: null,
      data: { total: 12, reportedBy: shopService },
    })
  })

  test('a list, an object with events, or one by itself', async () => {
    await post([{ kind: 'a.b' }, { kind: 'a.c' }])
    await post({ events: [{ kind: 'a.d' }] })
    await post({ kind: 'a.e' })
    const kinds = (await taking.stored()).map(({ view }) => view.kind)
    expect(kinds.toSorted()).toEqual(['a.b', 'a.c', 'a.d', 'a.e'])
  })

  test('sent twice under its id it is one event; in another tenant the same id is another', async () => {
    const event = { id: id(), kind: 'order.placed' }
    expect((await post(event)).json).toEqual({ accepted: 1, events: [{ id: event.id, kind: 'order.placed' }] })
    expect((await post([event, event])).json['accepted']).toBe(0)
    expect((await post(event, 'two')).json['accepted']).toBe(1)
    expect(await taking.stored()).toHaveLength(1)
    expect(await taking.stored(taking.fixture.other)).toHaveLength(1)
  })

  test('one of our own kinds is renamed: nobody can say that somebody signed in', async () => {
    expect((await post({ kind: 'session.started' })).json['events']).toEqual([
      { id: expect.any(String), kind: 'reported.session.started' },
    ])
    await post({ ...ocsf(), metadata: { version: '1.3.0', event_code: 'session.started' } })
    expect((await taking.stored()).map(({ view }) => view.kind)).toEqual([
      'reported.session.started',
      'reported.session.started',
    ])
  })

  test('of another application is refused, all of them; an operator may say any', async () => {
    const { status, json } = await post([{ kind: 'a.b' }, { kind: 'a.c', application: 'bank' }])
    expect([status, json['code']]).toEqual([403, 'event_application_foreign'])
    expect(await taking.stored()).toHaveLength(0)
    expect((await post({ kind: 'a.c', application: 'bank' }, 'one')).status).toBe(200)
    expect((await taking.stored())[0]?.view.application).toBe('bank')
  })

  test('what is wrong is named, and nothing of the batch is kept', async () => {
    const { status, json } = await post([{ kind: 'a.b' }, { kind: 'Not A Kind' }, { kind: 'a.c', outcome: 'perhaps' }])
    expect(status).toBe(422)
    expect((json['errors'] as { path: string }[]).map(({ path }) => path)).toEqual(['body.1.kind', 'body.2.outcome'])
    expect(await taking.stored()).toHaveLength(0)
  })

  test.each([
    ['no events', []],
    ['too many', Array.from({ length: 101 }, () => ({ kind: 'a.b' }))],
    ['no object', 7],
    ['a member that nobody knows', { kind: 'a.b', seq: 7 }],
    ['an id that is no UUIDv7', { kind: 'a.b', id: '01900000-0000-4000-8000-000000000001' }],
    ['a time that is none', { kind: 'a.b', time: 'yesterday' }],
    ['data that is too large', { kind: 'a.b', data: { x: 'x'.repeat(20_000) } }],
    ['U+0000', { kind: 'a.b', resource: { type: 'A\0', id: '1' } }],
    ['half a character', { kind: 'a.b', data: { x: '\ud800' } }],
  ])('%s is refused', async (_, body) => {
    expect([400, 422]).toContain((await post(body)).status)
    expect(await taking.stored()).toHaveLength(0)
  })
})

describe('personal data', () => {
  test('is marked by its place, and kept apart', async () => {
    const subject = { type: 'Person', id: 'p-1' }
    const body = {
      kind: 'order.placed',
      data: { email: 'ada@shop.example', ship: { 'to/at': 'Main Street 7' }, total: 3 },
      personal: [
        { subject, field: '/data/email' },
        { subject: null, field: '/data/ship/to~1at' },
      ],
    }
    expect((await post(body)).status).toBe(200)
    const [stored] = await taking.stored()
    expect(stored?.view.data).toMatchObject({ email: 'ada@shop.example', ship: { 'to/at': 'Main Street 7' } })
    const { rows } = await taking.fixture.admin.query<{ body: Buffer }>('SELECT body FROM events')
    expect(rows[0]?.body.includes('Main Street')).toBe(false)
  })

  test.each([
    ['/data/nothing', 'there is no text'],
    ['/data/total', 'there is no text'],
    ['/kind', 'a place inside of data'],
    ['data/email', 'JSON Pointer'],
    ['/data/~2', 'JSON Pointer'],
  ])('the place %s is refused, since nobody could erase what is there', async (field, message) => {
    const { status, json } = await post({ kind: 'a.b', data: { total: 3 }, personal: [{ subject: null, field }] })
    expect(status).toBe(422)
    expect(JSON.stringify(json['errors'])).toContain(message)
  })

  test('is of persons and of nobody else', async () => {
    const personal = [{ subject: { type: 'Service', id: 's' }, field: '/data/x' }]
    expect((await post({ kind: 'a.b', data: { x: 'y' }, personal })).status).toBe(422)
  })
})

describe('an OCSF document', () => {
  test('is kept as it is, with our word for whose and of when it is', async () => {
    const document = ocsf()
    const { status, json } = await post(document)
    expect(status).toBe(200)
    const [stored] = await taking.stored()
    expect(json['events']).toEqual([{ id: stored?.id, kind: 'ocsf.300201' }])
    expect(stored?.document).toMatchObject({
      class_uid: 3002,
      severity_id: 4,
      message: 'Sign-in with a wrong key',
      auth_protocol_id: 2,
      user: { uid: 'u-1', email_addr: 'ada@shop.example' },
      metadata: {
        version: '1.3.0',
        product: { name: 'Lock' },
        uid: stored?.id,
        original_event_uid: 'login-77',
        tenant_uid: taking.fixture.tenant,
        event_code: 'ocsf.300201',
      },
    })
    expect(stored?.view).toMatchObject({ outcome: 'failure', source: { address: '203.0.113.9' }, application: 'shop' })
    expect(stored?.view.data).toMatchObject({ door: 7, reportedBy: shopService })
    const { rows } = await taking.fixture.admin.query('SELECT class_uid, severity_id FROM events')
    expect(rows).toEqual([{ class_uid: 3002, severity_id: 4 }])
  })

  test('sent twice under its uid is one event', async () => {
    const document = ocsf()
    await post(document)
    expect((await post([document, { ocsf: document }])).json['accepted']).toBe(0)
    expect(await taking.stored()).toHaveLength(1)
  })

  test('says beside it what is personal in it', async () => {
    const personal = [{ subject: null, field: '/message' }]
    expect((await post({ ocsf: ocsf(), personal })).status).toBe(200)
    const nowhere = await post({ ocsf: ocsf(), personal: [{ subject: null, field: '/nowhere' }] })
    expect(nowhere.status).toBe(422)
  })

  // Erasing the person would make of it another event than the log's entry and the columns say: an alarm for ever.
  test.each(['/metadata/uid', '/metadata/tenant_uid', '/metadata/event_code', '/status_code', '/user/uid'])(
    'cannot have %s as a person’s: the log is kept by it',
    async (field) => {
      const personal = [{ subject: { type: 'Person', id: 'p-1' }, field }]
      const document = ocsf()
      const metadata = { ...document.metadata, event_code: 'door.opened', tenant_uid: 'theirs' }
      const { status, json } = await post({ ocsf: { ...document, metadata, status_code: 'wrong_key' }, personal })
      expect(status).toBe(422)
      expect(JSON.stringify(json['errors'])).toContain('personal')
      expect(await taking.stored()).toHaveLength(0)
    },
  )

  test('that contradicts itself is refused', async () => {
    const { status, json } = await post({ ...ocsf(), type_uid: 1 })
    expect(status).toBe(422)
    expect(JSON.stringify(json['errors'])).toContain('type_uid')
  })
})

test('asks who may record for this application, and records nothing for whom may not', async () => {
  const refusing = await startTaking(inject('postgresUrl'), false)
  const response = await refusing.post('/api/v1/events', { kind: 'a.b' })
  expect(response.status).toBe(403)
  expect((await response.json()) as object).toMatchObject({ detail: 'recordEvent on Application shop' })
  expect((await refusing.stored()).map(({ view }) => view.kind)).toEqual(['access.denied'])
  await refusing.close()
})

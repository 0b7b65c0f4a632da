import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adoptDocument,
  completeEvent,
  ForeignEvent,
  kindOfForeign,
  limits,
  UnsequencedEvent,
  valueAt,
  viewOf,
} from './index.ts'

const theirs = {
  class_uid: 3002,
  category_uid: 3,
  activity_id: 1,
  type_uid: 300_201,
  severity_id: 1,
  time: 1_767_323_045_678,
  status_id: 2,
  status_code: 'bad_password',
  metadata: {
    version: '1.5.0',
    product: { name: 'Okta', vendor_name: 'Okta' },
    uid: 'okta-1',
    event_code: 'user.session.start',
    tenant_uid: 'another',
    correlation_uid: 'theirs',
    tags: [
      { name: 'application', value: 'holdfast' },
      { name: 'env', value: 'prod' },
    ],
  },
  actor: { user: { uid: 'ada', name: 'Ada', type: 'User', type_id: 1, email_addr: 'ada@x.org' } },
  user: { uid: 'ben', email_addr: 'ben@x.org', type_id: 1 },
  src_endpoint: { ip: '203.0.113.7', location: { country: 'DE' } },
  session: { uid: 's1' },
  unmapped: { debugData: { note: 'hello' }, resource: { type: 'Policy', id: 'forged' }, outcome: 'refused' },
} as const

const stamp = {
  id: '01907f3e-1111-7111-8111-111111111111',
  time: new Date('2026-01-02T03:04:05.678Z'),
  requestId: 'ours',
}
function adopt(foreign: ForeignEvent, said?: Parameters<typeof adoptDocument>[2]['said']) {
  const data = { ...foreign.unmapped, reportedBy: { type: 'Service', id: 'edge' } }
  const accepted = completeEvent({ kind: kindOfForeign(foreign), outcome: 'success', application: 'shop', data }, stamp)
  return adoptDocument(foreign, accepted, { tenant: 'acme', said })
}

describe('a document that somebody else made', () => {
  it('keeps what it says, under our own id, tenant, request and application', () => {
    const { document, event } = adopt(ForeignEvent.parse(theirs))
    expect(document).toMatchObject({
      src_endpoint: { ip: '203.0.113.7', location: { country: 'DE' } },
      metadata: {
        version: '1.5.0',
        product: { name: 'Okta' },
        uid: stamp.id,
        original_event_uid: 'okta-1',
        tenant_uid: 'acme',
        correlation_uid: 'ours',
        tags: [
          { name: 'application', value: 'shop' },
          { name: 'env', value: 'prod' },
        ],
      },
    })
    expect(event).toMatchObject({
      id: stamp.id,
      kind: 'user.session.start',
      outcome: 'failure',
      actor: { type: 'Person', id: 'ada', name: 'Ada' },
      resource: { type: 'Session', id: 's1' },
      application: 'shop',
      reason: 'bad_password',
      data: { debugData: { note: 'hello' }, reportedBy: { id: 'edge' } },
    })
    expect(viewOf(document)).toEqual(event)
    expect(UnsequencedEvent.parse(event)).toEqual(event)
  })

  it('says what of it is personal, and whose', () => {
    const said = [
      { pointer: '/unmapped/debugData/note', subject: 'Person/eve' },
      { pointer: '/src_endpoint/location/country', subject: null },
    ]
    const { document, personal } = adopt(ForeignEvent.parse(theirs), said)
    expect(Object.fromEntries(personal.map(({ pointer, subject }) => [pointer, subject]))).toEqual({
      '/actor/user/name': 'Person/ada',
      '/actor/user/email_addr': 'Person/ada',
      '/user/email_addr': 'Person/ben',
      '/src_endpoint/ip': 'Person/ada',
      '/unmapped/data/debugData/note': 'Person/eve',
      '/src_endpoint/location/country': null,
    })
    for (const { pointer } of personal) expect(typeof valueAt(document, pointer)).toBe('string')
    expect(() => adopt(ForeignEvent.parse(theirs), [{ pointer: '/nothing', subject: null }])).toThrow(RangeError)
    expect(() => adopt(ForeignEvent.parse(theirs), [{ pointer: '/actor', subject: null }])).toThrow(RangeError)
  })

  it('is scrubbed', () => {
    const foreign = { ...theirs, raw_data: `Authorization: Bearer hfs_${'a'.repeat(43)}`, password: 'hunter2' }
    const text = JSON.stringify(adopt(ForeignEvent.parse(foreign)).document)
    expect(text).not.toContain('aaaaaaaa')
    expect(text).not.toContain('hunter2')
  })

  it('without a kind of its own is called by its type', () => {
    expect(kindOfForeign(ForeignEvent.parse({ ...theirs, metadata: { version: '1.8.0' } }))).toBe('ocsf.300201')
    const odd = { ...theirs, metadata: { version: '1.8.0', event_code: '4624: An account' } }
    expect(kindOfForeign(ForeignEvent.parse(odd))).toBe('ocsf.300201')
  })

  it.each([
    ['another type', { type_uid: 300_202 }],
    ['another category', { category_uid: 4 }],
    ['no time', { time: '2026-01-02' }],
    ['a time that no date can be', { time: 8e18 }],
    ['a severity that is none', { severity_id: 7 }],
    ['a version that is not known', { metadata: { version: '2.0.0' } }],
    ['a user that is text', { actor: { user: 'ada' } }],
    ['an id that is too long', { user: { uid: 'x'.repeat(limits.id + 1) } }],
    ['resources that are none', { resources: { uid: 'x' } }],
    ['too much', { raw_data: 'x'.repeat(limits.documentBytes) }],
    ['U+0000', { message: 'a\0b' }],
    ['a lone surrogate', { message: '\ud800' }],
  ])('is refused with %s', (_, change) => {
    expect(ForeignEvent.safeParse({ ...theirs, ...change }).success).toBe(false)
  })

  it('that is hostile gives a view all the same', () => {
    const names = [...Object.keys(theirs), 'group', 'entity', 'resources', 'http_request', 'metadata', '__proto__']
    const any = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record(
        { uid: fc.string(), type: fc.string(), type_id: fc.integer(), user: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      fc.constant({ data: 7, resource: { type: 1 }, source: { address: {} }, outcome: 'x' }),
    )
    let taken = 0
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), any, { maxKeys: 3 }), (change) => {
        const parsed = ForeignEvent.safeParse({ ...theirs, ...change, metadata: theirs.metadata })
        if (!parsed.success) return
        taken += 1
        const { event, document } = adopt(parsed.data)
        expect(UnsequencedEvent.safeParse(event).error).toBeUndefined()
        expect(viewOf(JSON.parse(JSON.stringify(document)) as typeof document)).toEqual(event)
      }),
      { numRuns: 2000 },
    )
    expect(taken).toBeGreaterThan(10)
  })
})

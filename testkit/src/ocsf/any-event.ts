import { about, completeEvent, type NewEvent, type UnsequencedEvent } from '@holdfast/events'
import fc from 'fast-check'

const id = fc.constantFrom('019c0000-0000-7000-8000-000000000001', 'ada', 'shop/orders', '0', '')
const type = fc.constantFrom(
  'Person',
  'Service',
  'Group',
  'Session',
  'Policy',
  'Application',
  'User',
  'Unknown',
  'Key',
  'Gateway',
)
const reference = fc.record({ type, id })
const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('CVE-2026-12345', '[erased]', 'GET', 'shop.localhost:7480', '/a/b'),
)

/** Members that classes look at, and others; some are marked as somebody's. */
const member = fc.oneof(
  word,
  fc.integer(),
  fc.constantFrom(200, 403),
  reference,
  fc.boolean(),
  fc.constant(null),
  fc.array(word, { maxLength: 3 }),
  fc.array(reference, { maxLength: 3 }),
  fc.tuple(reference, word).map(([subject, value]) => about(subject, value)),
)
const names = [
  ...'action added removed privileges person method path host status summary more since title finding control'.split(
    ' ',
  ),
  ...'reportedBy data resource source outcome a/b a~b __proto__'.split(' '),
]
/** JSON has no -0. */
const json = (value: fc.Arbitrary<unknown>) => value.map((each) => JSON.parse(JSON.stringify(each)) as unknown)
const data = fc.oneof(
  fc.constant({}),
  fc.constant({ reportedBy: { type: 'Service', id: 'edge' } }),
  fc.constant({ method: 'GET', path: '/a', host: 'shop.localhost:7480', status: 403 }),
  fc.dictionary(fc.constantFrom(...names), fc.oneof(member, fc.dictionary(fc.string({ maxLength: 4 }), member)), {
    maxKeys: 6,
  }),
  fc.dictionary(fc.string({ maxLength: 6 }), json(fc.jsonValue({ maxDepth: 3 }))),
)

const address = fc.constantFrom(
  '127.0.0.1',
  '::1',
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
  '2001:db8::7',
  'unknown',
  '[::1]',
  '999.1.1.1',
  '',
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

/** Any event of a kind as it is when it is recorded: completed, so that its texts are clipped and scrubbed. */
export function anyEvent(kind: string): fc.Arbitrary<UnsequencedEvent> {
  const event: fc.Arbitrary<NewEvent> = fc.record({
    kind: fc.constant(kind),
    outcome: fc.constantFrom('success', 'refused', 'failure'),
    actor: optional(fc.record({ type, id, name: word }, { requiredKeys: ['type', 'id'] })),
    resource: optional(reference),
    application: optional(fc.constantFrom('shop', 'holdfast')),
    reason: optional(fc.constantFrom('forbidden', 'session_ended')),
    data,
  })
  const stamp = fc.record({
    id: fc.constant('019c0000-0000-7000-8000-000000000002'),
    time: fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    source: fc.record({ address: optional(address), userAgent: optional(word) }),
    requestId: optional(id),
  })
  return fc.tuple(event, stamp).map(([said, stamped]) => completeEvent(said, stamped))
}

/** The members of `data` from which some class makes an attribute, with a mark in each. */
export function markedData(subject: { readonly type: string; readonly id: string }, value: string) {
  return {
    ...Object.fromEntries(names.map((name) => [name, about(subject, value)])),
    deep: [{ a: about(subject, value) }],
  }
}

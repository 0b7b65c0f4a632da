import { describe, expect, it } from 'vitest'
import type { OtlpGroup, OtlpRecord } from '../otlp/index.ts'
import { eventOf, type OtlpContext } from './otlp-event.ts'

const large = 'x'.repeat(10_000)
const group: OtlpGroup = { resource: { note: `\0${large}` }, scope: { name: '', version: '' }, records: [] }

function record(n: number): OtlpRecord {
  const time = 1_700_000_000_000_000_000n + BigInt(n)
  const none = { severityNumber: 0, severityText: '', traceId: '', spanId: '', eventName: '', attributes: {} }
  return { ...none, time, observed: 0n, body: null }
}

function context(): OtlpContext {
  const random = { id: () => '01907f3e-1111-7111-8111-111111111111', bytes: (count: number) => Buffer.alloc(count) }
  const caller = { principal: { type: 'Service', id: 's' }, application: null }
  return { caller, random, now: new Date(), seen: new Map(), groups: new Map() }
}

describe('many small records of one large resource', () => {
  // 4 MiB of a resource and 5,000 records of ten bytes: each of them must not hold the resource once more.
  it('do not each keep a copy of it', () => {
    const shared = context()
    const events = Array.from({ length: 50 }, (_, n) => eventOf(group, record(n), shared))
    expect(new Set(events.map((event) => event?.data['resource'])).size).toBe(1)
    expect(Math.max(...Array.from(shared.seen.keys(), (key) => key.length))).toBeLessThan(100)
  })

  it('do not each have all of it looked at: what no event has room for is left out once', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`name.${n}`, n]))
    const event = eventOf({ ...group, resource: wide }, record(1), context())
    expect(event?.data['resource']).toEqual({ omitted: 'resource_too_large', bytes: expect.any(Number) })
  })

  it('do not have it looked at thousands of times, where that would take minutes', () => {
    const resource = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`n${n}`, n]))
    const of = (records: number) => ({ ...group, resource, records: Array(records).fill(record(1)) })
    expect(eventOf(of(1000), record(1), context())?.data['resource']).toEqual(resource)
    expect(eventOf(of(10_000), record(1), context())?.data['resource']).toMatchObject({ omitted: 'resource_too_large' })
  })

  it('still differ by their resource', () => {
    const other = { ...group, resource: { note: 'other' } }
    const shared = context()
    const ids = [group, other, group].map((of) => eventOf(of, record(1), shared)?.id)
    expect(new Set(ids).size).toBe(3)
    expect(eventOf(group, record(1), context())?.id).toBe(ids[0])
  })
})

import { describe, expect, it } from 'vitest'
import { completeEvent, EdgeEvent, Event, limits, NewEvent, UnsequencedEvent } from './index.ts'

const stamp = { id: '01907f3e-1111-7111-8111-111111111111', time: new Date('2026-01-02T03:04:05.678Z') }
const plain = completeEvent({ kind: 'session.started', outcome: 'success' }, stamp)
const event = { ...plain, seq: 1 }

function nested(depth: number): Record<string, unknown> {
  return depth <= 1 ? {} : { in: nested(depth - 1) }
}

describe('the envelope', () => {
  it('takes what completeEvent makes, with and without a place', () => {
    expect(Event.parse(event)).toEqual(event)
    expect(Event.parse({ ...plain, seq: null }).seq).toBeNull()
    expect(UnsequencedEvent.parse(plain)).toEqual(plain)
    expect(EdgeEvent.parse({ ...plain, application: 'shop' }).application).toBe('shop')
  })

  it.each([
    ['an edge event without application', EdgeEvent, plain],
    ['an edge event that names its own place', EdgeEvent, { ...event, application: 'shop' }],
    ['a member that it does not know', Event, { ...event, admin: true }],
    ['an id that is no UUIDv7', Event, { ...event, id: '01907f3e-1111-4111-8111-111111111111' }],
    ['a time without milliseconds', Event, { ...event, time: '2026-01-02T03:04:05Z' }],
    ['a time in another zone', Event, { ...event, time: '2026-01-02T03:04:05.678+01:00' }],
    ['a kind in capitals', Event, { ...event, kind: 'Session.started' }],
    ['a kind with an empty word', Event, { ...event, kind: 'session..started' }],
    ['a kind too long', Event, { ...event, kind: 'a'.repeat(limits.kind + 1) }],
    ['an outcome of its own', Event, { ...event, outcome: 'maybe' }],
    ['seq 0', Event, { ...event, seq: 0 }],
    ['data too deep', Event, { ...event, data: nested(limits.dataDepth + 1) }],
    ['data too large', Event, { ...event, data: { text: 'x'.repeat(limits.dataBytes) } }],
    ['U+0000, which jsonb cannot hold', Event, { ...event, data: { text: 'a\0b' } }],
    ['U+0000 in a name', Event, { ...event, data: { 'a\0b': 1 } }],
    ['a lone surrogate, which canonical JSON cannot hold', Event, { ...event, data: { text: '\ud800' } }],
    ['a lone surrogate in an id', Event, { ...event, actor: { type: 'Person', id: '\ud800' } }],
    ['no finite number', Event, { ...event, data: { n: Number.NaN } }],
    ['what is no JSON', Event, { ...event, data: { at: new Date() } }],
    ['a slug that is none', NewEvent, { kind: 'a', outcome: 'success', application: '../shop' }],
  ])('refuses %s', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })

  it('takes data exactly at its limits', () => {
    expect(Event.safeParse({ ...event, data: nested(limits.dataDepth) }).success).toBe(true)
    const text = 'x'.repeat(limits.dataBytes - '{"t":""}'.length)
    expect(Event.safeParse({ ...event, data: { t: text } }).success).toBe(true)
  })
})

describe('completeEvent', () => {
  it('clips what came from outside, so that nobody can keep an event out of the log', () => {
    const long = 'x'.repeat(100_000)
    const made = completeEvent(
      {
        kind: 'decision.denied',
        outcome: 'refused',
        actor: { type: 'Person', id: long, name: long },
        resource: { type: long, id: `\0\ud800${long}` },
        data: { path: long, deep: nested(50), more: Array.from({ length: 5000 }, () => long.slice(0, 100)) },
      },
      { ...stamp, source: { address: long, userAgent: long }, requestId: long, application: 'shop' },
    )
    expect(UnsequencedEvent.safeParse(made).error).toBeUndefined()
    expect(made.data).toEqual({ omitted: 'data_too_large', bytes: expect.any(Number) })
  })

  it('scrubs data, ids and the user agent', () => {
    const own = `hfs_${'a'.repeat(43)}`
    const made = completeEvent(
      {
        kind: 'a.b',
        outcome: 'success',
        resource: { type: 'Route', id: `/x/${own}` },
        data: { password: 'p', note: own },
      },
      { ...stamp, source: { address: null, userAgent: own } },
    )
    expect(JSON.stringify(made)).not.toContain('aaaaaa')
    expect(made.data).toEqual({
      password: expect.stringContaining('redacted') as unknown,
      note: expect.stringContaining('redacted') as unknown,
    })
  })
})

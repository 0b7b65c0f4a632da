import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event } from '../api/types.ts'
import { emptyFeed, feedReducer, mergeEvents } from './event-feed.ts'

function event(id: string, seq: number | null, time = '2026-11-21T12:00:00.000Z'): Event {
  return {
    id,
    seq,
    time,
    kind: 'session.started',
    outcome: 'success',
    actor: { type: 'Person', id: 'p', name: 'Ada' },
    resource: null,
    application: null,
    reason: null,
    source: { address: null, userAgent: null },
    requestId: null,
    data: {},
  }
}

const ids = (events: readonly Event[]) => events.map(({ id }) => id)

describe('mergeEvents', () => {
  it('orders by number, newest first, however the events come', () => {
    expect(ids(mergeEvents([event('b', 2)], [event('a', 1), event('c', 3)]))).toEqual(['c', 'b', 'a'])
  })

  it('puts what has no number yet before what has one, by time', () => {
    const late = event('y', null, '2026-11-21T12:00:02.000Z')
    const early = event('x', null, '2026-11-21T12:00:01.000Z')
    expect(ids(mergeEvents([event('a', 7, '2026-11-21T12:00:03.000Z')], [early, late]))).toEqual(['y', 'x', 'a'])
  })

  it('shows an event that was delivered twice once, with its number', () => {
    expect(mergeEvents([event('a', null)], [event('a', 5)])).toEqual([event('a', 5)])
    expect(mergeEvents([event('a', 5)], [event('a', null)])).toEqual([event('a', 5)])
  })

  it('lets go of the oldest past its bound, and never of what was asked for', () => {
    const many = Array.from({ length: 1200 }, (_, index) => event(`e${index}`, index))
    expect(mergeEvents([], many)).toHaveLength(1000)
    expect(mergeEvents([], many, Number.POSITIVE_INFINITY)).toHaveLength(1200)
    expect(mergeEvents([], many)[0]?.id).toBe('e1199')
  })

  it('comes to the same whatever the deliveries and their order', () => {
    const log = Array.from({ length: 30 }, (_, index) => event(`e${index}`, index))
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat({ max: 29 }), { maxLength: 12 }), { maxLength: 8 }), (deliveries) => {
        const merged = deliveries
          .map((numbers) => numbers.flatMap((number) => log[number] ?? []))
          .reduce<readonly Event[]>((current, batch) => mergeEvents(current, batch), [])
        const expected = [...new Set(deliveries.flat())].toSorted((a, b) => b - a)
        expect(merged.map(({ seq }) => seq)).toEqual(expected)
      }),
    )
  })
})

describe('feedReducer', () => {
  const opened = feedReducer(emptyFeed, { type: 'opened', events: [event('a', 1)], older: 'cursor' })

  it('announces what arrives, and only that', () => {
    expect(opened.announcement).toBe('')
    const one = feedReducer(opened, { type: 'arrived', events: [event('b', 2)] })
    expect(one.announcement).toBe('New event: session.started, success, Ada')
    expect(feedReducer(one, { type: 'arrived', events: [event('b', 2)] }).announcement).toBe(one.announcement)
    expect(feedReducer(one, { type: 'arrived', events: [event('c', 3), event('d', 4)] }).announcement).toMatch(
      /^2 new events/u,
    )
  })

  it('holds back what comes while paused, and lets it in afterwards', () => {
    const paused = feedReducer(feedReducer(opened, { type: 'paused' }), {
      type: 'arrived',
      events: [event('b', 2), event('a', 1)],
    })
    expect(ids(paused.events)).toEqual(['a'])
    expect(ids(paused.held)).toEqual(['b'])
    const resumed = feedReducer(paused, { type: 'resumed' })
    expect(ids(resumed.events)).toEqual(['b', 'a'])
    expect(resumed.held).toEqual([])
    expect(resumed.paused).toBe(false)
  })

  it('keeps older pages that were asked for', () => {
    const reached = feedReducer(opened, { type: 'reached', events: [event('z', 0)], older: null })
    expect(ids(reached.events)).toEqual(['a', 'z'])
    expect(reached.older).toBeNull()
  })

  it('stays paused when the filters change', () => {
    const paused = feedReducer(opened, { type: 'paused' })
    expect(feedReducer(paused, { type: 'opened', events: [], older: null }).paused).toBe(true)
  })
})

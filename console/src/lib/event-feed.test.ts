import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event } from '../api/types.ts'
import { emptyFeed, feedReducer, mergeEvents, waiting } from './event-feed.ts'

function event(id: string): Event {
  return {
    id,
    seq: 1,
    time: '2026-11-21T12:00:00.000Z',
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
  it('puts the newest first, however the events come, and each once', () => {
    expect(ids(mergeEvents([event('b')], [event('a'), event('c'), event('b')]))).toEqual(['c', 'b', 'a'])
  })

  it('lets go of the oldest past its bound, and never of what was asked for', () => {
    const many = Array.from({ length: 1200 }, (_, index) => event(`e${String(index).padStart(4, '0')}`))
    expect(mergeEvents([], many)).toHaveLength(1000)
    expect(mergeEvents([], many, Number.POSITIVE_INFINITY)).toHaveLength(1200)
    expect(mergeEvents([], many)[0]?.id).toBe('e1199')
  })

  it('comes to the same whatever the deliveries and their order', () => {
    const letters = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
    fc.assert(
      fc.property(fc.array(fc.array(letters, { maxLength: 12 }), { maxLength: 8 }), (deliveries) => {
        const merged = deliveries.reduce<readonly Event[]>((now, batch) => mergeEvents(now, batch.map(event)), [])
        expect(ids(merged)).toEqual([...new Set(deliveries.flat())].toSorted().toReversed())
      }),
    )
  })
})

describe('feedReducer', () => {
  const opened = feedReducer(emptyFeed, { type: 'opened', events: [event('a')], older: 'cursor', complete: true })

  it('announces what arrives, and only that', () => {
    expect(opened.announcement).toBe('')
    const one = feedReducer(opened, { type: 'arrived', events: [event('b')] })
    expect(one.announcement).toBe('New event: session.started, success, Ada')
    expect([...one.fresh]).toEqual(['b'])
    expect(feedReducer(one, { type: 'arrived', events: [event('b')] })).toBe(one)
    expect(feedReducer(one, { type: 'arrived', events: [event('c'), event('d')] }).announcement).toMatch(
      /^2 new events/u,
    )
  })

  it('holds back what comes while paused, says how many wait, and lets it in afterwards', () => {
    const paused = feedReducer(feedReducer(opened, { type: 'paused' }), {
      type: 'arrived',
      events: [event('b'), event('a')],
    })
    expect(ids(paused.events)).toEqual(['a'])
    expect(ids(paused.held)).toEqual(['b'])
    expect(waiting(paused)).toBe('1')
    const resumed = feedReducer(paused, { type: 'resumed' })
    expect(ids(resumed.events)).toEqual(['b', 'a'])
    expect(resumed.held).toEqual([])
    expect(resumed.paused).toBe(false)
  })

  it('goes on with older pages from where it let go', () => {
    const many = Array.from({ length: 1500 }, (_, index) => event(`b${String(index).padStart(4, '0')}`))
    const full = feedReducer(opened, { type: 'arrived', events: many })
    expect(full.events).toHaveLength(1000)
    expect(full.older).toBe('b0500')
  })

  it('does not claim to have counted what it let go', () => {
    const many = Array.from({ length: 1500 }, (_, index) => event(`b${String(index).padStart(4, '0')}`))
    const paused = feedReducer(feedReducer(opened, { type: 'paused' }), { type: 'arrived', events: many })
    expect(waiting(paused)).toBe('1,000 or more')
  })

  it('keeps older pages that were asked for, and that a search was ended early', () => {
    const reached = feedReducer(opened, { type: 'reached', events: [event('0')], older: 'more', complete: false })
    expect(ids(reached.events)).toEqual(['a', '0'])
    expect(reached).toMatchObject({ older: 'more', complete: false })
  })

  it('stays paused when the filters change', () => {
    const paused = feedReducer(opened, { type: 'paused' })
    expect(feedReducer(paused, { type: 'opened', events: [], older: null, complete: true }).paused).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import type { EdgeRecord } from './client.ts'
import { createFloods } from './floods.ts'

function setUp() {
  const events: EdgeRecord[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  let timer: () => void = () => undefined
  const floods = createFloods({
    record: (event) => `e${events.push(event)}`,
    clock: {
      now: () => now,
      monotonic: () => now,
      after: (_, call) => {
        timer = call
        return () => (timer = () => undefined)
      },
    },
    application: 'holdfast',
  })
  return {
    floods,
    events,
    summaries: () => events.filter(({ data }) => data?.['summary'] === true),
    /** Time goes by, and the sweep that is due comes. */
    pass: (milliseconds: number) => {
      now += milliseconds
      timer()
    },
  }
}

const refusal = (address: string, more: Partial<EdgeRecord> = {}): EdgeRecord => ({
  kind: 'request.refused',
  outcome: 'refused',
  reason: 'unauthenticated',
  application: 'shop',
  source: { address, userAgent: 'curl' },
  requestId: 'r1',
  ...more,
})
const times = (count: number, call: (n: number) => string) => Array.from({ length: count }, (_, n) => call(n))

describe('a flood', () => {
  it('is twenty events of one address and reason, and one that counts the rest', () => {
    const { floods, events, summaries, pass } = setUp()
    const ids = times(60, () => floods.tell(refusal('10.0.0.1')))
    expect(events).toHaveLength(20)
    expect(new Set(ids.slice(19))).toEqual(new Set(['e20']))
    pass(59_999)
    expect(events).toHaveLength(20)
    pass(1)
    expect(events).toHaveLength(21)
    expect(summaries()).toEqual([
      {
        kind: 'request.refused',
        outcome: 'refused',
        reason: 'unauthenticated',
        application: 'shop',
        actor: null,
        source: { address: '10.0.0.1', userAgent: null },
        data: { summary: true, told: 20, more: 40, since: '2026-01-01T00:00:00.000Z', last: 'e20' },
      },
    ])
    expect(floods.tell(refusal('10.0.0.1'))).toBe('e22')
  })

  it('hides no other client, reason, kind, application or likeness', () => {
    const { floods, events } = setUp()
    times(100, () => floods.tell(refusal('10.0.0.1'), { action: 'view' }))
    expect(events).toHaveLength(20)
    floods.tell(refusal('10.0.0.2'), { action: 'view' })
    floods.tell(refusal('10.0.0.1', { reason: 'host_unknown' }), { action: 'view' })
    floods.tell(refusal('10.0.0.1', { kind: 'response.broken' }), { action: 'view' })
    floods.tell(refusal('10.0.0.1', { application: 'bank' }), { action: 'view' })
    floods.tell(refusal('10.0.0.1', { actor: { type: 'Person', id: 'ben' } }), { action: 'view' })
    floods.tell(refusal('10.0.0.1'), { action: 'delete' })
    expect(events).toHaveLength(26)
  })

  it('of one person is one, whatever the addresses, and so is that of one IPv6 network', () => {
    const { floods, events, summaries } = setUp()
    const actor = { type: 'Person', id: 'ben' }
    times(50, (n) => floods.tell(refusal(`10.0.0.${n}`, { actor }), { action: 'view' }))
    times(50, (n) => floods.tell(refusal(`2001:db8:1:2::${n}`)))
    expect(events).toHaveLength(40)
    floods.close()
    expect(summaries()).toEqual([
      expect.objectContaining({
        actor,
        source: { address: null, userAgent: null },
        data: expect.objectContaining({ action: 'view', told: 20, more: 30 }) as unknown,
      }),
      expect.objectContaining({ actor: null, data: expect.objectContaining({ told: 20, more: 30 }) as unknown }),
    ])
  })

  it('from very many addresses is a thousand events, and few summaries', () => {
    const { floods, events, summaries } = setUp()
    times(50_000, (n) => floods.tell(refusal(`10.${n % 200}.${Math.floor(n / 200) % 250}.1`)))
    expect(events).toHaveLength(1_000)
    expect(floods.tell(refusal('9.9.9.9'))).toBe('e1000')
    floods.close()
    expect(summaries()).toEqual([
      expect.objectContaining({
        application: 'holdfast',
        source: { address: null, userAgent: null },
        data: expect.objectContaining({ told: 1_000, more: 49_001 }) as unknown,
      }),
    ])
  })

  it('counts each refusal once, however the clients take turns', () => {
    const { floods, events, summaries } = setUp()
    times(30_000, (n) => floods.tell(refusal(`10.0.${n % 60}.1`)))
    floods.close()
    expect(events.length - summaries().length).toBe(1_000)
    expect(summaries().length).toBeLessThanOrEqual(51)
    const more = summaries().reduce((sum, { data }) => sum + Number(data?.['more']), 0)
    expect(more).toBe(29_000)
  })

  it('is over when the minute is, and leaves no summary of what was told in full', () => {
    const { floods, events, pass } = setUp()
    times(20, () => floods.tell(refusal('10.0.0.1')))
    pass(60_000)
    times(20, () => floods.tell(refusal('10.0.0.1')))
    floods.close()
    expect(events).toHaveLength(40)
  })
})

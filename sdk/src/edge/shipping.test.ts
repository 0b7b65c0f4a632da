import type { EventsRequest } from '@holdfast/bundle'
import { completeEvent, type EdgeEvent } from '@holdfast/events'
import { v7 } from 'uuid'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../testing/control-plane.ts'
import { EdgeError } from './api.ts'
import { createShipping, type Shipping } from './shipping.ts'
import { surroundings } from './surroundings.ts'

const open: Shipping[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((shipping) => shipping.close(100)))
})

function event(kind = 'a.b', data: Record<string, unknown> = {}): EdgeEvent {
  return { ...completeEvent({ kind, outcome: 'success', data }, { id: v7(), time: new Date() }), application: 'shop' }
}

function setUp(answer: (request: EventsRequest) => void | Promise<void> = () => {}) {
  const batches: (readonly EdgeEvent[])[] = []
  const problems: string[] = []
  const shipping = createShipping({
    api: {
      events: async (request) => {
        await answer(request)
        batches.push(request.events)
        return { accepted: request.events.length }
      },
    },
    surroundings: surroundings({ onProblem: ({ message }) => void problems.push(message) }),
    droppedEvent: (gap, application) => ({ ...event('edge.events_dropped', { ...gap }), application }),
  })
  open.push(shipping)
  return { shipping, batches, problems, all: () => batches.flat() }
}

describe('shipping', () => {
  it('sends within 250 ms, a hundred at once', async () => {
    const { shipping, batches, all } = setUp()
    const started = Date.now()
    shipping.add(event())
    await until(() => all().length === 1)
    expect(Date.now() - started).toBeLessThan(10_000)
    for (let i = 0; i < 250; i += 1) shipping.add(event())
    await until(() => all().length === 251)
    expect(batches.slice(1).map(({ length }) => length)).toEqual([100, 100, 50])
  })

  it('keeps what could not be sent, in order, and tells once', async () => {
    let down = true
    const { shipping, all, problems } = setUp(() => {
      if (down) throw new EdgeError('unreachable', 'away')
    })
    const sent = [event(), event(), event()]
    for (const each of sent) shipping.add(each)
    await until(() => problems.length > 0)
    down = false
    await until(() => all().length === 3)
    expect(all()).toEqual(sent)
    expect(problems).toEqual(['away'])
  })

  it('keeps ten thousand, counts the rest and reports them', async () => {
    let down = true
    const { shipping, all } = setUp(() => {
      if (down) throw new EdgeError('unreachable', 'away')
    })
    for (let i = 0; i < 10_042; i += 1) shipping.add(event())
    down = false
    await until(() => all().length === 10_001)
    const [note, ...kept] = all()
    expect(note).toMatchObject({
      kind: 'edge.events_dropped',
      application: 'shop',
      data: { count: 42, kinds: { 'a.b': 42 } },
    })
    expect(Number(note?.data['from'])).toBeLessThanOrEqual(Number(note?.data['to']))
    expect(Number(note?.data['from'])).toBeGreaterThan(Date.now() - 60_000)
    expect(kept.every(({ kind }) => kind === 'a.b')).toBe(true)
  })

  it('says of which kinds the lost ones were, without growing by their number', async () => {
    let down = true
    const { shipping, all } = setUp(() => {
      if (down) throw new EdgeError('unreachable', 'away')
    })
    for (let i = 0; i < 10_000; i += 1) shipping.add(event())
    for (let i = 0; i < 60; i += 1) shipping.add(event(`kind.k${i % 30}`))
    down = false
    await until(() => all().length === 10_001)
    const kinds = all()[0]?.data['kinds'] as Record<string, number>
    expect(Object.keys(kinds)).toHaveLength(21)
    expect(kinds).toMatchObject({ 'kind.k0': 2, 'kind.k19': 2, other: 20 })
  })

  it('keeps room for the events that not anybody can cause', async () => {
    let down = true
    const { shipping, all } = setUp(() => {
      if (down) throw new EdgeError('unreachable', 'away')
    })
    for (let i = 0; i < 20_000; i += 1) shipping.add(event('a.refusal'), true)
    for (let i = 0; i < 5_000; i += 1) shipping.add(event())
    down = false
    await until(() => all().length === 10_001)
    expect(all()[0]).toMatchObject({ kind: 'edge.events_dropped', data: { count: 15_000 } })
    expect(all().filter(({ kind }) => kind === 'a.b')).toHaveLength(5_000)
    shipping.add(event('a.refusal'), true)
    await until(() => all().length === 10_002)
  })

  it('leaves out the one event that is refused, delivers the others and reports the loss', async () => {
    const bad = event('bad.one')
    const { shipping, all, problems } = setUp(({ events }) => {
      if (events.some(({ kind }) => kind === 'bad.one')) throw new EdgeError('refused', 'invalid', 422, 'event_invalid')
    })
    for (let i = 0; i < 60; i += 1) shipping.add(i === 37 ? bad : event())
    await until(() => all().length === 60)
    expect(all().filter(({ kind }) => kind === 'a.b')).toHaveLength(59)
    expect(all().at(-1)).toMatchObject({ kind: 'edge.events_dropped', data: { count: 1 } })
    expect(problems).toEqual(['An event of kind bad.one was refused: invalid'])
  })

  it('tells once how many were lost, however often sending failed meanwhile', async () => {
    let down = true
    let tries = 0
    const { shipping, all } = setUp(() => {
      tries += 1
      if (down) throw new EdgeError('unreachable', 'away')
    })
    for (let i = 0; i < 10_000; i += 1) shipping.add(event())
    for (let lost = 1; lost <= 3; lost += 1) {
      shipping.add(event())
      await until(() => tries > lost)
    }
    down = false
    await until(() => all().filter(({ kind }) => kind === 'a.b').length === 10_000)
    await until(() => shippedLost() === 3)
    // One that was under way, and one for what was lost after it.
    expect(all().filter(({ kind }) => kind === 'edge.events_dropped').length).toBeLessThanOrEqual(2)

    function shippedLost(): number {
      const notes = all().filter(({ kind }) => kind === 'edge.events_dropped')
      return notes.reduce((sum, { data }) => sum + Number(data['count']), 0)
    }
  })

  it('sends what waits when it is closed, and does not wait for ever', async () => {
    const { shipping, all } = setUp()
    shipping.add(event())
    await shipping.close(1_000)
    expect(all()).toHaveLength(1)
    const stuck = setUp(() => {
      throw new EdgeError('unreachable', 'away')
    })
    stuck.shipping.add(event())
    await stuck.shipping.close(50)
    expect(stuck.problems.at(-1)).toBe('1 events could not be delivered before the end.')
  })
})

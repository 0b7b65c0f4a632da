import { describe, expect, it } from 'vitest'
import { testCaller } from '../../../testing/test-server.ts'
import { createReadings, type ReadingEntry } from './readings.ts'

const tenant = '01900000-0000-7000-8000-00000000000a'
const reader = { caller: testCaller(tenant), source: { address: null, userAgent: null }, requestId: 'r1' }
const search = { what: 'search', filter: { kind: ['a.b'] } }

function setUp(record?: (entries: readonly ReadingEntry[]) => Promise<void>) {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const recorded: ReadingEntry[] = []
  const readings = createReadings({
    clock: { now: () => new Date(now) },
    record: async (_, entries) => {
      await record?.(entries)
      recorded.push(...entries)
    },
    onError: () => {},
  })
  const reads = () => recorded.map(({ event }) => [event.data?.['what'], event.data?.['reads']])
  return { readings, recorded, reads, later: (milliseconds: number) => (now += milliseconds) }
}

describe('readings of the log', () => {
  it('of the same kind are one event in ten minutes, which the next one counts', async () => {
    const { readings, reads, later } = setUp()
    for (let n = 0; n < 5; n += 1) await readings.record(reader, search)
    expect(reads()).toEqual([['search', 1]])
    later(601_000)
    await readings.record(reader, search)
    expect(reads()).toEqual([
      ['search', 1],
      ['search', 5],
    ])
    await readings.stop()
  })

  it('of other people, other searches and other things are events of their own', async () => {
    const { readings, recorded } = setUp()
    const other = testCaller(tenant, { principal: { type: 'Person', id: 'p2' } })
    await readings.record(reader, search)
    await readings.record({ ...reader, caller: other }, search)
    await readings.record(reader, { what: 'search', filter: { kind: ['a.c'] } })
    await readings.record(reader, { what: 'event', resource: { type: 'Event', id: 'e1' } })
    await readings.record(reader, { what: 'event', resource: { type: 'Event', id: 'e2' } })
    expect(recorded).toHaveLength(5)
    await readings.stop()
  })

  it('are told at the end, when no next one counts them', async () => {
    const { readings, reads } = setUp()
    for (let n = 0; n < 4; n += 1) await readings.record(reader, search)
    await readings.stop()
    expect(reads()).toEqual([
      ['search', 1],
      ['search', 3],
    ])
  })

  it('show nothing that could not be recorded, and the next try records again', async () => {
    let full = true
    const { readings, reads } = setUp(async () => {
      if (full) throw new Error('no space')
    })
    const first = readings.record(reader, search)
    const second = readings.record(reader, search)
    await expect(first).rejects.toThrow('no space')
    await expect(second).rejects.toThrow('no space')
    full = false
    await readings.record(reader, search)
    expect(reads()).toEqual([['search', 1]])
    await readings.stop()
  })

  it('wait for their event, also those that are only counted', async () => {
    const gate = Promise.withResolvers<void>()
    const { readings } = setUp(() => gate.promise)
    const done: number[] = []
    const both = [
      readings.record(reader, search).then(() => done.push(1)),
      readings.record(reader, search).then(() => done.push(2)),
    ]
    await new Promise(setImmediate)
    expect(done).toEqual([])
    gate.resolve()
    await Promise.all(both)
    await readings.stop()
  })
})

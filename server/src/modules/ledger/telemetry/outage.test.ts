import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { createOutageWatch, type Outage } from './outage.ts'

describe('an outage', () => {
  it('lasts until it can be recorded, and is told once with its beginning, its end and its worst reason', async () => {
    const told: (Outage & { to: Date })[] = []
    const closed = Promise.withResolvers<void>()
    let full = true
    const watch = createOutageWatch({
      clock: systemClock,
      pause: 5,
      record: async (outage) => {
        if (full) {
          watch.refused('storage_full')
          throw new Error('no space')
        }
        told.push(outage)
        closed.resolve()
      },
    })
    expect(watch.current()).toBeNull()
    watch.refused('database_unavailable')
    watch.refused('storage_full')
    watch.refused('database_unavailable')
    expect(watch.current()).toMatchObject({ reason: 'storage_full' })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(told).toEqual([])
    full = false
    await closed.promise
    await new Promise(setImmediate)
    expect(watch.current()).toBeNull()
    expect(told).toMatchObject([{ reason: 'storage_full' }])
    expect(told[0]?.refused).toBeGreaterThanOrEqual(3)
    expect(told[0]?.from.getTime()).toBeLessThanOrEqual(told[0]?.to.getTime() ?? 0)
    expect(watch.counts()['database_unavailable']).toBe(2)
    watch.stop()
  })
})

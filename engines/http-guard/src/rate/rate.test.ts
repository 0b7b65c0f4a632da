import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Shedding } from '../load/shedding.ts'
import { Slots } from '../load/slots.ts'
import { rateLimitFields } from './fields.ts'
import { Gcra } from './gcra.ts'
import { LeasedUnits } from './leased.ts'

const bounds = { most: 1000, cells: 64, seed: 12345 }

function of(units: number, seconds: number) {
  const gcra = new Gcra(bounds)
  const pace = gcra.pace({ units, seconds, burst: 5 })
  return {
    take: (key: string, now: number, cost?: number) => gcra.take(pace, key, now, cost),
    wait: (key: string, now: number, cost?: number) => gcra.wait(pace, key, now, cost),
    left: (key: string, now: number) => gcra.left(pace, key, now),
    ahead: (key: string, now: number) => gcra.ahead(pace, key, now),
    size: () => gcra.size,
  }
}

describe('the generic cell rate algorithm', () => {
  test('lets the burst through, then the rate; costs count', () => {
    const limit = of(10, 1)
    expect([1, 2, 3, 4, 5].map(() => limit.take('a', 0))).toEqual([0, 0, 0, 0, 0])
    expect(limit.take('a', 0)).toBeCloseTo(100)
    expect([limit.take('a', 99) > 0, limit.take('a', 100), limit.take('b', 0)]).toEqual([true, 0, 0])
    expect([limit.take('c', 0, 4), limit.left('c', 0), limit.wait('c', 0, 2)]).toEqual([0, 1, 100])
    expect([limit.ahead('c', 0), limit.left('nobody', 0)]).toEqual([400, 5])
  })

  test('fuzz: in no window does more pass than the burst and what the window adds', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 80,
    })
    fc.assert(
      fc.property(steps, (all) => {
        const limit = of(7, 1)
        const passed: [number, number][] = []
        let now = 0
        for (const [gap, cost] of all) {
          now += gap
          if (limit.take('a', now, cost) === 0) passed.push([now, cost])
        }
        for (const [from, [start]] of passed.entries()) {
          let sum = 0
          for (const [at, cost] of passed.slice(from)) {
            sum += cost
            expect(sum).toBeLessThanOrEqual(5 + ((at - start) * 7) / 1000 + 1e-6)
          }
        }
      }),
    )
  })

  test('a flood of keys takes no more memory, pushes nobody out, and renews nobody', () => {
    const limit = of(5, 60)
    for (let i = 0; i < 5; i++) limit.take('attacker', 0)
    let passed = 0
    for (let i = 0; i < 200_000; i++) if (limit.take(`flood-${i}`, 1) === 0) passed++
    expect(limit.size()).toBeLessThanOrEqual(bounds.most)
    // All that could pass: one for each name, and the shared buckets' bursts.
    expect(passed).toBeLessThanOrEqual(bounds.most + bounds.cells * 5)
    expect(limit.take('attacker', 1)).toBeGreaterThan(0)
    // When the flood is over its names go.
    for (let i = 0; i < 3000; i++) limit.take(`later-${i}`, 200_000 + i * 15_000)
    expect(limit.size()).toBeLessThan(10)
  })
})

test('leased: never more than was lent, in time only, and more at a time for who is busy', () => {
  const units = new LeasedUnits(16)
  expect(units.take('a', 0, 1)).toBeNull()
  expect(units.ask('a', 0, 1)).toBe(1)
  units.granted('a', 0, 1, { units: 1, forMs: 1000, waitMs: 0, left: 8, fullInMs: 0 })
  expect([units.take('a', 0, 1), units.take('a', 0, 1)]).toEqual([0, null])
  expect(units.ask('a', 10, 1)).toBe(2)
  units.granted('a', 10, 2, { units: 2, forMs: 1000, waitMs: 0, left: 8, fullInMs: 0 })
  expect(units.take('a', 1010, 1)).toBeNull()
  expect(units.ask('a', 1010, 3)).toBe(3)
  units.granted('a', 1010, 3, { units: 0, forMs: 1000, waitMs: 500, left: 0, fullInMs: 700 })
  expect(units.take('a', 1110, 1)).toBe(400)
  expect(units.state('a', 1110)).toEqual({ left: 0, ahead: 600 })
  expect(units.take('a', 1510, 1)).toBeNull()
})

test('the fields of the draft', () => {
  expect(rateLimitFields([])).toEqual([])
  const one = { name: 'api', units: 100, seconds: 60, left: 42, fullIn: 35 }
  expect(rateLimitFields([one, { ...one, name: 'burst', left: -1 }])).toEqual([
    'RateLimit-Policy',
    '"api";q=100;w=60, "burst";q=100;w=60',
    'RateLimit',
    '"api";r=42;t=35, "burst";r=0;t=35',
  ])
})

test('slots are given back, and nothing is kept of who has none', () => {
  const slots = new Slots()
  expect([slots.enter('a', 2), slots.enter('a', 2), slots.enter('a', 2), slots.enter('b', 1)]).toEqual([
    true,
    true,
    false,
    true,
  ])
  slots.leave('a')
  expect(slots.enter('a', 2)).toBe(true)
  for (const key of ['a', 'a', 'b', 'b']) slots.leave(key)
  expect(slots.size).toBe(0)
})

test('who is behind refuses a share, and never everything', () => {
  const shedding = new Shedding()
  expect(shedding.refuses(50, 0)).toBe(false)
  for (let i = 0; i < 30; i++) shedding.observe(5000)
  expect([shedding.refuses(50, 0.94), shedding.refuses(50, 0.96)]).toEqual([true, false])
  for (let i = 0; i < 30; i++) shedding.observe(0)
  expect(shedding.refuses(50, 0)).toBe(false)
})

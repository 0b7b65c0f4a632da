import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter, perAddress, perPrincipal } from './limit.ts'

function setUp(capacity?: number) {
  let now = 1_800_000_000_000
  const limiter = createLimiter({ now: () => new Date(now) }, capacity)
  return { limiter, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('the limiter', () => {
  it('admits the whole count at once, then as fast as it comes back', () => {
    const { limiter, pass } = setUp()
    const limit = perPrincipal(10, 'minute')
    for (let n = 0; n < 10; n += 1) expect(limiter.admit('a', limit)).toBe(0)
    expect(limiter.admit('a', limit)).toBe(6)
    pass(5_999)
    expect(limiter.admit('a', limit)).toBe(1)
    pass(1)
    expect(limiter.admit('a', limit)).toBe(0)
    expect(limiter.admit('a', limit)).toBe(6)
    pass(60_000)
    for (let n = 0; n < 10; n += 1) expect(limiter.admit('a', limit)).toBe(0)
  })

  it('counts each key for itself', () => {
    const { limiter } = setUp()
    const limit = perAddress(1, 'second')
    expect(limiter.admit('a', limit)).toBe(0)
    expect(limiter.admit('b', limit)).toBe(0)
    expect(limiter.admit('a', limit)).toBe(1)
  })

  it('a try that is refused does not make the wait longer', () => {
    const { limiter, pass } = setUp()
    const limit = perPrincipal(1, 'minute')
    limiter.admit('a', limit)
    for (let n = 0; n < 100; n += 1) expect(limiter.admit('a', limit)).toBe(60)
    pass(60_000)
    expect(limiter.admit('a', limit)).toBe(0)
  })

  it('admits no more than twice the count in any window, whatever the timing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { minLength: 1, maxLength: 200 }), (gaps) => {
        const { limiter, pass } = setUp()
        const limit = { per: 'principal', count: 5, seconds: 10 } as const
        const admitted: number[] = []
        let at = 0
        for (const gap of gaps) {
          at += gap
          pass(gap)
          if (limiter.admit('a', limit) === 0) admitted.push(at)
        }
        for (const start of admitted) {
          const window = admitted.filter((each) => each >= start && each < start + 10_000)
          expect(window.length).toBeLessThanOrEqual(10)
        }
      }),
    )
  })

  it('keeps a bounded number of keys', () => {
    const { limiter } = setUp(100)
    const limit = perAddress(1, 'hour')
    for (let n = 0; n < 10_000; n += 1) limiter.admit(`key ${n}`, limit)
    expect(limiter.admit('key 9999', limit)).toBeGreaterThan(0)
    expect(limiter.admit('key 0', limit)).toBe(0)
  })
})

import { UpstreamSettings } from '@holdfast/http-guard'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Health } from './health.ts'

const settings = UpstreamSettings.parse({ eject: { connects: 2, errorRate: 0.5, seconds: 4, mostSeconds: 10 } })
const always = (): boolean => true

test('connections that cannot be made take it out, for longer each time, and one is enough after it is back', () => {
  const health = new Health()
  expect(health.unreachable(settings, 0)).toBeNull()
  expect(health.unreachable(settings, 1)).toMatchObject({ kind: 'out', forMs: 4000 })
  expect(health.unreachable(settings, 2)).toBeNull()
  expect([health.look(4000), health.out]).toEqual([null, true])
  expect([health.look(4001), health.out]).toEqual([{ kind: 'back' }, false])
  expect(health.unreachable(settings, 4002)).toMatchObject({ forMs: 8000 })
  health.look(12_002)
  expect(health.unreachable(settings, 12_003)).toMatchObject({ forMs: 10_000 })
  health.look(22_003)
  // Well for long enough: what was before is forgotten.
  health.answered(false, settings, always, 22_004)
  expect(health.unreachable(settings, 40_000)).toBeNull()
  expect(health.unreachable(settings, 40_001)).toMatchObject({ forMs: 4000 })
})

test('an answer in between begins the count anew', () => {
  const health = new Health()
  for (let i = 0; i < 10; i++) {
    expect(health.unreachable(settings, i)).toBeNull()
    health.answered(false, settings, always, i)
  }
})

test('errors take it out by their share, of enough answers, where others can do its work', () => {
  const health = new Health()
  for (let i = 0; i < 19; i++) expect(health.answered(true, settings, always, 0)).toBeNull()
  expect(health.answered(true, settings, () => false, 0)).toBeNull()
  expect(health.answered(true, settings, always, 0)).toMatchObject({ kind: 'out', why: '21 of 21 answers were errors' })
  const other = new Health()
  for (let i = 0; i < 100; i++) expect(other.answered(i % 3 === 0, settings, always, 0)).toBeNull()
  // What is long ago does not count.
  const slow = new Health()
  for (let i = 0; i < 100; i++) expect(slow.answered(true, settings, always, i * 1000)).toBeNull()
})

test('checks take it out at the second miss, and one success brings it back, not before its time', () => {
  const health = new Health()
  expect(health.checked('no', 0)).toBeNull()
  expect(health.checked(null, 0)).toBeNull()
  expect(health.checked('no', 0)).toBeNull()
  expect(health.checked('no', 0)).toEqual({ kind: 'out', why: 'check: no', forMs: null })
  expect(health.checked('no', 1e9)).toBeNull()
  expect(health.look(1e9)).toBeNull()
  expect(health.checked(null, 1e9)).toEqual({ kind: 'back' })
  health.unreachable(settings, 1e9)
  health.unreachable(settings, 1e9)
  expect([health.out, health.checked(null, 1e9 + 1)]).toEqual([true, null])
  expect(health.checked(null, 1e9 + 4000)).toEqual({ kind: 'back' })
})

test('without ejection nothing that a request meets takes it out', () => {
  const none = UpstreamSettings.parse({ eject: null })
  const health = new Health()
  for (let i = 0; i < 100; i++) {
    expect(health.unreachable(none, i)).toBeNull()
    expect(health.answered(true, none, always, i)).toBeNull()
  }
})

test('fuzz: out and back come by turns, and every out ends', () => {
  const step = fc.tuple(fc.constantFrom('unreachable', 'error', 'fine', 'miss', 'well', 'look'), fc.nat(20_000))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const health = new Health()
      let now = 0
      let out = false
      for (const [what, wait] of steps) {
        now += wait
        const change =
          what === 'unreachable'
            ? health.unreachable(settings, now)
            : what === 'error' || what === 'fine'
              ? health.answered(what === 'error', settings, always, now)
              : what === 'look'
                ? health.look(now)
                : health.checked(what === 'miss' ? 'no' : null, now)
        if (change !== null) {
          expect(change.kind).toBe(out ? 'back' : 'out')
          out = !out
        }
        expect(health.out).toBe(out)
      }
      health.checked(null, now)
      health.look(now + 10_000)
      expect(health.out).toBe(false)
    }),
    { numRuns: 300 },
  )
})

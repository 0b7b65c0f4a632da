import { expect, it } from 'vitest'
import { createRevocations } from './revocations.ts'

function setUp() {
  const time = { now: 1_800_000_000_000 }
  const clock = { now: () => time.now, monotonic: () => time.now, after: () => () => {} }
  return { time, revocations: createRevocations(clock) }
}

it('remembers an ended session for as long as somebody may keep its principal', () => {
  const { time, revocations } = setUp()
  revocations.add('one')
  for (let day = 1; day <= 7; day += 1) {
    time.now += 86_400_000
    revocations.add(`of day ${day}`)
    expect(revocations.has('one')).toBe(true)
  }
  expect([revocations.has('other'), revocations.has(null)]).toEqual([false, false])
})

it('bounds what it remembers, and takes who is older than that for ended', () => {
  const { time, revocations } = setUp()
  const before = time.now
  for (let n = 0; n < 160_000; n += 1) {
    time.now += 10
    revocations.add(`s${n}`)
  }
  expect(revocations.has('s159999')).toBe(true)
  expect(revocations.has('s0')).toBe(false)
  // Somebody of long ago, of whom nobody knows any more whether they have ended; and somebody of just now.
  expect(revocations.has('s0', before)).toBe(true)
  expect(revocations.has('never', before)).toBe(true)
  expect(revocations.has('never', time.now)).toBe(false)
})

it('tells of each once', () => {
  const { revocations } = setUp()
  const told: string[] = []
  revocations.onRevoked((session) => void told.push(session))
  for (const session of ['a', 'b', 'a']) revocations.add(session)
  expect(told).toEqual(['a', 'b'])
})

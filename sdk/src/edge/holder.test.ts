import { prepareKeys, signLease } from '@holdfast/bundle'
import { describe, expect, it } from 'vitest'
import { keyPair } from '../testing/control-plane.ts'
import { createHolder } from './holder.ts'

const key = keyPair()
const keys = prepareKeys([key.jwk])
const start = 1_800_000_000

/** A clock on the wall and one that nobody sets, each moved by hand; and a holder of one bundle. */
function setUp() {
  const time = { wall: start * 1000, monotonic: 5_000 }
  const clock = { now: () => time.wall, monotonic: () => time.monotonic, after: () => () => {} }
  const holder = createHolder({ clock, keys, audience: 'shop', prepare: () => ({ epoch: 1 }) })
  const pass = (seconds: number) => {
    time.wall += seconds * 1000
    time.monotonic += seconds * 1000
  }
  const lease = (now: number) => signLease({ issuer: 'i', audience: 'shop', epoch: 1, through: 1, now }, key)
  const accept = (asked: { at: number; waitSeconds: number }, madeAt = time.wall / 1000) =>
    holder.accept({ bundle: 'b', lease: lease(madeAt) }, asked)
  return { time, holder, pass, accept }
}

describe('a lease', () => {
  it('is over 15 s after it was made, with 5 of skew', () => {
    const { time, holder, pass, accept } = setUp()
    const at = time.monotonic
    pass(5)
    accept({ at, waitSeconds: 5 })
    pass(14.9)
    expect(holder.current()).not.toBeNull()
    pass(0.2)
    expect(holder.current()).toBeNull()
  })

  it('is not longer for a clock that is set back', () => {
    const { time, holder, pass, accept } = setUp()
    accept({ at: time.monotonic, waitSeconds: 0 })
    time.wall -= 3_600_000
    pass(14.9)
    expect(holder.current()).not.toBeNull()
    pass(0.2)
    expect(holder.current()).toBeNull()
  })

  it('is not longer for an answer that was late on its way, and a clock that is slow by as much', () => {
    const { time, holder, pass, accept } = setUp()
    const at = time.monotonic
    const made = time.wall / 1000
    pass(14)
    time.wall -= 14_000
    accept({ at, waitSeconds: 0 }, made)
    expect(holder.current()).not.toBeNull()
    pass(1.1)
    expect(holder.current()).toBeNull()
  })

  it('is over when the process was asleep, whatever the clock that nobody sets has counted', () => {
    const { time, holder, accept } = setUp()
    accept({ at: time.monotonic, waitSeconds: 0 })
    time.wall += 30_000
    expect(holder.current()).toBeNull()
  })

  it('gives nothing any more to a process that ends, not even by an answer that comes late', () => {
    const { time, holder, accept } = setUp()
    accept({ at: time.monotonic, waitSeconds: 0 })
    holder.release()
    expect(holder.current()).toBeNull()
    accept({ at: time.monotonic, waitSeconds: 0 })
    expect(holder.current()).toBeNull()
  })
})

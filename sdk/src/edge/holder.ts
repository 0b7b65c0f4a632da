import { CLOCK_SKEW, type KeySet, type SyncResponse, verifyLease } from '@holdfast/bundle'
import type { Clock } from './surroundings.ts'

/** What every bundle has. */
export interface AnyBundle {
  readonly epoch: number
}

/** How one kind of bundle is verified and made ready. Throws when it may not be used. */
export type Prepare<B extends AnyBundle> = (token: string, now: number) => B

/** The answer cannot be accepted; the edge keeps what it has until its lease lapses. */
class HoldError extends Error {
  override readonly name = 'HoldError'
  readonly code: 'epoch_older' | 'epoch_differs' | 'bundle_missing'

  constructor(code: HoldError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The newest bundle and the lease under which it may be used. */
export interface Holder<B extends AnyBundle> {
  /** Epoch held, 0 when none. */
  readonly epoch: number
  /** Everything up to this epoch of the tenant is in what is held. */
  readonly through: number
  /** The bundle, or null when there is none or its lease has lapsed: then nothing may be allowed. */
  current(): B | null
  /** Takes an answer over, whole or not at all. @throws TokenError, HoldError or what `prepare` throws */
  accept(answer: Pick<SyncResponse, 'bundle' | 'lease'>, asked: Asked): void
  /** Lets go of everything, for good. */
  release(): void
}

/** The question to an answer. */
export interface Asked {
  /** When it was sent, on the monotonic clock. */
  readonly at: number
  /** How long the answer might wait for news. */
  readonly waitSeconds: number
}

export interface HolderOptions<B extends AnyBundle> {
  readonly clock: Clock
  readonly keys: KeySet
  readonly audience: string
  readonly prepare: Prepare<B>
}

export function createHolder<B extends AnyBundle>({ clock, keys, audience, prepare }: HolderOptions<B>): Holder<B> {
  let held: B | null = null
  let until = 0
  let newestLease = 0
  let through = 0
  let untilMonotonic = 0
  let released = false
  const isLive = () => !released && clock.now() / 1000 < until && clock.monotonic() < untilMonotonic

  return {
    get epoch() {
      return held?.epoch ?? 0
    },
    get through() {
      return through
    },
    current: () => (isLive() ? held : null),
    release: () => {
      released = true
      held = null
    },
    accept: (answer, asked) => {
      if (released) return
      const now = clock.now() / 1000
      const next = answer.bundle === null ? held : prepare(answer.bundle, now)
      if (next === null) throw new HoldError('bundle_missing', 'The control plane sent no bundle.')
      if (held !== null && next.epoch < held.epoch) {
        throw new HoldError('epoch_older', `A bundle of epoch ${next.epoch} was sent; ${held.epoch} is held.`)
      }
      const lease = verifyLease(answer.lease, { keys, audience, now })
      if (lease.epoch !== next.epoch) {
        throw new HoldError('epoch_differs', `The lease is for epoch ${lease.epoch}; the bundle's is ${next.epoch}.`)
      }
      held = next
      // A lease that was overtaken on its way shortens nothing.
      newestLease = Math.max(newestLease, lease.exp)
      until = newestLease + CLOCK_SKEW
      // And it is counted from the question, which came before the lease was made: neither an answer that was late on its way nor a
      // clock that is wrong, or set back, makes it longer than the control plane takes it to be.
      const life = asked.waitSeconds + lease.exp - lease.iat
      untilMonotonic = Math.max(untilMonotonic, asked.at + life * 1000)
      through = Math.max(through, lease.through)
    },
  }
}

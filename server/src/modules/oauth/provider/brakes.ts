import { LRUCache } from 'lru-cache'
import { perAddress } from '../../../platform/http/limit.ts'
import type { RequestBuffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'
import { isRefused } from './refusal.ts'

/** Holds requests at the token endpoints to a rate. Each answers 0, or after how many seconds to try again. */
export interface Brakes {
  ofAddress(held: RequestBuffer): number
  /** Counted by address too: whoever names another's client does not lock it out. */
  ofClient(held: RequestBuffer, client: string): number
  /** Each request that waits for a sign-in is kept for as long as that may take. */
  ofWaiting(held: RequestBuffer): number
  /** Counts a refusal, if it was one. */
  after(held: RequestBuffer): void
}

export function createBrakes({ limiter, config, clock }: Pick<FlushDeps, 'limiter' | 'config' | 'clock'>): Brakes {
  const { limits } = config
  /** until when who has been refused too often must wait */
  const waiting = new LRUCache<string, number>({ max: 50_000 })
  const addressOf = ({ source }: RequestBuffer) => source.address ?? 'unknown'
  return {
    ofAddress: (held) => limiter.admit(`oauth ${addressOf(held)}`, perAddress(limits.perAddress, 'minute')),
    ofClient(held, client) {
      const asker = `${addressOf(held)} ${client.slice(0, 128)}`
      held.asker = asker
      const left = (waiting.get(asker) ?? 0) - clock.now().getTime()
      if (left > 0) return Math.ceil(left / 1000)
      return limiter.admit(`oauth client ${asker}`, perAddress(limits.perClient, 'minute'))
    },
    ofWaiting: (held) => limiter.admit(`oauth authorize ${addressOf(held)}`, perAddress(limits.authorize, 'minute')),
    after(held) {
      if (held.asker === undefined || !isRefused(held)) return
      const seconds = limiter.admit(`oauth refused ${held.asker}`, perAddress(limits.refused, 'minute'))
      if (seconds > 0) waiting.set(held.asker, clock.now().getTime() + seconds * 1000)
    },
  }
}

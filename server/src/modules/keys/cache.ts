import type { DataKey } from '@holdfast/envelope'
import { LRUCache } from 'lru-cache'
import { addSeconds, type Clock } from '../../platform/clock.ts'

export interface Held {
  readonly id: string
  readonly tenant: string | null
  readonly key: DataKey
}

/** Unwrapped data keys in the memory of this process: few, briefly, and none that was destroyed. */
export interface KeyCache {
  byId(tenant: string | null, id: string): Held | undefined
  current(tenant: string | null, name: string): Held | undefined
  /** @returns what may be kept of what is read from now on: nothing, if somebody purges meanwhile */
  reading(): Keep
  /** These are being destroyed by a transaction that has not committed: not to be kept by those who still see them. */
  distrust(ids: readonly string[]): void
  /** Somebody destroyed or replaced a key. */
  purge(): void
}

/** @param name when it is the current key of that name */
export type Keep = (held: Held, name?: string) => void

export interface CacheOptions {
  readonly seconds: number
  readonly entries: number
}

/** Transactions end by themselves after so long: what was destroyed in one is either gone by then or was not destroyed. */
const longestTransaction = 120

export function createKeyCache(clock: Clock, { seconds, entries }: CacheOptions): KeyCache {
  const options = {
    max: entries,
    ttl: seconds * 1000,
    ttlResolution: 0,
    // Not asked for again and again: 0 would mean that an entry never ages.
    perf: { now: () => clock.now().getTime() },
  }
  const ids = new LRUCache<string, Held>(options)
  const names = new LRUCache<string, Held>(options)
  const distrusted = new Map<string, Date>()
  let generation = 0

  function isDistrusted(id: string): boolean {
    const until = distrusted.get(id)
    if (until === undefined) return false
    if (until > clock.now()) return true
    distrusted.delete(id)
    return false
  }

  return {
    byId(tenant, id) {
      const held = ids.get(id)
      return held?.tenant === tenant ? held : undefined
    },
    current: (tenant, name) => names.get(`${tenant ?? ''} ${name}`),
    reading() {
      const started = generation
      return (held, name) => {
        if (started !== generation || isDistrusted(held.id)) return
        ids.set(held.id, held)
        if (name !== undefined) names.set(`${held.tenant ?? ''} ${name}`, held)
      }
    },
    distrust(given) {
      for (const id of given) distrusted.set(id, addSeconds(clock.now(), longestTransaction))
      generation++
      for (const id of given) ids.delete(id)
      for (const [name, { id }] of names.entries()) if (distrusted.has(id)) names.delete(name)
    },
    purge() {
      generation++
      ids.clear()
      names.clear()
      for (const id of distrusted.keys()) isDistrusted(id)
    },
  }
}

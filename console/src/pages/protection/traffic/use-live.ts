import { useEffect, useState } from 'react'
import { isTransient } from '../../../api/client.ts'
import { traffic } from '../../../api/traffic.ts'
import type { TrafficSample } from '../../../api/types.ts'

/** Requests that are kept on the page. */
const MOST = 200
/** Seconds that a question waits for something to tell. */
const WAIT = 20
/** Between two questions, however much comes: a page is read by a person. */
const BREATH = 1000
const AGAIN = 5000

export interface Live {
  /** Newest first. */
  readonly items: readonly TrafficSample[]
  readonly asked: boolean
  readonly error: unknown
}

/** The last requests of an application, as they come. */
export function useLive(app: string, paused: boolean): Live {
  const [live, setLive] = useState<Live>({ items: [], asked: false, error: null })
  useEffect(() => {
    if (paused) return undefined
    const stop = new AbortController()
    void follow(app, stop.signal, setLive)
    return () => stop.abort()
  }, [app, paused])
  return live
}

async function follow(app: string, signal: AbortSignal, set: (next: (before: Live) => Live) => void): Promise<void> {
  let after: string | undefined
  while (!signal.aborted) {
    try {
      const query = after === undefined ? {} : { after, wait: WAIT }
      const { items, next } = await traffic.live(app, query, signal)
      after = next
      set((before) => ({ items: joined(before.items, items), asked: true, error: null }))
      await pause(BREATH, signal)
    } catch (error) {
      if (signal.aborted) return
      set((before) => ({ ...before, asked: true, error }))
      if (!isTransient(error)) return
      await pause(AGAIN, signal)
    }
  }
}

/** What came goes before what was there; after a pause the newest come again. */
function joined(known: readonly TrafficSample[], came: readonly TrafficSample[]): readonly TrafficSample[] {
  const keys = new Set(known.map(keyOf))
  const fresh = came.filter((sample) => !keys.has(keyOf(sample))).toReversed()
  return fresh.length === 0 ? known : [...fresh, ...known].slice(0, MOST)
}

export function keyOf({ requestId, at }: TrafficSample): string {
  return `${requestId} ${at}`
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

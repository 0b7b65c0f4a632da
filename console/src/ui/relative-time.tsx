import { type ReactElement, useSyncExternalStore } from 'react'
import { absoluteTime, relativeTime } from '../lib/time.ts'

// One clock for the page: it ticks only while something that shows a time is mounted.
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 5000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The current time in milliseconds, refreshed every five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** A relative time with the absolute one on hover. A time that is younger than the page's clock counts as now. */
export function RelativeTime({ at, never = 'never' }: { at: string | null; never?: string }): ReactElement {
  const current = useNow()
  if (at === null) return <span className="text-muted">{never}</span>
  const then = Date.parse(at)
  const skewed = then > current && then - current < 15_000
  return (
    <time dateTime={at} title={`${absoluteTime(at)}\n${at}`} className="whitespace-nowrap tabular-nums">
      {relativeTime(at, skewed ? then : current)}
    </time>
  )
}

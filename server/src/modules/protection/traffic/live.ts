import { setTimeout as sleep } from 'node:timers/promises'
import type { Read } from '../../../platform/work.ts'
import type { SampleStore, SeenRequest } from './samples.ts'

/** How often it is looked: gateways tell every two seconds. */
const pauseMs = 1000

/** Answers as soon as there is something after the place, or with nothing when the time is over or the client is gone. */
export async function followTraffic(
  samples: SampleStore,
  read: Read,
  {
    application,
    after,
    wait,
    signal,
  }: { application: string; after: string | null; wait: number; signal: AbortSignal },
): Promise<{ readonly items: readonly SeenRequest[]; readonly next: string }> {
  const until = performance.now() + wait * 1000
  for (;;) {
    const found = await read((tx) => samples.after(tx, application, after))
    const left = until - performance.now()
    if (after === null || found.items.length > 0 || left <= 0 || signal.aborted) return found
    await sleep(Math.min(pauseMs, left), undefined, { signal }).catch(() => undefined)
  }
}

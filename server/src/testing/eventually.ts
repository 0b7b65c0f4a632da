import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until there is something. @throws after a minute, which is long for anything that comes at all */
export async function eventually<T>(look: () => Promise<T | undefined | null> | T | undefined | null): Promise<T> {
  const until = Date.now() + 60_000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null) return found
    if (Date.now() > until) throw new Error('it did not come within a minute')
    await sleep(20)
  }
}

import type { Anchor, Kept } from './anchor.ts'

/**
 * What this process remembers: enough to notice a log that is set back or exchanged while it runs.
 * @param forget what else it remembers of a history that is no longer that of the log
 */
export function createMemoryAnchor(now: () => Date, forget: () => void): Anchor {
  let kept: Kept | undefined
  return {
    name: 'the memory of this process',
    last: async () => kept,
    async append(note) {
      kept = { note, time: now() }
    },
    async restart() {
      kept = undefined
      forget()
    },
  }
}

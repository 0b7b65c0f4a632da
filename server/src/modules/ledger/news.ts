/** The channel on which the sequencer says that the head moved. */
export const newsChannel = 'holdfast_ledger'
/** The channel on which writers tell the sequencer of their own process that they have committed. */
export const queueChannel = 'holdfast_queue'

/**
 * Waits until the head moves.
 * @param signal the client's: when it goes away, or the server stops, the wait is over
 * @returns what ended it
 */
export type WaitForNews = (signal: AbortSignal, seconds: number) => Promise<'news' | 'over'>

export interface News {
  readonly wait: WaitForNews
  tell(): void
  /** Ends every wait, and each that comes later at once. */
  close(): void
}

export function createNews(): News {
  const waiting = new Set<(end: 'news' | 'over') => void>()
  let closed = false

  function endAll(end: 'news' | 'over'): void {
    for (const done of waiting) done(end)
  }

  return {
    wait(signal, seconds) {
      return new Promise((resolve) => {
        if (closed || signal.aborted || seconds <= 0) return resolve('over')
        const over = () => done('over')
        const timer = setTimeout(over, seconds * 1000)
        const done = (end: 'news' | 'over') => {
          clearTimeout(timer)
          signal.removeEventListener('abort', over)
          waiting.delete(done)
          resolve(end)
        }
        signal.addEventListener('abort', over)
        waiting.add(done)
      })
    },
    tell: () => endAll('news'),
    close() {
      closed = true
      endAll('over')
    },
  }
}

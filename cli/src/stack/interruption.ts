const sameKeyPress = 1_000 // milliseconds
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves at the first request to stop, and ends the process at once at one that comes later. What follows within a
 * second is the first one again: in a terminal, Ctrl-C reaches npm and us, and npm passes it on once more.
 */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    for (const signal of signals) {
      process.on(signal, () => {
        const now = performance.now()
        first ??= now
        if (now - first > sameKeyPress) process.exit(1)
        resolve()
      })
    }
  })
}

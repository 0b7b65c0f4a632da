/** Lets so many through at a time; the others wait in the order in which they came. */
export type Gate = <T>(run: () => Promise<T>) => Promise<T>

export function createGate(width: number): Gate {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (run) => {
    if (inside >= width) await new Promise<void>((enter) => waiting.push(enter))
    else inside += 1
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      // The place is handed on, so that nobody who comes now gets in before.
      if (next === undefined) inside -= 1
      else next()
    }
  }
}

import { type Outcome, refuse } from '../../../platform/outcome.ts'
import { diffErrors } from './errors.ts'

/** Comparisons of a tenant that wait for the one that runs; each holds what whoever asked brought along. */
const mostWaiting = 8

interface Line {
  inside: number
  last: Promise<unknown>
}

/** One line for each tenant: nobody waits for the comparisons of others. */
export interface Lines {
  /**
   * Runs it when those that came before are done.
   * @param signal when whoever asked is gone by then, it does not run: throws the signal's reason
   * @returns `diff_busy` when too many wait already
   */
  enter<T>(tenant: string, signal: AbortSignal, run: () => Promise<Outcome<T>>): Promise<Outcome<T>>
}

export function createLines(waiting: number = mostWaiting): Lines {
  const lines = new Map<string, Line>()
  return {
    async enter(tenant, signal, run) {
      const line = lines.get(tenant) ?? { inside: 0, last: Promise.resolve() }
      if (line.inside > waiting) return refuse(diffErrors.diff_busy, {}, {}, { headers: { 'retry-after': '10' } })
      lines.set(tenant, line)
      line.inside += 1
      const mine = line.last.then(() => {
        signal.throwIfAborted()
        return run()
      })
      line.last = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        line.inside -= 1
        if (line.inside === 0) lines.delete(tenant)
      }
    },
  }
}

import type { Clock } from './surroundings.ts'

/** Sessions that ended lately, kept longer than anything here may still believe in them. */
export interface Revocations {
  has(session: string | null): boolean
  add(session: string): void
  onRevoked(listener: (session: string) => void): () => void
}

/** Past the life of an identity token with its skew (65 s) and of a cached introspection (60 s). */
const KEPT = 130_000

export function createRevocations(clock: Clock): Revocations {
  // Two generations instead of a time per entry: a generation is dropped whole when the next one has aged.
  let recent = new Set<string>()
  let older = new Set<string>()
  let since = clock.now()
  const listeners = new Set<(session: string) => void>()

  return {
    has: (session) => session !== null && (recent.has(session) || older.has(session)),
    add: (session) => {
      if (clock.now() - since >= KEPT) {
        older = recent
        recent = new Set()
        since = clock.now()
      }
      const known = recent.has(session) || older.has(session)
      recent.add(session)
      if (!known) for (const listener of listeners) listener(session)
    },
    onRevoked: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

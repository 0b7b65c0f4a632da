import type { Clock } from './surroundings.ts'

/** Sessions that ended, kept longer than anything here may still believe in them. */
export interface Revocations {
  /**
   * @param since when whoever asks was last sure of the session, in milliseconds since 1970; a moment ago where it is not said. Of one
   *   from before everything that is kept it is not known any more whether it has ended: that counts as ended.
   */
  has(session: string | null, since?: number): boolean
  add(session: string): void
  onRevoked(listener: (session: string) => void): () => void
}

/** Past the life of an identity token with its skew (65 s) and of a cached introspection (60 s). */
const KEPT_LEAST = 130_000
/** Past the life of any session; an application may keep a principal for as long as it likes. */
const KEPT_MOST = 8 * 86_400_000
const MOST = 50_000

export function createRevocations(clock: Clock): Revocations {
  // Two generations instead of a time per entry: a generation is dropped whole when the next one has grown or aged.
  let recent = new Set<string>()
  let older = new Set<string>()
  let recentSince = clock.now()
  let olderSince = Number.NEGATIVE_INFINITY
  const listeners = new Set<(session: string) => void>()

  function turn(): void {
    const age = clock.now() - recentSince
    if (age < KEPT_LEAST || (age < KEPT_MOST && recent.size < MOST)) return
    older = recent
    olderSince = recentSince
    recent = new Set()
    recentSince = clock.now()
  }

  return {
    has: (session, since = Number.POSITIVE_INFINITY) =>
      session !== null && (recent.has(session) || older.has(session) || since < olderSince),
    add: (session) => {
      turn()
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

import { levelOf } from '@holdfast/bundle'
import type { Clock } from './surroundings.ts'

/** Sessions that ended, kept longer than anything here may still believe in them; access tokens (`jti`) that were revoked likewise. */
export interface Revocations {
  /**
   * @param since when whoever asks was last sure of the session, in milliseconds since 1970; a moment ago where it is not said. Of one
   *   from before everything that is kept it is not known any more whether it has ended: that counts as ended.
   */
  has(session: string | null, since?: number): boolean
  /** What a session must show from now on, though it may have been let in with less; null when nothing was said. */
  demanded(session: string | null): string | null
  add(session: string): void
  /** The session goes on, but must show at least this. */
  raise(session: string, acr: string): void
  /** Called once for each end, and each time that more is demanded. */
  onRevoked(listener: (session: string) => void): () => void
}

/** Past the life of an identity token (65 s), of a cached introspection (60 s) and of an access token (305 s), all with their skew. */
const KEPT_LEAST = 330_000
/** Past the life of any session; an application may keep a principal for as long as it likes. */
const KEPT_MOST = 8 * 86_400_000
const MOST = 50_000
const ENDED = null

/** By id: ended, or what is demanded. */
type Generation = Map<string, string | typeof ENDED>

export function createRevocations(clock: Clock): Revocations {
  // Two generations instead of a time per entry: a generation is dropped whole when the next one has grown or aged.
  let recent: Generation = new Map()
  let older: Generation = new Map()
  let recentSince = clock.now()
  let olderSince = Number.NEGATIVE_INFINITY
  const listeners = new Set<(session: string) => void>()

  function turn(): void {
    const age = clock.now() - recentSince
    if (age < KEPT_LEAST || (age < KEPT_MOST && recent.size < MOST)) return
    older = recent
    olderSince = recentSince
    recent = new Map()
    recentSince = clock.now()
  }

  const said = (session: string) => {
    const newest = recent.get(session)
    return newest === undefined ? older.get(session) : newest
  }
  const tell = (session: string) => {
    for (const listener of listeners) listener(session)
  }

  return {
    has: (session, since = Number.POSITIVE_INFINITY) =>
      session !== null && (said(session) === ENDED || since < olderSince),
    demanded: (session) => (session === null ? null : (said(session) ?? null)),
    add: (session) => {
      turn()
      const known = said(session) === ENDED
      recent.set(session, ENDED)
      if (!known) tell(session)
    },
    raise: (session, acr) => {
      turn()
      const before = said(session)
      if (before === ENDED) return
      recent.set(session, levelOf(before ?? null) > levelOf(acr) ? (before ?? acr) : acr)
      tell(session)
    },
    onRevoked: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

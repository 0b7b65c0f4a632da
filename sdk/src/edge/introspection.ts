import { hash } from 'node:crypto'
import { type ActiveCredential, type InactiveCredential, type IntrospectResponse, levelOf } from '@holdfast/bundle'
import { LRUCache } from 'lru-cache'
import { type EdgeApi, EdgeError } from './api.ts'
import type { Revocations } from './revocations.ts'
import type { Clock } from './surroundings.ts'

export interface Introspection {
  /**
   * Who presents this credential at this application. Answered from memory where that is safe: at most 60 s, never past the session's
   * end, never after its revocation; a service key, which the feed does not name, 2 s.
   * @throws EdgeError when the control plane cannot say
   */
  introspect(credential: string, application: string): Promise<IntrospectResponse>
  /** The same where nobody has to be asked; null where somebody has. */
  remembered(credential: string, application: string): IntrospectResponse | null
  /** Forgets everything: the revocation feed has a gap. */
  clear(): void
}

const MOST_ACTIVE = 20_000
const MOST_INACTIVE = 2_000
const MOST_UNDER_WAY = 256
/** Milliseconds. */
const KEPT_SESSION = 60_000
const KEPT_SERVICE = 2_000
const KEPT_INACTIVE = 3_000
/** Reason of a session that holds, but must show more. */
const INSUFFICIENT = 'insufficient_user_authentication'

export interface IntrospectionOptions {
  readonly api: Pick<EdgeApi, 'introspect'>
  readonly revocations: Revocations
  readonly clock: Clock
  /** Whether the feed is alive: only then may an answer be kept. */
  readonly feedIsLive: () => boolean
}

export function createIntrospection({ api, revocations, clock, feedIsLive }: IntrospectionOptions): Introspection {
  // Two caches: a flood of made-up credentials does not push out the good ones.
  const active = new LRUCache<string, { answer: ActiveCredential; until: number }>({ max: MOST_ACTIVE })
  const inactive = new LRUCache<string, { answer: InactiveCredential; until: number }>({ max: MOST_INACTIVE })
  const underWay = new Map<string, Promise<IntrospectResponse>>()
  let generation = 0

  async function ask(key: string, credential: string, application: string): Promise<IntrospectResponse> {
    const started = clock.now()
    const asked = generation
    const answer = await api.introspect({ credential, application })
    if (answer.active && clock.now() >= answer.expiresAt * 1000) return { active: false, reason: 'session_expired' }
    // The feed may not have a gap between the question and the end of the entry's life.
    if (asked !== generation || !feedIsLive()) return answer
    if (!answer.active) inactive.set(key, { answer, until: started + KEPT_INACTIVE })
    else {
      const kept = answer.session === null ? KEPT_SERVICE : KEPT_SESSION
      active.set(key, { answer, until: Math.min(started + kept, answer.expiresAt * 1000) })
    }
    return answer
  }

  function recall(key: string): IntrospectResponse | null {
    const now = clock.now()
    const known = active.get(key)
    if (known !== undefined && now < known.until) return known.answer
    const dead = inactive.get(key)
    return dead !== undefined && now < dead.until ? dead.answer : null
  }

  async function find(key: string, credential: string, application: string): Promise<IntrospectResponse> {
    const known = recall(key)
    if (known !== null) return known
    const before = underWay.get(key)
    if (before !== undefined) return before
    if (underWay.size >= MOST_UNDER_WAY) throw new EdgeError('overloaded', 'Too many credentials are being checked.')
    const question = ask(key, credential, application).finally(() => {
      if (underWay.get(key) === question) underWay.delete(key)
    })
    underWay.set(key, question)
    return question
  }

  /** A revocation may have overtaken the answer, or come later: it is looked up on the way out, whatever the answer's source. */
  const unlessRevoked = (answer: IntrospectResponse): IntrospectResponse => {
    if (!answer.active) return answer
    if (revocations.has(answer.session)) return { active: false, reason: 'session_revoked' }
    const acr = revocations.demanded(answer.session)
    return levelOf(acr) > levelOf(answer.acr) && acr !== null ? { active: false, reason: INSUFFICIENT, acr } : answer
  }

  return {
    introspect: async (credential, application) => {
      const key = cacheKey(credential, application)
      for (;;) {
        const asked = generation
        const answer = await find(key, credential, application)
        // The feed names sessions only. That a service's key is gone is told with a new bundle: what was answered before it, and came
        // after it, may not hold any more.
        if (answer.active && answer.session === null && asked !== generation) continue
        return unlessRevoked(answer)
      }
    },
    remembered: (credential, application) => {
      const answer = recall(cacheKey(credential, application))
      return answer === null ? null : unlessRevoked(answer)
    },
    clear: () => {
      generation += 1
      active.clear()
      inactive.clear()
      // Whoever asks from now on gets an answer from now on: one that is still under way may be older than the news.
      underWay.clear()
    },
  }
}

/** The credential itself is not kept in memory longer than its request. */
function cacheKey(credential: string, application: string): string {
  return hash('sha256', `${application}\n${credential}`, 'base64')
}

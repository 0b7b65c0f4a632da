import { addSeconds } from '../../../platform/clock.ts'
import { sessionCookie as cookieName } from '../../../platform/http/request.ts'
import type { SigninConfig } from '../config.ts'
import type { SessionRow } from '../store/sessions.ts'
import type { SessionCounters } from './counters.ts'
import { type Limits, limitsOf } from './presets.ts'

/** A use is written down once in this time: reading stays reading. */
const coalesceMs = 60_000

/** Who has begun to sign in has this long to finish. */
export const pendingSeconds = 15 * 60

type Times = Pick<SessionRow, 'lastSeenAt' | 'idleSeconds' | 'expiresAt'>

/** The two limits of a session: unused for too long, or too long ago at all. */
export interface Lifetime {
  readonly counters: SessionCounters
  /** of the installation */
  readonly limits: Limits
  /** when it ends if it is not used any more */
  endOf(session: Times): Date
  isLive(session: Times & Pick<SessionRow, 'startedAt' | 'endedAt'>, now: Date): boolean
  isToTouch(session: Pick<SessionRow, 'lastSeenAt' | 'idleSeconds'>, now: Date): boolean
  /** whether it is time for another token */
  isToRotate(session: Pick<SessionRow, 'rotatedAt'>, now: Date): boolean
}

export function createLifetime(config: Pick<SigninConfig, 'idleMinutes' | 'absoluteHours' | 'sessions'>): Lifetime {
  const limits = limitsOf(config.sessions.preset, config)
  // Settings that became shorter hold for sessions that were begun before, too.
  const idleOf = ({ idleSeconds }: Pick<SessionRow, 'idleSeconds'>) => Math.min(idleSeconds, limits.idleSeconds)
  const endOf: Lifetime['endOf'] = (session) =>
    new Date(Math.min(session.lastSeenAt.getTime() + idleOf(session) * 1000, session.expiresAt.getTime()))
  return {
    counters: { replaced: 0, reused: 0 },
    limits,
    endOf,
    isLive: (session, now) =>
      session.endedAt === null && endOf(session) > now && addSeconds(session.startedAt, limits.absoluteSeconds) > now,
    // With an idle limit of a minute a use that is not written down would end the session that it is a use of.
    isToTouch: (session, now) =>
      now.getTime() - session.lastSeenAt.getTime() >= Math.min(coalesceMs, (idleOf(session) * 1000) / 4),
    isToRotate: ({ rotatedAt }, now) => now >= addSeconds(rotatedAt, config.sessions.rotateMinutes * 60),
  }
}

/** The cookie of a session at the control plane; it goes when the browser does, or when the session does. */
export function sessionCookie(token: string): string {
  return `${cookieName}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax`
}

export const noCookie = `${sessionCookie('')}; Max-Age=0`

import { addSeconds } from '../../../platform/clock.ts'
import { sessionCookie as cookieName } from '../../../platform/http/request.ts'
import type { SigninConfig } from '../config.ts'
import type { SessionRow } from '../store/sessions.ts'

/** A use is written down once in this time: reading stays reading. */
const coalesceMs = 60_000

/** The two limits of a session: unused for too long, or too long ago at all. */
export interface Lifetime {
  /** sessions seen before this have lapsed */
  seenSince(now: Date): Date
  /** for a sign-in that begins now */
  absoluteEnd(now: Date): Date
  /** when it ends if it is not used any more */
  endOf(session: Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>): Date
  isLive(session: Pick<SessionRow, 'lastSeenAt' | 'expiresAt' | 'endedAt'>, now: Date): boolean
  isToTouch(session: Pick<SessionRow, 'lastSeenAt'>, now: Date): boolean
}

export function createLifetime({ idleMinutes, absoluteHours }: SigninConfig): Lifetime {
  const idleMs = idleMinutes * 60_000
  // With an idle limit of a minute a use that is not written down would end the session that it is a use of.
  const coalesce = Math.min(coalesceMs, idleMs / 4)
  const endOf: Lifetime['endOf'] = ({ lastSeenAt, expiresAt }) =>
    new Date(Math.min(lastSeenAt.getTime() + idleMs, expiresAt.getTime()))
  return {
    seenSince: (now) => new Date(now.getTime() - idleMs),
    absoluteEnd: (now) => addSeconds(now, absoluteHours * 3600),
    endOf,
    isLive: (session, now) => session.endedAt === null && endOf(session) > now,
    isToTouch: ({ lastSeenAt }, now) => now.getTime() - lastSeenAt.getTime() >= coalesce,
  }
}

/** The cookie of a session at the control plane; it goes when the browser does, or when the session does. */
export function sessionCookie(token: string): string {
  return `${cookieName}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax`
}

export const noCookie = `${sessionCookie('')}; Max-Age=0`

import { z } from 'zod'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { isId } from '../../directory/index.ts'
import { writeDeviceName } from '../store/session-lists.ts'
import { findSession } from '../store/sessions.ts'
import type { SessionDeps } from './begin.ts'
import { endAllOf, endTree } from './end.ts'
import { sessionErrors } from './errors.ts'
import { noCookie } from './lifetime.ts'

export const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{C}*$/u, 'no control characters')

/** A person, and the sign-in in which they are now. */
export interface OwnSessionsOf {
  readonly person: string
  readonly current: string | null
  readonly now: Date
}

/** @param name null takes the name away. @returns `session_unknown` for one of somebody else, too */
export function nameOwnSession(
  work: Work,
  { columns }: Pick<SessionDeps, 'columns'>,
  { person, id, name }: { readonly person: string; readonly id: string; readonly name: string | null },
): Promise<Outcome<{ id: string; name: string | null }>> {
  return work(async (tx) => {
    if (!isId(id)) return refuse(sessionErrors.session_unknown)
    const sealed = name === null ? null : await columns.deviceName.close(tx, id, name, `Person/${person}`)
    if (!(await writeDeviceName(tx, { id, person, name: sealed }))) return refuse(sessionErrors.session_unknown)
    await tx.record({ kind: 'session.named', resource: { type: 'Session', id } })
    return ok({ id, name })
  })
}

/** Ends one, with its sessions at guarded hosts and what clients were given in it. @returns how many ended; `session_unknown` */
export function endOwnSession(
  work: Work,
  deps: SessionDeps,
  { person, current, now }: OwnSessionsOf,
  id: string,
): Promise<Outcome<{ revoked: number }>> {
  return work(async (tx) => {
    const session = isId(id) ? await findSession(tx, id) : null
    const ending = { kind: 'session.revoked', reason: 'revoked', now, withGiven: true } as const
    const revoked = session?.person === person ? await endTree(tx, deps, id, ending) : 0
    if (revoked === 0) return refuse(sessionErrors.session_unknown)
    return ok({ revoked }, current === id ? { cookies: [noCookie] } : {})
  })
}

/** Ends all; with `keep` all others, and what clients were given in others. @returns how many ended */
export function endOwnSessions(
  work: Work,
  deps: SessionDeps,
  { person, now }: OwnSessionsOf,
  keep: string | undefined,
): Promise<Outcome<{ revoked: number }>> {
  return work(async (tx) => {
    const stays = keep === undefined ? undefined : { session: keep, withOffline: true }
    const revoked = await endAllOf(tx, deps, person, { kind: 'session.revoked', reason: 'revoked', now, keep: stays })
    if (revoked === 0) {
      const resource = { type: 'Person', id: person }
      await tx.record({ kind: 'session.revoked', resource, reason: 'revoked', data: { sessions: 0 } })
    }
    return ok({ revoked }, keep === undefined ? { cookies: [noCookie] } : {})
  })
}

import type { Tx } from '../../../platform/work.ts'
import { insertRevocations } from '../store/revocations.ts'
import { type EndedSession, endSessions, liveSignInsOf, lockSessions } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'

/** What ends a session, other than time. */
export interface Ending {
  readonly kind: 'session.ended' | 'session.revoked'
  /** stable code */
  readonly reason: string
  readonly now: Date
  /** with the grants that were given in it and would outlive it: it was not its person's, or is not to be any more */
  readonly withGiven?: boolean
}

/** A sign-in of which everything stays that ends with it, and `withOffline` what was given in it and may outlive it. */
export interface Staying {
  readonly session: string
  readonly withOffline: boolean
}

/** Who else ends something with a session: grants and tokens. */
export type EndDeps = Pick<SigninDeps, 'oauth'>

/**
 * Ends a session with the sessions at guarded hosts that were made of it, and with the grants and tokens; tells the edges,
 * and records it once.
 * @returns how many ended; 0 when it was over already, and nothing is recorded then
 */
export async function endTree(tx: Tx, deps: EndDeps, root: string, ending: Ending): Promise<number> {
  return (await endEach(tx, deps, [{ roots: [root], ...ending }])).sessions
}

/**
 * Ends every sign-in of a person, and every grant that outlives sessions, save one sign-in that is to stay.
 * @returns how many sign-ins ended
 */
export async function endAllOf(
  tx: Tx,
  deps: EndDeps,
  person: string,
  { keep, ...ending }: Ending & { readonly keep?: Staying | undefined },
): Promise<number> {
  const roots = (await liveSignInsOf(tx, person)).filter((id) => id !== keep?.session).toSorted()
  return (await endEach(tx, deps, [{ roots, ...ending }], { person, keep })).heads
}

/**
 * Several endings as one: sessions are locked in one order, then grants, then the epoch, which is the last lock of a
 * transaction.
 * @param grantsOf the person whose grants end as well that have no session, null for everybody, and what stays of them
 * @returns how many sessions ended, and how many of those were named
 */
export async function endEach(
  tx: Tx,
  { oauth }: EndDeps,
  endings: readonly (Ending & { readonly roots: readonly string[] })[],
  grantsOf?: { readonly person: string | null; readonly keep: Staying | undefined },
): Promise<{ readonly sessions: number; readonly heads: number }> {
  await lockSessions(
    tx,
    endings.flatMap(({ roots }) => roots),
  )
  const all: EndedSession[] = []
  let heads = 0
  for (const ending of endings) {
    const ended = await endSessions(tx, ending.roots, ending)
    heads += await recordEnds(tx, ended, ending.roots, ending)
    all.push(...ended)
  }
  const [first] = endings
  if (first === undefined) return { sessions: 0, heads: 0 }
  const ids = all.map(({ id }) => id)
  if (ids.length > 0) await oauth.sessionsEnded(tx, ids, first.reason, first.withGiven)
  if (grantsOf !== undefined) await oauth.personEnded(tx, grantsOf.person, first.reason, grantsOf.keep)
  await insertRevocations(tx, all, first.now)
  return { sessions: all.length, heads }
}

async function recordEnds(
  tx: Tx,
  ended: readonly EndedSession[],
  roots: readonly string[],
  { kind, reason }: Ending,
): Promise<number> {
  const heads = ended.filter(({ id }) => roots.includes(id))
  for (const { id, person, application } of heads) {
    const data = { person, ...(heads.length === 1 && { sessions: ended.length }) }
    await tx.record({ kind, resource: { type: 'Session', id }, application, reason, data })
  }
  return heads.length
}

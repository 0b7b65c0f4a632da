import type { Tx } from '../../../platform/work.ts'
import { insertRevocations } from '../store/revocations.ts'
import { type EndedSession, endSessions, liveSignInsOf } from '../store/sessions.ts'

/** What ends a session, other than time. */
export interface Ending {
  readonly kind: 'session.ended' | 'session.revoked'
  /** stable code */
  readonly reason: string
  readonly now: Date
}

/**
 * Ends a session with the sessions at guarded hosts that were made of it, tells the edges, and records it once.
 * @returns how many ended; 0 when it was over already, and nothing is recorded then
 */
export async function endTree(tx: Tx, root: string, ending: Ending): Promise<number> {
  const ended = await endSessions(tx, [root], ending)
  await recordEnds(tx, ended, [root], ending)
  await insertRevocations(tx, ended, ending.now)
  return ended.length
}

/**
 * Ends every sign-in of a person, save one that is to stay.
 * @returns how many sign-ins ended
 */
export async function endAllOf(
  tx: Tx,
  person: string,
  ending: Ending & { readonly keep?: string | undefined },
): Promise<number> {
  const roots = (await liveSignInsOf(tx, person)).filter((id) => id !== ending.keep).toSorted()
  const ended = await endSessions(tx, roots, ending)
  const count = await recordEnds(tx, ended, roots, ending)
  await insertRevocations(tx, ended, ending.now)
  return count
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

import type { Acr } from '../../../platform/assurance.ts'
import type { Tx } from '../../../platform/work.ts'
import { liftPersonDemand, raiseSignIn, sessionsBelow, setPersonDemand } from '../store/demands.ts'
import { insertRevocations } from '../store/revocations.ts'
import { findSession, liveSignInsOf, lockSessions } from '../store/sessions.ts'

export interface Raise {
  readonly acr: Acr
  /** who wants it, and why: a sentence or a code */
  readonly reason: string
  readonly now: Date
}

/**
 * A session must show at least this from now on; what is stronger already goes on as it is. What hangs on a sign-in hangs
 * together: named by the session of a host, its sign-in is meant. Edges are told in the same transaction.
 * @returns how many sessions show less, those at guarded hosts among them; undefined when there is no live session
 */
export async function raiseSession(tx: Tx, id: string, { acr, reason, now }: Raise): Promise<number | undefined> {
  const named = await findSession(tx, id)
  const signIn = named?.parent ?? named?.id
  if (named === null || signIn === undefined) return undefined
  await lockSessions(tx, [signIn])
  const session = await findSession(tx, signIn)
  if (session === null || session.endedAt !== null) return undefined
  await raiseSignIn(tx, signIn, acr)
  const below = await sessionsBelow(tx, [signIn], acr)
  const data = { acr, why: reason, person: session.person, sessions: below.length }
  await tx.record({ kind: 'session.required', resource: { type: 'Session', id: signIn }, data })
  await insertRevocations(tx, below, now, acr)
  return below.length
}

/**
 * Every session of a person must show at least this, those that they have and those that they begin, until it is lifted.
 * @returns how many sessions show less
 */
export async function raisePerson(tx: Tx, person: string, { acr, reason, now }: Raise): Promise<number> {
  await setPersonDemand(tx, person, { acr, reason, raisedAt: now })
  const below = await sessionsBelow(tx, await liveSignInsOf(tx, person), acr)
  const data = { acr, why: reason, sessions: below.length }
  await tx.record({ kind: 'person.required', resource: { type: 'Person', id: person }, data })
  await insertRevocations(tx, below, now, acr)
  return below.length
}

/** @returns whether there was something to lift */
export async function liftPerson(tx: Tx, person: string): Promise<boolean> {
  const lifted = await liftPersonDemand(tx, person)
  const about = { kind: 'person.requirement_lifted', resource: { type: 'Person', id: person } }
  await tx.record(lifted ? about : { ...about, outcome: 'refused', reason: 'nothing_required' })
  return lifted
}

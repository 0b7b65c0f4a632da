import type { Refused } from '../../../platform/outcome.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import type { PersonAccount } from '../../directory/index.ts'

export type RefusedSignIn = Refused & {
  /** for the person to name when they ask for help */
  readonly eventId: string
}

export interface AboutRefusal {
  readonly person: Pick<PersonAccount, 'id'> | null
  readonly reason: string
}

/** Writes a refusal down, in the request's own unit of work. */
export async function refuseSignIn(
  work: Work,
  refused: Refused,
  about: AboutRefusal,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<RefusedSignIn> {
  let eventId = ''
  await work(async (tx) => {
    eventId = await recordRefusedSignIn(tx, about)
    await also(tx)
    return refused
  })
  return { ...refused, eventId }
}

/**
 * The address that was typed is not kept: it may be a password in the wrong field.
 * @returns the event's id
 */
export function recordRefusedSignIn(tx: Tx, { person, reason }: AboutRefusal): Promise<string> {
  const resource = person === null ? null : { type: 'Person', id: person.id }
  return tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason })
}

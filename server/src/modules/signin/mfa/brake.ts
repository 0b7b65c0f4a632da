import { type Refused, refuse } from '../../../platform/outcome.ts'
import type { Read, Tx } from '../../../platform/work.ts'
import { signinErrors } from '../errors.ts'
import { type Brake, countAttempt, forgetAttempts } from '../store/throttles.ts'
import type { MfaTools } from './parts.ts'

type Tools = Pick<MfaTools, 'columns' | 'config' | 'database'>

/** What is counted of a person: codes that they guess, and codes that they have sent to themselves. */
export type Counted = 'codes' | 'letters'

/** So many letters with a code before each must wait. */
const freeLetters = 3

/** The brake of one person, whatever session and address the attempts come from. */
export function brakeOf(read: Read, { columns, config }: Tools, person: string, counted: Counted): Promise<Brake> {
  const { accountFree, longestSeconds } = config.throttle
  return read(async (tx) => {
    const key = (await columns.index(tx))('sign_in_throttles.key', `${counted} ${person}`)
    return { key, free: counted === 'codes' ? accountFree : freeLetters, longest: longestSeconds }
  })
}

/**
 * Counts an attempt, in a transaction of its own, before it is looked at.
 * @returns `sign_in_throttled`; undefined when it may be made
 */
export async function admitAttempt(
  { database }: Tools,
  tenant: string,
  brake: Brake,
  now: Date,
): Promise<Refused | undefined> {
  const seconds = await database.asTenant(tenant, (tx) => countAttempt(tx, brake, now), 'unsynced')
  if (seconds === 0) return undefined
  return refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers: { 'retry-after': String(seconds) } })
}

/** The code was right: earlier mistakes are forgotten. */
export function forgetMistakes(tx: Tx, { key }: Brake): Promise<void> {
  return forgetAttempts(tx, key)
}

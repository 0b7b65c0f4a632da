import { type Acr, isAtLeast } from '../../../platform/assurance.ts'
import { refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import type { PersonAccount } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { beginAttempt } from '../store/attempts.ts'
import { markCompromised, rehashPassword, type StoredPassword } from '../store/passwords.ts'
import { type Attempt, brakesOf, withdraw } from '../throttle.ts'
import { formOf } from './hasher.ts'
import type { PasswordTools } from './parts.ts'
import { type RefusedSignIn, refuseSignIn } from './refused.ts'
import { longestBytes } from './weakness.ts'

export interface ProvingContext {
  readonly work: Work
  readonly tenant: string
  readonly source: Source
  readonly now: Date
}

export interface TypedPassword {
  /** the e-mail address, as a person typed it */
  readonly username: string
  readonly password: string
}

/** Somebody knew the password of this person, who may sign in. What is left is to accept it, in a transaction. */
export interface PasswordProof {
  readonly person: PersonAccount
  readonly stored: StoredPassword
  readonly attempt: Attempt
  /** the same password at today's cost */
  readonly renewed: string | undefined
  /** known from a breach: another one must be chosen */
  readonly compromised: boolean
}

/**
 * Everything up to "this is the person": brakes, hash, what must be written anew. All of it is slow, and before the
 * transaction; `forgivePassword` and `acceptPassword` are what belongs into it. A refusal has used the work up and written its event.
 *
 * Whether an address is somebody's cannot be told from the answer, nor from its time: everything is done for an address
 * that nobody has, with a hash that no password fits and that costs what people's hashes do.
 * @returns the proof; else `sign_in_refused`, `sign_in_throttled` or `signin_busy`, each with its event
 */
export async function proveByPassword(
  { work, tenant, source, now }: ProvingContext,
  deps: PasswordTools,
  { username, password }: TypedPassword,
): Promise<{ readonly ok: true; readonly proof: PasswordProof } | RefusedSignIn> {
  // PostgreSQL has no place for a NUL, and no address has one.
  const email = /\p{C}/u.test(username) ? '' : username.slice(0, 512)
  const reading = deps.database.singly(tenant, 'read')
  const decoy = await deps.decoys.of(reading, email)
  const from = { email, address: source.address }
  const tried = { ...from, brakes: await brakesOf(reading, deps, from), now }
  const counted = deps.database.singly(tenant, 'unsynced')
  const { person, stored, attempt, seconds } = await beginAttempt({ reading, counted }, deps, tried)
  if (seconds > 0) {
    const headers = { 'retry-after': String(seconds) }
    const refused = refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers })
    return refuseSignIn(work, refused, { person, reason: 'throttled' })
  }
  const fits = Buffer.byteLength(password) <= longestBytes
  const right = await deps.hasher.verify((fits ? stored : null) ?? decoy, fits ? password : '')
  if (!right.ok) {
    return refuseSignIn(work, right, { person, reason: 'busy' }, (tx) => withdraw(tx, attempt))
  }
  if (person === null || stored === null || !fits || !right.value) {
    const reason = person === null ? 'person_unknown' : stored === null ? 'password_missing' : 'password_wrong'
    return refuseSignIn(work, refuse(signinErrors.sign_in_refused), { person, reason })
  }
  if (person.state !== 'active') {
    return refuseSignIn(work, refuse(signinErrors.sign_in_refused), { person, reason: 'person_disabled' })
  }
  const made = deps.hasher.isOutdated(stored) ? await deps.hasher.hash(password) : undefined
  const renewed = made?.ok === true ? made.value : undefined
  const compromised =
    deps.config.passwords.changeWhenBreached && (stored.compromised || (await deps.breach.has(password)))
  return { ok: true, proof: { person, stored, attempt, renewed, compromised } }
}

/** After `forgivePassword`: the hash is written at today's cost, and a password that is known from a breach is marked. */
export async function acceptPassword(
  tx: Tx,
  deps: PasswordTools,
  { person, stored, renewed, compromised }: PasswordProof,
  now: Date,
): Promise<void> {
  const resource = { type: 'Person', id: person.id }
  if (renewed !== undefined) {
    await rehashPassword(tx, deps.columns, { personId: person.id, old: stored, hash: renewed })
    await tx.record({ kind: 'password.renewed', resource, actor: resource, data: { from: formOf(stored.hash) } })
  }
  if (compromised && (await markCompromised(tx, person.id, now))) {
    await tx.record({ kind: 'password.compromised', resource, actor: resource })
  }
}

/**
 * NIST SP 800-63B-4, section 3.1.1.2: no change by the calendar, but one when a password is known to others, as is one that an
 * operator gave (ASVS 5.0, 6.4.1, 6.4.6); and where the second factor is gone with which a short one was enough.
 * @returns whether the password must be changed, by what a sign-in of the person demands
 */
export function changeDueAfter({ compromised, stored }: PasswordProof): (demanded: Acr) => boolean {
  return (demanded) =>
    compromised || stored.temporary || (stored.sufficesAlone === false && !isAtLeast(demanded, 'aal2'))
}

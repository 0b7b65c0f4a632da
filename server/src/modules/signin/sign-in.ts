import { type Outcome, ok, type Refused, refuse } from '../../platform/outcome.ts'
import type { Caller, Source } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import type { PersonAccount } from '../directory/index.ts'
import { signinErrors } from './errors.ts'
import type { Hasher } from './passwords/hasher.ts'
import { longestBytes } from './passwords/weakness.ts'
import { endTree } from './sessions/end.ts'
import type { Lifetime } from './sessions/lifetime.ts'
import { type StartedSession, startSignIn } from './sessions/start.ts'
import type { SigninColumns } from './store/columns.ts'
import { findPassword, isStillPassword, rehashPassword, type StoredPassword } from './store/passwords.ts'
import { admit, type Attempt, attemptOf, succeed, withdraw } from './throttle.ts'
import type { SigninDeps } from './types.ts'

export interface SignInContext {
  readonly work: Work
  readonly read: Read
  readonly source: Source
  readonly now: Date
  /** whoever is signed in in this browser already */
  readonly caller: Caller | null
}

export interface Typed {
  readonly email: string
  readonly password: string
}

export type RefusedSignIn = Refused & {
  /** for the person to name when they ask for help */
  readonly eventId: string
}

export type SignInDeps = SigninDeps & {
  readonly hasher: Hasher
  readonly lifetime: Lifetime
  readonly columns: SigninColumns
}

/**
 * Signs a person in by password.
 *
 * Whether an address is somebody's cannot be told from the answer, nor from its time: everything is done for an address
 * that nobody has, with a hash that no password fits.
 * @returns the session with its token; else `sign_in_refused`, `sign_in_throttled` or `signin_busy`, each with its event
 */
export async function signIn(
  context: SignInContext,
  deps: SignInDeps,
  { email: typed, password }: Typed,
): Promise<{ readonly ok: true; readonly session: StartedSession } | RefusedSignIn> {
  const { read, source, now } = context
  // PostgreSQL has no place for a NUL, and no address has one.
  const email = /\p{C}/u.test(typed) ? '' : typed.slice(0, 512)
  const { tenant, person, stored, attempt } = await read(async (tx) => {
    const person = await deps.directory.personByEmail(tx, email)
    const stored = await findPassword(tx, deps.columns, person?.id ?? '00000000-0000-0000-0000-000000000000')
    const asked = { email, address: source.address, person: person?.id ?? null, now }
    return { tenant: tx.tenant ?? '', person, stored, attempt: await attemptOf(tx, deps, asked) }
  })

  const seconds = await admit(deps.database, tenant, attempt, now)
  if (seconds > 0) {
    const headers = { 'retry-after': String(seconds) }
    const refused = refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers })
    return refuseSignIn(context, refused, { person, reason: 'throttled' })
  }
  const fits = Buffer.byteLength(password) <= longestBytes
  const right = await deps.hasher.verify(fits ? (stored?.hash ?? null) : null, fits ? password : '')
  if (!right.ok) {
    return refuseSignIn(context, right, { person, reason: 'busy' }, (tx) => withdraw(tx, attempt, now))
  }
  if (person === null || stored === null || !right.value) {
    const reason = person === null ? 'person_unknown' : stored === null ? 'password_missing' : 'password_wrong'
    return refuseSignIn(context, refuse(signinErrors.sign_in_refused), { person, reason })
  }
  const renewed = deps.hasher.isOutdated(stored.hash) ? await deps.hasher.hash(password) : undefined
  return finish(context, deps, { person, stored, attempt, renewed: renewed?.ok === true ? renewed.value : undefined })
}

interface Proven {
  readonly person: PersonAccount
  readonly stored: StoredPassword
  readonly attempt: Attempt
  readonly renewed: string | undefined
}

async function finish(
  { work, source, now, caller }: SignInContext,
  deps: SignInDeps,
  { person, stored, attempt, renewed }: Proven,
): Promise<{ readonly ok: true; readonly session: StartedSession } | RefusedSignIn> {
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<StartedSession>> => {
    const active = await deps.directory.recordSignIn(tx, person.id, now)
    const unchanged = active && (await isStillPassword(tx, person.id, stored))
    if (!unchanged) {
      eventId = await recordRefused(tx, { person, reason: active ? 'password_changed' : 'person_disabled' })
      return refuse(signinErrors.sign_in_refused)
    }
    if (renewed !== undefined)
      await rehashPassword(tx, deps.columns, { personId: person.id, old: stored, hash: renewed })
    const session = await startSignIn(tx, deps, { person: person.id, source, now })
    const named = await deps.directory.person(tx, person.id)
    await tx.record({
      kind: 'session.started',
      actor: { type: 'Person', id: person.id, ...(named !== null && { name: named.name }) },
      resource: { type: 'Session', id: session.id },
    })
    await succeed(tx, attempt, now)
    const before = caller?.session?.id
    if (before !== undefined) await endTree(tx, before, { kind: 'session.ended', reason: 'replaced', now })
    return ok(session)
  })
  return outcome.ok ? { ok: true, session: outcome.value } : { ...outcome, eventId }
}

interface About {
  readonly person: PersonAccount | null
  readonly reason: string
}

async function refuseSignIn(
  { work }: SignInContext,
  refused: Refused,
  about: About,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<RefusedSignIn> {
  let eventId = ''
  await work(async (tx) => {
    eventId = await recordRefused(tx, about)
    await also(tx)
    return refused
  })
  return { ...refused, eventId }
}

/** The address that was typed is not kept: it may be a password in the wrong field. */
function recordRefused(tx: Tx, { person, reason }: About): Promise<string> {
  const resource = person === null ? null : { type: 'Person', id: person.id }
  return tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason })
}

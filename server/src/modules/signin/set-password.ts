import { type Acr, isAtLeast } from '../../platform/assurance.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller, Source } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { type DirectoryDeps, directoryErrors, type PreparedPassword } from '../directory/index.ts'
import { signinErrors } from './errors.ts'
import { passwordErrors } from './passwords/errors.ts'
import type { PasswordTools } from './passwords/parts.ts'
import { recoveryErrors } from './recovery/errors.ts'
import { endAllOf } from './sessions/end.ts'
import { sessionErrors } from './sessions/errors.ts'
import { findPassword, holdPassword, type StoredPassword } from './store/passwords.ts'
import { findSession } from './store/sessions.ts'
import { admit, attemptOf, succeed } from './throttle.ts'

/** So long ago a second factor, or a passkey, may have been shown to stand for the current password. */
const freshMs = 5 * 60_000

export type SetPasswordDeps = PasswordTools & { readonly passwords: DirectoryDeps['passwords'] }

/**
 * Sets a person's password, ends their other sessions and tells them: whoever had the old one is out. Who sets their own in
 * a session must know the current one (ASVS 5.0, 6.2.3), or have just proved themselves by more than a password: an
 * unattended browser is not enough to take an account over.
 * @returns nothing; `person_unknown`, `password_not_ones_own`, `password_weak`, `current_password_required`, `current_password_wrong`,
 * `session_over`, `sign_in_throttled`, `signin_busy`
 */
export async function setPassword(
  { work, read, caller, source, now }: { work: Work; read: Read; caller: Caller; source: Source; now: Date },
  deps: SetPasswordDeps,
  id: string,
  { password, current }: { readonly password: string; readonly current?: string | undefined },
): Promise<Outcome<{ changed: true; revoked: number }>> {
  const { tenant, session } = caller
  const person = await read((tx) => deps.directory.person(tx, id))
  if (person === null) return work(async () => refuse(directoryErrors.person_unknown))
  if (caller.principal.type !== 'Person' || caller.principal.id !== id) {
    return work(async () => refuse(recoveryErrors.password_not_ones_own))
  }
  const knows = await knowsPassword(deps, { read, tenant, person, session, source, now, current })
  if (!knows.ok) return work(async () => knows)
  const prepared = await deps.passwords.prepare(password, {
    tenant,
    email: person.email,
    name: person.name,
    person: id,
  })
  if (!prepared.ok) return work(async () => prepared)
  return work(async (tx) => {
    const asked = { person: id, stored: knows.value, password: prepared.value, keep: session?.id, now }
    const revoked = await replacePassword(tx, deps, asked)
    return revoked.ok ? ok({ changed: true, revoked: revoked.value }) : revoked
  })
}

/**
 * Looking at the current one took a while. Where another was set meanwhile, or the session was ended, whoever did that has put out who
 * is here: it stays so.
 * @returns how many sign-ins ended, of all but the one that is to stay; `current_password_wrong`, `session_over`
 */
export async function replacePassword(
  tx: Tx,
  deps: SetPasswordDeps,
  asked: {
    readonly person: string
    /** that they have, as it was when it was looked at */
    readonly stored: StoredPassword | null
    readonly password: PreparedPassword
    readonly keep: string | undefined
    readonly now: Date
  },
): Promise<Outcome<number>> {
  const { person, stored, password, keep, now } = asked
  if (!(await holdPassword(tx, person, stored))) return refuse(passwordErrors.current_password_wrong)
  const session = keep === undefined ? undefined : await findSession(tx, keep)
  if (session === null || (session?.endedAt ?? null) !== null) return refuse(sessionErrors.session_over)
  await deps.passwords.store(tx, person, password)
  // All offline access goes: whoever had the old password may have given it to a client of theirs.
  const stays = keep === undefined ? undefined : { session: keep, withOffline: false }
  const ending = { kind: 'session.revoked', reason: 'password_changed', now, keep: stays } as const
  const revoked = await endAllOf(tx, deps, person, ending)
  await deps.mail.send(tx, { to: { person }, template: 'password-changed', values: {} })
  return ok(revoked)
}

/** Before the transaction: whether somebody in a session of theirs knows their current password, or need not. @returns that one */
export async function knowsPassword(
  deps: PasswordTools,
  asked: {
    readonly read: Read
    readonly tenant: string
    readonly person: { readonly id: string; readonly email: string }
    readonly session: { readonly acr: Acr; readonly authenticatedAt: Date } | null
    readonly source: Source
    readonly now: Date
    readonly current: string | undefined
  },
): Promise<Outcome<StoredPassword | null>> {
  const { read, tenant, person, session, source, now, current } = asked
  const { stored, attempt } = await read(async (tx) => ({
    stored: await findPassword(tx, deps.columns, person.id),
    attempt: await attemptOf(tx, deps, { email: person.email, address: source.address, person: person.id, now }),
  }))
  if (stored === null) return ok(stored)
  if (current === undefined) {
    const fresh = session !== null && now.getTime() - session.authenticatedAt.getTime() <= freshMs
    return fresh && isAtLeast(session.acr, 'aal2') ? ok(stored) : refuse(passwordErrors.current_password_required)
  }
  const seconds = await admit(deps.database, tenant, attempt, now)
  if (seconds > 0) {
    return refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers: { 'retry-after': String(seconds) } })
  }
  const right = await deps.hasher.verify(stored, current)
  if (!right.ok) return right
  if (!right.value) return refuse(passwordErrors.current_password_wrong)
  await deps.database.asTenant(tenant, (tx) => succeed(tx, attempt))
  return ok(stored)
}

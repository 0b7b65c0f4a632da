import { isAtLeast } from '../../platform/assurance.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller, Source } from '../../platform/ports.ts'
import type { Read, Work } from '../../platform/work.ts'
import { type DirectoryDeps, directoryErrors } from '../directory/index.ts'
import { signinErrors } from './errors.ts'
import { passwordErrors } from './passwords/errors.ts'
import type { PasswordTools } from './passwords/parts.ts'
import { endAllOf } from './sessions/end.ts'
import { findPassword } from './store/passwords.ts'
import { admit, attemptOf, succeed } from './throttle.ts'

/** So long ago a second factor, or a passkey, may have been shown to stand for the current password. */
const freshMs = 5 * 60_000

/**
 * Sets a person's password, ends their other sessions and tells them: whoever had the old one is out. Who sets their own in
 * a session must know the current one (ASVS 5.0, 6.2.3), or have just proved themselves by more than a password: an
 * unattended browser is not enough to take an account over.
 * @returns nothing; `person_unknown`, `password_weak`, `current_password_required`, `current_password_wrong`,
 * `sign_in_throttled`, `signin_busy`
 */
export async function setPassword(
  { work, read, caller, source, now }: { work: Work; read: Read; caller: Caller; source: Source; now: Date },
  deps: PasswordTools & { readonly passwords: DirectoryDeps['passwords'] },
  id: string,
  { password, current }: { readonly password: string; readonly current?: string | undefined },
): Promise<Outcome<{ changed: true; revoked: number }>> {
  const person = await read((tx) => deps.directory.person(tx, id))
  if (person === null) return work(async () => refuse(directoryErrors.person_unknown))
  const own = caller.principal.type === 'Person' && caller.principal.id === id
  if (own) {
    const proof = await prove(deps, { read, caller, source, now, current, email: person.email })
    if (!proof.ok) return work(async () => proof)
  }
  const about = { tenant: caller.tenant, email: person.email, name: person.name, person: id }
  const prepared = await deps.passwords.prepare(password, about)
  if (!prepared.ok) return work(async () => prepared)
  return work(async (tx) => {
    await deps.passwords.store(tx, id, prepared.value)
    const keep = own ? caller.session?.id : undefined
    const revoked = await endAllOf(tx, deps, id, { kind: 'session.revoked', reason: 'password_changed', now, keep })
    // A grant without a session of whoever had the old one: gone as well, when it is another who resets the password.
    if (!own) await deps.oauth.personEnded(tx, id, 'password_changed')
    await deps.mail.send(tx, { to: { person: id }, template: 'password-changed', values: {} })
    return ok({ changed: true, revoked })
  })
}

async function prove(
  deps: PasswordTools,
  asked: { read: Read; caller: Caller; source: Source; now: Date; current: string | undefined; email: string },
): Promise<Outcome<true>> {
  const { read, caller, source, now, current } = asked
  const person = caller.principal.id
  const { stored, attempt } = await read(async (tx) => ({
    stored: await findPassword(tx, deps.columns, person),
    attempt: await attemptOf(tx, deps, { email: asked.email, address: source.address, person, now }),
  }))
  if (current === undefined) {
    return stored === null || isFresh(caller, now) ? ok(true) : refuse(passwordErrors.current_password_required)
  }
  if (stored === null) return ok(true)
  const seconds = await admit(deps.database, caller.tenant, attempt, now)
  if (seconds > 0) {
    return refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers: { 'retry-after': String(seconds) } })
  }
  const right = await deps.hasher.verify(stored, current)
  if (!right.ok) return right
  if (!right.value) return refuse(passwordErrors.current_password_wrong)
  await deps.database.asTenant(caller.tenant, (tx) => succeed(tx, attempt, now))
  return ok(true)
}

function isFresh({ session }: Caller, now: Date): boolean {
  return (
    session !== null && isAtLeast(session.acr, 'aal2') && now.getTime() - session.authenticatedAt.getTime() <= freshMs
  )
}

import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import type { PersonRecord, Reading } from '../../directory/index.ts'
import { endAllOf } from '../sessions/end.ts'
import { addressKey } from './ask.ts'
import type { RecoveryTools } from './deps.ts'
import { recoveryErrors } from './errors.ts'
import { consumeLink, findLink, type LinkKind, type MailedLink } from './store.ts'

/** @returns the person whose link it is, while it holds: they are active, and have the address that it was sent to */
export async function holderOf(
  tx: Reading,
  deps: RecoveryTools,
  link: MailedLink | null,
  kinds: readonly LinkKind[],
): Promise<PersonRecord | null> {
  if (link === null || !kinds.includes(link.kind)) return null
  const person = await deps.directory.person(tx, link.person_id)
  if (person?.state !== 'active') return null
  const has = await addressKey({ tenant: person.tenant, kysely: () => tx.kysely() }, deps, person.email)
  return has.equals(link.sent_to) ? person : null
}

/** @returns whose link it is; it stays as it is */
export async function readLink(
  read: Read,
  deps: RecoveryTools,
  { token, kinds, now }: { readonly token: string; readonly kinds: readonly LinkKind[]; readonly now: Date },
): Promise<{ readonly person: PersonRecord; readonly link: MailedLink } | null> {
  if (!isSecret(token, 'hfl')) return null
  return read(async (tx) => {
    const link = await findLink(tx, hashSecret(token), now)
    const person = await holderOf(tx, deps, link, kinds)
    return link !== null && person !== null ? { person, link } : null
  })
}

export interface NewPassword {
  readonly token: string
  readonly password: string
}

/**
 * Sets a new password by a mailed link. It signs nobody in and touches no second factor: what the person must show afterwards
 * is what they had to show before (NIST SP 800-63B-4, section 4.2; ASVS 5.0, 6.4.3). Every session ends.
 * @returns nothing; `mailed_link_invalid`, `password_weak`, `signin_busy`, each with its event
 */
export async function completeRecovery(
  { read, work, now }: { readonly read: Read; readonly work: Work; readonly now: Date },
  deps: RecoveryTools,
  { token, password }: NewPassword,
): Promise<Outcome<null> & { eventId?: string }> {
  const held = await readLink(read, deps, { token, kinds: ['recovery'], now })
  if (held === null) return recorded(work, refuse(recoveryErrors.mailed_link_invalid))
  const { id, email, name } = held.person
  const prepared = await deps.passwords.prepare(password, { tenant: held.person.tenant, email, name, person: id })
  if (!prepared.ok) return recorded(work, prepared)
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<null>> => {
    const person = await holderOf(tx, deps, await consumeLink(tx, hashSecret(token), now), ['recovery'])
    if (person?.id !== id) {
      const refused = refuse(recoveryErrors.mailed_link_invalid)
      eventId = await recordRefused(tx, refused)
      return refused
    }
    const actor = { type: 'Person', id, name }
    await deps.passwords.store(tx, id, prepared.value)
    if ((await deps.directory.emailVerifiedAt(tx, id)) === null) await deps.directory.verifyEmail(tx, id)
    const ended = await endAllOf(tx, deps, id, { kind: 'session.revoked', reason: 'password_recovered', now })
    await deps.mail.send(tx, { to: { person: id }, template: 'password-changed', values: {} })
    await tx.record({ kind: 'recovery.completed', actor, resource: { type: 'Person', id }, data: { sessions: ended } })
    return ok(null)
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

async function recorded(work: Work, refused: Refused): Promise<Refused & { eventId: string }> {
  let eventId = ''
  await work(async (tx) => {
    eventId = await recordRefused(tx, refused)
    return refused
  })
  return { ...refused, eventId }
}

function recordRefused(tx: Tx, { error }: Refused): Promise<string> {
  return tx.record({ kind: 'recovery.completed', outcome: 'refused', reason: error.code })
}

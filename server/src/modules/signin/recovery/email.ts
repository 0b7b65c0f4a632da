import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { hashSecret, isSecret, newSecret } from '../../../platform/random.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import { directoryErrors, emailKey, isId } from '../../directory/index.ts'
import { addressKey } from './ask.ts'
import { holderOf } from './complete.ts'
import type { RecoveryTools } from './deps.ts'
import { recoveryErrors } from './errors.ts'
import { consumeLink, endLinks, insertLink } from './store.ts'

export const verificationHours = 24

interface Asking {
  readonly work: Work
  readonly now: Date
}

/** Mails a person a link by which they show that their address is theirs. @returns `person_unknown`, `email_verified_already` */
export function sendVerification(
  { work, now }: Asking,
  deps: RecoveryTools,
  id: string,
): Promise<Outcome<{ sent: true }>> {
  return work(async (tx) => {
    const person = isId(id) ? await deps.directory.person(tx, id) : null
    if (person === null) return refuse(directoryErrors.person_unknown)
    if ((await deps.directory.emailVerifiedAt(tx, id)) !== null) return refuse(recoveryErrors.email_verified_already)
    const link = await newLink(tx, deps, { kind: 'email-verification', person, email: null, now })
    await deps.mail.send(tx, {
      to: { person: id },
      template: 'email-verification',
      values: { link: link.href, hours: verificationHours },
      expiresAt: link.expiresAt,
    })
    await tx.record({ kind: 'email.verification_sent', resource: { type: 'Person', id } })
    return ok({ sent: true as const }, { status: 202 })
  })
}

/**
 * A person asks for another address: a link goes there, and a notice to the old one. Whether somebody else has the new one is
 * said when it is confirmed, to whoever can read its mail, and to nobody before.
 */
export function askEmailChange(
  { work, now }: Asking,
  deps: RecoveryTools,
  id: string,
  email: string,
): Promise<Outcome<{ sent: true }>> {
  return work(async (tx) => {
    const person = isId(id) ? await deps.directory.person(tx, id) : null
    if (person === null) return refuse(directoryErrors.person_unknown)
    const resource = { type: 'Person', id }
    if (emailKey(email) === emailKey(person.email)) return refuse(directoryErrors.email_taken)
    const link = await newLink(tx, deps, { kind: 'email-change', person, email, now })
    await deps.mail.send(tx, {
      to: { address: email },
      template: 'email-change',
      values: { link: link.href, hours: verificationHours },
      expiresAt: link.expiresAt,
    })
    await deps.mail.send(tx, { to: { person: id }, template: 'email-change-asked', values: { address: email } })
    await tx.record({ kind: 'email.change_asked', resource })
    return ok({ sent: true as const }, { status: 202 })
  })
}

/** Follows a link that confirms an address. @returns `mailed_link_invalid`, `email_taken` */
export async function confirmEmail(
  { work, now }: Asking,
  deps: RecoveryTools,
  token: string,
): Promise<Outcome<{ email: string }> & { eventId?: string }> {
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<{ email: string }>> => {
    const confirmed = await confirm(tx, deps, token, now)
    if (!confirmed.ok) {
      eventId = await tx.record({ kind: 'email.confirmed', outcome: 'refused', reason: confirmed.error.code })
    }
    return confirmed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

async function confirm(tx: Tx, deps: RecoveryTools, token: string, now: Date): Promise<Outcome<{ email: string }>> {
  const link = isSecret(token, 'hfl') ? await consumeLink(tx, hashSecret(token), now) : null
  const person = await holderOf(tx, deps, link, ['email-verification', 'email-change'])
  if (link === null || person === null) return refuse(recoveryErrors.mailed_link_invalid)
  const { id, email: old } = person
  const sealed = link.email
  if (sealed === null) {
    await deps.directory.verifyEmail(tx, id)
    await recordConfirmed(tx, person, 'verified')
    return ok({ email: old })
  }
  const email = await deps.recoveryColumns.email.open(tx, id, sealed)
  if (email === null) return refuse(recoveryErrors.mailed_link_invalid)
  const changed = await deps.directory.changeEmail(tx, id, email)
  if (!changed.ok) return changed
  // Links in letters to the old address are void with it.
  await endLinks(tx, id, ['recovery', 'email-verification'])
  await deps.mail.send(tx, { to: { address: old }, template: 'email-changed', values: { address: email } })
  await recordConfirmed(tx, person, 'changed')
  return ok({ email })
}

function recordConfirmed(tx: Tx, { id, name }: { readonly id: string; readonly name: string }, what: string) {
  const actor = { type: 'Person', id, name }
  return tx.record({ kind: 'email.confirmed', actor, resource: { type: 'Person', id }, data: { what } })
}

async function newLink(
  tx: Tx,
  deps: RecoveryTools,
  about: {
    readonly kind: 'email-verification' | 'email-change'
    readonly person: { readonly id: string; readonly email: string }
    readonly email: string | null
    readonly now: Date
  },
): Promise<{ readonly href: string; readonly expiresAt: Date }> {
  const { kind, person, email, now } = about
  const token = newSecret(deps.random, 'hfl')
  const expiresAt = addSeconds(now, verificationHours * 3600)
  await insertLink(tx, {
    tokenHash: hashSecret(token),
    kind,
    person: person.id,
    email: email === null ? null : await deps.recoveryColumns.email.close(tx, person.id, email, `Person/${person.id}`),
    sentTo: await addressKey(tx, deps, person.email),
    now,
    expiresAt,
  })
  return { href: `${deps.installation.publicUrl}/verify-email?token=${token}`, expiresAt }
}

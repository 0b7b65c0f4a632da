import { type Outcome, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { Name } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { establish, type Landed } from '../flow/establish.ts'
import { readTarget } from '../flow/target.ts'
import type { RecoveryTools } from '../recovery/deps.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import { acceptInvitation } from './accept.ts'
import type { InvitationTools } from './deps.ts'
import { invitationErrors } from './errors.ts'
import { unlessPermitted } from './permitted.ts'
import { findOpenBy, type InvitationRow } from './store.ts'

export type AcceptTools = InvitationTools & RecoveryTools

export interface Open {
  readonly row: InvitationRow
  readonly email: string
  readonly inviter: string | null
  readonly application: string | null
  readonly tenant: string
}

/** @returns what the link leads to, while it holds */
export async function readInvitation(
  read: Read,
  deps: InvitationTools,
  token: string,
  now: Date,
): Promise<Open | null> {
  if (!isSecret(token, 'hfv')) return null
  return read(async (tx) => {
    const row = await findOpenBy(tx, hashSecret(token), now)
    const email = row && (await deps.invitationColumns.email.open(tx, row.id, row.email))
    if (row === null || email === null) return null
    const inviter = (await deps.directory.principal(tx, row.inviter))?.name ?? null
    const application =
      row.application === null ? null : ((await deps.applications.find(tx, row.application))?.name ?? null)
    return { row, email, inviter, application, tenant: tx.tenant ?? '' }
  })
}

export interface Accepting {
  readonly read: Read
  readonly work: Work
  readonly source: Source
  readonly now: Date
  readonly current: BrowserSession | null
}

export interface Typed {
  readonly token: string
  readonly name: string
  readonly password: string
}

/**
 * Accepts an invitation with a password, and signs the person in: who holds the link reads the mail of the address, and the
 * password is their own.
 * @returns where to go; `invitation_invalid`, `name_invalid`, `password_weak`, `signin_busy`, each with its event
 */
export async function acceptWithPassword(
  { read, work, source, now, current }: Accepting,
  deps: AcceptTools,
  { token, name: typed, password }: Typed,
): Promise<Outcome<Landed> & { eventId?: string }> {
  const open = await readInvitation(read, deps, token, now)
  if (open === null) return recorded(work, refuse(invitationErrors.invitation_invalid), 'used_or_expired')
  const { row, email, tenant } = open
  const lost = await unlessPermitted(read, deps, row)
  if (lost !== null) return recorded(work, refuse(invitationErrors.invitation_invalid), lost)
  const name = Name.safeParse(typed)
  if (!name.success) return recorded(work, refuse(signinErrors.name_invalid))
  const prepared = await deps.passwords.prepare(password, { tenant, email, name: name.data })
  if (!prepared.ok) return recorded(work, prepared)
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    const accepted = await acceptInvitation(tx, deps, { invitation: row.id, name: name.data, now })
    if (!accepted.ok) {
      eventId = tx.recorded.at(-1)?.id ?? ''
      return accepted
    }
    const person = accepted.value.person.id
    await deps.passwords.store(tx, person, prepared.value)
    return establish(tx, deps, { person, amr: ['pwd'], source, now, current, target: readTarget({}, now) })
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

async function recorded(work: Work, refused: Refused, reason?: string): Promise<Refused & { eventId: string }> {
  let eventId = ''
  await work(async (tx: Tx) => {
    eventId = await tx.record({ kind: 'invitation.accepted', outcome: 'refused', reason: reason ?? refused.error.code })
    return refused
  })
  return { ...refused, eventId }
}

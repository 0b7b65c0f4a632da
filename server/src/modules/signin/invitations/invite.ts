import { platformErrors } from '../../../platform/errors.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { directoryErrors, emailKey, isId } from '../../directory/index.ts'
import type { InvitationTools } from './deps.ts'
import { invitationErrors } from './errors.ts'
import { findInvitation, insertInvitation, type InvitationRow, renewInvitation, revokeInvitation } from './store.ts'
import type { InvitationView, NewInvitation } from './shapes.ts'

const day = 86_400

export interface Asking {
  readonly read: Read
  readonly work: Work
  readonly caller: Caller
  readonly now: Date
}

/**
 * Invites an address by mail. The link is in the letter and nowhere else.
 * @returns the invitation; `forbidden` for a group that the caller may not give, `groups_unknown`, `email_taken`,
 * `invitation_exists`
 */
export async function invite(
  { read, work, caller, now }: Asking,
  deps: InvitationTools & { readonly index: (tx: Tx, text: string) => Promise<Buffer> },
  { email, groups, expiresIn, application: named }: NewInvitation,
): Promise<Outcome<InvitationView>> {
  const application = named ?? null
  for (const group of groups) {
    const { allowed, explanation } = await deps.decide(caller, 'changeMembers', { type: 'Group', id: group })
    if (!allowed) return forbidden(work, group, explanation)
  }
  const missing = await read((tx) => unknownOf(tx, deps, { groups, application }))
  if (missing !== undefined) return work(async () => missing)
  return work(async (tx) => {
    if ((await deps.directory.personByEmail(tx, email)) !== null) return refuse(directoryErrors.email_taken)
    const id = deps.random.id()
    const token = newSecret(deps.random, 'hfv')
    const expiresAt = addSeconds(now, expiresIn)
    const inserted = await insertInvitation(tx, {
      id,
      email: await deps.invitationColumns.email.close(tx, id, email),
      emailKey: await deps.index(tx, emailKey(email)),
      tokenHash: hashSecret(token),
      groups,
      application,
      inviter: caller.principal,
      now,
      expiresAt,
    })
    if (!inserted) return refuse(invitationErrors.invitation_exists)
    const data = { groups, expiresAt: expiresAt.toISOString(), ...(application !== null && { application }) }
    await tx.record({ kind: 'invitation.created', resource: { type: 'Invitation', id }, data })
    await sendLink(tx, deps, { email, token, inviter: caller.name, expiresAt, now })
    const row = await findInvitation(tx, id)
    if (row === null) throw new Error('the invitation just made is not there')
    return ok(await showInvitation(tx, deps, row, now), { status: 201 })
  })
}

/** Sends it again, with a new link. The inviter stays who it was. @returns `invitation_unknown` */
export async function resend(
  { work, caller, now }: Pick<Asking, 'work' | 'caller' | 'now'>,
  deps: InvitationTools,
  id: string,
): Promise<Outcome<InvitationView>> {
  return work(async (tx) => {
    const row = isId(id) ? await findInvitation(tx, id) : null
    const email = row && (await deps.invitationColumns.email.open(tx, row.id, row.email))
    if (row === null || email === null) return refuse(invitationErrors.invitation_unknown)
    const token = newSecret(deps.random, 'hfv')
    // As long again as it was given at first.
    const seconds = Math.max(day, (row.expiresAt.getTime() - row.sentAt.getTime()) / 1000)
    const expiresAt = addSeconds(now, seconds)
    if (!(await renewInvitation(tx, id, { tokenHash: hashSecret(token), now, expiresAt }))) {
      return refuse(invitationErrors.invitation_unknown)
    }
    await tx.record({ kind: 'invitation.resent', resource: { type: 'Invitation', id } })
    await sendLink(tx, deps, { email, token, inviter: caller.name, expiresAt, now })
    return ok(await showInvitation(tx, deps, { ...row, sentAt: now, expiresAt }, now))
  })
}

export async function revoke(
  { work, now }: Pick<Asking, 'work' | 'now'>,
  id: string,
): Promise<Outcome<{ readonly revoked: true }>> {
  return work(async (tx) => {
    if (!isId(id) || !(await revokeInvitation(tx, id, now))) return refuse(invitationErrors.invitation_unknown)
    await tx.record({ kind: 'invitation.revoked', resource: { type: 'Invitation', id } })
    return ok({ revoked: true as const })
  })
}

export async function showInvitation(
  tx: Parameters<InvitationTools['directory']['person']>[0],
  { invitationColumns }: Pick<InvitationTools, 'invitationColumns'>,
  row: InvitationRow,
  now: Date,
): Promise<InvitationView> {
  const { consumedAt, revokedAt, expiresAt } = row
  const open = expiresAt > now ? ('open' as const) : ('expired' as const)
  return {
    id: row.id,
    email: (await invitationColumns.email.open(tx, row.id, row.email)) ?? '[erased]',
    groups: [...row.groups],
    application: row.application,
    inviter: { type: row.inviter.type, id: row.inviter.id },
    state:
      revokedAt !== null ? (expiresAt <= revokedAt ? 'expired' : 'revoked') : consumedAt !== null ? 'accepted' : open,
    person: row.person,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

function sendLink(
  tx: Tx,
  { mail, installation }: InvitationTools,
  about: { email: string; token: string; inviter: string; expiresAt: Date; now: Date },
) {
  const { email, token, inviter, expiresAt, now } = about
  const link = `${installation.publicUrl}/invitation?token=${token}`
  const days = Math.max(1, Math.round((expiresAt.getTime() - now.getTime()) / 1000 / day))
  return mail.send(tx, { to: { address: email }, template: 'invitation', values: { link, inviter, days }, expiresAt })
}

async function unknownOf(
  tx: Parameters<InvitationTools['directory']['person']>[0],
  { directory, applications }: InvitationTools,
  { groups, application }: { readonly groups: readonly string[]; readonly application: string | null },
): Promise<Refused | undefined> {
  for (const group of groups) {
    if (!(await directory.knows(tx, { type: 'Group', id: group })))
      return refuse(directoryErrors.groups_unknown, { group })
  }
  if (application !== null && (await applications.find(tx, application)) === null) {
    return refuse(directoryErrors.application_unknown, { application })
  }
  return undefined
}

async function forbidden(work: Work, group: string, explanation: string): Promise<Refused> {
  const refused = refuse(platformErrors.forbidden, { explanation }, { action: 'changeMembers' })
  await work(async (tx) => {
    const resource = { type: 'Group', id: group }
    const data = { action: 'changeMembers', explanation }
    await tx.record({ kind: 'access.denied', outcome: 'refused', resource, reason: 'forbidden', data })
    return refused
  })
  return refused
}

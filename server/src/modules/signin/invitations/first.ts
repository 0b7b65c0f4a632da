import { addSeconds } from '../../../platform/clock.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import { emailKey } from '../../directory/index.ts'
import type { PasswordTools } from '../passwords/parts.ts'
import type { InvitationTools } from './deps.ts'
import { insertInvitation, revokeOpenOf } from './store.ts'

const days = 7

export interface FirstOperator {
  readonly email: string
  readonly name: string | undefined
  /** how the letter calls whoever invites: nobody of this tenant */
  readonly inviter: string
  readonly now: Date
}

/**
 * Invites somebody to be an operator of a tenant, from without. Who invites is the tenant's own service of the set-up, which
 * has no key. An earlier invitation of the address holds no more.
 * @returns the link of the letter
 */
export async function inviteOperator(
  tx: Tx,
  deps: InvitationTools & Pick<PasswordTools, 'columns'>,
  { email, name, inviter, now }: FirstOperator,
): Promise<{ readonly link: string; readonly expiresAt: Date }> {
  const service = await deps.directory.addOwnService(tx, 'bootstrap')
  const id = deps.random.id()
  const token = newSecret(deps.random, 'hfv')
  const expiresAt = addSeconds(now, days * 86_400)
  const key = (await deps.columns.index(tx))('invitations.email_key', emailKey(email))
  await revokeOpenOf(tx, key, now)
  await insertInvitation(tx, {
    id,
    email: await deps.invitationColumns.email.close(tx, id, email),
    emailKey: key,
    tokenHash: hashSecret(token),
    groups: ['admins'],
    application: null,
    inviter: { type: 'Service', id: service.id },
    now,
    expiresAt,
  })
  const data = { groups: ['admins'], expiresAt: expiresAt.toISOString() }
  await tx.record({ kind: 'invitation.created', resource: { type: 'Invitation', id }, data })
  const query = new URLSearchParams({ token, ...(name !== undefined && { name }) })
  const path = `/invitation?${query.toString()}`
  await deps.mail.send(tx, {
    to: { address: email },
    template: 'invitation',
    values: { link: deps.installation.publicUrl + path, inviter, days },
    expiresAt,
  })
  return { link: (await deps.places.homeOf(tx.tenant)) + path, expiresAt }
}

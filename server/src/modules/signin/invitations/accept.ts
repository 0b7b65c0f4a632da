import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import type { PersonRecord } from '../../directory/index.ts'
import type { InvitationTools } from './deps.ts'
import { invitationErrors } from './errors.ts'
import { consumeInvitation, type InvitationRow, noteAccepted } from './store.ts'

export interface Accepted {
  readonly person: PersonRecord
  readonly invitation: InvitationRow
}

/**
 * Makes the invited address a person, in the transaction that uses the invitation up. Whoever calls has asked whether the
 * inviter may still give it, and writes down how the person will sign in. The link was sent to the address: it is verified.
 * @param name the local part of the address when not said
 * @returns `invitation_invalid`, with its event
 */
export async function acceptInvitation(
  tx: Tx,
  deps: InvitationTools,
  {
    invitation: id,
    name,
    now,
  }: { readonly invitation: string; readonly name?: string | undefined; readonly now: Date },
): Promise<Outcome<Accepted>> {
  const invitation = await consumeInvitation(tx, id, now)
  const email = invitation && (await deps.invitationColumns.email.open(tx, id, invitation.email))
  if (invitation === null || email === null) return refused(tx, id, 'used_or_expired')
  const account = {
    // The invitation's own: who registers a passkey with it has the id before they are there.
    id,
    email,
    name: name ?? email.slice(0, email.indexOf('@')),
    groups: invitation.groups,
    emailVerifiedAt: now,
  }
  const added = await deps.directory.addAccount(tx, account)
  if (!added.ok) return refused(tx, id, added.error.code)
  const person = added.value
  await noteAccepted(tx, id, person.id)
  await tx.record({
    kind: 'invitation.accepted',
    actor: { type: 'Person', id: person.id, name: person.name },
    resource: { type: 'Person', id: person.id },
    data: { invitation: id, groups: invitation.groups, inviter: `${invitation.inviter.type}/${invitation.inviter.id}` },
  })
  return ok({ person, invitation })
}

async function refused(tx: Tx, id: string, reason: string): Promise<Outcome<never>> {
  await tx.record({ kind: 'invitation.accepted', outcome: 'refused', reason, data: { invitation: id } })
  return refuse(invitationErrors.invitation_invalid)
}

import type { Decide } from '../../../platform/ports.ts'
import type { Read } from '../../../platform/work.ts'
import type { InvitationTools } from './deps.ts'
import type { InvitationRow } from './store.ts'

/**
 * Whether whoever invited may still do what the invitation does: invite at all, and put somebody into each of the groups. It
 * is asked when it is accepted, since it may have been sent weeks ago. Before the transaction: a decision has a connection
 * of its own.
 * @returns null when they may, else the reason
 */
export async function unlessPermitted(
  read: Read,
  { directory, decide }: Pick<InvitationTools, 'directory' | 'decide'>,
  { inviter, groups }: Pick<InvitationRow, 'inviter' | 'groups'>,
): Promise<'inviter_gone' | 'inviter_lost_right' | null> {
  const found = await read((tx) => directory.principal(tx, inviter))
  if (found === null) return 'inviter_gone'
  const caller: Parameters<Decide>[0] = {
    tenant: found.tenant,
    principal: inviter,
    name: found.name,
    groups: found.groups,
    credential: 'service-key',
    session: null,
    application: found.application,
  }
  const asked = [
    { action: 'createInvitation', resource: { type: 'Installation', id: 'installation' } },
    ...groups.map((id) => ({ action: 'changeMembers', resource: { type: 'Group', id } })),
  ]
  for (const { action, resource } of asked) {
    if (!(await decide(caller, action, resource)).allowed) return 'inviter_lost_right'
  }
  return null
}

import { type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { Name } from '../../directory/index.ts'
import { acceptInvitation } from '../invitations/accept.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import type { Arrived, Landing, Returning } from './finish-visit.ts'
import { linkIdentity } from './link.ts'
import { mayBring, verifiedEmail } from './rules.ts'
import { signInAs } from './sign-in.ts'
import { useIdentity } from './store/identities.ts'

/**
 * Whoever holds the invitation's link, and an account at a provider, becomes a person here with that account. Its address
 * need not be the invited one: the link was proof of that.
 */
export async function joinByInvitation(
  tx: Tx,
  deps: FederationTools,
  returning: Returning,
  arrived: Arrived,
  invitation: string,
): Promise<Outcome<Landing>> {
  const { connection, upstream } = arrived
  const { settings } = connection
  const email = verifiedEmail(upstream, settings)
  const fits = settings.domains.length === 0 || (email !== null && mayBring(settings, email))
  if (!fits) return refuse(federationErrors.upstream_unknown, { name: connection.name })
  const { subjectKey, connection: at } = arrived
  // Before anything is made: a refusal is kept, with all that was done until then.
  if ((await useIdentity(tx, { connection: at.id, subjectKey, now: returning.now })) !== null) {
    return refuse(federationErrors.upstream_taken, { name: connection.name })
  }
  const name = Name.safeParse(upstream.name).data
  const accepted = await acceptInvitation(tx, deps, { invitation, name, now: returning.now })
  if (!accepted.ok) return accepted
  const person = accepted.value.person.id
  const linked = await linkIdentity(tx, deps, { ...arrived, person, by: 'invitation', now: returning.now })
  if (!linked.ok) throw new Error('the account was linked at the same moment')
  return signInAs(tx, deps, returning, arrived, person)
}

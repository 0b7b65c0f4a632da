import { demandedOf } from '../sessions/demand.ts'
import { listIdentities } from '../federation/identities.ts'
import { listFactors } from '../mfa/list.ts'
import { listOwnSessions } from '../sessions/list.ts'
import { passwordHolders } from '../store/passwords.ts'
import type { Owner } from './own.ts'
import type { AccountTools, AskingForOwn } from './parts.ts'

/**
 * Everything that is held on a person, for that person: what they are, how they sign in without anything that would let
 * somebody sign in, what acts for them, what they may do, and what they did (GDPR, articles 15 and 20). Of others it says nothing.
 */
export async function heldOn(
  deps: AccountTools,
  { person, caller }: Owner,
  asking: AskingForOwn,
): Promise<Readonly<Record<string, unknown>>> {
  const { id } = person
  const { directory, elsewhere, installation } = deps
  const { read, now } = asking
  const own = await read(async (tx) => {
    const identities = await listIdentities(tx, deps, id)
    const sessions = await listOwnSessions(tx, deps, { person: id, current: caller.session?.id ?? null, now })
    const verifiedAt = await directory.emailVerifiedAt(tx, id)
    const kept = (await directory.provisionedBy(tx, [id])).has(id)
    return {
      profile: {
        id,
        name: person.name,
        email: person.email,
        emailVerifiedAt: verifiedAt?.toISOString() ?? null,
        state: person.state,
        source: kept ? 'scim' : 'local',
        groups: caller.groups,
      },
      signIn: {
        password: (await passwordHolders(tx, [id])).has(id),
        demanded: await demandedOf(tx, deps, id),
        factors: await listFactors(tx, deps, { person: id, groups: caller.groups }),
        identities: identities.ok ? identities.value.items : [],
        sessions: sessions.items,
      },
      applications: await elsewhere.clients(tx, id, now),
    }
  })
  const others = await elsewhere.all(asking)
  return { from: installation.publicUrl, takenAt: now.toISOString(), ...own, ...others }
}

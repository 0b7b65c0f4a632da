import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { Name } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import type { Factor } from '../assurance.ts'
import { establish, goOn } from '../flow/establish.ts'
import type { FederationTools } from './deps.ts'
import type { Arrived, Landing, Returning } from './finish-visit.ts'
import { linkIdentity } from './link.ts'
import { domainOf, groupsOf, hadSecondFactor, mayBring, verifiedEmail } from './rules.ts'

/** Signs in the person whose account it is. What their session must show beside it, the session itself is asked. */
export async function signInAs(
  tx: Tx,
  deps: FederationTools,
  { source, now, current }: Pick<Returning, 'source' | 'now' | 'current'>,
  { connection, upstream, target, visit }: Arrived,
  person: string,
): Promise<Outcome<Landing>> {
  const resource = { type: 'Person', id: person }
  const data = { connection: connection.id }
  if ((await deps.directory.signingIn(tx, person)) === null) {
    await tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason: 'person_disabled', data })
    return refuse(signinErrors.sign_in_refused)
  }
  const name = connection.settings.updateName ? Name.safeParse(upstream.name).data : undefined
  await deps.directory.followUpstream(tx, person, { name, groups: groupsOf(connection.settings, upstream.claims) })
  // Somebody who is signed in and comes by way of a provider that asked nothing has proved nothing anew.
  if (current?.person === person && target.since === null && visit.purpose.kind === 'sign-in') {
    const to = await goOn(tx, deps, current, target)
    await tx.record({
      kind: 'session.started',
      resource: { type: 'Session', id: current.id },
      reason: 'signed_in_already',
      data,
    })
    return ok({ to, cookies: [] })
  }
  const amr: Factor[] = hadSecondFactor(upstream, connection.settings) ? ['fed', 'otp'] : ['fed']
  const landed = await establish(tx, deps, { person, amr, source, now, current, target })
  return landed.ok ? ok({ to: landed.value.to, cookies: [landed.value.cookie] }) : landed
}

/**
 * Makes an account for somebody whom nobody here is, where the connection allows it: only with an address that the provider
 * has verified, else whoever types a stranger's address there would have an account waiting for them here.
 * @returns null when they get none
 */
export async function signUp(
  tx: Tx,
  deps: FederationTools,
  returning: Returning,
  arrived: Arrived,
): Promise<Outcome<Landing> | null> {
  const { settings } = arrived.connection
  const { upstream } = arrived
  const email = verifiedEmail(upstream, settings)
  if (!settings.signUp || email === null || !mayBring(settings, email)) return null
  const { signUpDomains } = await deps.policies.of(tx)
  if (signUpDomains !== null && !signUpDomains.includes(domainOf(email) ?? '')) return null
  if ((await deps.directory.personByEmail(tx, email)) !== null) return null
  const given = groupsOf(settings, upstream.claims).given
  const added = await deps.directory.addAccount(tx, {
    email,
    name: Name.safeParse(upstream.name).data ?? email.slice(0, email.indexOf('@')).slice(0, 200),
    groups: [...new Set([...settings.signUpGroups, ...given])],
    emailVerifiedAt: returning.now,
  })
  // Taken at the same moment, or a group that is there no longer: nobody is made, and the account can be linked.
  if (!added.ok) return null
  const person = added.value.id
  const linked = await linkIdentity(tx, deps, { ...arrived, person, by: 'sign-up', now: returning.now })
  if (!linked.ok) throw new Error('the account was linked at the same moment')
  return signInAs(tx, deps, returning, arrived, person)
}

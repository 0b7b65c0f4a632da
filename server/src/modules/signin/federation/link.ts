import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { readTarget } from '../flow/target.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import type { Arrived, Landing, Returning } from './finish-visit.ts'
import type { Upstream } from './provider/provider.ts'
import { insertIdentity, type LinkedBy } from './store/identities.ts'

export interface Linking extends Pick<Arrived, 'connection' | 'subjectKey'> {
  readonly upstream: Pick<Upstream, 'label'>
  readonly person: string
  readonly by: LinkedBy
  readonly now: Date
}

/**
 * Writes down that an account elsewhere is this person's: the caller has made sure that they are who they say. They are told
 * by mail.
 * @returns `upstream_taken` when it is linked already
 */
export async function linkIdentity(
  tx: Tx,
  deps: FederationTools,
  { connection, upstream, subjectKey, person, by, now }: Linking,
): Promise<Outcome<string>> {
  const id = deps.random.id()
  const label = await deps.federationColumns.label.close(tx, id, upstream.label.slice(0, 254), `Person/${person}`)
  if (!(await insertIdentity(tx, { id, connection: connection.id, person, subjectKey, label, by, now }))) {
    return refuse(federationErrors.upstream_taken, { name: connection.name })
  }
  const resource = { type: 'Person', id: person }
  await tx.record({ kind: 'identity.linked', resource, data: { connection: connection.id, identity: id, by } })
  if (by === 'person') {
    await deps.mail.send(tx, { to: { person }, template: 'connection-linked', values: { connection: connection.name } })
  }
  return ok(id)
}

/** To the account of whoever is signed in and asked for it from there: in the very session in which they did. */
export async function linkToSession(
  tx: Tx,
  deps: FederationTools,
  { current, now }: Returning,
  arrived: Arrived,
  session: string,
): Promise<Outcome<Landing>> {
  if (current === null || current.pending || current.id !== session) {
    return refuse(federationErrors.upstream_visit_invalid)
  }
  const linked = await linkIdentity(tx, deps, { ...arrived, person: current.person, by: 'person', now })
  if (!linked.ok) return linked
  const { returnTo } = readTarget(Object.fromEntries(new URLSearchParams(arrived.visit.returnTo)), now)
  return ok({ to: returnTo, cookies: [] })
}

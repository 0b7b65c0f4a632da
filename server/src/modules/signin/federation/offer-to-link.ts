import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { hashSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { readTarget } from '../flow/target.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import type { Arrived } from './finish-visit.ts'
import { newSecrets, offerSeconds } from './journey.ts'
import { linkIdentity } from './link.ts'
import { findConnection } from './store/connections.ts'
import { consumeOffer, findOffer, insertOffer } from './store/visits.ts'

/**
 * Keeps an account that is nobody's here for whoever came with it: when they have signed in as they usually do they may link
 * it. It is the same whether somebody here has its address or not, and says so to nobody.
 * @returns the secret that the browser keeps
 */
export async function offerToLink(
  tx: Tx,
  deps: FederationTools,
  { connection, upstream, subjectKey, visit }: Arrived,
  now: Date,
): Promise<string> {
  const id = deps.random.id()
  const { browser } = newSecrets(deps.random)
  await insertOffer(tx, {
    id,
    browserHash: hashSecret(browser),
    connection: connection.id,
    subjectKey,
    label: await deps.federationColumns.offered.close(tx, id, upstream.label.slice(0, 254)),
    returnTo: visit.returnTo,
    now,
    expiresAt: addSeconds(now, offerSeconds),
  })
  const resource = { type: 'Connection', id: connection.id }
  await tx.record({ kind: 'upstream.offered', outcome: 'refused', reason: 'upstream_unknown', resource })
  return browser
}

export interface ShownOffer {
  readonly connection: string
  readonly name: string
  /** how the provider calls the account */
  readonly label: string
  readonly createdAt: Date
}

export async function showOffer(
  read: Read,
  deps: FederationTools,
  secret: string | undefined,
  now: Date,
): Promise<ShownOffer | null> {
  if (secret === undefined) return null
  return read(async (tx) => {
    const offer = await findOffer(tx, hashSecret(secret), now)
    const connection = offer && (await findConnection(tx, offer.connection))
    if (offer === null || connection === null || !connection.enabled) return null
    const label = (await deps.federationColumns.offered.open(tx, offer.id, offer.label)) ?? ''
    return { connection: connection.id, name: connection.name, label, createdAt: offer.createdAt }
  })
}

/** A sign-in proves who somebody is for the link when it was made after the account was offered. */
export function provesForOffer(current: BrowserSession | null, { createdAt }: Pick<ShownOffer, 'createdAt'>): boolean {
  return current !== null && !current.pending && current.authenticatedAt >= createdAt
}

/**
 * Links what was offered to the account of whoever has signed in since, and said that they want it.
 * @returns where they wanted to go; `upstream_offer_invalid`, `upstream_taken`, each with its event
 */
export async function acceptOffer(
  { work, current, now }: { readonly work: Work; readonly current: BrowserSession | null; readonly now: Date },
  deps: FederationTools,
  secret: string | undefined,
): Promise<Outcome<string> & { eventId?: string }> {
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<string>> => {
    const accepted = await accept(tx, deps, current, secret, now)
    if (!accepted.ok) {
      eventId = await tx.record({ kind: 'identity.linked', outcome: 'refused', reason: accepted.error.code })
    }
    return accepted
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

async function accept(
  tx: Tx,
  deps: FederationTools,
  current: BrowserSession | null,
  secret: string | undefined,
  now: Date,
): Promise<Outcome<string>> {
  const invalid = refuse(federationErrors.upstream_offer_invalid)
  if (secret === undefined || current === null) return invalid
  const offer = await findOffer(tx, hashSecret(secret), now)
  const connection = offer && (await findConnection(tx, offer.connection))
  if (offer === null || connection?.enabled !== true || !provesForOffer(current, offer)) return invalid
  if ((await consumeOffer(tx, hashSecret(secret), now)) === null) return invalid
  const label = (await deps.federationColumns.offered.open(tx, offer.id, offer.label)) ?? ''
  const { subjectKey } = offer
  const { person } = current
  const linked = await linkIdentity(tx, deps, {
    connection,
    upstream: { label },
    subjectKey,
    person,
    by: 'person',
    now,
  })
  if (!linked.ok) return linked
  return ok(readTarget(Object.fromEntries(new URLSearchParams(offer.returnTo)), now).returnTo)
}

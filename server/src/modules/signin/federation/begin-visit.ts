import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { hashSecret } from '../../../platform/random.ts'
import type { Read, Work } from '../../../platform/work.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import { derived, newSecrets, setVisit, visitSeconds } from './journey.ts'
import { UpstreamFailed } from './provider/provider.ts'
import { providerOf } from './providers.ts'
import { findConnection } from './store/connections.ts'
import { insertVisit, type Purpose } from './store/visits.ts'

export interface SetOut {
  readonly connection: string
  readonly purpose: Purpose
  /** fields of the sign-in's target, as a query */
  readonly returnTo: string
  /** where the browser is: it must come back to its cookie there */
  readonly origin: string
  readonly hint?: string | undefined
  /** the provider must ask the person again */
  readonly anew?: boolean | undefined
}

export interface Begun {
  readonly url: string
  readonly cookie: string
  readonly name: string
}

/** Where a provider sends browsers back to: to be registered there, of the public URL and of each of the tenant's hosts. */
export function redirectUriOf(origin: string, connection: string): string {
  return `${origin}/sign-in/callback/${connection}`
}

/**
 * Sends a browser to a provider.
 * @returns the address and the cookie; `connection_unknown`, `upstream_failed`, each with its event
 */
export async function beginVisit(
  { read, work, now }: { readonly read: Read; readonly work: Work; readonly now: Date },
  deps: FederationTools,
  { connection: id, purpose, returnTo, origin, hint, anew }: SetOut,
): Promise<Outcome<Begun> & { eventId?: string }> {
  const found = await read(async (tx) => {
    const connection = await findConnection(tx, id)
    return connection?.enabled === true ? { connection, provider: await providerOf(tx, deps, connection) } : null
  })
  const secrets = newSecrets(deps.random)
  const journey = {
    state: secrets.state,
    nonce: derived(secrets.browser, 'nonce'),
    verifier: derived(secrets.browser, 'verifier'),
    redirectUri: redirectUriOf(origin, id),
    hint,
    anew,
  }
  const url = await found?.provider.authorize(journey).catch((error: unknown) => {
    if (error instanceof UpstreamFailed) return error
    throw error
  })
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Begun>> => {
    const resource = { type: 'Connection', id: id.slice(0, 63) }
    if (found === null || url === undefined || url instanceof UpstreamFailed) {
      const refused =
        found === null
          ? refuse(federationErrors.connection_unknown, { connection: id.slice(0, 63) })
          : refuse(federationErrors.upstream_failed, { name: found.connection.name })
      const reason = url instanceof UpstreamFailed ? url.reason : refused.error.code
      const data = url instanceof UpstreamFailed ? { data: { detail: url.detail } } : {}
      eventId = await tx.record({ kind: 'upstream.begun', outcome: 'refused', reason, resource, ...data })
      return refused
    }
    await insertVisit(tx, {
      stateHash: hashSecret(secrets.state),
      browserHash: hashSecret(secrets.browser),
      connection: id,
      issuer: found.connection.issuer,
      purpose,
      returnTo,
      expiresAt: addSeconds(now, visitSeconds),
    })
    await tx.record({ kind: 'upstream.begun', resource, data: { purpose: purpose.kind } })
    return ok({ url: url.href, cookie: setVisit(secrets), name: found.connection.name })
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

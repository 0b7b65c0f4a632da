import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import { unixSeconds } from '../../../platform/clock.ts'
import { fetchOutbound, OutboundFailed } from '../../../platform/outbound/fetch.ts'
import { AddressRefused } from '../../../platform/outbound/resolve.ts'
import type { Tx } from '../../../platform/work.ts'
import type { FoundClient } from '../clients/index.ts'
import { findClient } from '../clients/store/clients.ts'
import type { SigningAlg } from '../keys/index.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { takeAuthorizations } from '../store/authorizations.ts'

export const tellLogoutJob = 'oauth.tell-logout'

/** RFC 9110 statuses by which a client has heard (Back-Channel Logout 1.0, section 2.8). */
const heard = new Set([200, 202, 204])

/**
 * In the transaction that ends sign-ins, whatever ended them: every client at which one was used, and that wants to know, will be told.
 * There is no end without its news and no news without its end.
 */
export async function sessionsEnded(
  tx: Tx,
  { jobs }: Pick<FlushDeps, 'jobs'>,
  sessions: readonly string[],
): Promise<void> {
  for (const { session, client: clientId, person } of await takeAuthorizations(tx, sessions)) {
    // In this transaction: it holds a connection already.
    const client = await findClient(tx, clientId)
    if (client?.metadata.backchannel_logout_uri === undefined) continue
    await jobs.enqueue(tx, {
      kind: tellLogoutJob,
      key: `${session} ${clientId}`,
      payload: { client: clientId, session, person },
    })
  }
}

/** Sends one logout token. What fails is tried again, later and later. */
export function createTellLogout(deps: FlushDeps): JobHandler {
  return async ({ payload, tenant, attempt }) => {
    const { client: clientId, session, person } = payload as Readonly<Record<string, string>>
    const client = await deps.clients.find(clientId ?? '')
    const url = client?.full.backchannel_logout_uri
    if (client === undefined || url === undefined || tenant === null) return
    const token = logoutToken(deps, client, { sub: person ?? '', sid: session ?? '' })
    const failed = await send(deps, url, token)
    // One that is told wrong things says 400, and would say it again.
    const final = failed === undefined || failed.startsWith('it answered 400')
    if (!final && attempt < lastAttempt) throw new Error(`the client ${clientId ?? ''} was not told: ${failed}`)
    const context = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
    await deps.units.work(context, (tx) =>
      tx.record({
        kind: 'logout.told',
        outcome: failed === undefined ? 'success' : 'failure',
        resource: { type: 'Session', id: session ?? '' },
        application: client.application,
        reason: failed === undefined ? null : 'not_delivered',
        data: { client: client.clientId, attempts: attempt, ...(failed !== undefined && { problem: failed }) },
      }),
    )
  }
}

/** After it the job is given up, as every job is; its event is written before. */
const lastAttempt = 20

async function send({ outbound }: FlushDeps, url: string, token: string): Promise<string | undefined> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const body = new URLSearchParams({ logout_token: token }).toString()
  try {
    const { status } = await fetchOutbound({ url, method: 'POST', headers, body, timeoutSeconds: 5 }, outbound)
    return heard.has(status) ? undefined : `it answered ${status}`
  } catch (error) {
    if (error instanceof OutboundFailed || error instanceof AddressRefused) return error.message
    throw error
  }
}

/** Back-Channel Logout 1.0, section 2.4; `typ` as RFC 8725, section 3.11, wants it, so that it is never taken for an ID token. */
function logoutToken(
  { signingKeys, clock, random, publicUrl }: Pick<FlushDeps, 'signingKeys' | 'clock' | 'random' | 'publicUrl'>,
  client: Pick<FoundClient, 'clientId' | 'full'>,
  about: { readonly sub: string; readonly sid: string },
): string {
  const alg = client.full.id_token_signed_response_alg as SigningAlg
  const { kid, sign } = signingKeys.current().signing(alg)
  const iat = unixSeconds(clock.now())
  const claims = {
    iss: publicUrl,
    aud: client.clientId,
    iat,
    exp: iat + 120,
    jti: random.id(),
    ...about,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg, typ: 'logout+jwt', kid })}.${encode(claims)}`
  return `${signed}.${sign(Buffer.from(signed)).toString('base64url')}`
}

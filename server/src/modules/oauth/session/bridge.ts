import type { AdapterPayload } from 'oidc-provider'
import { unixSeconds } from '../../../platform/clock.ts'
import { buffer, ofTenant } from '../provider/buffer.ts'

/**
 * The session of oidc-provider is ours: the sign-in that the browser's one cookie names, read once a request. One of which
 * more is demanded than it has shown stands for nobody.
 */
export async function findSession(): Promise<AdapterPayload | undefined> {
  const { session } = buffer()
  if (session === undefined || session === null || session.pending || !ofTenant(session.tenant)) return undefined
  return {
    kind: 'Session',
    jti: session.id,
    uid: session.id,
    accountId: session.person,
    loginTs: unixSeconds(session.authenticatedAt),
    acr: session.acr,
    amr: [...session.amr],
    iat: unixSeconds(session.authenticatedAt),
    exp: unixSeconds(session.expiresAt),
  }
}

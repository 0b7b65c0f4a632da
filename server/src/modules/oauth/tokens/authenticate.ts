import type { Authenticate, Caller } from '../../../platform/ports.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { defaultIdentifier } from '../resources/index.ts'
import { findLiveToken } from '../store/tokens.ts'
import { verifyToken } from './presented.ts'

/**
 * A service may show an access token in place of its key (RFC 6750, section 2.1): one that was issued for this API, by its client
 * acting by itself. What a client got on behalf of a person is for that client's application, and opens nothing here; neither
 * does one that is bound to a key, since nobody asks for the proof.
 */
export function createTokenAuthenticate(
  deps: Pick<FlushDeps, 'signingKeys' | 'publicUrl' | 'clock' | 'database' | 'directory'>,
  otherwise: Authenticate,
): Authenticate {
  return async (presented, source) => {
    if (presented.kind !== 'bearer' || presented.secret.split('.').length !== 3) return otherwise(presented, source)
    const now = deps.clock.now()
    const claims = verifyToken(deps, presented.secret, now)
    // The bootstrap token may be of any shape.
    if (claims === undefined) return otherwise(presented, source)
    if (claims.principal_type !== 'Service' || claims.cnf !== undefined) return 'invalid'
    const principal = { type: 'Service', id: claims.sub }
    return deps.database.asSystem(async (tx): Promise<Caller | 'invalid'> => {
      if ((await findLiveToken(tx, claims.jti, now)) === null) return 'invalid'
      const service = await deps.directory.principal(tx, principal)
      if (service === null) return 'invalid'
      const { tenant, name, groups, application } = service
      // Holdfast's own application, as what tokens for its API are for.
      const own = await defaultIdentifier(tx, 'holdfast', tenant)
      if (claims.aud !== own && claims.aud !== deps.publicUrl) return 'invalid'
      return { tenant, principal, name, groups, credential: 'access-token', session: null, application }
    })
  }
}

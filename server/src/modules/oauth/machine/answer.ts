import type { ServerResponse } from 'node:http'
import { addSeconds } from '../../../platform/clock.ts'
import type { FoundClient } from '../clients/index.ts'
import type { RequestBuffer } from '../provider/buffer.ts'
import { contextOf, type FlushDeps } from '../provider/flush.ts'
import { formPostPolicy } from '../provider/middleware.ts'
import { createWriteTogether, type ServiceToken } from '../provider/together.ts'
import { issuedToService } from '../tokens/claims.ts'
import type { MachineRequest } from './request.ts'
import { signedToken } from './token.ts'

export interface Machine {
  /**
   * @param asked undefined where the request is no such one
   * @returns false where nothing was answered, and nothing changed: then the library says what there is to say
   */
  answer(response: ServerResponse, asked: MachineRequest | undefined, held: RequestBuffer): Promise<boolean>
  /** The library has given this client, as it was found, a token of its own. */
  taken(client: ServiceToken['client']): void
}

/**
 * A token of a client's own is what is asked for most, by programs that do it the same way each time. It is made here, at half of what
 * it costs to lead the request through the library (ADR 20); every other request, every error and every client that the library has
 * not taken before is the library's.
 */
export function createMachine(deps: FlushDeps): Machine {
  const write = createWriteTogether(deps)
  const known = new WeakSet<object>()
  return {
    async answer(response, asked, held) {
      if (asked === undefined) return false
      const client = await deps.clients.find(asked.client)
      if (client === undefined || !known.has(client)) return false
      const found = await mayHave(deps, client, asked)
      if (found === undefined) return false
      const { tenant, service } = found
      const token = issuedToService(
        {
          jti: deps.random.id(),
          client: client.clientId,
          audience: found.audience,
          scope: found.scope,
          expiresAt: addSeconds(held.now, deps.config.accessTokenSeconds),
        },
        service,
      )
      const epoch = await deps.epochOf(tenant, client.application)
      const value = signedToken(deps, token, { epoch, now: held.now })
      const context = contextOf(held, tenant)
      if (!(await write({ tenant, client, token, now: held.now, context }))) return false
      send(response, { access_token: value, expires_in: deps.config.accessTokenSeconds, scope: found.scope })
      return true
    },
    taken: (client) => void known.add(client),
  }
}

interface Found {
  readonly tenant: string
  readonly service: string
  readonly audience: string
  readonly scope: string
}

/** FAPI 2.0 and bound tokens are asked for with keys, and not with a secret alone. */
async function mayHave(
  { clients, config }: Pick<FlushDeps, 'clients' | 'config'>,
  client: FoundClient,
  { secret, scope, resource }: MachineRequest,
): Promise<Found | undefined> {
  const { full, preset, service, tenant, resources } = client
  const bound = full.dpop_bound_access_tokens === true || full.tls_client_certificate_bound_access_tokens === true
  if (config.fapi2 || preset === 'fapi2' || bound || service === null) return undefined
  if (!full.grant_types.includes('client_credentials')) return undefined
  if (!['client_secret_basic', 'client_secret_post'].includes(full.token_endpoint_auth_method)) return undefined
  // RFC 8707, section 2: the application of the client where nothing is asked for.
  const found = resource === undefined ? resources[0] : resources.find(({ identifier }) => identifier === resource)
  if (found === undefined || !(await clients.verifySecret(client.clientId, secret))) return undefined
  // RFC 6749, section 3.3: less than was asked for is answered with what it is.
  const given = [...new Set(scope?.split(' '))].filter((name) => found.allowed.has(name))
  return { tenant, service, audience: found.identifier, scope: given.join(' ') }
}

interface Answer {
  readonly access_token: string
  readonly expires_in: number
  /** '' is not said */
  readonly scope: string
}

/** RFC 6749, section 5.1; read by nobody's page, since a page says where it is from. */
function send(response: ServerResponse, { access_token, expires_in, scope }: Answer): void {
  const text = JSON.stringify({
    access_token,
    expires_in,
    scope: scope === '' ? undefined : scope,
    token_type: 'Bearer',
  })
  response.writeHead(200, {
    'content-security-policy': formPostPolicy,
    vary: 'Origin',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'DPoP-Nonce,WWW-Authenticate',
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

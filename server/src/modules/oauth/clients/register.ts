import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { WholeClient } from './metadata/complete.ts'
import { openIdScopes, scopesOf } from './scopes.ts'
import { hasSecret, makeSecret } from './secrets.ts'
import { type ClientRow, findClient, insertClient, setService } from './store/clients.ts'
import type { ClientTools } from './tools.ts'
import { declareScopes } from '../resources/declare.ts'

export interface NewClient {
  readonly application: string
  /** undefined: one is made */
  readonly clientId?: string | undefined
  readonly whole: WholeClient
  readonly origin: 'operator' | 'dynamic'
}

export interface Registered {
  readonly client: ClientRow
  /** shown this once */
  readonly secret: string | undefined
  /** RFC 7592, section 3: of a client that registered itself */
  readonly registration: string | undefined
}

/** Whether the client acts for itself, and is somebody in the directory. */
export function actsItself({ whole }: { readonly whole: Pick<WholeClient, 'metadata'> }): boolean {
  return whole.metadata.grant_types.includes('client_credentials')
}

/**
 * Writes a client with all that it needs. Whoever calls this with one that acts for itself has called `lockHierarchy` first.
 * @returns undefined when the id is taken
 */
export async function register(tx: Tx, tools: ClientTools, asked: NewClient): Promise<Registered | undefined> {
  const { application, whole, origin } = asked
  const { metadata, settings, preset } = whole
  const clientId = asked.clientId ?? madeId(tools, application)
  const registration = origin === 'dynamic' ? newSecret(tools.random, 'hfr') : undefined
  const inserted = await insertClient(tx, {
    clientId,
    application,
    preset,
    // Whoever registered itself is trusted by nobody but the person who says yes.
    consent: origin === 'dynamic' ? 'ask' : (whole.consent ?? 'skip'),
    origin,
    metadata,
    settings,
    registrationHash: registration === undefined ? null : hashSecret(registration),
    at: tools.clock.now(),
  })
  if (!inserted) return undefined
  const service = actsItself(asked)
    ? (await tools.directory.addBoundService(tx, { name: metadata.client_name, application, client: clientId })).id
    : null
  if (service !== null) await setService(tx, clientId, service)
  if (origin === 'operator') await declareScopes(tx, application, unknownScopes(metadata.scope))
  const made = hasSecret(metadata.token_endpoint_auth_method) ? await makeSecret(tx, tools, clientId) : undefined
  await tx.record({
    kind: 'client.created',
    resource: { type: 'Client', id: clientId },
    application,
    data: { preset, origin, grantTypes: metadata.grant_types, method: metadata.token_endpoint_auth_method, service },
  })
  const client = await findClient(tx, clientId)
  if (client === undefined) throw new Error('the client just registered is not there')
  return { client, secret: made?.secret, registration }
}

/** `<application>-<72 random bits>`: says whose it is, and nobody guesses another's. */
function madeId({ random }: Pick<ClientTools, 'random'>, application: string): string {
  return `${application}-${Buffer.from(random.bytes(9)).toString('base64url')}`
}

/** Scopes of an operator's registration that are none of OpenID's: the application has them from now on. */
export function unknownScopes(scope: string | undefined): readonly string[] {
  const known: readonly string[] = openIdScopes
  return [...(scopesOf(scope) ?? [])].filter((name) => !known.includes(name))
}

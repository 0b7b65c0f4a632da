import { timingSafeEqual } from 'node:crypto'
import type { AllClientMetadata } from 'oidc-provider'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { hashSecret } from '../../../platform/random.ts'
import { findResources, originsOf, type Resource, resourcesOf } from '../resources/store.ts'
import type { Preset, WholeMetadata, WholeSettings } from './metadata/shape.ts'
import { openIdScopes, scopesOf } from './scopes.ts'
import { type ClientRow, clientsChannel, findClient, holdVersion } from './store/clients.ts'
import { selectSecrets } from './store/secrets.ts'

/** A client that may act, with all that the provider asks about it. */
export interface FoundClient {
  readonly tenant: string
  readonly application: string
  readonly clientId: string
  readonly name: string
  readonly preset: Preset
  readonly consent: 'skip' | 'ask'
  readonly origin: 'operator' | 'dynamic'
  /** as whom it acts by itself; null where it may not, or its service was removed */
  readonly service: string | null
  readonly version: number
  /** what oidc-provider takes; the secret in it is none */
  readonly metadata: AllClientMetadata
  /** OpenID scopes that it may ask for */
  readonly scopes: ReadonlySet<string>
  /** what it may ask tokens for, each with the scopes that it may ask of it; those of its own application first */
  readonly resources: readonly ClientResource[]
  readonly exchange: WholeSettings['tokenExchange']
  /** what it may exchange tokens for (RFC 8693) */
  readonly exchangeable: readonly Resource[]
  readonly lifetimes: { readonly refreshSeconds: number | null; readonly sessionSeconds: number | null }
  readonly full: WholeMetadata
}

export interface ClientResource extends Resource {
  readonly allowed: ReadonlySet<string>
}

export interface ClientStoreDeps {
  readonly database: Database
  readonly clock: Clock
  readonly isOpen: (tenant: string) => Promise<boolean>
}

export interface ClientStore {
  /** @returns undefined when there is none, or it is disabled, or its tenant is suspended */
  find(clientId: string): Promise<FoundClient | undefined>
  /** Whether this is a secret of the client that holds now. Compared in constant time, and only as hashes. */
  verifySecret(clientId: string, presented: string): Promise<boolean>
  /**
   * Whether the client is still as it was found: asked in the transaction that writes a token for it, since what `find`
   * answers may be older by the time that a notification takes. It stays so until the transaction ends: whoever disables it
   * waits, and finds the token that it got.
   */
  stillCurrent(tx: Pick<Transaction, 'kysely'>, found: Pick<FoundClient, 'clientId' | 'version'>): Promise<boolean>
  stop(): void
}

interface Remembered {
  readonly client: FoundClient | undefined
  readonly secrets: readonly { readonly hash: Buffer; readonly expiresAt: Date | null }[]
}

const most = 10_000

export function createClientStore({ database, clock, isOpen }: ClientStoreDeps): ClientStore {
  let remembered = new Map<string, Promise<Remembered>>()
  let unlisten: (() => void) | undefined

  function read(clientId: string): Promise<Remembered> {
    // Only from now on is there anything to forget.
    unlisten ??= database.listen(clientsChannel, () => {
      remembered = new Map()
    })
    const known = remembered.get(clientId)
    if (known !== undefined) return known
    const asked = database.asSystem(async (tx) => {
      const row = await findClient(tx, clientId)
      if (row === undefined || row.disabled_at !== null) return { client: undefined, secrets: [] }
      const secrets = await selectSecrets(tx, [clientId])
      return {
        client: await found(tx, row),
        secrets: secrets.map(({ secret_hash: hash, expires_at: expiresAt }) => ({ hash, expiresAt })),
      }
    })
    const own = remembered
    if (own.size >= most) own.clear()
    own.set(clientId, asked)
    // What is not there is not remembered: whoever asks for random names would fill the memory.
    const forget = () => void (own.get(clientId) === asked && own.delete(clientId))
    asked.then(({ client }) => client === undefined && forget(), forget)
    return asked
  }

  return {
    async find(clientId) {
      if (!/^[A-Za-z0-9._~-]{1,128}$/.test(clientId)) return undefined
      const kept = (await read(clientId)).client
      if (kept === undefined || (await isOpen(kept.tenant))) return kept
      // A tenant that is deleted leaves its names to others: the client may be another's by now.
      remembered.delete(clientId)
      const { client } = await read(clientId)
      return client !== undefined && (await isOpen(client.tenant)) ? client : undefined
    },
    async verifySecret(clientId, presented) {
      const { secrets } = await read(clientId)
      const hash = hashSecret(presented)
      const now = clock.now()
      let matches = false
      for (const secret of secrets) {
        const equal = timingSafeEqual(secret.hash, hash)
        if (equal && (secret.expiresAt === null || secret.expiresAt > now)) matches = true
      }
      return matches
    },
    async stillCurrent(tx, { clientId, version }) {
      return (await holdVersion(tx, clientId)) === version
    },
    stop: () => unlisten?.(),
  }
}

async function found(tx: Pick<Transaction, 'kysely'>, row: ClientRow): Promise<FoundClient> {
  const declared = await resourcesOf(tx, row.application_id, row.tenant_id)
  const [first] = declared
  const own = first === undefined ? [] : [...declared, ...(await originsOf(tx, first, row.tenant_id))]
  const named = row.settings.resources
  const exchanged = row.settings.tokenExchange?.audiences ?? []
  const others = await findResources(tx, [...named.map(({ identifier }) => identifier), ...exchanged], row.tenant_id)
  const all = [
    ...own,
    ...others.filter(({ identifier }) => !own.some((resource) => resource.identifier === identifier)),
  ]
  const asked = scopesOf(row.metadata.scope)
  const resources = all.flatMap((resource): ClientResource[] => {
    const given = named.find(({ identifier }) => identifier === resource.identifier)
    if (given === undefined && resource.application !== row.application_id) return []
    const names = resource.scopes.map(({ name }) => name)
    const allowed = names.filter((name) => (given?.scopes?.includes(name) ?? true) && (asked?.has(name) ?? true))
    return [{ ...resource, allowed: new Set(allowed) }]
  })
  const { metadata, settings } = row
  return {
    tenant: row.tenant_id,
    application: row.application_id,
    clientId: row.client_id,
    name: metadata.client_name,
    preset: row.preset,
    consent: row.consent,
    origin: row.origin,
    service: row.service_id,
    version: row.version,
    metadata: providerMetadata(row),
    scopes: new Set(openIdScopes.filter((scope) => asked?.has(scope) ?? true)),
    resources,
    exchange: settings.tokenExchange,
    exchangeable: all.filter(({ identifier }) => exchanged.includes(identifier)),
    lifetimes: { refreshSeconds: settings.refreshSeconds, sessionSeconds: settings.sessionSeconds },
    full: metadata,
  }
}

/** oidc-provider wants a secret where one is needed, and never sees it: it is compared by `verifySecret`. */
const noSecret = 'kept as a hash'

function providerMetadata({ client_id, metadata, created_at }: ClientRow): AllClientMetadata {
  const { scope: _, contacts: __, logo_uri: ___, ...rest } = metadata
  const shared = rest.token_endpoint_auth_method.startsWith('client_secret')
  return {
    ...(rest as AllClientMetadata),
    client_id,
    client_id_issued_at: Math.floor(created_at.getTime() / 1000),
    ...(shared && { client_secret: noSecret }),
  }
}

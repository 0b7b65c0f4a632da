import { sql } from 'kysely'
import { createGroupCommit } from '../../../platform/group-commit.ts'
import type { WorkContext } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { FoundClient } from '../clients/index.ts'
import { insertServiceTokens } from '../store/tokens.ts'
import type { IssuedToken, RequestBuffer } from './buffer.ts'
import { contextOf, type FlushDeps, issuedEvent } from './flush.ts'

/** What a request makes that makes tokens of services and nothing else. */
export interface ServiceTokens {
  readonly tenant: string
  /** as they were found */
  readonly clients: readonly Pick<FoundClient, 'clientId' | 'version'>[]
  readonly issued: readonly IssuedToken[]
  readonly now: Date
  /** of the request, for its events */
  readonly context: WorkContext
}

/**
 * Writes it, in one transaction with others that came at the same time.
 * @returns false where a client is not any more what it was found to be, or the transaction came to nothing: then nothing of it was
 *   written, and it can be tried by itself
 */
export type WriteTogether = (tokens: ServiceTokens) => Promise<boolean>

interface Entry {
  readonly tokens: ServiceTokens
  written: boolean
}

/** of one transaction */
const most = 64

/**
 * Nothing is used up for them, nothing is locked but the client, and they are nobody's family. Such are the many, and they may share a
 * transaction.
 * @returns undefined where a request has made anything else
 */
export function tokensOfServices(held: RequestBuffer): ServiceTokens | undefined {
  const { issued, events, replays, consumed, artifacts, grants, destroyed, revokedGrants, revokedTokens } = held
  const others =
    events.length + replays.length + consumed.length + artifacts.size + grants.size + held.authorized.size > 0 ||
    destroyed.size + revokedGrants.size + revokedTokens.size > 0
  const { tenant, now, failed } = held
  if (tenant === undefined || failed !== undefined || others || issued.length === 0) return undefined
  const ofServices = issued.every(
    ({ principal, grant, session }) => principal.type === 'Service' && grant === null && session === null,
  )
  if (!ofServices) return undefined
  return { tenant, clients: [...held.clients.values()], issued, now, context: contextOf(held, tenant) }
}

/**
 * Each token is written down and recorded before its answer leaves; a token whose client has been changed, disabled or deleted since it
 * was found is not issued. What one request lost keeps nothing from the others.
 */
export function createWriteTogether(deps: FlushDeps): WriteTogether {
  const commit = createGroupCommit<Entry>(async (entries) => {
    const byTenant = Map.groupBy(entries, ({ tokens }) => tokens.tenant)
    for (const [tenant, own] of byTenant) {
      // What one tenant cannot have written keeps nothing from the others, whose transactions are their own.
      await writeOf(deps, tenant, own).catch((error: unknown) =>
        deps.onError(error, 'tokens were not written together'),
      )
    }
  }, most)
  return async (tokens) => {
    const entry: Entry = { tokens, written: false }
    await commit(entry)
    return entry.written
  }
}

async function writeOf(deps: FlushDeps, tenant: string, entries: readonly Entry[]): Promise<void> {
  const context: WorkContext = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  const written = await deps.units.work(context, async (tx) => {
    const current = await currentClients(tx, entries)
    const good = entries.filter(({ tokens }) =>
      tokens.clients.every(({ clientId, version }) => current.get(clientId) === version),
    )
    await insertServiceTokens(
      tx,
      good.flatMap(({ tokens: { issued, now } }) => issued.map((token) => ({ token, now }))),
    )
    await deps.recordEvents(
      tx,
      good.flatMap(({ tokens }) =>
        tokens.issued.map((token) => ({ event: issuedEvent(token), context: tokens.context })),
      ),
    )
    return good
  })
  for (const entry of written) entry.written = true
}

/** The versions of the clients that may act, held until the commit: whoever disables one finds the tokens that it got before. */
async function currentClients(tx: Tx, entries: readonly Entry[]): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(entries.flatMap(({ tokens }) => tokens.clients.map(({ clientId }) => clientId)))].toSorted()
  const { rows } = await sql<{ id: string; version: number }>`
    SELECT client_id AS id, version FROM oauth_clients
    WHERE client_id = ANY(${ids}::text[]) AND disabled_at IS NULL ORDER BY client_id FOR SHARE`.execute(tx.kysely())
  return new Map(rows.map(({ id, version }) => [id, version]))
}

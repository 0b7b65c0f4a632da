import { createGroupCommitByTenant } from '../../../platform/group-commit.ts'
import type { WorkContext } from '../../../platform/ports.ts'
import type { FoundClient } from '../clients/index.ts'
import { insertServiceTokens, notCurrent } from '../store/tokens.ts'
import type { IssuedToken, RequestBuffer } from './buffer.ts'
import { contextOf, type FlushDeps, issuedEvent } from './flush.ts'

/** What a request makes that makes a token of a service and nothing else. */
export interface ServiceToken {
  readonly tenant: string
  /** as it was found */
  readonly client: Pick<FoundClient, 'clientId' | 'version'>
  readonly token: IssuedToken
  readonly now: Date
  /** of the request, for its event */
  readonly context: WorkContext
}

/**
 * Writes it, in one transaction with others that came at the same time.
 * @returns false where the client is not any more what it was found to be, or the transaction came to nothing: then nothing of it was
 *   written, and it can be tried by itself
 */
export type WriteTogether = (asked: ServiceToken) => Promise<boolean>

interface Entry {
  readonly asked: ServiceToken
  written: boolean
}

/** of one transaction */
const most = 64

/**
 * Nothing is used up for it, nothing is locked but the client, and it is nobody's family. Such are the many, and they may share a
 * transaction.
 * @returns undefined where a request has made anything else
 */
export function tokenOfService(held: RequestBuffer): ServiceToken | undefined {
  const { tenant, now, issued, clients, failed } = held
  const [token, client] = [issued[0], [...clients.values()][0]]
  if (tenant === undefined || token === undefined || client === undefined || failed !== undefined) return undefined
  if (issued.length + clients.size !== 2 || token.client !== client.clientId || hasMore(held)) return undefined
  if (token.principal.type !== 'Service' || token.grant !== null || token.session !== null) return undefined
  return { tenant, client, token, now, context: contextOf(held, tenant) }
}

function hasMore(held: RequestBuffer): boolean {
  const { events, replays, consumed, artifacts, grants, destroyed, revokedGrants, revokedTokens, authorized } = held
  const all = events.length + replays.length + consumed.length + artifacts.size + grants.size
  return all + destroyed.size + revokedGrants.size + revokedTokens.size + authorized.size > 0
}

/**
 * Each token is written down and recorded before its answer leaves; a token whose client has been changed, disabled or deleted since it
 * was found is not issued. What one request lost keeps nothing from the others.
 */
export function createWriteTogether(deps: FlushDeps): WriteTogether {
  const commit = createGroupCommitByTenant<Entry>(
    (tenant, entries) => writeOf(deps, tenant, entries),
    (error) => {
      if ((error as { code?: unknown }).code !== notCurrent) deps.onError(error, 'tokens were not written together')
    },
    most,
  )
  return async (asked) => {
    const entry: Entry = { asked, written: false }
    await commit(entry)
    return entry.written
  }
}

/**
 * All in one write to the database, which commits it where every client is what it was found to be. Nearly always they all are; where one
 * is not, the others are written by themselves like it.
 */
async function writeOf(deps: FlushDeps, tenant: string, entries: readonly Entry[]): Promise<void> {
  const tokens = entries.map(({ asked: { token, client, now } }) => ({ token, version: client.version, now }))
  const records = entries.map(({ asked }) => ({ event: issuedEvent(asked.token), context: asked.context }))
  await deps.database.asTenant(tenant, async (tx) => {
    const own = { tenant, kysely: <Tables>() => tx.kysely<Tables>() }
    let inserted: Promise<void> | undefined
    const recorded = deps.recordEvents(own, records, () => {
      inserted = insertServiceTokens(own, tokens)
      inserted.catch(() => {})
      return { kysely: <Tables>() => tx.last<Tables>() }
    })
    await recorded.then(
      () => inserted,
      // What failed first says why; all that follows in a transaction fails because of it.
      async (error: unknown) => {
        await inserted
        throw error
      },
    )
  })
  for (const entry of entries) entry.written = true
}

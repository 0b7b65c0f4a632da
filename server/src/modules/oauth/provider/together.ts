import { sql } from 'kysely'
import { createGroupCommit } from '../../../platform/group-commit.ts'
import type { RecordedEvent, WorkContext } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { insertServiceTokens } from '../store/tokens.ts'
import type { RequestBuffer } from './buffer.ts'
import { contextOf, type Flushed, type FlushDeps, issuedEvent, refusedEvent } from './flush.ts'

/** Writes what a request holds, in one transaction with others that came at the same time. */
export type WriteTogether = (held: RequestBuffer) => Promise<Flushed>

interface Entry {
  readonly held: RequestBuffer
  readonly tenant: string
  result: Flushed
}

/** of one transaction */
const most = 64

/**
 * Whether a request has made tokens of services and nothing else: nothing is used up, nothing is locked but the client, and it is
 * nobody's family. Such are the many, and they may share a transaction.
 */
export function isOfServices(held: RequestBuffer): boolean {
  const { issued, events, replays, consumed, artifacts, grants, destroyed, revokedGrants, revokedTokens } = held
  return (
    held.failed === undefined &&
    issued.length > 0 &&
    issued.every(
      ({ principal, grant, session }) => principal.type === 'Service' && grant === null && session === null,
    ) &&
    events.length + replays.length + consumed.length + artifacts.size + grants.size === 0 &&
    destroyed.size + revokedGrants.size + revokedTokens.size + held.authorized.size === 0
  )
}

/**
 * Each token is written down and recorded before its answer leaves; a token whose client has been changed, disabled or deleted since it
 * was found is not issued. What one request lost keeps nothing from the others.
 */
export function createWriteTogether(deps: FlushDeps): WriteTogether {
  const commit = createGroupCommit<Entry>(async (entries) => {
    const byTenant = Map.groupBy(entries, ({ tenant }) => tenant)
    for (const [tenant, own] of byTenant) await writeOf(deps, tenant, own)
  }, most)
  return async (held) => {
    const { tenant } = held
    if (tenant === undefined) throw new Error('nobody knows whose tokens these are')
    const entry: Entry = { held, tenant, result: { kind: 'written' } }
    await commit(entry)
    return entry.result
  }
}

async function writeOf(deps: FlushDeps, tenant: string, entries: readonly Entry[]): Promise<void> {
  const context: WorkContext = {
    tenant,
    actor: null,
    source: { address: null, userAgent: null },
    requestId: null,
  }
  await deps.units.work(context, async (tx) => {
    const current = await currentClients(tx, entries)
    const records: { readonly event: RecordedEvent; readonly context: WorkContext }[] = []
    const last = new Map<Entry, number>()
    for (const entry of entries) {
      const { held } = entry
      const lost = [...held.clients.values()].find(({ clientId, version }) => current.get(clientId) !== version)
      const events = lost === undefined ? held.issued.map(issuedEvent) : [refusedEvent(lost.clientId, 'revoked')]
      for (const event of events) records.push({ event, context: contextOf(held, tenant) })
      last.set(entry, records.length - 1)
      entry.result = lost === undefined ? { kind: 'written' } : { kind: 'lost', reason: 'revoked' }
    }
    const good = entries.filter(({ result }) => result.kind === 'written')
    await insertServiceTokens(
      tx,
      good.flatMap(({ held }) => held.issued.map((token) => ({ token, now: held.now }))),
    )
    const ids = await deps.recordEvents(tx, records)
    for (const [entry, at] of last) {
      const eventId = ids[at]
      if (eventId !== undefined) entry.result = { ...entry.result, eventId }
    }
  })
}

/** The versions of the clients that may act, held until the commit: whoever disables one finds the tokens that it got before. */
async function currentClients(tx: Tx, entries: readonly Entry[]): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(entries.flatMap(({ held }) => [...held.clients.keys()]))].toSorted()
  const { rows } = await sql<{ id: string; version: number }>`
    SELECT client_id AS id, version FROM oauth_clients
    WHERE client_id = ANY(${ids}::text[]) AND disabled_at IS NULL ORDER BY client_id FOR SHARE`.execute(tx.kysely())
  return new Map(rows.map(({ id, version }) => [id, version]))
}

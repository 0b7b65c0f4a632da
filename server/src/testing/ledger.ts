import { verifyDocument } from '@holdfast/events'
import { append, EMPTY_TREE, leafHashes, parseEntry, rootOf } from '@holdfast/merkle'
import { createIdentity } from '../modules/ledger/identity.ts'
import type { Ledger, LedgerDeps, StoredEvent } from '../modules/ledger/index.ts'
import { createSequenceBatch, type SequenceBatch, type SequenceParts } from '../modules/ledger/sequence.ts'
import { readEntries, splitEntries } from '../modules/ledger/store/entries.ts'
import { readHead } from '../modules/ledger/store/head.ts'
import { testKeyring } from '../modules/keys/testing/keyring.ts'
import { definitionOf } from '../modules.ts'
import type { Database } from '../platform/database/database.ts'
import type { RecordedEvent } from '../platform/ports.ts'
import { createUnitOfWork, type UnitOfWork } from '../platform/work.ts'
import { bareLedger, testUrl } from './bare-ledger.ts'
import { contextOf } from './context.ts'
import type { Fixture } from './fixture.ts'

export { testUrl } from './bare-ledger.ts'

/** A ledger with keys of its own process. */
export function testLedger(database: Database, more: Partial<LedgerDeps> = {}): Ledger {
  return bareLedger(database, { definitionOf, ...more })
}

export interface LedgerFixture {
  readonly ledger: Ledger
  readonly units: UnitOfWork
  readonly keys: LedgerDeps['keys']
  /** Records one event in a transaction of its own. */
  record(event?: Partial<RecordedEvent>, tenant?: string): Promise<string>
  /** Gives every event that waits its place. */
  sequenceAll(): Promise<void>
  /** A sequencer of its own, as another replica has one. */
  sequencer(parts?: SequenceParts, database?: Database): SequenceBatch
  /** Every event of a tenant, by its id. */
  events(tenant?: string): Promise<readonly StoredEvent[]>
  /** Computes the whole tree again, and each of a tenant's events with its entry. @returns what is wrong */
  verify(...tenants: readonly string[]): Promise<{ readonly size: number; readonly problems: readonly string[] }>
}

export function ledgerOn({ database, tenant: own, admin }: Fixture): LedgerFixture {
  const keys = testKeyring(database)
  const ledger = testLedger(database, { keys })
  const units = createUnitOfWork(database, ledger.recordEvent)
  const identity = createIdentity(database, keys, testUrl, undefined)
  const sequencer = (parts: SequenceParts = {}, on = database) =>
    createSequenceBatch({ database: on, identity, interval: 0 }, parts)
  const batch = sequencer()

  async function events(tenant = own): Promise<readonly StoredEvent[]> {
    const { rows } = await admin.query<{ id: string }>('SELECT id FROM events WHERE tenant_id = $1 ORDER BY id', [
      tenant,
    ])
    return database.asTenant(tenant, (tx) =>
      ledger.readEvents(
        tx,
        rows.map(({ id }) => id),
      ),
    )
  }

  return {
    ledger,
    units,
    keys,
    record: (event = {}, tenant = own) =>
      units.work(contextOf(tenant), (tx) => tx.record({ kind: 'thing.done', ...event })),
    async sequenceAll() {
      while ((await batch(500)) !== 0);
    },
    sequencer,
    events,
    async verify(...tenants) {
      const [head, entries] = await database.asSystem(async (tx) => [
        await readHead(tx),
        splitEntries(await readEntries(tx, 1, Number.MAX_SAFE_INTEGER)),
      ])
      const problems: string[] = []
      const root = rootOf(append(EMPTY_TREE, leafHashes(entries)).tree)
      if (entries.length !== head.size) problems.push(`${entries.length} entries, head at ${head.size}`)
      if (!root.equals(head.root)) problems.push('the root is another')
      for (const tenant of tenants.length === 0 ? [own] : tenants) {
        for (const { id, seq, commitment, evidence } of await events(tenant)) {
          const entry = seq === null ? undefined : entries[seq - 1]
          if (entry === undefined) problems.push(`${id} has no entry`)
          else if (parseEntry(entry).id !== id || !commitment.equals(parseEntry(entry).commitment)) {
            problems.push(`${id} is not what its entry says`)
          } else if (evidence === null || !verifyDocument(evidence.body, evidence.salt, commitment)) {
            problems.push(`${id} was changed`)
          }
        }
      }
      return { size: head.size, problems }
    },
  }
}

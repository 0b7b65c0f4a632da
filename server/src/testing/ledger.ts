import { type ChainEntry, type ChainResult, verifyChain } from '@holdfast/events'
import { systemClock } from '../platform/clock.ts'
import type { RecordedEvent } from '../platform/ports.ts'
import { systemRandom } from '../platform/random.ts'
import { createUnitOfWork, type UnitOfWork } from '../platform/work.ts'
import { createLedger, type Ledger } from '../modules/ledger/index.ts'
import { createSequenceBatch } from '../modules/ledger/sequence.ts'
import { selectChain } from '../modules/ledger/store.ts'
import { contextOf, type Fixture } from './fixture.ts'

export interface LedgerFixture {
  readonly ledger: Ledger
  readonly units: UnitOfWork
  /** Records one event in a transaction of its own. */
  record(event?: Partial<RecordedEvent>, tenant?: string): Promise<string>
  /** Gives every event that waits its place. */
  sequenceAll(): Promise<void>
  /** The chain as a tenant may read it. */
  chain(tenant?: string): Promise<(ChainEntry & { readonly id: string })[]>
  verify(): Promise<ChainResult>
}

export function ledgerOn({ database, tenant: own }: Fixture): LedgerFixture {
  const ledger = createLedger({
    database,
    clock: systemClock,
    random: systemRandom(systemClock),
    onError: () => {},
    ownKinds: new Set(['session.started']),
  })
  const units = createUnitOfWork(database, ledger.recordEvent)
  const batch = createSequenceBatch(database)
  const chain = async (tenant = own) => {
    const rows = await database.asSystem((tx) => selectChain(tx, tenant, 0, 1_000_000))
    return rows.map((row) => ({ ...row, event: row.event?.event ?? null }))
  }
  return {
    ledger,
    units,
    record: (event = {}, tenant = own) =>
      units.work(contextOf(tenant), (tx) => tx.record({ kind: 'thing.done', ...event })),
    async sequenceAll() {
      while ((await batch(500)) !== 0);
    },
    chain,
    verify: async () => verifyChain(await chain()),
  }
}

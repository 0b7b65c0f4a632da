import { undefinedKind } from '@holdfast/events'
import { testKeyring } from '../modules/keys/testing/keyring.ts'
import { createLedger, type Ledger, type LedgerDeps, manifest } from '../modules/ledger/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { createJobs } from '../platform/jobs/jobs.ts'
import { systemRandom } from '../platform/random.ts'
import { product } from '../version.ts'

export const testUrl = 'http://holdfast.test'

/**
 * A ledger with keys of its own process, which knows no kinds but its own: for processes that are started by the dozen, to
 * which every other module would cost more than what they do.
 */
export function bareLedger(database: Database, more: Partial<LedgerDeps> = {}): Ledger {
  const clock = more.clock ?? systemClock
  const random = systemRandom(clock)
  return createLedger({
    database,
    clock,
    random,
    keys: testKeyring(database),
    publicUrl: testUrl,
    definitionOf: (kind) => manifest.events[kind] ?? undefinedKind,
    product,
    ownKinds: new Set(['session.started']),
    personExists: async () => false,
    peopleAmong: async (_, ids) => new Set(ids),
    enqueue: (tx, job) => createJobs({ database, clock, random, onError: () => {} }).enqueue(tx, job),
    onError: () => {},
    ...more,
  })
}

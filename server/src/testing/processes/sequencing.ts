import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSequenceBatch, type PendingRow, type SequenceParts } from '../../modules/ledger/sequence.ts'
import { createSequencer } from '../../modules/ledger/sequencer.ts'
import { createLedger } from '../../modules/ledger/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { systemRandom } from '../../platform/random.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf } from '../fixture.ts'

/*
 * A replica for the race test: writes with many transactions at a time, of which some commit late, while its sequencer
 * runs. Arguments: URL, tenant, transactions, `right` or `twin`. Says `committed <ids>` when it has written, and
 * sequences until its standard input ends.
 */
const [url = '', tenant = '', transactions = '0', which = 'right'] = process.argv.slice(2)

/** The broken twin: goes on above the last one that it numbered, as if numbers became visible in their order. */
const twin: SequenceParts = {
  async pending(tx, limit) {
    const { rows } = await sql<PendingRow>`
      SELECT * FROM events WHERE ordinal > (SELECT coalesce(max(ordinal), 0) FROM events WHERE seq IS NOT NULL)
      ORDER BY ordinal LIMIT ${limit}`.execute(tx.kysely())
    return rows
  },
}

const database = openDatabase({ url, poolSize: 12 })
const fail = (error: unknown) => {
  throw error
}
const sequencer = createSequencer(createSequenceBatch(database, which === 'twin' ? twin : {}), {
  batch: 50,
  pollMilliseconds: 20,
  onError: fail,
})
const { recordEvent } = createLedger({ database, clock: systemClock, random: systemRandom(systemClock), onError: fail })
const units = createUnitOfWork(database, recordEvent)

async function write(n: number): Promise<string> {
  return units.work(contextOf(tenant), async (tx) => {
    const id = await tx.record({ kind: 'race.run', data: { process: process.pid, n } })
    sequencer.wake()
    await sleep(n % 10 === 0 ? 100 : Math.random() * 5)
    return id
  })
}

sequencer.start()
let next = 0
const committed: string[] = []
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (next < Number(transactions)) {
      next += 1
      committed.push(await write(next))
    }
  }),
)
process.stdout.write(`committed ${committed.join(',')}\n`)

process.stdin.resume().once('end', () => {
  void sequencer.stop().then(() => database.close())
})

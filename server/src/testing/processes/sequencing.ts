import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { testKeyring } from '../../modules/keys/testing/keyring.ts'
import { createIdentity } from '../../modules/ledger/identity.ts'
import { createSequenceBatch, type SequenceParts } from '../../modules/ledger/sequence.ts'
import { createSequencer } from '../../modules/ledger/sequencer.ts'
import { placeQueued } from '../../modules/ledger/store/entries.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf } from '../context.ts'
import { bareLedger, testUrl } from '../bare-ledger.ts'

/*
 * A replica for the race test: writes with many transactions at a time, of which some commit late, while its sequencer
 * runs. Arguments: URL, tenant, transactions, `right` or `twin`. Says `committed <ids>` when it has written, and
 * sequences until its standard input ends.
 */
const [url = '', tenant = '', transactions = '0', which = 'right'] = process.argv.slice(2)

/** The broken twin: goes on above the last one that it placed, as if numbers became visible in their order. */
let last = '0'
const twin: SequenceParts = {
  async place(tx, size, limit) {
    const { rows } = await sql<{ ordinal: string }>`
      SELECT ordinal FROM log_queue WHERE ordinal > ${last} ORDER BY ordinal LIMIT ${limit}`.execute(tx.kysely())
    await sql`DELETE FROM log_queue WHERE ordinal <= ${last}`.execute(tx.kysely())
    last = rows.at(-1)?.ordinal ?? last
    return placeQueued(tx, size, rows.length)
  },
}

const database = openDatabase({ url, poolSize: 12 })
const fail = (error: unknown) => {
  throw error
}
const keys = testKeyring(database)
const identity = createIdentity(database, keys, testUrl, undefined)
const sequence = createSequenceBatch({ database, identity, interval: 50 }, which === 'twin' ? twin : {})
const sequencer = createSequencer(sequence, {
  batch: 50,
  pollMilliseconds: 20,
  checkpointMilliseconds: 20,
  onError: fail,
})
const { recordEvent } = bareLedger(database, { keys, onError: fail })
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

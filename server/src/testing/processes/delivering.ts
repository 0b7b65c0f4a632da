import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { readBatch } from '../../modules/ledger/sinks/delivery/batch.ts'
import { hurried } from '../../modules/ledger/sinks/testing/hurried.ts'
import { findSink } from '../../modules/ledger/sinks/store/sinks.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { bareLedger } from '../bare-ledger.ts'

/*
 * A replica that delivers. Arguments: URL, `right`, or `twin` with a tenant, a sink and the address of its receiver. Says
 * `ready`, and delivers until it is killed or its standard input ends.
 */
const [url = '', which = 'right', tenant = '', sinkId = '', target = ''] = process.argv.slice(2)
const database = openDatabase({ url, poolSize: 6 })
const ledger = bareLedger(database, {
  development: true,
  sinksTuning: hurried,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
const stopping = new AbortController()

/** The broken twin: finds where the sink stands, delivers what lies above, and then says where it stands now. */
async function twin(): Promise<void> {
  const bounds = { entries: 20, events: 10, bytes: 1_000_000 }
  while (!stopping.signal.aborted) {
    const next = await database.asTenant(tenant, async (tx) => {
      const sink = await findSink(tx, sinkId)
      return sink === undefined ? null : readBatch(tx, ledger.readEvents, { ...sink, inFlight: null }, bounds)
    })
    if (next === null) {
      await sleep(5)
      continue
    }
    const events = next.items.flatMap((item) =>
      item.is === 'event' ? [{ seq: item.seq, id: item.id, kind: item.kind }] : [],
    )
    await fetch(target, { method: 'POST', body: JSON.stringify({ data: { events, gaps: [] } }) })
    await database.asTenant(tenant, (tx) =>
      sql`UPDATE log_sinks SET cursor_seq = ${next.upTo} WHERE id = ${sinkId}::uuid`.execute(tx.kysely()),
    )
  }
}

ledger.startSequencer()
if (which === 'right') ledger.sinks.start()
const working = which === 'twin' ? twin() : Promise.resolve()
process.stdout.write('ready\n')
process.stdin.resume().once('end', () => {
  stopping.abort()
  void working.then(() => ledger.stop()).then(() => database.close())
})

import { setTimeout as sleep } from 'node:timers/promises'
import { ledgerConfig } from '../../modules/ledger/config.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf } from '../context.ts'
import { bareLedger } from '../bare-ledger.ts'

/*
 * A replica to be killed: writes, many transactions at a time and some of them of several events, while its sequencer runs.
 * Arguments: URL, tenant. Says `ready`, begins when something comes on its standard input, and says `ok <ids>` for each
 * transaction that was committed.
 */
const [url = '', tenant = ''] = process.argv.slice(2)

const database = openDatabase({ url, poolSize: 8 })
const config = ledgerConfig.parse({ batch: 40, pollMilliseconds: 20, checkpointMilliseconds: 100 })
const ledger = bareLedger(database, {
  config,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
const units = createUnitOfWork(database, ledger.recordEvent)
const actor = { type: 'Person', id: '01900000-0000-7000-8000-0000000000f1', name: 'Ada' }

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const ids = await units.work(contextOf(tenant, { actor }), async (tx) => {
      const recorded: string[] = []
      for (let part = 0; part <= n % 3; part += 1) {
        recorded.push(await tx.record({ kind: 'kill.run', data: { process: process.pid, writer, n, part } }))
      }
      if (n % 7 === 0) await sleep(Math.random() * 20)
      return recorded
    })
    process.stdout.write(`ok ${ids.join()}\n`)
  }
}

process.stdout.write('ready\n')
process.stdin.once('data', () => {
  ledger.startSequencer()
  for (let writer = 0; writer < 5; writer += 1) void write(writer)
})

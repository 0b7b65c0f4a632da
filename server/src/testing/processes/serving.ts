import { openDatabase } from '../../platform/database/database.ts'
import { bareLedger } from '../bare-ledger.ts'
import { startTestServer } from '../test-server.ts'
import { thingRoutes } from '../things.ts'

/*
 * A control plane to be killed: the real HTTP server, unit of work, ledger and sequencer over the routes of things.
 * Arguments: URL, tenant. Says `listening <url>`.
 */
const [url = '', tenant = ''] = process.argv.slice(2)

const database = openDatabase({ url, poolSize: 10 })
const ledger = bareLedger(database, {
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
const server = await startTestServer({ database, tenant, routes: thingRoutes(), recordEvent: ledger.recordEvent })
ledger.startSequencer()
process.stdout.write(`listening ${server.url}\n`)

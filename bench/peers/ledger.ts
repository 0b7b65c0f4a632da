import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EdgeEvent } from '@holdfast/events'
import { Client } from 'pg'
import { z } from 'zod'
import { testKeyring } from '../../server/src/modules/keys/testing/keyring.ts'
import { createCloseEvents } from '../../server/src/modules/ledger/close.ts'
import { ledgerConfig } from '../../server/src/modules/ledger/config.ts'
import { createDescribe } from '../../server/src/modules/ledger/describe.ts'
import { createIdentity } from '../../server/src/modules/ledger/identity.ts'
import { createSequenceBatch } from '../../server/src/modules/ledger/sequence.ts'
import { definitionOf, migrationSources } from '../../server/src/modules.ts'
import { systemClock } from '../../server/src/platform/clock.ts'
import { openDatabase } from '../../server/src/platform/database/database.ts'
import { startEmbedded } from '../../server/src/platform/database/embedded/cluster.ts'
import { migrate } from '../../server/src/platform/database/migrate.ts'
import { systemRandom } from '../../server/src/platform/random.ts'
import { testLedger, testUrl } from '../../server/src/testing/ledger.ts'
import { product } from '../../server/src/version.ts'
import { shipped } from '../lib/ledger-events.ts'
import { announce } from '../lib/peer.ts'
import { createPlainTables, insertPlainly, type PlainBatch } from '../lib/plain-events.ts'

/*
 * One side of the comparison of the log with plain inserts, in a process of its own: `database` is the PostgreSQL of all
 * (embedded, durable), `whole` takes events in, `sequence` takes what waits into the log, `plain` inserts rows. What a side
 * is given is made before it is measured: a number below zero has it made.
 */
const [side = '', url = ''] = process.argv.slice(2)
const tenant = '01900000-0000-7000-8000-00000000000a'
const reporter = { type: 'Service', id: '01900000-0000-7000-8000-0000000000e1' }
const Shipped = z.array(EdgeEvent)
/** Events of one transaction, and how many transactions are under way. */
const batch = 500
const writers = 2

const sides: Readonly<Record<string, () => Promise<void>>> = { database, whole, sequence, plain }
await sides[side]?.()

async function database(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const cluster = await startEmbedded({ dataDir })
  const at = cluster.url('postgres')
  await migrate({ url: at, sources: migrationSources })
  const admin = await connected(at)
  await admin.query("INSERT INTO tenants (id, slug, name) VALUES ($1, 'bench', 'Bench')", [tenant])
  await createPlainTables(admin)
  await admin.end()
  process.on('SIGTERM', () => {
    void cluster.stop().then(() => {
      rmSync(dataDir, { recursive: true, force: true })
      process.exit(0)
    })
  })
  announce(at)
}

/** Accepted (JSON, schema), scrubbed, described, committed to, encrypted, inserted, taken into the log, under a checkpoint. */
async function whole(): Promise<void> {
  const own = openDatabase({ url, poolSize: 6 })
  const config = ledgerConfig.parse({ checkpointMilliseconds: 100, pollMilliseconds: 20 })
  const ledger = testLedger(own, { config, keys: testKeyring(own), onError: fail })
  ledger.startSequencer()
  const admin = await connected(url)
  let made: string[] = []
  announce('', async (events) => {
    if (events < 0) {
      made = Array.from({ length: -events / batch }, () => shipped(batch))
      return
    }
    const bodies = made.values()
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (const body of bodies) {
          const parsed = Shipped.parse(JSON.parse(body))
          await own.asTenant(tenant, (tx) => ledger.ingest(tx, parsed, reporter))
        }
      }),
    )
    const done = `SELECT NOT EXISTS (SELECT FROM log_queue) AND size = (SELECT max(size) FROM log_checkpoints) AS done FROM log_head`
    while (!(await admin.query<{ done: boolean }>(done)).rows[0]?.done) await sleep(5)
  })
}

async function sequence(): Promise<void> {
  const own = openDatabase({ url, poolSize: 2 })
  const identity = createIdentity(own, testKeyring(own), testUrl, undefined)
  const take = createSequenceBatch({ database: own, identity, interval: 1000 })
  const admin = await connected(url)
  announce('', async (events) => {
    if (events < 0) {
      await admin.query(
        `INSERT INTO log_queue (tenant_id, event_id, time, commitment)
         SELECT $1, gen_random_uuid(), date_trunc('milliseconds', now()), sha256(uuid_send(gen_random_uuid()))
         FROM generate_series(1, $2)`,
        [tenant, -events],
      )
      return
    }
    while ((await take(4000)) !== 0);
  })
}

/** The same rows, with the same bytes and indexes, and nothing else: no trigger, no row-level security, no second look. */
async function plain(): Promise<void> {
  const own = openDatabase({ url, poolSize: 2 })
  const keys = testKeyring(own)
  const describe = createDescribe({ definitionOf, product })
  const close = createCloseEvents({ keys, random: systemRandom(systemClock) })
  const clients = await Promise.all(Array.from({ length: writers }, () => connected(url)))
  let made: PlainBatch[] = []
  announce('', async (events) => {
    if (events < 0) {
      made = []
      for (let at = 0; at < -events / batch; at += 1) {
        const described = Shipped.parse(JSON.parse(shipped(batch))).map((event) => describe(event, tenant))
        made.push({ tenant, ...(await own.asTenant(tenant, (tx) => close(tx, described))) })
      }
      return
    }
    const batches = made.values()
    await Promise.all(
      clients.map(async (client) => {
        for (const one of batches) await insertPlainly(client, one)
      }),
    )
  })
}

async function connected(at: string): Promise<Client> {
  const client = new Client({ connectionString: at })
  await client.connect()
  return client
}

function fail(error: unknown): void {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}

import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Ledger } from '../../modules/ledger/index.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { testLedger } from '../../testing/ledger.ts'
import { type DatabaseProxy, startProxy } from '../../testing/proxy.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createThings, thingRoutes } from '../../testing/things.ts'
import { systemClock } from '../clock.ts'
import { createJobs, type Jobs } from '../jobs/jobs.ts'
import { systemRandom } from '../random.ts'
import { type Database, openDatabase } from './database.ts'

let fixture: Fixture
let proxy: DatabaseProxy
let database: Database
let ledger: Ledger
let jobs: Jobs
let server: TestServer
let meanwhile: () => Promise<void>
let ledgerErrors: unknown[]
const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)

beforeEach(async () => {
  meanwhile = async () => {}
  ledgerErrors = []
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  proxy = await startProxy(fixture.url)
  database = openDatabase({ url: proxy.url, poolSize: 4 })
  const random = systemRandom(systemClock)
  ledger = testLedger(database, { onError: (error) => ledgerErrors.push(error) })
  jobs = createJobs({ database, clock: systemClock, random, onError: () => {} })
  server = await startTestServer({
    database,
    tenant: fixture.tenant,
    routes: [...thingRoutes({ meanwhile: () => meanwhile() }), ...ledger.routes],
    recordEvent: ledger.recordEvent,
  })
  ledger.startSequencer()
  jobs.start({})
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
})
afterEach(async () => {
  await server.close()
  await jobs.stop()
  await ledger.stop()
  await database.close()
  await proxy.close()
  await fixture.close()
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
  expect(uncaught).toEqual([])
})

function post(id: string): Promise<Response> {
  return server.request('/api/v1/things', {
    method: 'POST',
    body: JSON.stringify({ id }),
    headers: { 'content-type': 'application/json' },
  })
}

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ code: 'database_unavailable' })
  expect(JSON.stringify(body)).not.toMatch(/ECONN|ENOENT|socket|terminat/i)
}

const things = async () =>
  (await fixture.admin.query<{ id: string }>('SELECT id FROM things ORDER BY id')).rows.map(({ id }) => id)

async function recovered(): Promise<void> {
  const end = performance.now() + 60_000
  for (let n = 0; ; n += 1) {
    const response = await post(`after ${n}`)
    if (response.status === 201) break
    if (performance.now() > end) throw new Error('it does not recover')
    await sleep(50)
  }
  while ((await fixture.admin.query('SELECT 1 FROM log_queue')).rowCount !== 0) {
    if (performance.now() > end) throw new Error('the sequencer does not recover')
    await sleep(50)
  }
}

describe('a database that is down', () => {
  it('is a 503 for changes and reads, and nobody needs to restart when it is back', async () => {
    expect((await post('before')).status).toBe(201)
    await proxy.down()
    await expectUnavailable(await post('during'))
    await expectUnavailable(await server.request('/api/v1/things/before'))
    await expectUnavailable(await server.request('/api/v1/events'))
    await proxy.up()
    await recovered()
    expect(await things()).not.toContain('during')
    expect((await server.request('/api/v1/things/before')).status).toBe(200)
  })

  it('from the start on is no reason to fail, only to wait', async () => {
    await proxy.down()
    const late = openDatabase({ url: proxy.url })
    let heard = 0
    const unlisten = late.listen('test', () => (heard += 1))
    await expect(late.ping()).rejects.toMatchObject({ error: { code: 'database_unavailable' } })
    await proxy.up()
    await sleep(700)
    await late.ping()
    expect(heard).toBeGreaterThan(0)
    unlisten()
    await late.close()
  })
})

describe('a database that goes away in the middle of a request', () => {
  it.each([
    ['its connection is cut', async () => proxy.cut()],
    [
      'its backend is terminated',
      async () => {
        await fixture.admin.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'holdfast%'",
        )
      },
    ],
  ])('is a 503 when %s, and what was not acknowledged is not there', async (_, away) => {
    meanwhile = async () => {
      await away()
      await sleep(50)
    }
    await expectUnavailable(await post('lost'))
    meanwhile = async () => {}
    await recovered()
    expect(await things()).not.toContain('lost')
    const { rows } = await fixture.admin.query("SELECT 1 FROM events WHERE resource_id = 'lost'")
    expect(rows).toEqual([])
  })

  it('does not take idle connections with it for good', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map(post))
    proxy.cut()
    await sleep(50)
    await recovered()
  })

  it('ends a statement that runs', async () => {
    const running = database.asSystem((tx) => sql`SELECT pg_sleep(20)`.execute(tx.kysely()))
    running.catch(() => {})
    await sleep(200)
    proxy.cut()
    await expect(running).rejects.toMatchObject({ error: { code: 'database_unavailable' } })
  })

  it('is heard of by whoever listens: news that came meanwhile is not missed', async () => {
    let heard = 0
    const unlisten = database.listen('test_channel', () => (heard += 1))
    await sleep(200)
    await fixture.admin.query('NOTIFY test_channel')
    await sleep(100)
    const before = heard
    expect(before).toBeGreaterThan(0)
    proxy.cut()
    await fixture.admin.query('NOTIFY test_channel')
    await sleep(1200)
    expect(heard).toBeGreaterThan(before)
    unlisten()
  })
})

describe('what a transaction says in the end', () => {
  it('is that nobody knows, when the connection went while it was being committed', async () => {
    // The sequencer and the jobs commit as well: only the request is to run into it.
    await ledger.stop()
    await jobs.stop()
    meanwhile = async () => proxy.cutAfter('COMMIT')
    const response = await post('perhaps')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBeNull()
    expect(await response.json()).toMatchObject({ code: 'outcome_unknown' })
    expect(await things()).toContain('perhaps')
  })

  it('is never that it was done, when the database has rolled it back', async () => {
    const swallowed = database.asTenant(fixture.tenant, async (tx) => {
      await sql`INSERT INTO things (tenant_id, id) VALUES (current_tenant(), 'swallowed')`.execute(tx.kysely())
      await sql`SELECT 1 / 0`.execute(tx.kysely()).catch(() => {})
      return 'done'
    })
    await expect(swallowed).rejects.toThrow(/rolled back/)
    await database.ping()
    expect(await things()).not.toContain('swallowed')
  })
})

describe('a transaction that takes too long', () => {
  const impatient = (url = proxy.url) => openDatabase({ url, poolSize: 2, longestSeconds: 1 })

  it.each([
    ['runs', () => sql`SELECT pg_sleep(20)`],
    ['waits for somebody’s lock', () => sql`UPDATE things SET tries = 1`],
  ])('is ended when its statement %s, and its connection is good for the next', async (_, statement) => {
    await fixture.admin.query('BEGIN; LOCK TABLE things')
    const own = impatient()
    const late = own.asTenant(fixture.tenant, (tx) => statement().execute(tx.kysely()))
    await expect(late).rejects.toMatchObject({ error: { code: 'database_unavailable' } })
    await own.ping()
    await own.close()
    await fixture.admin.query('ROLLBACK')
  })

  it('is ended by the database when we forget it, and lets go of its locks', async () => {
    const own = impatient()
    const forgotten = own.asTenant(fixture.tenant, async (tx) => {
      await sql`LOCK TABLE things IN SHARE MODE`.execute(tx.kysely())
      await sleep(2500)
    })
    await sleep(100)
    await fixture.admin.query("INSERT INTO things (tenant_id, id) VALUES ($1, 'free')", [fixture.tenant])
    await expect(forgotten).rejects.toMatchObject({ error: { code: 'database_unavailable' } })
    await own.close()
  })

  it('is given up when the database is out of reach without a word', async () => {
    const cable = await startProxy(fixture.url)
    const own = impatient(cable.url)
    await own.ping()
    cable.freeze()
    await expect(own.ping()).rejects.toMatchObject({ error: { code: 'database_unavailable' } })
    await own.ping()
    await own.close()
    await cable.close()
  })
})

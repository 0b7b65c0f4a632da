import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createVerifier, openNote, parseCheckpoint, splitNotes } from '@holdfast/merkle'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createUnitOfWork } from '../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { testLedger } from '../../../testing/ledger.ts'
import { createEmptyDatabase, type TestDatabase } from '../../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../../testing/test-server.ts'
import { ledgerConfig } from '../config.ts'
import type { Ledger } from '../index.ts'

let fixture: Fixture
let elsewhere: TestDatabase
let folder: string
let file: string
let running: Replica[]

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  elsewhere = await createEmptyDatabase(inject('postgresUrl'))
  folder = mkdtempSync(join(tmpdir(), 'holdfast-anchors-'))
  file = join(folder, 'checkpoints.txt')
  running = []
})
afterEach(async () => {
  for (const replica of running) await replica.stop()
  await fixture.close()
  await elsewhere.drop()
  rmSync(folder, { recursive: true })
})

interface Replica {
  readonly ledger: Ledger
  readonly server: TestServer
  readonly errors: unknown[]
  record(n: number): Promise<void>
  stop(): Promise<void>
}

/** A process of the control plane, as far as the log goes. */
async function start(anchors?: unknown[]): Promise<Replica> {
  const { database, tenant } = fixture
  const errors: unknown[] = []
  const config = ledgerConfig.parse({
    anchors: anchors ?? [{ file }, { database: elsewhere.url }],
    anchorSeconds: 1,
    checkpointMilliseconds: 100,
    pollMilliseconds: 20,
  })
  const ledger = testLedger(database, { config, onError: (error) => errors.push(error) })
  const { routes, recordEvent } = ledger
  const server = await startTestServer({ database, tenant, routes, recordEvent })
  ledger.startSequencer(tenant)
  const units = createUnitOfWork(database, recordEvent)
  let stopped: Promise<void> | undefined
  const replica: Replica = {
    ledger,
    server,
    errors,
    async record(n) {
      await units.work(contextOf(tenant), (tx) => tx.record({ kind: 'thing.done', data: { n } }))
    },
    stop: () => (stopped ??= server.close().then(() => ledger.stop())),
  }
  running.push(replica)
  return replica
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it does not happen')
    await sleep(20)
  }
}

const size = async () =>
  Number((await fixture.admin.query<{ size: string }>('SELECT size FROM log_head')).rows[0]?.size)
const waiting = async () => (await fixture.admin.query('SELECT 1 FROM log_queue')).rowCount ?? 0
const notes = () => splitNotes(readFileSync(file, 'utf8'))
const sizesIn = (all: readonly string[]) => all.map((note) => Number(note.split('\n')[1]))
const kept = async () => {
  const client = new Client({ connectionString: elsewhere.url })
  await client.connect()
  const { rows } = await client.query<{ note: string }>(
    'SELECT note FROM holdfast_anchors WHERE note IS NOT NULL ORDER BY epoch, size',
  )
  await client.end()
  return rows.map(({ note }) => note)
}

/** Writes five events, waits until the last checkpoint is anchored everywhere, writes two more, and waits again. */
async function twoAnchored(replica: Replica): Promise<void> {
  for (let n = 1; n <= 7; n += 1) {
    await replica.record(n)
    if (n === 5 || n === 7) await until(() => existsAt(n))
  }
}

async function existsAt(last: number): Promise<boolean> {
  const inFile = readdirSync(folder).includes('checkpoints.txt') ? sizesIn(notes()) : []
  return inFile.includes(last) && sizesIn(await kept()).includes(last)
}

/** Whoever owns the database sets the log back to an earlier checkpoint, and leaves nothing that contradicts it there. */
async function rollBack(to: number): Promise<void> {
  const { admin } = fixture
  for (const table of ['events', 'log_entries', 'log_checkpoints', 'log_head']) {
    await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
  }
  await admin.query(`
    DELETE FROM events WHERE id IN (SELECT event_id FROM log_entries WHERE seq > ${to});
    DELETE FROM log_entries WHERE seq > ${to};
    DELETE FROM log_checkpoints WHERE size > ${to};
    DELETE FROM log_queue;
    UPDATE log_head SET size = ${to}, root_hash = (SELECT root_hash FROM log_checkpoints WHERE size = ${to})`)
  for (const table of ['events', 'log_entries', 'log_checkpoints', 'log_head']) {
    await admin.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`)
  }
}

async function anchors(replica: Replica) {
  const response = await replica.server.request('/api/v1/ledger/anchors')
  return (await response.json()) as {
    halted: boolean
    anchors: { name: string; verdict: string; trouble: string | null }[]
  }
}

const acknowledge = (replica: Replica) =>
  replica.server.request('/api/v1/ledger/anchors/acknowledge', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'restored from the backup of last night' }),
  })

async function control(replica: Replica): Promise<string | undefined> {
  const { database, tenant } = fixture
  const found = replica.ledger.controls.find(({ id }) => id === 'ledger.anchored')
  return (await found?.check({ database, tenant, now: new Date() }))?.status
}

describe('the checkpoints of the log', () => {
  it('are kept in a file and in another database, each signed, each once, for ever', async () => {
    const replica = await start()
    await twoAnchored(replica)
    const { vkey } = (await (await replica.server.request('/api/v1/ledger/head')).json()) as { vkey: string }
    for (const all of [notes(), await kept()]) {
      const sizes = all.map((note) => parseCheckpoint(openNote(note, [createVerifier(vkey)]).text).size)
      expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b))
      expect(sizes).toContain(7)
    }
    expect(await anchors(replica)).toMatchObject({ halted: false })
    expect(await control(replica)).toBe('pass')
    const client = new Client({ connectionString: elsewhere.url })
    await client.connect()
    for (const attack of [
      'DELETE FROM holdfast_anchors',
      "UPDATE holdfast_anchors SET note = ''",
      'TRUNCATE holdfast_anchors',
    ]) {
      await expect(client.query(attack)).rejects.toThrow(/append-only/)
    }
    await client.end()
  })

  it('go on after a process that died while it appended one', async () => {
    const replica = await start()
    await replica.record(1)
    await until(() => existsAt(1))
    await replica.stop()
    const whole = readFileSync(file, 'utf8')
    writeFileSync(file, `${whole}holdfast.test/log\n2\nAAAA`)
    const next = await start()
    await next.record(2)
    await until(() => sizesIn(notes()).includes(2))
    expect(readFileSync(file, 'utf8').startsWith(whole)).toBe(true)
    expect(sizesIn(notes())).toEqual([1, 2])
  })

  it('that cannot be kept hold nobody up, and it is said', async () => {
    const gone = elsewhere.url.replace(/\/test_[^?]*/, '/nothing_there')
    const replica = await start([{ database: gone }, { file: join(folder, 'no', 'such', 'folder') }])
    await replica.record(1)
    await until(async () => (await size()) === 1)
    await until(async () => (await anchors(replica)).anchors.filter(({ trouble }) => trouble !== null).length === 2)
    expect(await control(replica)).toBe('fail')
    expect((await anchors(replica)).halted).toBe(false)
  })
})

describe.each([
  ['set back', async () => rollBack(5)],
  [
    'forked',
    async () => {
      await rollBack(5)
      // The thief even goes on, with events of their own: a replica without anchors signs for them.
      const accomplice = await start([])
      for (const n of [6, 7, 8]) await accomplice.record(n + 100)
      await until(async () => (await size()) === 8)
      await accomplice.stop()
    },
  ],
] as const)('a log that was %s', (what, tamper) => {
  it('is noticed at the start: nothing is appended to it until an operator says so, and it is noticed again', async () => {
    const before = await start()
    await twoAnchored(before)
    await before.stop()
    await tamper()
    const wrong = await size()

    const replica = await start()
    await replica.record(1)
    const verdict = what === 'forked' ? 'forked' : 'rolled_back'
    await until(async () => (await anchors(replica)).anchors.filter((each) => each.verdict === verdict).length === 2)
    expect((await anchors(replica)).halted).toBe(true)
    expect(await control(replica)).toBe('fail')
    await sleep(300)
    expect(await size()).toBe(wrong)
    await until(async () => (await waiting()) >= 3)
    const { rows } = await fixture.admin.query("SELECT reason FROM events WHERE kind = 'ledger.rolled_back'")
    expect(rows).toEqual([{ reason: verdict }, { reason: verdict }])

    // Whoever only has the database acknowledges nothing.
    await fixture.admin.query(
      "INSERT INTO log_acknowledgements (id, time, sealed) VALUES (gen_random_uuid(), now() + interval '1 hour', '\\x00')",
    )
    await sleep(1200)
    expect((await anchors(replica)).halted).toBe(true)

    expect((await acknowledge(replica)).status).toBe(200)
    await until(async () => !(await anchors(replica)).halted)
    await until(async () => (await waiting()) === 0)
    expect(readdirSync(folder)).toHaveLength(2)
    expect((await acknowledge(replica)).status).toBe(409)
    const now = await size()
    await until(async () => sizesIn(notes()).includes(now) && (await kept()).length > 0)
    await replica.stop()

    // The acknowledgement was for that one time.
    await rollBack(5)
    const again = await start()
    await until(async () => (await anchors(again)).halted)
  })
})

describe('a log that is set back while a process runs', () => {
  it('is noticed by what the process remembers, without any anchor', async () => {
    const replica = await start([])
    await replica.record(1)
    await until(
      async () => (await size()) === 1 && (await fixture.admin.query('SELECT 1 FROM log_checkpoints')).rowCount === 1,
    )
    while ((await size()) < 3) await replica.record(2)
    expect((await anchors(replica)).anchors).toHaveLength(1)
    // By then it has looked, and remembers.
    await sleep(1300)
    await rollBack(1)
    await replica.record(4)
    await until(async () => (await anchors(replica)).halted)
    expect(await control(replica)).toBe('fail')
    expect(await size()).toBe(1)
    expect((await acknowledge(replica)).status).toBe(200)
    await until(async () => !(await anchors(replica)).halted && (await waiting()) === 0)
    expect(await size()).toBeGreaterThan(1)
  })

  it('is not taken for another one without a configured anchor, which the control says', async () => {
    const replica = await start([])
    await replica.record(1)
    expect(await control(replica)).toBe('fail')
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { verifyPack } from '@holdfast/merkle'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { definitionOf } from '../../modules.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testUrl } from '../../testing/ledger.ts'
import { type Child, startChild } from '../../testing/processes/child.ts'
import { product } from '../../version.ts'
import { createDescribe } from './describe.ts'
import { checkLog } from './fsck/check.ts'
import { createIdentity } from './identity.ts'
import { makePack } from './log/pack.ts'
import { createOpenRows } from './read.ts'

let fixture: Fixture
let ledger: LedgerFixture
let children: Child[]

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  children = []
})
afterEach(async () => {
  for (const child of children) child.process.kill('SIGKILL')
  await Promise.all(children.map(({ ended }) => ended))
  await ledger.ledger.stop()
  await fixture.close()
})

/** Ten times as many where somebody asks for long fuzzes; CI's are short. */
const kills = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 0) < 1000 ? 50 : 500
const replicas = 2

function start(): Child {
  const child = startChild('writing.ts', [fixture.url, fixture.tenant])
  children.push(child)
  return child
}

/** Keeps one replica running, each killed at a random moment of its work. @returns the ids that were acknowledged */
async function killed(times: number): Promise<string[]> {
  const acknowledged: string[] = []
  let next = start()
  for (let n = 0; n < times; n += 1) {
    const child = next
    let output = ''
    child.process.stdout?.on('data', (text: string) => {
      output += text
    })
    await child.line('ready')
    if (n + 1 < times) next = start()
    child.process.stdin?.write('go\n')
    await child.line('ok ')
    await sleep(Math.random() * 150)
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    const lines = output.split('\n').slice(0, -1)
    acknowledged.push(...lines.filter((line) => line.startsWith('ok ')).flatMap((line) => line.slice(3).split(',')))
  }
  return acknowledged
}

describe(`kill -9 at ${kills} random points, of two replicas under load`, () => {
  it('loses no acknowledged event, and leaves one continuous tree in which every event is proven', async () => {
    const { database, admin, tenant } = fixture
    const each = await Promise.all(Array.from({ length: replicas }, () => killed(kills / replicas)))
    const acknowledged = each.flat()
    expect(acknowledged.length).toBeGreaterThan(kills)
    // What was in flight may have committed or not; a dead process's connections tell the database in a moment.
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holdfast' AND state LIKE 'idle in transaction%'",
    )
    const before = Number((await admin.query<{ size: string }>('SELECT size FROM log_head')).rows[0]?.size)
    expect(before).toBeGreaterThan(0)
    await ledger.sequenceAll()

    const { rows } = await admin.query<{ id: string; seq: string }>(
      'SELECT e.id, l.seq FROM events e LEFT JOIN log_entries l ON l.tenant_id = e.tenant_id AND l.event_id = e.id ORDER BY l.seq',
    )
    const stored = new Set(rows.map(({ id }) => id))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, at) => at + 1))

    const identity = createIdentity(database, ledger.keys, testUrl, undefined)
    const { readEvents } = ledger.ledger
    const openRows = createOpenRows({ keys: ledger.keys, describe: createDescribe({ definitionOf, product }) })
    const { report } = await checkLog({ database, keys: ledger.keys, openRows, readEvents, identity }, async () => {})
    expect(report.problems).toEqual([])
    const checkpoints = await admin.query<{ size: string }>('SELECT size FROM log_checkpoints ORDER BY size')
    const older = checkpoints.rows.map(({ size }) => Number(size)).slice(0, -1)
    const pack = await makePack({ database, readEvents, identity }, tenant, { older: older.slice(-99) })
    if (!pack.ok) throw new Error(pack.error.code)
    const lines: string[] = []
    for await (const line of pack.value) lines.push(line.trimEnd())
    expect(verifyPack(lines)).toMatchObject({ ok: true, size: rows.length, whole: rows.length })
  }, 600_000)
})

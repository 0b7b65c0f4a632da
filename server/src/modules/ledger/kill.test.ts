import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startChild } from '../../testing/processes/child.ts'
import { createThings } from '../../testing/things.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  ledger = ledgerOn(fixture)
})
afterEach(() => fixture.close())

const writes = 1000

/** Writes over HTTP, many at a time, until all are answered or the server is gone. @returns those it acknowledged */
async function write(url: string, acknowledged: Set<string>): Promise<void> {
  let next = 0
  const client = async () => {
    while (next < writes) {
      next += 1
      const id = `${url}/${next}`
      const response = await fetch(`${url}/api/v1/things`, {
        method: 'POST',
        headers: { authorization: 'Bearer one', 'content-type': 'application/json' },
        body: JSON.stringify({ id }),
      })
      if (response.status !== 201) throw new Error(`answered ${response.status}: ${await response.text()}`)
      acknowledged.add(id)
    }
  }
  await Promise.allSettled(Array.from({ length: 10 }, client))
}

/** @returns how many were acknowledged before the process died */
async function killed(after: number): Promise<Set<string>> {
  const child = startChild('serving.ts', [fixture.url, fixture.tenant])
  const url = await child.line('listening ')
  const acknowledged = new Set<string>()
  const writing = write(url, acknowledged)
  while (acknowledged.size < after) await sleep(1)
  child.process.kill('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
  await writing
  return acknowledged
}

async function column(statement: string): Promise<string[]> {
  const { rows } = await fixture.admin.query<{ id: string }>(statement)
  return rows.map(({ id }) => id)
}

describe('kill -9 of the control plane during 1,000 writes', () => {
  it('loses no acknowledged one, keeps change and event together, and the log goes on and verifies', async () => {
    const acknowledged = new Set<string>()
    for (const after of [37, 411, 823]) {
      const before = await killed(after)
      expect(before.size).toBeGreaterThanOrEqual(after)
      expect(before.size).toBeLessThan(writes)
      for (const id of before) acknowledged.add(id)
    }
    // What was in flight when the process died may have committed or not; its connections tell the database in a moment.
    await fixture.admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holdfast' AND state LIKE 'idle in transaction%'",
    )
    await ledger.sequenceAll()
    const things = await column('SELECT id FROM things')
    const recorded = await column("SELECT resource_id AS id FROM events WHERE kind = 'thing.created'")
    expect([...acknowledged].filter((id) => !things.includes(id))).toEqual([])
    expect(new Set(recorded)).toEqual(new Set(things))
    expect(recorded).toHaveLength(things.length)
    expect(await ledger.verify()).toEqual({ size: things.length, problems: [] })
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type Child, startChild } from '../../testing/processes/child.ts'
import { rotate } from './rotate.ts'
import { nextKek } from './rotate-kek.ts'
import { testRoot } from './seal/testing/root.ts'
import { testKeyring } from './testing/keyring.ts'
import { keysModule } from './testing/module.ts'
import { createNotes, readAs } from './testing/notes.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createNotes(fixture.admin)
})
afterEach(() => fixture.close())

async function two(what: 'first' | 'twin' | 'write'): Promise<Child[]> {
  const children = [1, 2].map(() => startChild('keying.ts', [fixture.url, fixture.tenant, what]))
  await Promise.all(children.map((child) => child.line('ready')))
  return children
}

async function end(children: readonly Child[], says: string): Promise<number> {
  for (const child of children) child.process.stdin?.end()
  const said = await Promise.all(children.map((child) => child.line(says)))
  expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0])
  return said.reduce((sum, times) => sum + Number(times), 0)
}

describe('forty first uses of a key in two processes', () => {
  async function firstUses(what: 'first' | 'twin'): Promise<{ done: number; current: number }> {
    const done = await end(await two(what), 'done ')
    const { rowCount } = await fixture.admin.query(
      "SELECT 1 FROM data_keys WHERE purpose = 'first' AND state = 'current' AND subject = ''",
    )
    return { done, current: rowCount ?? 0 }
  }

  it('make one key, and all of them go on with it', async () => {
    expect(await firstUses('first')).toEqual({ done: 40, current: 1 })
    expect((await fixture.admin.query('SELECT 1 FROM key_encryption_keys')).rowCount).toBe(1)
    expect((await fixture.admin.query('SELECT 1 FROM data_keys')).rowCount).toBe(2)
  })

  it('make several when they look first and insert then (the broken twin)', async () => {
    await fixture.admin.query(`
      DROP INDEX data_keys_current;
      ALTER TABLE data_keys DROP CONSTRAINT data_keys_tenant_id_purpose_subject_version_key`)
    expect((await firstUses('twin')).current).toBeGreaterThan(1)
  })
})

it('nothing is lost that two processes write while every key is replaced again and again', {
  timeout: 120_000,
}, async () => {
  const module = keysModule(fixture, { config: { retireSeconds: 2 } })
  const { units, jobs } = module
  const keyring = testKeyring(fixture.database)
  const kek = {
    clock: systemClock,
    random: systemRandom(systemClock),
    root: testRoot(),
    keks: keyring.keks,
    jobs: () => jobs,
  }
  const children = await two('write')
  const written = async () => (await fixture.admin.query('SELECT 1 FROM notes LIMIT 1')).rowCount
  await expect.poll(written).toBe(1)
  let replaced = 0
  for (let round = 0; round < 2; round++) {
    expect(await units.work(contextOf(fixture.tenant), (tx) => nextKek(tx, kek, 'asked'))).toBeDefined()
    // As often as the job wants to come again.
    for (;;) {
      const again = await module.runJob('keys.rewrap')
      const own = await rotate((run) => units.work(contextOf(fixture.tenant), run), keyring, { purpose: 'notes' })
      if (own.ok) replaced += 1
      if (again === undefined) break
      await sleep(again * 500)
    }
  }
  const wrote = await end(children, 'wrote ')
  expect(wrote).toBeGreaterThan(20)
  const notes = await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))
  expect(Object.keys(notes)).toHaveLength(wrote)
  expect(Object.entries(notes).filter(([id, text]) => text !== `note ${id}`)).toEqual([])
  const { rows } = await fixture.admin.query<{ live: number; keks: number; versions: number }>(`
    SELECT count(*) FILTER (WHERE wrapped IS NOT NULL)::int AS live, count(*)::int AS keks,
      (SELECT count(*)::int FROM data_keys WHERE purpose = 'notes' AND subject = '') AS versions FROM key_encryption_keys`)
  expect(rows).toMatchObject([{ live: 1, keks: 3 }])
  expect(replaced).toBeGreaterThan(0)
  expect(rows[0]?.versions).toBe(1 + replaced)
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { keyControls } from './controls.ts'
import { keysConfig } from './config.ts'
import { addUp } from './store/uses.ts'
import { testKeyring } from './testing/keyring.ts'
import type { Keyring } from './types.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const place = { table: 'things', row: '1', column: 'note' }

/** Closes so many values, each in a transaction of its own. @returns how many were closed with each key */
async function closeMany(keys: Keyring, purpose: string, count: number): Promise<Map<string, number>> {
  const used = new Map<string, number>()
  for (let at = 0; at < count; at++) {
    const sealed = await fixture.database.asTenant(fixture.tenant, async (tx) =>
      (await keys.ring(tx, [{ purpose }])).close({ purpose }, place, 'x'),
    )
    const id = sealed.toString('hex', 1, 17)
    used.set(id, (used.get(id) ?? 0) + 1)
  }
  return used
}

async function counted(purpose: string): Promise<Map<string, number>> {
  const { rows } = await fixture.admin.query<{ id: string; used: number }>(
    `SELECT replace(id::text, '-', '') AS id,
       (used + coalesce((SELECT sum(messages) FROM data_key_uses WHERE key_id = k.id), 0))::int AS used
     FROM data_keys k WHERE purpose = $1 ORDER BY version`,
    [purpose],
  )
  return new Map(rows.map(({ id, used }) => [id, used]))
}

describe('what a key has encrypted', () => {
  it('is counted before, so that a process that dies has never encrypted more than is written down', async () => {
    for (const count of [1, 3, 40, 7]) {
      // Each process dies without a word after so many.
      const keys = testKeyring(fixture.database)
      const before = await counted('dying')
      const used = await closeMany(keys, 'dying', count)
      const after = await counted('dying')
      for (const [id, times] of used) expect((after.get(id) ?? 0) - (before.get(id) ?? 0)).toBeGreaterThanOrEqual(times)
    }
    const [[, total = 0] = []] = await counted('dying')
    expect(total).toBeGreaterThanOrEqual(51)
    // Nor is it counted beyond all measure.
    expect(total).toBeLessThan(51 + 4 * 130)
  })

  it('never passes the limit: another key takes its place before', async () => {
    const keys = testKeyring(fixture.database, { messagesPerKey: 100 })
    const used = await closeMany(keys, 'limited', 350)
    expect(used.size).toBeGreaterThanOrEqual(4)
    for (const times of used.values()) expect(times).toBeLessThanOrEqual(100)
    for (const sum of (await counted('limited')).values()) expect(sum).toBeLessThanOrEqual(100)
    // A few are wasted where a key is left, no more.
    expect(used.size).toBeLessThanOrEqual(6)
    const { rows } = await fixture.admin.query(
      "SELECT count(*)::int AS count FROM data_keys WHERE purpose = 'limited' AND state = 'current'",
    )
    expect(rows).toEqual([{ count: 1 }])
  })

  it('never passes the limit with several processes either', async () => {
    const processes = Array.from({ length: 4 }, () => testKeyring(fixture.database, { messagesPerKey: 64 }))
    const used = new Map<string, number>()
    const each = await Promise.all(processes.map((keys) => closeMany(keys, 'shared', 60)))
    for (const own of each) for (const [id, times] of own) used.set(id, (used.get(id) ?? 0) + times)
    for (const times of used.values()) expect(times).toBeLessThanOrEqual(64)
    for (const sum of (await counted('shared')).values()) expect(sum).toBeLessThanOrEqual(64)
    expect([...used.values()].reduce((sum, times) => sum + times)).toBe(240)
  })

  it('is the same after it was added up', async () => {
    const before = await counted('limited')
    expect(await fixture.database.asSystem(addUp)).toBeGreaterThan(0)
    expect(await counted('limited')).toEqual(before)
    expect(await fixture.database.asSystem(addUp)).toBe(0)
  })

  it('is a finding when it passed the limit all the same', async () => {
    const control = keyControls({}, keysConfig.parse({})).find(({ id }) => id === 'keys.rotated')
    const check = () => control?.check({ database: fixture.database, tenant: fixture.tenant, now: new Date() })
    expect(await check()).toMatchObject({ status: 'pass' })
    await fixture.admin.query("UPDATE data_keys SET used = 2000000000 WHERE purpose = 'dying'")
    expect(await check()).toMatchObject({ status: 'fail', evidence: expect.stringContaining('2000000') })
    const later = new Date(Date.now() + 100 * 86_400_000)
    expect(await control?.check({ database: fixture.database, tenant: fixture.tenant, now: later })).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('days old'),
    })
  })
})

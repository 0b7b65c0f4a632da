import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createRetentionJobs } from './jobs.ts'
import { dropMonths, makeMonths } from './months.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld(inject('postgresUrl'))
})
afterEach(() => world.close())

const day = 86_400_000
const monthOf = (days: number) => new Date(Date.now() - days * day).toISOString().slice(0, 7).replace('-', '_')

/** Partitions for the months of so many days ago. */
async function monthsFor(...days: readonly number[]): Promise<void> {
  for (const ago of days)
    await world.fixture.admin.query('SELECT make_event_partitions($1, 1)', [new Date(Date.now() - ago * day)])
}

async function partitions(): Promise<string[]> {
  const { rows } = await world.fixture.admin.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relname ~ '^events_\\d' AND relkind = 'r' ORDER BY 1`,
  )
  return rows.map(({ name }) => name.slice('events_'.length))
}

describe('the months of the log', () => {
  it('are made ahead', async () => {
    const { admin } = world.fixture
    for (const name of await partitions()) await admin.query(`DROP TABLE events_${name}, event_subjects_${name}`)
    expect(await makeMonths(world.deps)).toBe(3)
    expect(await makeMonths(world.deps)).toBe(0)
    expect((await partitions())[0]).toBe(monthOf(0))
  })

  it('are dropped whole when everything in them is past, and the log verifies', async () => {
    await monthsFor(500, 450, 100)
    await world.long(500, { kind: 'very.old' })
    await world.long(500, { kind: 'old.foreign' }, world.fixture.other)
    await world.long(450, { kind: 'old.too' })
    await world.long(100, { kind: 'young' })
    await world.sequenceAll()
    expect(await dropMonths(world.deps)).toEqual([monthOf(500), monthOf(450)])
    await world.sequenceAll()
    expect(await partitions()).not.toContain(monthOf(500))
    expect((await world.kinds()).toSorted()).toEqual(['log.pruned', 'log.pruned', 'young'])
    expect(await world.kinds(world.fixture.other)).toEqual(['log.pruned'])
    expect(await world.verify(world.fixture.tenant, world.fixture.other)).toMatchObject({ size: 7, problems: [] })
    const { rows } = await world.fixture.admin.query<{ seqs: string; tenant_id: string }>(
      'SELECT seqs::text AS seqs, tenant_id FROM log_removals ORDER BY tenant_id, id',
    )
    expect(rows.map(({ seqs }) => seqs)).toEqual(['{[1,2)}', '{[3,4)}', '{[2,3)}'])
  })

  it('stay when a class is kept longer, something may be held, or an event came late', async () => {
    await monthsFor(500)
    const late = await world.long(500, { kind: 'late' })
    await world.sequenceAll()
    await world.api('PUT', '/ledger/retention/kind:order', { days: 1000 })
    expect(await dropMonths(world.deps)).toEqual([])
    await world.api('DELETE', '/ledger/retention/kind:order')

    const hold = await world.api<{ id: string }>('POST', '/ledger/holds', {
      reason: 'x',
      subject: { type: 'Order', id: '1' },
    })
    expect(await dropMonths(world.deps)).toEqual([])
    await world.api('POST', `/ledger/holds/${hold.body.id}/release`, {})

    const { admin } = world.fixture
    await admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
    await admin.query('UPDATE events SET recorded_at = now() WHERE id = $1', [late])
    await admin.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_unchanged')
    expect(await dropMonths(world.deps)).toEqual([])
    expect(await world.kinds()).toContain('late')
    // A month that could not be dropped told nothing.
    expect((await admin.query('SELECT 1 FROM log_removals')).rowCount).toBe(0)
    expect(await world.kinds()).not.toContain('log.pruned')
  })

  it('stay when the id of an event is older than its arrival, or than the time for which it is held', async () => {
    await monthsFor(500)
    const { admin } = world.fixture
    const id = await world.long(500, { kind: 'late' })
    await world.sequenceAll()
    const set = async (column: string, at: Date) => {
      await admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
      await admin.query(`UPDATE events SET ${column} = $1 WHERE id = $2`, [at, id])
      await admin.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_unchanged')
    }
    const ago = (days: number) => new Date(Date.now() - days * day)
    // An edge that was away: kept for a year from when it came, and not from what its id says.
    await set('recorded_at', ago(360))
    expect(await dropMonths(world.deps)).toEqual([])
    await set('recorded_at', ago(480))

    const [year = 0, month = 0] = monthOf(500).split('_').map(Number)
    const held = new Date(Date.UTC(year, month, 2))
    await set('time', held)
    const hold = { reason: 'x', since: held.toISOString(), until: new Date(held.getTime() + day).toISOString() }
    const { body } = await world.api<{ id: string }>('POST', '/ledger/holds', hold)
    expect(await dropMonths(world.deps)).toEqual([])
    expect(await world.kinds()).toContain('late')
    await world.api('POST', `/ledger/holds/${body.id}/release`, {})
    expect(await dropMonths(world.deps)).toEqual([monthOf(500)])
  })

  it('are refused by the database to whoever does not tell, or asks for a young one', async () => {
    await monthsFor(500)
    await world.long(500)
    await world.sequenceAll()
    const { admin } = world.fixture
    const drop = async (month: string) => {
      try {
        await admin.query(`BEGIN; SET LOCAL ROLE holdfast_system; SELECT drop_event_month('${month}')`)
      } finally {
        await admin.query('ROLLBACK')
      }
    }
    for (const month of [monthOf(500), monthOf(0), '2026_13', 'x', 'default'])
      await expect(drop(month)).rejects.toMatchObject({ code: expect.stringMatching(/42501|22/) })
    expect(await partitions()).toContain(monthOf(500))
  })

  it('and the rest are the work of two jobs', async () => {
    await monthsFor(500)
    await world.long(500, { kind: 'in.its.month' })
    await world.long(400, { kind: 'in.the.default' })
    await world.sequenceAll()
    const jobs = createRetentionJobs(world.deps)
    const job = { id: '', tenant: null, kind: '', payload: {}, attempt: 1 }
    expect(await jobs['ledger.partitions']?.(job)).toEqual({ again: 21_600 })
    expect(await jobs['ledger.prune']?.(job)).toEqual({ again: 86_400 })
    expect(await world.kinds()).toEqual(['log.pruned', 'log.pruned'])
  })
})

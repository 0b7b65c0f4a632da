import { emptyRoot } from '@holdfast/merkle'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { searchPurpose } from './search/tokens.ts'
import { placeQueued } from './store/entries.ts'
import { readHead } from './store/head.ts'
import { ledgerPurpose } from './stored.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterEach(() => fixture.close())

/** What the events were given, in the order of their places. */
async function placed(tenant = fixture.tenant): Promise<unknown[]> {
  const events = (await ledger.events(tenant)).filter(({ seq }) => seq !== null)
  return events.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0)).map(({ view }) => view.data['n'])
}

const head = () => fixture.database.asSystem(readHead)

/** Records in a transaction that stays open until it is told to end. */
async function recordLate(data: Record<string, unknown>) {
  // The first event of a tenant makes its key, for which others wait until it is committed.
  await fixture.database.asTenant(fixture.tenant, async (tx) => {
    await ledger.keys.ring(tx, [{ purpose: ledgerPurpose }])
    await ledger.keys.blindIndex(tx, searchPurpose)
  })
  const recorded = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const done = ledger.units.work(contextOf(fixture.tenant), async (tx) => {
    await tx.record({ kind: 'thing.late', data })
    recorded.resolve()
    await end.promise
  })
  await recorded.promise
  return {
    async commit() {
      end.resolve()
      await done
    },
    async abandon() {
      end.reject(new Error('changed our mind'))
      await done.catch(() => {})
    },
  }
}

describe('the sequencer', () => {
  it('says that an event has its place already, and lets the others pass', async () => {
    await ledger.record({ data: { n: 1 } })
    const batch = ledger.sequencer()
    expect(await batch(10)).toBe(1)
    // Whoever owns the database puts it in once more, and one that waits twice.
    await ledger.record({ data: { n: 2 } })
    await fixture.admin.query(`
      INSERT INTO log_queue (tenant_id, event_id, time, commitment) SELECT tenant_id, event_id, time, sha256('') FROM log_entries;
      INSERT INTO log_queue (tenant_id, event_id, time, commitment) SELECT tenant_id, event_id, time, sha256('') FROM log_queue`)
    await ledger.record({ data: { n: 3 } })
    await expect(batch(10)).rejects.toMatchObject({ code: '23505' })
    expect(await batch(10)).toBe(2)
    expect(await placed()).toEqual([1, 2, 3])
    expect((await ledger.verify()).problems).toEqual([])
  })

  it('starts with the empty tree and moves the head with every batch', async () => {
    expect(await head()).toEqual({ size: 0, root: emptyRoot(), time: null })
    for (let n = 1; n <= 7; n += 1) await ledger.record({ data: { n } })
    const batch = ledger.sequencer()
    expect([await batch(3), await batch(3), await batch(3), await batch(3)]).toEqual([3, 3, 1, 0])
    expect(await placed()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await ledger.verify()).toEqual({ size: 7, problems: [] })
    expect((await head()).time).toBeInstanceOf(Date)
  })

  it('finds what committed after a later one was numbered', async () => {
    const late = await recordLate({ n: 1 })
    await ledger.record({ data: { n: 2 } })
    await ledger.sequenceAll()
    await late.commit()
    await ledger.sequenceAll()
    expect(await placed()).toEqual([2, 1])
    expect(await ledger.verify()).toEqual({ size: 2, problems: [] })
  })

  it('leaves no hole for what was rolled back', async () => {
    const gone = await recordLate({ n: 1 })
    await ledger.record({ data: { n: 2 } })
    await gone.abandon()
    await ledger.record({ data: { n: 3 } })
    await ledger.sequenceAll()
    expect(await placed()).toEqual([2, 3])
  })

  it('is one tree for all tenants, of which each sees its own entries only', async () => {
    await ledger.record({ data: { n: 1 } }, fixture.tenant)
    await ledger.record({ data: { n: 2 } }, fixture.other)
    await ledger.record({ data: { n: 3 } }, fixture.tenant)
    await ledger.sequenceAll()
    expect(await placed(fixture.tenant)).toEqual([1, 3])
    expect(await placed(fixture.other)).toEqual([2])
    const { rows } = await fixture.database.asTenant(fixture.other, (tx) =>
      sql<{ seq: string }>`SELECT seq FROM log_entries`.execute(tx.kysely()),
    )
    expect(rows).toEqual([{ seq: '2' }])
    expect(await ledger.verify(fixture.tenant, fixture.other)).toEqual({ size: 3, problems: [] })
  })

  it('steps aside while another replica is at it', async () => {
    await ledger.record()
    const batch = ledger.sequencer()
    await fixture.admin.query('BEGIN; SELECT pg_advisory_xact_lock($1)'.replace('$1', String(0x401d_0002)))
    expect(await batch(10)).toBe('busy')
    await fixture.admin.query('ROLLBACK')
    expect(await batch(10)).toBe(1)
  })

  it('does not fork even if its lock failed: the second finds nothing left to number', async () => {
    for (let n = 1; n <= 200; n += 1) await ledger.record({ data: { n } })
    const batch = ledger.sequencer({ lock: async () => true })
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => batch(50)))
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    await ledger.sequenceAll()
    expect(await ledger.verify()).toEqual({ size: 200, problems: [] })
  })

  it('gives nothing a place when the head cannot move', async () => {
    await ledger.record()
    await fixture.admin.query('REVOKE UPDATE ON log_head FROM holdfast_system')
    const batch = ledger.sequencer()
    await expect(batch(10)).rejects.toMatchObject({ code: '42501' })
    expect((await fixture.admin.query('SELECT 1 FROM log_entries')).rowCount).toBe(0)
    await fixture.admin.query('GRANT UPDATE (size, root_hash, time) ON log_head TO holdfast_system')
    expect(await batch(10)).toBe(1)
  })

  it('is ended by the database when its process freezes in the middle', async () => {
    await ledger.record()
    let timeout: string | undefined
    const batch = ledger.sequencer({
      place: async (tx, size, limit) => {
        const { rows } = await sql<{ timeout: string }>`
          SELECT current_setting('idle_in_transaction_session_timeout') AS timeout`.execute(tx.kysely())
        timeout = rows[0]?.timeout
        return placeQueued(tx, size, limit)
      },
    })
    await batch(10)
    expect(timeout).toBe('10s')
  })
})

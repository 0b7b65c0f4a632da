import { GENESIS } from '@holdfast/events'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { createSequenceBatch } from './sequence.ts'
import { readHead } from './store.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterEach(() => fixture.close())

const head = () => fixture.database.asSystem(readHead)

/** Records in a transaction that stays open until it is told to end. */
async function recordLate(data: Record<string, unknown>) {
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
  it('starts at genesis and moves the head with every batch', async () => {
    expect(await head()).toEqual({ seq: 0, hash: GENESIS, time: null })
    for (let n = 1; n <= 7; n += 1) await ledger.record({ data: { n } })
    const batch = createSequenceBatch(fixture.database)
    expect([await batch(3), await batch(3), await batch(3), await batch(3)]).toEqual([3, 3, 1, 0])
    const chain = await ledger.chain()
    expect(chain.map(({ event }) => event?.data['n'])).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 7, hash: (await head()).hash })
    expect((await head()).time).toBeInstanceOf(Date)
  })

  it('finds what committed after a later one was numbered', async () => {
    const late = await recordLate({ n: 1 })
    await ledger.record({ data: { n: 2 } })
    await ledger.sequenceAll()
    await late.commit()
    await ledger.sequenceAll()
    expect((await ledger.chain()).map(({ event }) => event?.data['n'])).toEqual([2, 1])
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 2 })
  })

  it('leaves no hole for what was rolled back', async () => {
    const gone = await recordLate({ n: 1 })
    await ledger.record({ data: { n: 2 } })
    await gone.abandon()
    await ledger.record({ data: { n: 3 } })
    await ledger.sequenceAll()
    expect((await ledger.chain()).map(({ seq, event }) => [seq, event?.data['n']])).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  it('is one chain for all tenants, of which each sees its own events only', async () => {
    await ledger.record({ data: { of: 'one' } }, fixture.tenant)
    await ledger.record({ data: { of: 'two' } }, fixture.other)
    await ledger.record({ data: { of: 'one' } }, fixture.tenant)
    await ledger.sequenceAll()
    const seen = async (tenant: string) => (await ledger.chain(tenant)).map(({ event }) => event?.data['of'] ?? null)
    expect(await seen(fixture.tenant)).toEqual(['one', null, 'one'])
    expect(await seen(fixture.other)).toEqual([null, 'two', null])
    const [, foreign] = await ledger.chain(fixture.tenant)
    expect(Object.keys(foreign ?? {}).toSorted()).toEqual(['event', 'hash', 'id', 'leaf', 'seq'])
    expect(await ledger.verify()).toMatchObject({ ok: true, checked: 3, unseen: 1 })
  })

  it('steps aside while another replica is at it', async () => {
    await ledger.record()
    const batch = createSequenceBatch(fixture.database)
    await fixture.admin.query('BEGIN; SELECT pg_advisory_xact_lock($1)'.replace('$1', String(0x401d_0002)))
    expect(await batch(10)).toBe('busy')
    await fixture.admin.query('ROLLBACK')
    expect(await batch(10)).toBe(1)
  })

  it('does not fork even if its lock failed: the second finds nothing left to number', async () => {
    for (let n = 1; n <= 200; n += 1) await ledger.record({ data: { n } })
    const batch = createSequenceBatch(fixture.database, { lock: async () => true })
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => batch(50)))
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    await ledger.sequenceAll()
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 200 })
  })

  it('gives nothing a place when the head cannot move', async () => {
    await ledger.record()
    await fixture.admin.query('REVOKE UPDATE ON ledger_head FROM holdfast_system')
    const batch = createSequenceBatch(fixture.database)
    await expect(batch(10)).rejects.toMatchObject({ code: '42501' })
    const { rows } = await fixture.admin.query<{ seq: string | null }>('SELECT seq FROM events')
    expect(rows).toEqual([{ seq: null }])
    await fixture.admin.query('GRANT UPDATE (seq, hash, time) ON ledger_head TO holdfast_system')
    expect(await batch(10)).toBe(1)
  })

  it('is ended by the database when its process freezes in the middle', async () => {
    await ledger.record()
    const timeout = await fixture.database.asSystem(async (tx) => {
      const batch = createSequenceBatch({ ...fixture.database, asSystem: (run) => run(tx) })
      await batch(10)
      const { rows } = await sql<{ timeout: string }>`
        SELECT current_setting('idle_in_transaction_session_timeout') AS timeout`.execute(tx.kysely())
      return rows[0]?.timeout
    })
    expect(timeout).toBe('10s')
  })
})

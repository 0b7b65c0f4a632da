import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RecordedEvent } from '../../platform/ports.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../testing/ledger.ts'

let fixture: Fixture
let ledger: LedgerFixture
const now = new Date('2026-03-29T12:40:00.000Z')

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterAll(() => fixture.close())

async function at(
  time: string,
  kind: string,
  outcome: RecordedEvent['outcome'],
  tenant = fixture.tenant,
): Promise<void> {
  const clock = { now: () => new Date(time) }
  const { recordEvent } = testLedger(fixture.database, { clock })
  await createUnitOfWork(fixture.database, recordEvent).work(contextOf(tenant), (tx) =>
    tx.record({ kind, ...(outcome !== undefined && { outcome }) }),
  )
}

const count = () => fixture.database.asTenant(fixture.tenant, (tx) => ledger.ledger.countEvents(tx, now), 'read')

describe('countEvents', () => {
  it('shows 24 hours even of nothing', async () => {
    const counts = await count()
    expect(counts).toMatchObject({ events24h: 0, refusals24h: 0, signIns: { succeeded24h: 0, refused24h: 0 } })
    expect(counts.head.seq).toBe(0)
    expect(counts.series).toHaveLength(24)
    expect(counts.series.at(0)).toEqual({ hour: '2026-03-28T13:00:00.000Z', allowed: 0, refused: 0 })
    expect(counts.series.at(-1)?.hour).toBe('2026-03-29T12:00:00.000Z')
  })

  it('counts by hour in UTC, what was allowed and what was refused, of the own tenant', async () => {
    await at('2026-03-28T12:59:59.999Z', 'thing.done', 'success')
    await at('2026-03-28T13:00:00Z', 'session.started', 'success')
    await at('2026-03-29T12:10:00Z', 'session.refused', 'refused')
    await at('2026-03-29T12:10:00Z', 'access.denied', 'refused')
    await at('2026-03-29T12:39:00Z', 'thing.done', 'failure')
    await at('2026-03-29T12:39:00Z', 'thing.done', 'refused', fixture.other)
    await at('2026-03-29T11:00:00Z', 'reported.session.started', 'success')
    const counts = await count()
    expect(counts).toMatchObject({ events24h: 5, refusals24h: 2, signIns: { succeeded24h: 1, refused24h: 1 } })
    expect(counts.series.at(0)).toMatchObject({ allowed: 1, refused: 0 })
    expect(counts.series.at(-1)).toMatchObject({ allowed: 0, refused: 2 })
    await fixture.database.asTenant(fixture.tenant, async (tx) => {
      expect((await ledger.ledger.countEvents(tx, new Date('2026-03-31T00:00:00Z'))).events24h).toBe(0)
    })
  })
})

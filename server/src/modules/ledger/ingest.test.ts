import type { EdgeEvent } from '@holdfast/events'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../testing/ledger.ts'
import { edgeEvent } from './testing/edge-event.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterAll(() => fixture.close())

const reporter = { type: 'Service', id: '01900000-0000-7000-8000-0000000000e1' }

function ingest(events: readonly EdgeEvent[], tenant = fixture.tenant): Promise<number> {
  return ledger.units.work(contextOf(tenant), (tx) => ledger.ledger.ingest(tx, events, reporter))
}

async function stored(id: string, tenant = fixture.tenant) {
  const [found] = await fixture.database.asTenant(tenant, (tx) => ledger.ledger.readEvents(tx, [id]))
  return found?.view
}

describe('ingest', () => {
  it('takes in what an edge made, and names who reported it', async () => {
    const event = edgeEvent({ data: { order: 7 } })
    expect(await ingest([event])).toBe(1)
    expect(await stored(event.id)).toEqual({ ...event, data: { order: 7, reportedBy: reporter } })
  })

  it('takes in an event once, however often it is sent, at the same time too', async () => {
    const events = Array.from({ length: 50 }, () => edgeEvent())
    const counts = await Promise.all([ingest(events), ingest(events.toReversed()), ingest(events.slice(10))])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50)
    expect(await ingest(events)).toBe(0)
  })

  it('keeps the first of an id, in one batch as well', async () => {
    const event = edgeEvent({ data: { version: 'first' } })
    expect(await ingest([event, { ...event, data: { version: 'second' } }])).toBe(1)
    expect(await ingest([{ ...event, kind: 'order.forged', data: { version: 'third' } }])).toBe(0)
    expect(await stored(event.id)).toMatchObject({ kind: 'order.placed', data: { version: 'first' } })
  })

  it('is not kept from an id by another tenant, and shows it nothing', async () => {
    const event = edgeEvent({ data: { mine: true } })
    expect(await ingest([{ ...event, data: { squatter: true } }], fixture.other)).toBe(1)
    expect(await ingest([event])).toBe(1)
    expect(await stored(event.id)).toMatchObject({ data: { mine: true } })
    expect(await stored(event.id, fixture.other)).toMatchObject({ data: { squatter: true } })
  })

  it('cannot be told who reported it', async () => {
    const event = edgeEvent({ data: { reportedBy: { type: 'Service', id: 'somebody else' } } })
    await ingest([event])
    expect((await stored(event.id))?.data['reportedBy']).toEqual(reporter)
  })

  it('is not mistaken for what the control plane itself saw', async () => {
    const forged = edgeEvent({ kind: 'session.started', actor: { type: 'Person', id: 'ada', name: 'Ada' } })
    expect(await ingest([forged])).toBe(1)
    expect((await stored(forged.id))?.kind).toBe('reported.session.started')
    const honest = edgeEvent({ kind: 'session.archived' })
    await ingest([honest])
    expect((await stored(honest.id))?.kind).toBe('session.archived')
  })

  it('cannot give a place', async () => {
    const event = { ...edgeEvent(), seq: 1 } as EdgeEvent
    await ingest([event])
    const { rows } = await fixture.admin.query('SELECT 1 FROM log_entries WHERE event_id = $1', [event.id])
    expect(rows).toEqual([])
  })

  it.each(['2001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00.000Z'])(
    'does not believe %s',
    async (time) => {
      const event = edgeEvent({ time })
      const before = Date.now()
      expect(await ingest([event])).toBe(1)
      const found = await stored(event.id)
      expect(Date.parse(found?.time ?? '')).toBeGreaterThanOrEqual(before)
      expect(found?.data).toMatchObject({ claimedTime: time })
    },
  )

  it.each([0, Date.now() - 31 * 86_400_000, Date.now() + 600_000, 2 ** 48 - 1])(
    'does not believe an id of %i either, and still takes the event once',
    async (msecs) => {
      const event = edgeEvent({ id: v7({ msecs }) })
      expect(await ingest([event])).toBe(1)
      expect(await ingest([event])).toBeLessThanOrEqual(new Date().getMinutes() === 0 ? 1 : 0)
      expect(await stored(event.id)).toBeUndefined()
      const all = await ledger.events()
      const found = all.find(({ view }) => view.data['claimedId'] === event.id)
      expect(Math.abs(Date.now() - Number.parseInt(found?.id.replaceAll('-', '').slice(0, 12) ?? '', 16))).toBeLessThan(
        2 * 3_600_000,
      )
    },
  )

  it('believes an edge that could not reach us for a day', async () => {
    const time = new Date(Date.now() - 24 * 3600_000).toISOString()
    const event = edgeEvent({ time })
    await ingest([event])
    expect((await stored(event.id))?.time).toBe(time)
  })

  it('makes no key for people that an edge invents: what it says of them stays with the event', async () => {
    const known = '01900000-0000-7000-8000-0000000000f1'
    const own = testLedger(fixture.database, { keys: ledger.keys, peopleAmong: async () => new Set([known]) })
    const invented = ['', 'x', '../', '01900000-0000-7000-8000-0000000000f2']
    const events = [known, ...invented].map((id) => edgeEvent({ actor: { type: 'Person', id, name: `Name of ${id}` } }))
    const keyed = async () => {
      const { rows } = await fixture.admin.query<{ subject: string }>('SELECT DISTINCT subject FROM data_keys')
      return new Set(rows.map(({ subject }) => subject))
    }
    const before = await keyed()
    await ledger.units.work(contextOf(fixture.tenant), (tx) => own.ingest(tx, events, reporter))
    expect(await keyed()).toEqual(before.add(`Person/${known}`))
    for (const [n, event] of events.entries()) {
      expect((await stored(event.id))?.actor?.name).toBe(`Name of ${[known, ...invented][n]}`)
    }
    await own.stop()
  })

  it('scrubs again what an edge forgot to', async () => {
    const event = edgeEvent({ data: { password: 'tr0ub4dor' }, requestId: `hfs_${'b'.repeat(43)}` })
    await ingest([event])
    const found = JSON.stringify(await stored(event.id))
    expect(found).not.toContain('tr0ub4dor')
    expect(found).not.toContain('b'.repeat(43))
  })

  it('is sequenced like every other event', async () => {
    await ingest([edgeEvent({ data: { large: 'x'.repeat(4000), list: Array(3).fill('y'.repeat(4000)) } })])
    await ledger.sequenceAll()
    const { size, problems } = await ledger.verify()
    expect(size).toBeGreaterThan(50)
    expect(problems).toEqual([])
  })
})

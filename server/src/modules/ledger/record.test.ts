import { leafHash, limits, type Event } from '@holdfast/events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { Fault } from '../../platform/errors.ts'
import type { RecordedEvent } from '../../platform/ports.ts'
import { systemRandom } from '../../platform/random.ts'
import { createUnitOfWork, type UnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { createLedger, type Ledger } from './index.ts'
import { createSequenceBatch } from './sequence.ts'
import { findEvent } from './store.ts'

let fixture: Fixture
let ledger: Ledger
let units: UnitOfWork

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  const { database } = fixture
  ledger = createLedger({ database, clock: systemClock, random: systemRandom(systemClock), onError: () => {} })
  units = createUnitOfWork(database, ledger.recordEvent)
})
afterAll(() => fixture.close())

const ada = { type: 'Person', id: '01900000-0000-7000-8000-0000000000f1', name: 'Ada' }

function record(event: RecordedEvent): Promise<string> {
  const context = contextOf(fixture.tenant, {
    actor: ada,
    source: { address: '192.0.2.7', userAgent: 'curl/8' },
    requestId: 'request-1',
  })
  return units.work(context, (tx) => tx.record(event))
}

async function read(id: string): Promise<Event> {
  const found = await fixture.database.asTenant(fixture.tenant, (tx) => findEvent(tx, id))
  if (found === undefined) throw new Error('the event is missing')
  return found.event
}

describe('recordEvent', () => {
  it('fills in who, whence and when from the unit of work', async () => {
    const before = Date.now()
    const event = await read(await record({ kind: 'thing.done', resource: { type: 'Thing', id: '7' }, data: { a: 1 } }))
    expect(event).toMatchObject({
      seq: null,
      kind: 'thing.done',
      outcome: 'success',
      actor: ada,
      resource: { type: 'Thing', id: '7' },
      application: null,
      reason: null,
      source: { address: '192.0.2.7', userAgent: 'curl/8' },
      requestId: 'request-1',
      data: { a: 1 },
    })
    expect(Date.parse(event.time)).toBeGreaterThanOrEqual(before)
  })

  it('takes another actor, or none, where the module names one', async () => {
    const other = { type: 'Person', id: 'someone' }
    expect((await read(await record({ kind: 'thing.done', actor: other }))).actor).toEqual(other)
    expect((await read(await record({ kind: 'thing.done', actor: null }))).actor).toBeNull()
  })

  it('stores no secret', async () => {
    const token = `hfs_${'a'.repeat(43)}`
    const id = await record({
      kind: 'thing.done',
      data: { password: 'correct horse', note: `it was ${token}`, card: '4111 1111 1111 1111' },
      resource: { type: 'Thing', id: token },
    })
    const { rows } = await fixture.admin.query<{ row: string }>('SELECT e::text AS row FROM events e WHERE id = $1', [
      id,
    ])
    expect(rows[0]?.row).toContain('[redacted]')
    for (const secret of ['correct horse', 'a'.repeat(43), '1111 1111']) expect(rows[0]?.row).not.toContain(secret)
  })

  it('keeps an event whatever the length of what a caller sent', async () => {
    const event = await read(
      await record({ kind: 'thing.done', outcome: 'refused', data: { sent: Array(40).fill('x'.repeat(4000)) } }),
    )
    expect(event.data).toEqual({ omitted: 'data_too_large', bytes: expect.any(Number) as number })
    expect(Number(event.data['bytes'])).toBeGreaterThan(limits.dataBytes)
  })

  it.each([
    ['a kind that is not one', { kind: 'Thing Done' }],
    ['a reason in prose', { kind: 'thing.done', reason: 'Because I said so' }],
    ['an application that is no slug', { kind: 'thing.done', application: '../etc' }],
  ])('is a fault for %s: our own mistake, and the change is not made', async (_, event) => {
    const count = async () => (await fixture.admin.query('SELECT 1 FROM events')).rowCount
    const before = await count()
    const failure: unknown = await record(event).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Fault)
    expect((failure as Fault).error.code).toBe('event_not_recorded')
    expect(await count()).toBe(before)
  })

  it('stores whatever it is given such that its leaf can be computed again', async () => {
    const batch = createSequenceBatch(fixture.database)
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.string({ unit: 'binary' }),
        fc.double(),
        async (data, text, number) => {
          const id = await record({
            kind: 'thing.done',
            data: { ...data, number, text },
            actor: { type: 'Person', id: text, name: text },
          })
          while ((await batch(1000)) !== 0);
          const found = await fixture.database.asTenant(fixture.tenant, (tx) => findEvent(tx, id))
          expect(found?.leaf).toBe(found === undefined ? '' : leafHash(found.event))
        },
      ),
      { numRuns: 40 },
    )
  })
})

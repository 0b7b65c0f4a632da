import { limits, type UnsequencedEvent, verifyDocument } from '@holdfast/events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Fault } from '../../platform/errors.ts'
import type { RecordedEvent } from '../../platform/ports.ts'
import { createUnitOfWork, type UnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { testLedger } from '../../testing/ledger.ts'
import type { Ledger, StoredEvent } from './index.ts'

let fixture: Fixture
let ledger: Ledger
let units: UnitOfWork

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  const { database } = fixture
  ledger = testLedger(database)
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

async function stored(id: string): Promise<StoredEvent> {
  const [found] = await fixture.database.asTenant(fixture.tenant, (tx) => ledger.readEvents(tx, [id]))
  if (found === undefined) throw new Error('the event is missing')
  return found
}

async function read(id: string): Promise<UnsequencedEvent> {
  return (await stored(id)).view
}

describe('recordEvent', () => {
  it('fills in who, whence and when from the unit of work', async () => {
    const before = Date.now()
    const event = await read(await record({ kind: 'thing.done', resource: { type: 'Thing', id: '7' }, data: { a: 1 } }))
    expect(event).toMatchObject({
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
    const shown = JSON.stringify(await stored(id))
    expect(rows[0]?.row).toContain('[redacted:')
    expect(shown).toContain('[redacted:')
    for (const secret of ['correct horse', 'a'.repeat(43), '1111 1111']) {
      expect(rows[0]?.row).not.toContain(secret)
      expect(shown).not.toContain(secret)
    }
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

  it('stores whatever it is given such that its commitment can be computed again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.string({ unit: 'binary' }),
        fc.double(),
        async (data, text, number) => {
          const id = await record({
            kind: 'thing.done',
            data: { ...data, number, text },
            actor: { type: 'Robot', id: text, name: text },
          })
          const { evidence, commitment } = await stored(id)
          expect(evidence !== null && verifyDocument(evidence.body, evidence.salt, commitment)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })
})

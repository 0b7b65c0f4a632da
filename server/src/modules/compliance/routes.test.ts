import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createCompliance } from './index.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  const { database, tenant } = fixture
  const compliance = createCompliance({
    first: tenant,
    database,
    clock: systemClock,
    controls: ledger.ledger.controls,
    tables: {},
    countPeople: async () => ({ total: 3, active: 2, disabled: 1 }),
    countSessions: async () => 4,
    countEvents: (tx, now) => ledger.ledger.countEvents(tx, now),
    applications: async () => [
      { id: 'shop', name: 'Shop', epoch: 2, edges: 1, lastSeenAt: '2026-01-01T00:00:00.000Z' },
    ],
    onError: () => {},
  })
  const { recordEvent } = ledger.ledger
  server = await startTestServer({ database, tenant, recordEvent, routes: compliance.routes })
})
afterAll(async () => {
  await server.close()
  await fixture.close()
})

describe('GET /controls', () => {
  it('shows each control with its requirements and what was found', async () => {
    const response = await server.request('/api/v1/controls')
    expect(response.status).toBe(200)
    const { items, next } = (await response.json()) as { items: Record<string, unknown>[]; next: null }
    expect(next).toBeNull()
    expect(items.map(({ id, status }) => [id, status])).toEqual([
      ['ledger.append-only', 'pass'],
      ['ledger.sequenced', 'pass'],
      ['ledger.tree-verifies', 'pass'],
      // Neither an anchor nor a way out is configured, and no process of this ledger has said that it lives.
      ['ledger.anchored', 'fail'],
      ['ledger.retention-kept', 'pass'],
      ['ledger.partitions', 'pass'],
      ['ledger.heartbeat', 'unknown'],
      ['ledger.sinks-deliver', 'unknown'],
      ['compliance.tenants-apart', 'pass'],
      // No table was declared to this composition, and the database has many.
      ['compliance.data-classified', 'fail'],
    ])
    expect(items[0]).toMatchObject({
      title: 'Events are append-only',
      mapsTo: expect.arrayContaining([{ framework: 'ASVS 5.0', ref: '16.4.2' }]) as unknown,
      checkedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    })
  })
})

describe('GET /overview', () => {
  it('sums up what the modules count', async () => {
    await ledger.record({ kind: 'session.started' })
    await ledger.record({ kind: 'access.denied', outcome: 'refused' })
    await ledger.record({}, fixture.other)
    await ledger.sequenceAll()
    const response = await server.request('/api/v1/overview')
    expect(response.status, await response.clone().text()).toBe(200)
    const overview = (await response.json()) as { series: { allowed: number; refused: number }[] }
    expect(overview).toMatchObject({
      people: { total: 3, active: 2, disabled: 1 },
      sessions: { active: 4 },
      signIns: { succeeded24h: 1, refused24h: 0 },
      refusals24h: 1,
      events24h: 2,
      ledger: { seq: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      applications: [{ id: 'shop', edges: 1 }],
      controls: { passed: 6, failed: 2, total: 10 },
    })
    expect(overview.series).toHaveLength(24)
    expect(overview.series.at(-1)).toMatchObject({ allowed: 1, refused: 1 })
  })
})

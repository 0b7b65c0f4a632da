import { chainHash, type ChainEntry, type Event, GENESIS, leafHash, verifyChain } from '@holdfast/events'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../testing/test-server.ts'

interface Page {
  readonly items: Event[]
  readonly next: string | null
  readonly latest: string
}

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer
const ids: string[] = []

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.ledger.routes,
    recordEvent: ledger.ledger.recordEvent,
    callers: { two: testCaller(fixture.other) },
  })
  for (let n = 0; n < 10; n += 1) {
    ids.push(
      await ledger.record({
        kind: n % 2 === 0 ? 'order.placed' : 'order.refused',
        outcome: n % 2 === 0 ? 'success' : 'refused',
        actor: { type: 'Person', id: n < 5 ? 'ada' : 'bob', name: n < 5 ? 'Ada' : 'Bob' },
        application: n === 3 ? 'shop' : null,
        data: { n, note: n === 7 ? '100% Straße_x' : 'plain' },
      }),
    )
  }
  await ledger.record({ kind: 'secret.thing', data: { of: 'the other tenant' } }, fixture.other)
  await ledger.sequenceAll()
})
afterAll(async () => {
  await server.close()
  await ledger.ledger.stop()
  await fixture.close()
})

async function get<T>(path: string, secret = 'one'): Promise<T> {
  const response = await server.request(`/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as T
}

const numbers = (page: Page) => page.items.filter(({ kind }) => kind !== 'log.read').map(({ data }) => data['n'])

describe('GET /events/:id', () => {
  it('shows the event with its place, from which its hash follows', async () => {
    const found = await get<Event & { leaf: string; hash: string; previous: string }>(`/events/${ids[2]}`)
    const { leaf, hash, previous, ...event } = found
    expect(leafHash(event)).toBe(leaf)
    expect(chainHash(previous, leaf, found.seq ?? 0)).toBe(hash)
    expect(await get(`/events/${ids[0]}`)).toMatchObject({ seq: 1, previous: GENESIS })
  })

  it('shows an event that still waits for its place', async () => {
    const id = await ledger.record({ data: { n: 'waiting' } })
    expect(await get(`/events/${id}`)).toMatchObject({ id, seq: null, leaf: null, hash: null, previous: null })
    expect(numbers(await get<Page>('/events?limit=1'))).toEqual([9])
    await ledger.sequenceAll()
    expect(numbers(await get<Page>('/events?limit=1'))).toEqual(['waiting'])
  })

  it('has nothing of another tenant, and nothing under what is no id', async () => {
    const foreign = (await get<Page>('/events', 'two')).items[0]?.id ?? ''
    for (const id of [foreign, '01900000-0000-7000-8000-000000000000', 'x', "'", 'a'.repeat(900)]) {
      const response = await server.request(`/api/v1/events/${id}`)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'event_not_found' })
    }
    expect((await server.request('/api/v1/events/%00')).status).toBe(404)
  })
})

describe('the chain', () => {
  it('is served in pages that verify up to the head, with the events of other tenants hidden', async () => {
    const entries: ChainEntry[] = []
    let after: string | null = '0'
    while (after !== null) {
      const page: { items: ChainEntry[]; next: string | null } = await get(`/ledger/chain?after=${after}&limit=4`)
      entries.push(...page.items)
      after = page.next
    }
    const head = await get<{ seq: number; hash: string; time: string }>('/ledger/head')
    expect(verifyChain(entries)).toMatchObject({ ok: true, seq: head.seq, hash: head.hash, unseen: 1 })
    expect(entries.filter(({ event }) => event === null).map(({ seq }) => seq)).toEqual([11])
    expect(JSON.stringify(entries)).not.toContain('other tenant')
    expect(Date.parse(head.time)).toBeGreaterThan(0)
  })
})

import type { Event } from '@holdfast/events'
import { about } from '@holdfast/events'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addSeconds, systemClock } from '../../../platform/clock.ts'
import { systemRandom } from '../../../platform/random.ts'
import { createUnitOfWork } from '../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../../testing/test-server.ts'

interface Page {
  readonly items: Event[]
  readonly next: string | null
  readonly latest: string
  readonly complete: boolean
}

const ada = '01900000-0000-7000-8000-0000000000aa'
const bob = '01900000-0000-7000-8000-0000000000bb'

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
    const [id, name, address] = n < 5 ? [ada, 'Ada Lovelace', '192.0.2.7'] : [bob, 'Bob', '2001:DB8:0::1']
    ids.push(
      await ledger.units.work(
        contextOf(fixture.tenant, {
          actor: { type: 'Person', id, name },
          requestId: `request-of-${n}`,
          source: { address: n === 9 ? '198.51.100.1' : address, userAgent: 'curl/8.1' },
        }),
        (tx) =>
          tx.record({
            kind: n % 2 === 0 ? 'order.placed' : 'order.refused',
            outcome: n % 2 === 0 ? 'success' : 'refused',
            resource: { type: 'Order', id: `o-${n}` },
            application: n === 3 ? 'shop' : null,
            reason: n === 5 ? 'sold_out' : null,
            data: {
              n,
              note: n === 7 ? '100% Straße_x' : 'plain',
              to: about({ type: 'Person', id: ada }, 'ada@example.com'),
            },
          }),
      ),
    )
  }
  await ledger.record({ kind: 'secret.thing', data: { of: 'the other tenant plain' } }, fixture.other)
  await long(120, 'order.old')
  await long(30, 'order.past')
  await ledger.sequenceAll()
})
afterAll(async () => {
  await server.close()
  await ledger.ledger.stop()
  await fixture.close()
})

/** Records an event that happened so many days ago. */
async function long(days: number, kind: string): Promise<void> {
  const clock = { now: () => addSeconds(systemClock.now(), -days * 86_400) }
  const past = testLedger(fixture.database, { clock, random: systemRandom(clock), keys: ledger.keys })
  await createUnitOfWork(fixture.database, past.recordEvent).work(contextOf(fixture.tenant), (tx) =>
    tx.record({ kind, data: { n: kind } }),
  )
}

async function get<T>(path: string, secret = 'one'): Promise<T> {
  const response = await server.request(`/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as T
}

const search = (query: Record<string, string>) => get<Page>(`/events?${new URLSearchParams(query).toString()}`)
const orders = { kind: 'order.placed,order.refused' }
const numbers = (page: Page) => page.items.filter(({ kind }) => kind !== 'log.read').map(({ data }) => data['n'])

describe('a search of the log', () => {
  it('lists the newest first, of the own tenant only, and of the last 90 days', async () => {
    expect(numbers(await search({}))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 'order.past'])
    const other = await get<Page>('/events', 'two')
    expect(other.items.filter(({ kind }) => kind !== 'log.read').map(({ kind }) => kind)).toEqual(['secret.thing'])
    expect(numbers(await search({ kind: 'order.old' }))).toEqual([])
    expect(numbers(await search({ kind: 'order.old', since: '2001-01-01T00:00:00Z' }))).toEqual(['order.old'])
  })

  it('goes on page by page, however long ago the next one was', async () => {
    const seen: unknown[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: Page = await search({
        kind: 'order.*',
        limit: '4',
        since: '2001-01-01T00:00:00Z',
        ...(next !== '' && { cursor: next }),
      })
      expect(page.items.length).toBeLessThanOrEqual(4)
      expect(page.complete).toBe(true)
      seen.push(...numbers(page))
      next = page.next
    }
    expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 'order.past', 'order.old'])
  })

  it.each([
    [{ kind: 'order.refused' }, [9, 7, 5, 3, 1]],
    [{ kind: 'order.*', outcome: 'refused', actor: bob }, [9, 7, 5]],
    [{ kind: 'or_er.*' }, []],
    [{ kind: 'order' }, []],
    [{ ...orders, actorType: 'Person' }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    [{ ...orders, actorType: 'Service' }, []],
    [{ target: 'o-4' }, [4]],
    [{ target: 'o-4', targetType: 'Session' }, []],
    [{ application: 'shop' }, [3]],
    [{ reason: 'sold_out' }, [5]],
    [{ ...orders, class: '6003' }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    [{ ...orders, class: '3002,3003' }, []],
    [{ ...orders, severity: 'low' }, [9, 7, 5, 3, 1]],
    [{ ...orders, severity: 'high' }, []],
    [{ actor: 'nobody' }, []],
    [{ requestId: 'request-of-4' }, [4]],
    [{ requestId: 'request-of' }, []],
    [{ address: '192.0.2.7' }, [4, 3, 2, 1, 0]],
    [{ address: '2001:db8::1' }, [8, 7, 6, 5]],
    [{ address: '198.51.100.1,192.0.2.7', outcome: 'refused' }, [9, 3, 1]],
    [{ address: '192.0.2.8' }, []],
    [{ ...orders, query: 'LOVELACE' }, [4, 3, 2, 1, 0]],
    [{ ...orders, query: 'plain lovelace' }, [4, 3, 2, 1, 0]],
    [{ ...orders, query: '"ada lovelace"' }, [4, 3, 2, 1, 0]],
    [{ ...orders, query: '"lovelace ada"' }, []],
    [{ ...orders, query: 'lovelace', address: '192.0.2.7', outcome: 'refused' }, [3, 1]],
    [{ ...orders, query: 'ada@example.com' }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    [{ ...orders, query: 'ADA@EXAMPLE.COM sold_out' }, [5]],
    [{ query: '100% strasse' }, []],
    [{ query: 'straße_x' }, [7]],
    [{ query: 'order.refused', outcome: 'refused' }, [9, 7, 5, 3, 1]],
    [{ query: "' OR 1=1 --" }, []],
    [{ query: 'tenant' }, []],
    [{ kind: 'order.placed', since: '2001-01-01T00:00:00Z' }, [8, 6, 4, 2, 0]],
    [{ until: '2001-01-01T00:00:00+02:00' }, []],
  ] as [Record<string, string>, number[]][])('by %j', async (query, expected) => {
    expect(numbers(await search(query))).toEqual(expected)
  })

  it('finds an event by its id, by a piece of its path and by nothing of the other tenant', async () => {
    expect(numbers(await search({ query: ids[4] ?? '' }))).toEqual([4])
    expect(numbers(await get<Page>('/events?query=plain', 'two'))).toEqual([undefined])
    expect(numbers(await search({ query: 'secret' }))).toEqual([])
  })

  it('gives OCSF documents as well', async () => {
    const { items } = await get<{ items: { class_uid: number; metadata: { uid: string; event_code: string } }[] }>(
      '/events?kind=order.*&limit=1&format=ocsf',
    )
    expect(items[0]).toMatchObject({ class_uid: 6003, metadata: { uid: ids[9], event_code: 'order.refused' } })
  })

  it.each([
    [{ limit: '0' }, 'input_invalid'],
    [{ limit: '1001' }, 'input_invalid'],
    [{ cursor: '12' }, 'input_invalid'],
    [{ before: '1' }, 'input_invalid'],
    [{ after: '1;DROP TABLE events' }, 'input_invalid'],
    [{ outcome: 'fine' }, 'input_invalid'],
    [{ kind: "x' OR '1'='1" }, 'input_invalid'],
    [{ kind: '*' }, 'input_invalid'],
    [{ class: 'x' }, 'input_invalid'],
    [{ query: '\0' }, 'input_invalid'],
    [{ query: 'x'.repeat(201) }, 'input_invalid'],
    [{ since: 'yesterday' }, 'input_invalid'],
    [{ since: '+275760-01-01T00:00:00Z' }, 'input_invalid'],
    [{ wait: '26' }, 'input_invalid'],
    [{ tenant: '01900000-0000-7000-8000-00000000000b' }, 'input_invalid'],
    [{ address: '10.0.0.0/8' }, 'address_range_unsupported'],
    [{ address: '10.0.*' }, 'address_range_unsupported'],
    [{ query: '%' }, 'search_empty'],
    [{ query: 'aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq' }, 'search_too_long'],
  ] as [Record<string, string>, string][])('refuses %j with %s', async (query, code) => {
    const response = await server.request(`/api/v1/events?${new URLSearchParams(query).toString()}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code })
  })

  it('is itself recorded before it is answered, without the words that were typed', async () => {
    await search({ ...orders, query: 'lovelace', address: '192.0.2.7' })
    await ledger.sequenceAll()
    const { items } = await search({ kind: 'log.read' })
    const reading = items.find(({ data }) => JSON.stringify(data).includes('addresses'))
    expect(reading).toMatchObject({
      actor: { id: testCaller(fixture.tenant).principal.id },
      data: { what: 'search', reads: 1, filter: { kind: ['order.placed', 'order.refused'] } },
    })
    expect(JSON.stringify(reading)).not.toMatch(/lovelace|192\.0\.2\.7/)
    // Whoever looks for the same can find who looked for it: by the token, which is a word of the event.
    const [token] = (reading?.data['filter'] as { words: string[] } | undefined)?.words ?? []
    expect((await search({ kind: 'log.read', query: token ?? '' })).items.map(({ id }) => id)).toContain(reading?.id)
  })

  it('is not answered when it cannot be recorded', async () => {
    await fixture.admin.query('ALTER TABLE events ADD CONSTRAINT none CHECK (id IS NULL) NOT VALID')
    try {
      const response = await server.request('/api/v1/events?kind=order.placed&target=o-2')
      expect(response.status).toBe(500)
      expect(await response.text()).not.toContain('o-2')
    } finally {
      await fixture.admin.query('ALTER TABLE events DROP CONSTRAINT none')
    }
  })
})

describe('the facets of a search', () => {
  it('count what is there, in the window', async () => {
    expect(await get('/ledger/facets?kind=order.*')).toMatchObject({
      kind: [
        { value: 'order.placed', count: 5 },
        { value: 'order.refused', count: 5 },
        { value: 'order.past', count: 1 },
      ],
      outcome: [
        { value: 'success', count: 6 },
        { value: 'refused', count: 5 },
      ],
      actor: [
        { value: `Person/${ada}`, count: 5 },
        { value: `Person/${bob}`, count: 5 },
      ],
      application: [{ value: 'shop', count: 1 }],
      counted: 11,
      complete: true,
    })
    expect(await get('/ledger/facets?query=lovelace&outcome=refused')).toMatchObject({ counted: 2 })
    expect(await get('/ledger/facets?address=192.0.2.7')).toMatchObject({ counted: 5 })
    expect(await get(`/ledger/facets?since=${new Date().toISOString()}&kind=order.*`)).toMatchObject({ counted: 0 })
    expect(await get('/ledger/facets?kind=secret.*')).toMatchObject({ counted: 0, kind: [] })
  })
})

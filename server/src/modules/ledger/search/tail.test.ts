import type { Event } from '@holdfast/events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../../testing/ledger.ts'
import { onceWithin } from '../../../testing/once-within.ts'
import { startTestServer, testCaller, type TestServer } from '../../../testing/test-server.ts'

interface Page {
  readonly items: Event[]
  readonly latest: string
}

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.ledger.routes,
    recordEvent: ledger.ledger.recordEvent,
    callers: { two: testCaller(fixture.other) },
  })
  ledger.ledger.startSequencer()
})
afterEach(async () => {
  await server.close()
  await ledger.ledger.stop()
  await fixture.close()
})

async function follow(query: string, init: RequestInit = {}): Promise<Page> {
  const response = await server.request(`/api/v1/events?${query}`, init)
  expect(response.status, String(server.faults[0])).toBe(200)
  return (await response.json()) as Page
}

async function settled(): Promise<void> {
  while ((await fixture.admin.query('SELECT 1 FROM log_queue')).rowCount !== 0) await sleep(20)
}

const numbers = (page: Page) => page.items.map(({ data }) => data['n'])

describe('following the ledger', () => {
  it('answers within a second of the commit', async () => {
    let after = '0'
    let n = 0
    await onceWithin(1000, async () => {
      const waiting = follow(`after=${after}&wait=20&kind=thing.done`)
      await sleep(300)
      n += 1
      const committed = performance.now()
      await ledger.record({ data: { n } })
      const page = await waiting
      expect(numbers(page)).toEqual([n])
      after = page.latest
      return performance.now() - committed
    })
  })

  it('misses nothing and repeats nothing, oldest first, while many write', async () => {
    const writing = (async () => {
      for (let n = 1; n <= 60; n += 1) {
        await Promise.all([ledger.record({ data: { n } }), ledger.record({ data: { of: 'other' } }, fixture.other)])
      }
    })()
    const seen: unknown[] = []
    let latest = '0'
    while (seen.length < 60) {
      const page = await follow(`after=${latest}&wait=10&limit=7&kind=thing.done`)
      seen.push(...numbers(page))
      latest = page.latest
    }
    await writing
    expect(seen).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  })

  it('sleeps on through what the filter leaves out', async () => {
    const waiting = follow('after=0&wait=20&kind=order.placed')
    await sleep(100)
    await ledger.record({ kind: 'noise.made' })
    await ledger.record({ kind: 'order.placed', data: { n: 'mine' } }, fixture.other)
    await sleep(400)
    await ledger.record({ kind: 'order.placed', data: { n: 1 } })
    const page = await waiting
    expect(numbers(page)).toEqual([1])
    expect(Number(page.latest)).toBeGreaterThanOrEqual(3)
  })

  it('does not feed itself: that somebody follows is one event, however often they ask', async () => {
    let latest = '0'
    const kinds: string[] = []
    for (let n = 0; n < 6; n += 1) {
      const page = await follow(`after=${latest}&wait=0.3`)
      kinds.push(...page.items.map(({ kind }) => kind))
      latest = page.latest
    }
    expect(kinds).toEqual(['log.read'])
  })

  it('goes through a long log piece by piece, and says how far it got', async () => {
    await ledger.record({ kind: 'order.placed', data: { n: 1 } })
    await ledger.record({ kind: 'noise.made' })
    await settled()
    const page = await follow('after=0&kind=order.placed&query=nothing')
    expect(page.items).toEqual([])
    expect(Number(page.latest)).toBeGreaterThanOrEqual(2)
    expect((await follow(`after=${page.latest}&kind=order.placed`)).items).toEqual([])
    expect(numbers(await follow('after=0&kind=order.placed&query=placed'))).toEqual([1])
  })

  it('answers with nothing when the time is over', async () => {
    await ledger.record()
    const started = performance.now()
    const page = await follow('after=5&wait=0.5&kind=thing.done')
    expect(page.items).toEqual([])
    expect(page.latest).toBe('5')
    expect(performance.now() - started).toBeGreaterThan(400)
    expect((await follow('after=5&kind=thing.done')).items).toEqual([])
  })

  it('ends when the client goes away', async () => {
    const gone = new AbortController()
    const waiting = follow('after=0&wait=20&kind=thing.done', { signal: gone.signal }).catch((error: unknown) => error)
    await sleep(200)
    gone.abort()
    expect(await waiting).toBeInstanceOf(Error)
    // Nothing waits any more, or closing would take the rest of the twenty seconds.
    const closing = performance.now()
    await server.close()
    expect(performance.now() - closing).toBeLessThan(15_000)
  })

  it('ends when the server stops', async () => {
    const waiting = follow('after=0&wait=20&kind=thing.done')
    await sleep(200)
    const closing = performance.now()
    await server.close()
    expect((await waiting).items).toEqual([])
    expect(performance.now() - closing).toBeLessThan(15_000)
  })

  it('hears of what another replica sequenced', async () => {
    await ledger.ledger.stop()
    const reader = ledgerOn(fixture)
    const second = await startTestServer({
      database: fixture.database,
      tenant: fixture.tenant,
      routes: reader.ledger.routes,
      recordEvent: reader.ledger.recordEvent,
    })
    reader.ledger.startSequencer()
    try {
      const waiting = second.request('/api/v1/events?after=0&wait=20&kind=thing.done')
      await sleep(200)
      await ledger.record({ data: { n: 1 } })
      await ledger.sequenceAll()
      const page = (await (await waiting).json()) as Page
      expect(numbers(page)).toEqual([1])
    } finally {
      await second.close()
      await reader.ledger.stop()
    }
  })
})

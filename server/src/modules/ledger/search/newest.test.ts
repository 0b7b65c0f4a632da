import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addSeconds, systemClock } from '../../../platform/clock.ts'
import { systemRandom } from '../../../platform/random.ts'
import { createUnitOfWork, type Read } from '../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../../testing/ledger.ts'
import type { ReadEvents, StoredEvent } from '../index.ts'
import { countFacets } from './facets.ts'
import { withTokens } from './filter.ts'
import { listNewest, type NewestPage } from './newest.ts'
import { searchPurpose } from './tokens.ts'

let fixture: Fixture
let ledger: LedgerFixture
let other: Client
let old: string
/** by id: what is opened is not looked for, and would wait for the locked table as well */
let known: ReadonlyMap<string, StoredEvent>

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  other = new Client({ connectionString: fixture.url })
  await other.connect()
  const clock = { now: () => addSeconds(systemClock.now(), -70 * 86_400) }
  await fixture.admin.query('SELECT make_event_partitions($1, 1)', [clock.now()])
  old = `events_${clock.now().toISOString().slice(0, 7).replace('-', '_')}`
  const past = testLedger(fixture.database, { clock, random: systemRandom(clock), keys: ledger.keys })
  await createUnitOfWork(fixture.database, past.recordEvent).work(contextOf(fixture.tenant), (tx) =>
    tx.record({ kind: 'order.old', data: { word: 'needle' } }),
  )
  for (let n = 0; n < 3; n += 1) await ledger.record({ kind: 'order.new', data: { word: 'needle' } })
  await ledger.sequenceAll()
  known = new Map((await ledger.events()).map((event) => [event.id, event]))
})
afterAll(async () => {
  await other.end()
  await ledger.ledger.stop()
  await fixture.close()
})

const read: Read = (run) => fixture.database.asTenant(fixture.tenant, run, 'read')

async function find(query: string, below: string | undefined, budget: number): Promise<NewestPage | undefined> {
  const { keys } = ledger
  const text = { words: [query], phrases: [] }
  const tokens = await read(async (tx) => withTokens({ text }, await keys.blindIndex(tx, searchPurpose)))
  const filter = { ...tokens, since: addSeconds(systemClock.now(), -90 * 86_400) }
  const readEvents: ReadEvents = async (_, ids) => ids.flatMap((id) => known.get(id) ?? [])
  const deps = { read, readEvents, tenant: fixture.tenant, now: new Date(), size: 1_000_000, budget }
  return listNewest({ filter, phrases: [], below, limit: 50 }, deps)
}

/** Meanwhile nobody can read from the table. */
async function locked<T>(table: string, meanwhile: () => Promise<T>): Promise<T> {
  await other.query(`BEGIN; LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`)
  try {
    return await meanwhile()
  } finally {
    await other.query('ROLLBACK')
  }
}

const kinds = (page: NewestPage | undefined) => page?.items.map(({ view }) => view.kind)

describe('a search that takes too long', () => {
  it('answers what it found, says that it is not all, and goes on from there', async () => {
    const first = await locked(old, () => find('needle', undefined, 1_500))
    expect(kinds(first)).toEqual(['order.new', 'order.new', 'order.new'])
    expect(first?.complete).toBe(false)
    const second = await find('needle', first?.next ?? undefined, 4_000)
    expect(kinds(second)).toEqual(['order.old'])
    expect(second).toMatchObject({ complete: true, next: null })
  })

  it('is given up when not even the newest events can be looked at', async () => {
    expect(await locked('events', () => find('needle', undefined, 300))).toBeUndefined()
    expect(kinds(await find('needle', undefined, 4_000))).toHaveLength(4)
  })

  it('counts a shorter time, and says since when', async () => {
    const filter = { words: [], addresses: [], kind: ['order.*'], since: addSeconds(systemClock.now(), -90 * 86_400) }
    const deps = { read, tenant: fixture.tenant, now: new Date(), budget: 1_500 }
    const facets = await locked(old, () => countFacets(filter, deps))
    expect(facets).toMatchObject({ counted: 3, complete: false })
    expect(facets?.since?.getTime()).toBeGreaterThan(Date.now() - 30 * 86_400_000)
    expect(await locked('events', () => countFacets(filter, { ...deps, budget: 300 }))).toBeUndefined()
  })
})

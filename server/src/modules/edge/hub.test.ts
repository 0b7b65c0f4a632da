import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../../platform/database/database.ts'
import { nextEpoch } from '../../platform/epoch.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { createHub, type Hub } from './hub.ts'

let fixture: Fixture
let looks = 0
const hubs: Hub[] = []

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(async () => {
  for (const hub of hubs) hub.close()
  await fixture.close()
})

const never = new AbortController().signal

/** A hub that no notification ever reaches. */
function deafHub(): Hub {
  const { database } = fixture
  const deaf: Database = {
    ...database,
    listen: () => () => {},
    asSystem: (run) => {
      looks += 1
      return database.asSystem(run)
    },
  }
  const hub = createHub(deaf, 'holdfast_edge', () => 0.5)
  hubs.push(hub)
  return hub
}

const change = (tenant: string) => fixture.database.asTenant(tenant, (tx) => nextEpoch(tx))

describe('a hub that hears no notification', () => {
  it('finds by itself that a tenant has changed, and wakes its polls and no others', async () => {
    const { tenant, other } = fixture
    const hub = deafHub()
    const [seen, unseen] = [await change(tenant), await change(other)]
    const waiter = hub.wait(tenant, 600, never)
    const bystander = hub.wait(other, 600, never)
    waiter.saw(seen)
    bystander.saw(unseen)
    let woken = 'nobody'
    void bystander.news.then(() => (woken = 'bystander'))
    await change(tenant)
    await waiter.news
    expect(woken).toBe('nobody')
    bystander.cancel()
  })

  it('wakes a poll whose change came before its first look', async () => {
    const seen = await change(fixture.tenant)
    await change(fixture.tenant)
    const waiter = deafHub().wait(fixture.tenant, 600, never)
    waiter.saw(seen)
    await waiter.news
  })

  it('asks once for all polls', async () => {
    const hub = deafHub()
    const seen = await change(fixture.tenant)
    looks = 0
    const waiters = Array.from({ length: 200 }, () => hub.wait(fixture.tenant, 600, never))
    for (const waiter of waiters) waiter.saw(seen)
    await change(fixture.tenant)
    await Promise.all(waiters.map(({ news }) => news))
    expect(looks).toBeLessThan(10)
  })
})

describe('a wait', () => {
  it('ends with its signal, its time, or when it is given up', async () => {
    const hub = deafHub()
    const gone = new AbortController()
    const waits = [hub.wait(fixture.tenant, 600, gone.signal), hub.wait(fixture.tenant, 0.01, never)]
    gone.abort()
    await Promise.all(waits.map(({ news }) => news))
    const given = hub.wait(fixture.tenant, 600, never)
    given.cancel()
    await given.news
    await hub.wait(fixture.tenant, 600, gone.signal).news
  })
})

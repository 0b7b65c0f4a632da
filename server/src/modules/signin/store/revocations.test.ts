import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createUnitOfWork, type Tx, type UnitOfWork } from '../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { insertRevocations, selectRevocations } from './revocations.ts'

let fixture: Fixture
let units: UnitOfWork

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  units = createUnitOfWork(fixture.database, async () => '')
})
afterEach(() => fixture.close())

const now = new Date()
const id = (at: number) => `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`
const ended = (at: number) => [{ id: id(at), kind: 'sign-in', person: id(0), application: null }] as const

const right = (tx: Tx, at: number) => insertRevocations(tx, ended(at), now)
/** The broken twin: takes its number from the sequence and commits whenever it does. */
const twin = async (tx: Tx, at: number) => {
  await sql`INSERT INTO session_revocations (tenant_id, session_id, revoked_at) VALUES (${tx.tenant}::uuid, ${id(at)}::uuid, ${now})`.execute(
    tx.kysely(),
  )
}

const read = (cursor: number, tenant = fixture.tenant) =>
  fixture.database.asTenant(tenant, (tx) => selectRevocations(tx, cursor, now), 'read')

/** The first writer takes its number first and commits last; an edge reads in between and afterwards. */
async function edgeSees(write: (tx: Tx, at: number) => Promise<void>, waits: boolean): Promise<string[]> {
  const wrote = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const slow = units.work(contextOf(fixture.tenant), async (tx) => {
    await write(tx, 1)
    wrote.resolve()
    await mayCommit.promise
  })
  await wrote.promise
  const quick = units.work(contextOf(fixture.tenant), (tx) => write(tx, 2))
  // Who waits for the first one cannot be waited for: for them it is enough that they had the time.
  await (waits ? Promise.race([quick, new Promise((done) => setTimeout(done, 300))]) : quick)
  const first = await read(0)
  mayCommit.resolve()
  await Promise.all([slow, quick])
  const second = await read(first.cursor)
  return [...first.revoked, ...second.revoked].map(({ session }) => session).toSorted()
}

describe('the feed of what was revoked', () => {
  it('passes nothing by, in whatever order transactions commit', async () => {
    expect(await edgeSees(right, true)).toEqual([id(1), id(2)])
  })

  it('the twin loses the one that commits late', async () => {
    expect(await edgeSees(twin, false)).toEqual([id(2)])
  })

  it('goes on where the cursor was, in pages, and says nothing twice', async () => {
    await units.work(contextOf(fixture.tenant), async (tx) => {
      const many = Array.from({ length: 2_300 }, (_, at) => ended(at + 1)[0])
      await insertRevocations(tx, many, now)
    })
    const sizes: number[] = []
    const seen = new Set<string>()
    let cursor = 0
    for (;;) {
      const { revoked, cursor: next } = await read(cursor)
      sizes.push(revoked.length)
      for (const { session } of revoked) seen.add(session)
      if (revoked.length === 0) break
      expect(next).toBeGreaterThan(cursor)
      cursor = next
    }
    expect(sizes).toEqual([1000, 1000, 300, 0])
    expect(seen.size).toBe(2_300)
  })

  it('tells a new edge the last minutes, and gives it a place all the same', async () => {
    await units.work(contextOf(fixture.tenant), async (tx) => {
      await insertRevocations(tx, ended(1), new Date(now.getTime() - 401_000))
    })
    const { revoked, cursor } = await read(0)
    expect(revoked).toEqual([])
    expect(cursor).toBe(1)
  })

  it('tells an edge from before a restored backup what is new, instead of nothing', async () => {
    await units.work(contextOf(fixture.tenant), (tx) => right(tx, 1))
    expect((await read(1_000_000)).revoked).toHaveLength(1)
  })

  it('is a tenant’s own', async () => {
    await units.work(contextOf(fixture.tenant), (tx) => right(tx, 1))
    expect((await read(0, fixture.other)).revoked).toEqual([])
  })
})

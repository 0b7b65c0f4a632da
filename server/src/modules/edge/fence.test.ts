import { generateKeyPairSync } from 'node:crypto'
import { publicJwk } from '@holdfast/bundle'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { currentEpoch, nextEpoch } from '../../platform/epoch.ts'
import { createUnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { barrier } from './barrier.ts'
import { type EdgeName, lend, shareLeases, sight } from './store/edges.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterEach(() => fixture.close())

const edge: EdgeName = { service: '01900000-0000-7000-8000-0000000000e1', instance: 'one' }
const never = new AbortController().signal

function ask() {
  const { database, tenant } = fixture
  const { privateKey } = generateKeyPairSync('ed25519')
  const { kid } = publicJwk(privateKey)
  const epochs = async (tx: Transaction) => ({ gateway: 0, applications: new Map([['shop', await currentEpoch(tx)]]) })
  const deps = {
    database,
    clock: systemClock,
    key: { kid, key: privateKey, jwk: publicJwk(privateKey) },
    publicUrl: 'http://holdfast.test',
    access: { epochs } as never,
    sessions: { feedEnd: async () => ({ newest: 0, last: 0 }) } as never,
    units: createUnitOfWork(database, async () => 'event'),
  }
  return barrier(deps, {
    context: contextOf(tenant),
    epoch: undefined,
    application: undefined,
    seconds: 0,
    signal: never,
  })
}

/**
 * A replica gives an edge a lease on what it saw just before a change; the change commits, and the barrier is asked before the
 * lease is written down.
 * @param begin what the replica does before it looks
 * @returns what the barrier says
 */
async function changedWhileLending(begin: (tx: Transaction) => Promise<void>) {
  const { database, tenant, admin } = fixture
  const at = new Date()
  await database.asTenant(tenant, async (tx) => {
    await sight(tx, { ...edge, kind: 'sdk', application: 'shop', version: '1', epoch: 1, cursor: 0, at })
  })
  const looked = Promise.withResolvers<number>()
  const mayLend = Promise.withResolvers<void>()
  const lending = database.asTenant(tenant, async (tx) => {
    await begin(tx)
    looked.resolve(await currentEpoch(tx))
    await mayLend.promise
    await lend(tx, edge, 20, at)
  })
  const seen = await looked.promise
  const changed = await database.asTenant(tenant, (tx) => nextEpoch(tx))
  expect(changed).toBeGreaterThan(seen)
  const asked = ask()
  // It has answered already, or it waits for the replica's lock.
  const waits = async () => {
    const { rows } = await admin.query(
      "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted",
    )
    return rows.length > 0
  }
  let over = false
  void asked.finally(() => (over = true))
  await expect.poll(async () => over || (await waits())).toBe(true)
  mayLend.resolve()
  await lending
  const answer = await asked
  return answer.ok ? answer.value : undefined
}

describe('a lease on what was there before a change', () => {
  it('is known to whoever asks after the change, however late it is written down', async () => {
    const answer = await changedWhileLending(shareLeases)
    expect(answer).toMatchObject({ state: 'pending', edges: [{ instance: 'one', how: 'waiting' }] })
  })

  it('escapes where it is written down without the lock: the twin says that nobody acts by the old', async () => {
    const answer = await changedWhileLending(async (tx) => {
      await sql`SELECT 1`.execute(tx.kysely())
    })
    expect(answer).toMatchObject({ state: 'effective', edges: [] })
  })
})

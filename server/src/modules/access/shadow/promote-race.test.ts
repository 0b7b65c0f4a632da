import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { nextEpoch } from '../../../platform/epoch.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { findApplication, listPolicies, writePolicy } from '../store.ts'
import { liveVersion } from './live.ts'
import { deleteCandidate, findCandidate, replaceCandidate } from './store.ts'

const at = new Date('2026-01-01T00:00:00Z')
const rivals = 6

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

/** An application with a candidate, as whoever wants to promote it has looked at both. */
async function prepared(application: string): Promise<{ candidate: string; live: string }> {
  const { database, tenant } = fixture
  const candidate = '01900000-0000-7000-8000-00000000000c'
  return database.asTenant(tenant, async (tx) => {
    await sql`INSERT INTO tenant_epochs (tenant_id) VALUES (current_tenant()) ON CONFLICT DO NOTHING`.execute(
      tx.kysely(),
    )
    await sql`INSERT INTO applications (tenant_id, id, name, epoch, schema_text, schema_json, schema_updated_at, created_at)
      VALUES (current_tenant(), ${application}, 'x', 1, '', '{}', ${at}, ${at})`.execute(tx.kysely())
    const row = await findApplication(tx, application)
    if (row === undefined) throw new Error('no application')
    const live = liveVersion(row, await listPolicies(tx, application))
    const by = { type: 'Person', id: 'ada' }
    const rest = { policies: [], schema_text: null, schema_json: null, schema_version: 1, live, by, at }
    await replaceCandidate(tx, { application, id: candidate, ...rest })
    return { candidate, live }
  })
}

/** What promoting does, with the locks that it takes or without them. @returns whether it went through */
async function promote(
  tx: Transaction,
  application: string,
  seen: { candidate: string; live: string },
  locks: boolean,
) {
  if (locks) await nextEpoch(tx)
  const row = await findApplication(tx, application, locks)
  const candidate = await findCandidate(tx, application, locks)
  const same = row !== undefined && liveVersion(row, await listPolicies(tx, application)) === seen.live
  if (!locks) await sql`SELECT pg_sleep(0.1)`.execute(tx.kysely())
  if (candidate?.id !== seen.candidate || !same) return false
  const policy = { kind: 'policy', text: 'permit (principal, action, resource);', effect: 'permit' } as const
  await writePolicy(tx, { ...policy, application, name: 'all', parsed: {}, builtin: false, by: null, at })
  await deleteCandidate(tx, application)
  return true
}

describe('many who promote the same candidate', () => {
  const race = async (application: string, locks: boolean) => {
    const seen = await prepared(application)
    const { database, tenant } = fixture
    await Promise.all(Array.from({ length: rivals }, () => database.ping()))
    const won = await Promise.all(
      Array.from({ length: rivals }, () => database.asTenant(tenant, (tx) => promote(tx, application, seen, locks))),
    )
    return won.filter(Boolean).length
  }

  test('one wins, under the locks that promoting takes', async () => {
    for (let round = 0; round < 5; round += 1) expect(await race(`right-${round}`, true)).toBe(1)
  })

  test('the twin that looks first and changes then lets several through', async () => {
    let most = 0
    for (let round = 0; round < 50 && most < 2; round += 1) most = Math.max(most, await race(`twin-${round}`, false))
    expect(most).toBeGreaterThan(1)
  })
})

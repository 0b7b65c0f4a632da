import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { manifests } from '../../modules.ts'
import type { Tables } from '../../platform/database/tables.ts'
import { platformTables } from '../../platform/tables.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { controls } from './controls.ts'

const tables: Tables = Object.assign({}, platformTables, ...manifests.map((manifest) => manifest.tables)) as Tables

let fixture: Fixture
beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterEach(() => fixture.close())

async function check(id: string) {
  const control = controls(tables).find((each) => each.id === id)
  return control?.check({ database: fixture.database, tenant: fixture.tenant, now: new Date() })
}

describe('tenants-apart', () => {
  it('passes on the database as it is migrated', async () => {
    expect(await check('compliance.tenants-apart')).toMatchObject({ status: 'pass' })
  })

  it.each([
    ['it is off', 'ALTER TABLE events DISABLE ROW LEVEL SECURITY', 'events'],
    ['the owner is let past', 'ALTER TABLE events NO FORCE ROW LEVEL SECURITY', 'events'],
    ['a policy shows everything', 'CREATE POLICY peek ON events FOR SELECT TO holdfast_tenant USING (true)', 'events'],
    ['a policy shows everything to everybody', 'CREATE POLICY peek ON events FOR SELECT USING (true)', 'events'],
    ['the policy is gone', 'DROP POLICY own_tenant ON events', 'events'],
    ['the jobs can be read', 'CREATE POLICY peek ON jobs FOR SELECT TO holdfast_tenant USING (true)', 'jobs'],
    ['a table is gone', 'DROP TABLE events CASCADE', 'events'],
  ])('fails when %s', async (_, sabotage, table) => {
    await fixture.admin.query(sabotage)
    const result = await check('compliance.tenants-apart')
    expect(result).toMatchObject({ status: 'fail', evidence: expect.stringContaining(table) as string })
  })
})

describe('data-classified', () => {
  it('passes on the database as it is migrated', async () => {
    expect(await check('compliance.data-classified')).toMatchObject({ status: 'pass' })
  })

  it.each([
    ['a column is added', 'ALTER TABLE tenants ADD iban text', 'tenants.iban is not declared'],
    ['a table is added', 'CREATE TABLE notes (id int)', 'notes.id is not declared'],
    ['a column is gone', 'ALTER TABLE tenants DROP name', 'tenants.name is declared but missing'],
  ])('fails when %s', async (_, change, evidence) => {
    await fixture.admin.query(change)
    expect(await check('compliance.data-classified')).toEqual({ status: 'fail', evidence: `${evidence}.` })
  })
})

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterEach(() => fixture.close())

async function statuses(): Promise<Record<string, string>> {
  const { database, tenant } = fixture
  const results: Record<string, string> = {}
  const own = ledger.ledger.controls.filter(({ id }) => id in allPass)
  expect(own).toHaveLength(3)
  for (const control of own) {
    const { status, evidence } = await control.check({ database, tenant, now: new Date() })
    expect(evidence).toMatch(/\.$/)
    results[control.id] = status
  }
  return results
}

const allPass = { 'ledger.append-only': 'pass', 'ledger.sequenced': 'pass', 'ledger.tree-verifies': 'pass' }

describe('the controls of the ledger', () => {
  it('pass on an installation that nobody broke, empty or not', async () => {
    expect(await statuses()).toEqual(allPass)
    for (let n = 0; n < 10; n += 1) await ledger.record({ data: { n } })
    expect(await statuses()).toEqual(allPass)
    await ledger.sequenceAll()
    await ledger.record()
    expect(await statuses()).toEqual(allPass)
    expect(await ledger.verify()).toMatchObject({ size: 10 })
  })

  it.each([
    ['a trigger is off', 'ALTER TABLE events DISABLE TRIGGER events_unchanged'],
    ['a trigger is off for replicas', 'ALTER TABLE events ENABLE TRIGGER log_guard_truncate'],
    ['a trigger of a partition is off', 'ALTER TABLE events_default DISABLE TRIGGER log_guard'],
    ['events no longer wait for their place', 'ALTER TABLE events DISABLE TRIGGER events_queue'],
    ['a trigger is gone', 'DROP TRIGGER log_guard ON log_head'],
    ['a role may delete', 'GRANT DELETE ON events TO holdfast_tenant'],
    ['a role may read past the parent', 'GRANT INSERT ON events_default TO holdfast_tenant'],
    ['a role may truncate', 'GRANT TRUNCATE ON log_head TO holdfast_system'],
    ['a role may change a column', 'GRANT UPDATE (body) ON events TO holdfast_system'],
    ['everybody may change a column', 'GRANT UPDATE (commitment) ON log_entries TO PUBLIC'],
    [
      'the trigger lets everything pass',
      'CREATE OR REPLACE FUNCTION log_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    ],
  ])('append-only fails when %s', async (_, sabotage) => {
    await ledger.record()
    await ledger.sequenceAll()
    await fixture.admin.query(sabotage)
    expect(await statuses()).toEqual({ ...allPass, 'ledger.append-only': 'fail' })
  })

  it('sequenced fails when an event waits for longer than a minute', async () => {
    await fixture.admin.query("ALTER TABLE log_queue ALTER recorded_at SET DEFAULT now() - interval '61 s'")
    await ledger.record()
    expect(await statuses()).toEqual({ ...allPass, 'ledger.sequenced': 'fail' })
    await ledger.sequenceAll()
    expect(await statuses()).toEqual(allPass)
  })

  it.each([
    ['an event was changed', "UPDATE events SET kind = 'thing.undone' WHERE id = $1"],
    ['what it says was changed', "UPDATE events SET body = body || '\\x00'::bytea WHERE id = $1"],
    ['an event is gone', 'DELETE FROM events WHERE id = $1'],
    ['an entry is gone', 'DELETE FROM log_entries WHERE event_id = $1'],
    ['the head is another', "UPDATE log_head SET root_hash = sha256('x') WHERE $1::uuid IS NOT NULL"],
  ])('tree-verifies fails when %s', async (_, tampering) => {
    const ids: string[] = []
    for (let n = 0; n < 10; n += 1) ids.push(await ledger.record({ data: { n } }))
    await ledger.sequenceAll()
    for (const table of ['events', 'log_entries', 'log_head']) {
      await fixture.admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
    }
    await fixture.admin.query(tampering, [ids[4]])
    expect((await statuses())['ledger.tree-verifies']).toBe('fail')
  })
})

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { controls } from './controls.ts'

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
  for (const control of controls) {
    const { status, evidence } = await control.check({ database, tenant, now: new Date() })
    expect(evidence).toMatch(/\.$/)
    results[control.id] = status
  }
  return results
}

const allPass = { 'ledger.append-only': 'pass', 'ledger.sequenced': 'pass', 'ledger.chain-verifies': 'pass' }

describe('the controls of the ledger', () => {
  it('pass on an installation that nobody broke, empty or not', async () => {
    expect(await statuses()).toEqual(allPass)
    for (let n = 0; n < 10; n += 1) await ledger.record({ data: { n } })
    expect(await statuses()).toEqual(allPass)
    await ledger.sequenceAll()
    await ledger.record()
    expect(await statuses()).toEqual(allPass)
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 10 })
  })

  it.each([
    ['a trigger is off', 'ALTER TABLE events DISABLE TRIGGER events_append_only'],
    ['a trigger is off for replicas', 'ALTER TABLE events ENABLE TRIGGER events_no_truncate'],
    ['a trigger is gone', 'DROP TRIGGER ledger_head_forward ON ledger_head'],
    ['a role may delete', 'GRANT DELETE ON events TO holdfast_tenant'],
    ['a role may truncate', 'GRANT TRUNCATE ON ledger_head TO holdfast_system'],
    ['a role may change a column', 'GRANT UPDATE (data) ON events TO holdfast_system'],
    ['everybody may change a column', 'GRANT UPDATE (kind) ON events TO PUBLIC'],
    [
      'the trigger lets everything pass',
      'CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    ],
  ])('append-only fails when %s', async (_, sabotage) => {
    await ledger.record()
    await ledger.sequenceAll()
    await fixture.admin.query(sabotage)
    expect(await statuses()).toEqual({ ...allPass, 'ledger.append-only': 'fail' })
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 1 })
  })

  it('sequenced fails when an event waits for longer than a minute', async () => {
    await fixture.admin.query("ALTER TABLE events ALTER recorded_at SET DEFAULT now() - interval '61 s'")
    await ledger.record()
    expect(await statuses()).toEqual({ ...allPass, 'ledger.sequenced': 'fail' })
    await ledger.sequenceAll()
    expect(await statuses()).toEqual(allPass)
  })

  it.each([
    ['an event was changed', `UPDATE events SET data = '{"n": 99}' WHERE seq = 5`],
    ['an event is gone', 'DELETE FROM events WHERE seq = 5'],
    ['the end is gone', 'DELETE FROM events WHERE seq > 7'],
    ['the head is another', "UPDATE ledger_head SET hash = sha256('x')"],
  ])('chain-verifies fails when %s', async (_, tampering) => {
    for (let n = 0; n < 10; n += 1) await ledger.record({ data: { n } })
    await ledger.sequenceAll()
    await fixture.admin.query(`
      ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE ledger_head DISABLE TRIGGER ALL;
      ${tampering};
      ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only; ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_truncate;
      ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER ledger_head_forward;
      ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER ledger_head_no_truncate`)
    expect(await statuses()).toEqual({ ...allPass, 'ledger.chain-verifies': 'fail' })
  })
})

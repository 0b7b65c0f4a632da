import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'

let fixture: Fixture
let ledger: LedgerFixture
let waiting: string

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  for (let n = 1; n <= 5; n += 1) await ledger.record({ data: { n } })
  await ledger.sequenceAll()
  waiting = await ledger.record({ data: { waiting: true } })
  // The owner of the tables is a superuser only where PostgreSQL was given one; hold an ordinary owner as well.
  await fixture.admin.query(`
    CREATE ROLE ledger_owner_test;
    GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner_test;
    ALTER TABLE events OWNER TO ledger_owner_test;
    ALTER TABLE ledger_head OWNER TO ledger_owner_test;
    ALTER TABLE events NO FORCE ROW LEVEL SECURITY`)
})
afterAll(async () => {
  await fixture.admin.query('REASSIGN OWNED BY ledger_owner_test TO CURRENT_USER; DROP OWNED BY ledger_owner_test')
  await fixture.admin.query('DROP ROLE ledger_owner_test')
  await fixture.close()
})

/** What somebody gets who runs SQL as a role. @returns the SQLSTATE of the refusal, or how many rows were hit */
async function attack(role: string | null, statement: string, settings = ''): Promise<string> {
  const { admin, tenant } = fixture
  await admin.query('BEGIN')
  try {
    if (role !== null) await admin.query(`SET LOCAL ROLE ${role}; SET LOCAL holdfast.tenant = '${tenant}'`)
    await admin.query(settings)
    const { rowCount } = await admin.query(statement)
    return `${rowCount} rows`
  } catch (error) {
    return String((error as { code?: unknown }).code)
  } finally {
    await admin.query('ROLLBACK')
  }
}

const denied = '42501'

const statements = [
  ["UPDATE events SET data = '{}'", 'change what happened'],
  ["UPDATE events SET outcome = 'success' WHERE seq IS NULL", 'change what waits for its place'],
  ['UPDATE events SET seq = NULL, leaf = NULL, hash = NULL', 'take places away'],
  ['UPDATE events SET seq = seq + 100 WHERE seq = 5', 'move an event'],
  ['UPDATE events SET hash = leaf WHERE seq = 5', 'change a hash'],
  ['DELETE FROM events WHERE seq = 3', 'delete an event'],
  ['DELETE FROM events WHERE seq IS NULL', 'delete what waits for its place'],
  ['TRUNCATE events', 'delete everything'],
  ["UPDATE ledger_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')", 'turn the head back'],
  ['UPDATE ledger_head SET hash = hash', 'exchange the hash of the head'],
  ['DELETE FROM ledger_head', 'delete the head'],
  ['TRUNCATE ledger_head', 'truncate the head'],
] as const

describe.each(['holdfast_tenant', 'holdfast_system', 'ledger_owner_test', null])('as %s', (role) => {
  it.each(statements)('%s: nobody may %s', async (statement) => {
    expect(await attack(role, statement)).toBe(denied)
  })

  it('nobody may insert an event with a place', async () => {
    const place = "decode(repeat('00', 32), 'hex')"
    const statement = `INSERT INTO events (tenant_id, id, time, kind, outcome, data, seq, leaf, hash)
      VALUES ('${fixture.tenant}', gen_random_uuid(), now(), 'x', 'success', '{}', 6, ${place}, ${place})`
    expect(await attack(role, statement)).toBe(denied)
  })
})

describe('the roles of the server', () => {
  it('the tenant may not give a place', async () => {
    const statement = `UPDATE events SET seq = 6, leaf = decode(repeat('00', 32), 'hex'), hash = leaf WHERE id = '${waiting}'`
    expect(await attack('holdfast_tenant', statement)).toBe(denied)
  })

  it('the tenant may not backdate an insertion, nor choose its order', async () => {
    const insert = (column: string, value: string, clause = '') =>
      `INSERT INTO events (tenant_id, id, time, kind, outcome, data, ${column}) ${clause}
       VALUES ('${fixture.tenant}', gen_random_uuid(), now(), 'x', 'success', '{}', ${value})`
    expect(await attack('holdfast_tenant', insert('recorded_at', "'2001-01-01'"))).toBe(denied)
    expect(await attack('holdfast_tenant', insert('ordinal', '1', 'OVERRIDING SYSTEM VALUE'))).toBe(denied)
  })

  it('the system may not insert events', async () => {
    const statement = `INSERT INTO events (tenant_id, id, time, kind, outcome, data)
      VALUES ('${fixture.tenant}', gen_random_uuid(), now(), 'x', 'success', '{}')`
    expect(await attack('holdfast_system', statement)).toBe(denied)
  })

  it.each(['DROP TABLE events', 'ALTER TABLE events DISABLE TRIGGER ALL', 'DROP FUNCTION events_append_only CASCADE'])(
    'neither may %s',
    async (statement) => {
      expect(await attack('holdfast_tenant', statement)).toBe(denied)
      expect(await attack('holdfast_system', statement)).toBe(denied)
    },
  )

  it('the system may give a place to what has none, and change nothing else with it', async () => {
    const place = "seq = 6, leaf = decode(repeat('00', 32), 'hex'), hash = decode(repeat('00', 32), 'hex')"
    expect(await attack('holdfast_system', `UPDATE events SET ${place} WHERE id = '${waiting}'`)).toBe('1 rows')
    const both = `UPDATE events SET ${place}, kind = 'other' WHERE id = '${waiting}'`
    expect(await attack('holdfast_system', both)).toBe(denied)
    expect(await attack('ledger_owner_test', both)).toBe(denied)
  })
})

describe('a superuser', () => {
  it('does not get past the triggers by posing as a replica', async () => {
    const replica = "SET LOCAL session_replication_role = 'replica'"
    expect(await attack(null, "UPDATE events SET kind = 'x' WHERE seq = 3", replica)).toBe(denied)
    expect(await attack(null, 'DELETE FROM events WHERE seq = 3', replica)).toBe(denied)
  })

  /** Runs as a superuser who has switched the triggers off, looks at the chain, and puts everything back. */
  async function tampered(statement: string) {
    const { admin } = fixture
    await admin.query('CREATE TABLE kept AS SELECT * FROM events; ALTER TABLE events DISABLE TRIGGER ALL')
    try {
      expect((await admin.query(statement)).rowCount).toBeGreaterThan(0)
      return await ledger.verify()
    } finally {
      await admin.query(`
        DELETE FROM events;
        INSERT INTO events OVERRIDING SYSTEM VALUE SELECT * FROM kept;
        DROP TABLE kept;
        ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only;
        ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_truncate`)
    }
  }

  it.each([
    [`UPDATE events SET data = '{"n": 99}' WHERE seq = 3`, 3, 'leaf'],
    ["UPDATE events SET time = time + interval '1 ms' WHERE seq = 2", 2, 'leaf'],
    ["UPDATE events SET actor_type = 'Person', actor_id = 'x' WHERE seq = 4", 4, 'leaf'],
    [`UPDATE events SET leaf = sha256('other') WHERE seq = 3`, 3, 'leaf'],
    [`UPDATE events SET hash = sha256('other') WHERE seq = 1`, 1, 'hash'],
    ['DELETE FROM events WHERE seq = 3', 3, 'gap'],
    ['DELETE FROM events WHERE seq = 1', 1, 'gap'],
  ])('who switches the triggers off is found: %s', async (statement, seq, reason) => {
    expect((await ledger.verify()).ok).toBe(true)
    expect(await tampered(statement)).toMatchObject({ ok: false, seq, reason })
    expect(await ledger.verify()).toMatchObject({ ok: true, seq: 5 })
  })
})

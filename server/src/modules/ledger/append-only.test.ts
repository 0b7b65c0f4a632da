import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'

let fixture: Fixture
let ledger: LedgerFixture

const tables = [
  'events',
  'event_subjects',
  'log_queue',
  'log_entries',
  'log_tiles',
  'log_head',
  'log_checkpoints',
  'log_identity',
  'log_removals',
]

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  const actor = { type: 'Person', id: '01900000-0000-7000-8000-0000000000f1', name: 'Ada' }
  for (let n = 1; n <= 5; n += 1) await ledger.record({ actor, data: { n } })
  await ledger.sequenceAll()
  await ledger.record({ data: { waiting: true } })
  await fixture.admin.query(
    `INSERT INTO log_tiles (level, index, hashes) VALUES (1, 0, decode(repeat('ab', 64), 'hex'));
     INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest) VALUES (gen_random_uuid(), '${fixture.tenant}', 'erased', now(), '{[1,2)}', sha256(''))`,
  )
  // The owner of the tables is a superuser only where PostgreSQL was given one; hold an ordinary owner as well.
  await fixture.admin.query(`
    CREATE ROLE ledger_owner_test;
    GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner_test;
    ${tables.map((table) => `ALTER TABLE ${table} OWNER TO ledger_owner_test; ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY;`).join('\n')}`)
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
  ["UPDATE events SET kind = 'nothing.happened'", 'change what happened'],
  ["UPDATE events SET body = sha256('')", 'exchange what it says'],
  ['UPDATE events SET commitment = sha256(commitment)', 'exchange what was committed to'],
  ['DELETE FROM events', 'delete events'],
  ['TRUNCATE events', 'delete everything'],
  ['UPDATE event_subjects SET sealed = sealed', 'exchange what is of a person'],
  ['DELETE FROM event_subjects', 'delete what is of a person'],
  ['TRUNCATE event_subjects', 'delete what is of everybody'],
  ['TRUNCATE log_queue', 'keep events out of the log'],
  ['UPDATE log_entries SET commitment = sha256(commitment) WHERE seq = 3', 'exchange an entry'],
  ['UPDATE log_entries SET seq = seq + 100 WHERE seq = 5', 'move an entry'],
  ['DELETE FROM log_entries WHERE seq = 3', 'delete an entry'],
  ['TRUNCATE log_entries', 'delete the log'],
  ["UPDATE log_tiles SET hashes = decode(repeat('cd', 64), 'hex')", 'exchange a tile'],
  ['UPDATE log_tiles SET hashes = substring(hashes FOR 32)', 'cut a tile off'],
  ['UPDATE log_tiles SET index = 7', 'move a tile'],
  ['DELETE FROM log_tiles', 'delete tiles'],
  ['UPDATE log_head SET size = 0, root_hash = sha256(root_hash)', 'turn the head back'],
  ['UPDATE log_head SET root_hash = sha256(root_hash)', 'exchange the root'],
  ['DELETE FROM log_head', 'delete the head'],
  ['TRUNCATE log_head', 'truncate the head'],
  ["UPDATE log_checkpoints SET note = ''", 'exchange what was signed'],
  ['DELETE FROM log_checkpoints', 'delete what was signed'],
  ["UPDATE log_identity SET origin = 'other'", 'rename the log'],
  ['DELETE FROM log_identity', 'give the log another key'],
  ["UPDATE log_removals SET seqs = '{[1,9)}'", 'explain more removals'],
  ['DELETE FROM log_removals', 'hide a removal'],
] as const

describe.each(['holdfast_tenant', 'holdfast_system', 'ledger_owner_test', null])('as %s', (role) => {
  it.each(statements)('%s: nobody may %s', async (statement) => {
    expect(await attack(role, statement)).toBe(denied)
  })
})

const row = (more: Record<string, string> = {}) => {
  const values = {
    tenant_id: `'${fixture.tenant}'`,
    id: "'01900000-0000-7000-8000-00000000000d'",
    time: 'now()',
    kind: "'x'",
    class_uid: '0',
    severity_id: '1',
    outcome: "'success'",
    commitment: "sha256('')",
    body: "''",
    ...more,
  }
  return `INSERT INTO events (${Object.keys(values).join()}) VALUES (${Object.values(values).join()})`
}
const inTurn = "SELECT set_config('search_path', 'pg_temp, public', true)"

describe('the roles of the server', () => {
  it('the tenant may insert an event, and not backdate the insertion', async () => {
    expect(await attack('holdfast_tenant', row())).toBe('1 rows')
    expect(await attack('holdfast_tenant', row({ recorded_at: "'2001-01-01'" }))).toBe(denied)
  })

  it('an event that a tenant inserts waits for its place, whatever the tenant does to its session', async () => {
    const temporary = `CREATE TEMP TABLE log_queue (tenant_id uuid, event_id uuid, time timestamptz, commitment bytea) ON COMMIT DROP; ${inTurn}`
    await fixture.admin.query('BEGIN')
    await fixture.admin.query(`SET LOCAL ROLE holdfast_tenant; SET LOCAL holdfast.tenant = '${fixture.tenant}'`)
    await fixture.admin.query(`${temporary}; SET CONSTRAINTS ALL DEFERRED`)
    await fixture.admin.query(row().replace('INTO events', 'INTO public.events'))
    await fixture.admin.query('RESET ROLE')
    const { rows } = await fixture.admin.query<{ event_id: string }>('SELECT event_id FROM public.log_queue')
    await fixture.admin.query('ROLLBACK')
    expect(rows.map(({ event_id: id }) => id)).toContain('01900000-0000-7000-8000-00000000000d')
  })

  it.each([
    ['log_queue', "(tenant_id, event_id, time, commitment) SELECT tenant_id, id, time, sha256('') FROM events LIMIT 1"],
    [
      'log_entries',
      "(seq, tenant_id, event_id, time, commitment) SELECT 6, tenant_id, id, time, sha256('') FROM events LIMIT 1",
    ],
    ['log_tiles', "(level, index, hashes) VALUES (1, 1, sha256(''))"],
    ['log_checkpoints', "(size, root_hash, time, note) VALUES (6, sha256(''), now(), '')"],
  ])('the tenant may not write %s', async (table, values) => {
    expect(await attack('holdfast_tenant', `INSERT INTO ${table} ${values}`)).toBe(denied)
  })

  it('the system may not insert events, nor let one wait that there is not', async () => {
    expect(await attack('holdfast_system', row())).toBe(denied)
    const queue =
      "INSERT INTO log_queue (tenant_id, event_id, time, commitment) VALUES (gen_random_uuid(), gen_random_uuid(), now(), sha256(''))"
    expect(await attack('holdfast_system', queue)).toBe(denied)
  })

  it.each([
    'DROP TABLE events',
    'ALTER TABLE events DISABLE TRIGGER ALL',
    'ALTER TABLE events DETACH PARTITION events_default',
    'DROP FUNCTION log_forbid CASCADE',
    'INSERT INTO events_default SELECT * FROM events',
    'SELECT * FROM event_subjects_default',
    'DELETE FROM events_default',
  ])('neither may %s', async (statement) => {
    expect(await attack('holdfast_tenant', statement)).toBe(denied)
    expect(await attack('holdfast_system', statement)).toBe(denied)
  })

  it('the system may let the log grow, and change nothing with it', async () => {
    const root = 'root_hash = sha256(root_hash)'
    expect(await attack('holdfast_system', `UPDATE log_head SET size = size + 1, ${root}`)).toBe('1 rows')
    expect(await attack('holdfast_system', `UPDATE log_head SET size = size - 1, ${root}`)).toBe(denied)
    expect(await attack('holdfast_system', 'UPDATE log_tiles SET hashes = hashes || sha256(hashes)')).toBe('1 rows')
  })
})

describe('a removal', () => {
  const tell = (what: string) =>
    `INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest) VALUES (gen_random_uuid(), '${fixture.tenant}', '${what}', now(), '{[1,6)}', sha256(''))`

  it('is refused even to the owner where the transaction does not tell it', async () => {
    expect(await attack('ledger_owner_test', 'DELETE FROM events')).toBe(denied)
    expect(await attack('ledger_owner_test', 'DELETE FROM events', tell('erased'))).toBe(denied)
    expect(await attack('ledger_owner_test', 'DELETE FROM events', tell('pruned'))).toBe('6 rows')
    expect(await attack('ledger_owner_test', 'DELETE FROM event_subjects', tell('erased'))).toBe('5 rows')
  })

  it('is not for the roles of the server, told or not', async () => {
    for (const role of ['holdfast_tenant', 'holdfast_system']) {
      expect(await attack(role, 'DELETE FROM events', role === 'holdfast_tenant' ? tell('pruned') : '')).toBe(denied)
    }
  })
})

describe('a superuser', () => {
  it('does not get past the triggers by posing as a replica', async () => {
    const replica = "SET LOCAL session_replication_role = 'replica'"
    for (const [statement] of statements) expect(await attack(null, statement, replica)).toBe(denied)
    // And what they insert waits for its place all the same.
    const { rowCount } = await fixture.admin.query('SELECT 1 FROM log_queue')
    await fixture.admin.query('BEGIN')
    await fixture.admin.query(`${replica}; ${row()}`)
    expect((await fixture.admin.query('SELECT 1 FROM log_queue')).rowCount).toBe((rowCount ?? 0) + 1)
    await fixture.admin.query('ROLLBACK')
  })
})

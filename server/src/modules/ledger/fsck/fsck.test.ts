import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../../testing/test-server.ts'
import { createJobs, type Jobs } from '../../../platform/jobs/jobs.ts'
import { systemClock } from '../../../platform/clock.ts'
import { systemRandom } from '../../../platform/random.ts'
import { edgeEvent } from '../testing/edge-event.ts'
import type { Problem } from './report.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer
let jobs: Jobs
const ids: string[] = []
let time = Date.now()
const broken: unknown[] = []

const tables = [
  'events',
  'event_subjects',
  'log_queue',
  'log_entries',
  'log_tiles',
  'log_head',
  'log_checkpoints',
  'log_removals',
  'data_keys',
]
const columns: Record<string, string> = {}

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  const { admin, database, tenant } = fixture
  const person = (n: number) => ({ type: 'Person', id: `01900000-0000-7000-8000-0000000000f${n}`, name: `Person ${n}` })
  const events = Array.from({ length: 600 }, (_, n) => edgeEvent({ actor: person(n % 3), data: { n } }))
  ids.push(...events.map(({ id }) => id))
  for (const part of [events.slice(0, 300), events.slice(300)]) {
    await ledger.units.work(contextOf(tenant), (tx) => ledger.ledger.ingest(tx, part, { type: 'Service', id: 'shop' }))
    await ledger.sequenceAll()
  }
  jobs = createJobs({
    database,
    clock: systemClock,
    random: systemRandom(systemClock),
    onError: (error) => broken.push(error),
  })
  jobs.start(ledger.ledger.jobs)
  const { routes, recordEvent } = ledger.ledger
  // Each check is begun a minute after the one before: nobody may begin many.
  server = await startTestServer({ database, tenant, routes, recordEvent, clock: { now: () => new Date(time) } })
  // A superuser who has switched the triggers off: what holds the others does not hold them.
  for (const table of tables) {
    await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
    const { rows } = await admin.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    )
    columns[table] = rows.map(({ name }) => name).join()
    await admin.query(`CREATE TABLE kept_${table} AS SELECT ${columns[table]} FROM ${table}`)
  }
})
afterAll(async () => {
  await server.close()
  await jobs.stop()
  await ledger.ledger.stop()
  await fixture.close()
})
afterEach(async () => {
  for (const table of tables) {
    await fixture.admin.query(
      `DELETE FROM ${table}; INSERT INTO ${table} (${columns[table]}) OVERRIDING SYSTEM VALUE SELECT * FROM kept_${table}`,
    )
  }
})

interface Check {
  readonly state: string
  readonly ok: boolean
  readonly size: number
  readonly problems: readonly Problem[]
  readonly more: number
}

async function fsck(): Promise<Check> {
  time += 60_000
  const begun = await server.request('/api/v1/ledger/fsck', { method: 'POST' })
  expect(begun.status).toBe(202)
  const { id } = (await begun.json()) as { id: string }
  for (;;) {
    const response = await server.request(`/api/v1/ledger/fsck/${id}`)
    const check = (await response.json()) as Check
    if (broken.length > 0) throw broken[0]
    if (check.state === 'done') return check
    await new Promise((done) => setTimeout(done, 20))
  }
}

describe('fsck', () => {
  it('finds nothing in a log that nobody touched, and says so in the log', async () => {
    expect(await fsck()).toMatchObject({ ok: true, size: 600, problems: [], more: 0 })
    const checked = (await ledger.events()).findLast(({ view }) => view.kind === 'ledger.checked')
    expect(checked?.view).toMatchObject({ outcome: 'success', data: { size: 600, problems: 0 } })
  })

  it.each([
    ['an event that was removed', 'DELETE FROM events WHERE id = $1', 'event_missing'],
    ['an event whose time was changed', "UPDATE events SET time = time + interval '1 s' WHERE id = $1", 'column_wrong'],
    ['an event whose kind was changed', "UPDATE events SET kind = 'thing.done' WHERE id = $1", 'column_wrong'],
    ['an event that was given to another', "UPDATE events SET actor_id = 'bob' WHERE id = $1", 'column_wrong'],
    ['an event that is no longer found by its words', "UPDATE events SET terms = '{}' WHERE id = $1", 'column_wrong'],
    [
      'a person who is no longer found',
      "UPDATE event_subjects SET terms = '{}', address_token = NULL WHERE event_id = $1",
      'column_wrong',
    ],
    [
      'an event with another body',
      'UPDATE events SET body = (SELECT body FROM events WHERE id <> $1 LIMIT 1) WHERE id = $1',
      'event_changed',
    ],
    [
      'an event with one bit flipped',
      'UPDATE events SET body = set_bit(body, 800, 1 - get_bit(body, 800)) WHERE id = $1',
      'event_changed',
    ],
    ['an event with another commitment', "UPDATE events SET commitment = sha256('') WHERE id = $1", 'event_changed'],
    [
      'a value of a person that was exchanged',
      'UPDATE event_subjects SET sealed = (SELECT sealed FROM event_subjects WHERE event_id <> $1 LIMIT 1) WHERE event_id = $1',
      'event_changed',
    ],
    ['a value of a person that was removed', 'DELETE FROM event_subjects WHERE event_id = $1', 'field_missing'],
  ])('finds %s', async (_, statement, code) => {
    const id = ids[299] ?? ''
    expect((await fixture.admin.query(statement, [id])).rowCount).toBe(1)
    const check = await fsck()
    expect(check).toMatchObject({ ok: false, problems: [{ code, seq: 300, event: id }], more: 0 })
  })

  it.each([
    ['an entry that was removed', 'DELETE FROM log_entries WHERE seq = 300', 'entry_missing', 300],
    [
      'an entry that was changed',
      "UPDATE log_entries SET commitment = sha256('') WHERE seq = 300",
      'event_changed',
      300,
    ],
    [
      'an entry that names another time',
      "UPDATE log_entries SET time = time + interval '1 ms' WHERE seq = 300",
      'event_changed',
      300,
    ],
    [
      'a tile that was changed',
      'UPDATE log_tiles SET hashes = set_bit(hashes, 77, 1 - get_bit(hashes, 77)) WHERE level = 0 AND index = 1',
      'tile_wrong',
      null,
    ],
    ['a tile that was removed', 'DELETE FROM log_tiles WHERE level = 1', 'tile_wrong', null],
    [
      'a checkpoint of another tree',
      "UPDATE log_checkpoints SET root_hash = sha256('') WHERE size = 300",
      'checkpoint_wrong',
      300,
    ],
    [
      'a checkpoint that nobody signed',
      "UPDATE log_checkpoints SET note = replace(note, E'\\n\\n', E'\\nx\\n\\n') WHERE size = 300",
      'checkpoint_wrong',
      300,
    ],
    [
      'a checkpoint beyond the head',
      'INSERT INTO log_checkpoints SELECT 900, root_hash, time, note FROM log_checkpoints WHERE size = 300',
      'checkpoint_wrong',
      900,
    ],
    [
      'an entry beyond the head',
      "INSERT INTO log_entries SELECT 901, tenant_id, '01900000-0000-7000-8000-00000000000e', time, commitment FROM log_entries WHERE seq = 300",
      'head_wrong',
      901,
    ],
    ['a head of another tree', "UPDATE log_head SET root_hash = sha256('')", 'head_wrong', null],
  ])('finds %s', async (_, statement, code, seq) => {
    expect((await fixture.admin.query(statement)).rowCount).toBe(1)
    const { ok, problems } = await fsck()
    expect(ok).toBe(false)
    expect(problems.map(({ code: found, seq: place }) => [found, place])).toContainEqual([code, seq])
  })

  it('finds two entries that were exchanged, and an end that was cut off', async () => {
    await fixture.admin.query(`
      UPDATE log_entries SET seq = -seq + 601 + 100000 WHERE seq IN (300, 301);
      UPDATE log_entries SET seq = seq - 100000 WHERE seq > 100000`)
    expect((await fsck()).problems.map(({ code }) => code)).toContain('tile_wrong')
    await fixture.admin.query('DELETE FROM log_entries WHERE seq > 590')
    expect((await fsck()).problems).toContainEqual(expect.objectContaining({ code: 'entry_missing', seq: 591 }))
  })

  it('finds an event that never came into the log', async () => {
    await fixture.admin.query(
      `INSERT INTO events SELECT tenant_id, '01900000-0000-7000-8000-00000000000d', now() - interval '1 hour', time, kind, class_uid,
         severity_id, outcome, actor_type, actor_id, resource_type, resource_id, application, reason, request_id, address_token,
         terms, commitment, body FROM events WHERE id = $1`,
      [ids[0]],
    )
    const event = '01900000-0000-7000-8000-00000000000d'
    expect(await fsck()).toMatchObject({ ok: false, problems: [{ code: 'event_unplaced', seq: null, event }] })
  })

  it('tells what was pruned from what was removed: a removal counts when an event of the log tells it', async () => {
    const { admin, tenant } = fixture
    const statement = `INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest)
      VALUES ($1, $2, 'pruned', now() - interval '1 hour', $3::text::int8multirange, sha256($3::text::bytea))`
    await admin.query('DELETE FROM events WHERE id = ANY ($1)', [ids.slice(10, 13)])
    // Whoever only writes the explanation into the table has no event that tells it: they lack the keys to make one.
    await admin.query(statement, [ids[20], tenant, '{[11,14)}'])
    expect((await fsck()).problems).toMatchObject([{ code: 'removal_untold', event: ids[20] }])
    // Nor one that would have told it, if it were not among those removed: nothing tells of itself.
    await admin.query('UPDATE log_removals SET id = $1', [ids[11]])
    expect((await fsck()).problems).toMatchObject([{ code: 'removal_untold', event: ids[11] }])
    // Nor two that tell of each other.
    await admin.query('DELETE FROM log_removals')
    await admin.query(statement, [ids[10], tenant, '{[12,14)}'])
    await admin.query(statement, [ids[12], tenant, '{[11,12)}'])
    expect((await fsck()).problems.map(({ code, event }) => [code, event])).toEqual([
      ['removal_untold', ids[10]],
      ['removal_untold', ids[12]],
    ])
    await admin.query('DELETE FROM log_removals')
    expect((await fsck()).problems.map(({ code, seq }) => [code, seq])).toEqual([
      ['event_missing', 11],
      ['event_missing', 12],
      ['event_missing', 13],
    ])
  })

  it('does not take the word of an application for that of the log', async () => {
    const { admin, tenant } = fixture
    const said = edgeEvent({ data: { seqs: createHash('sha256').update('{[11,14)}').digest('hex') } })
    await admin.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_queue')
    await ledger.units.work(contextOf(tenant), (tx) =>
      ledger.ledger.ingest(tx, [said], { type: 'Service', id: 'shop' }),
    )
    await admin.query('ALTER TABLE events DISABLE TRIGGER events_queue')
    await ledger.sequenceAll()
    await admin.query('DELETE FROM events WHERE id = ANY ($1)', [ids.slice(10, 13)])
    await admin.query(
      `INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest)
       VALUES ($1, $2, 'pruned', now() - interval '1 hour', '{[11,14)}', sha256('{[11,14)}'))`,
      [said.id, tenant],
    )
    expect((await fsck()).problems).toMatchObject([{ code: 'removal_untold', event: said.id }])
  })

  it('names the first hundred and counts the rest', async () => {
    await fixture.admin.query("UPDATE events SET reason = 'forged'")
    const { problems, more } = await fsck()
    expect(problems).toHaveLength(100)
    expect(more).toBe(500)
  })

  it('says when the keys of the tenant are gone', async () => {
    await fixture.admin.query(
      "UPDATE data_keys SET state = 'destroyed', destroyed_at = now(), wrapped = NULL, kek_id = NULL WHERE subject = ''",
    )
    const fresh = ledgerOn(fixture)
    expect((await fresh.events())[0]).toMatchObject({
      problem: 'key_destroyed',
      view: { kind: 'order.placed', data: {} },
    })
    await fresh.ledger.stop()
  })

  it('of another id is not there', async () => {
    for (const id of ['x', '01900000-0000-7000-8000-000000000000']) {
      expect((await server.request(`/api/v1/ledger/fsck/${id}`)).status).toBe(404)
    }
  })
})

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createThings, thingRoutes } from '../../testing/things.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer
let allowed: boolean

async function open(breakage: string): Promise<void> {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  await fixture.admin.query(breakage)
}

beforeEach(async () => {
  allowed = true
  await fixture.admin.query('DELETE FROM things')
  ledger = ledgerOn(fixture)
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: thingRoutes(),
    recordEvent: ledger.ledger.recordEvent,
    decide: async () => ({ allowed, explanation: 'no policy permits this', reasons: [] }),
  })
})
afterEach(() => server.close())

const post = (path: string, id: string, headers = {}) =>
  server.request(path, {
    method: 'POST',
    body: JSON.stringify({ id }),
    headers: { 'content-type': 'application/json', ...headers },
  })

const things = async () =>
  (await fixture.admin.query<{ id: string; tries: number }>('SELECT id, tries FROM things')).rows
let seen = 0
/** Events since the test began. */
const kinds = async () =>
  (
    await fixture.admin.query<{ kind: string; outcome: string; reason: string | null }>(
      'SELECT kind, outcome, reason FROM events ORDER BY recorded_at, id OFFSET $1',
      [seen],
    )
  ).rows

const breakages = [
  [
    'the right to insert is gone',
    'REVOKE INSERT (tenant_id, id, time, kind, outcome, body) ON events FROM holdfast_tenant',
  ],
  ['the table is gone', 'ALTER TABLE events RENAME TO events_gone'],
  [
    'the database refuses the row',
    `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
     CREATE TRIGGER full_disk BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION full_disk()`,
  ],
  [
    'the row is swallowed without a word',
    `CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
     CREATE TRIGGER a_swallow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION swallow()`,
  ],
  [
    'the row is refused at the commit only',
    `CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused late'; END $$;
     CREATE CONSTRAINT TRIGGER late AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()`,
  ],
] as const

/** 503 where it is known that it will pass: a full disk. */
const isFault = (status: number) => status === 500 || status === 503

describe.each(breakages)('when %s', (_, breakage) => {
  beforeAll(() => open(breakage))
  afterAll(() => fixture.close())

  it('a change does not happen', async () => {
    const response = await post('/api/v1/things', 'a')
    expect(response.status).toSatisfy(isFault)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.text()).not.toMatch(/extend file|refused late|events/)
    expect(await things()).toEqual([])
    expect(server.faults).toHaveLength(1)
  })

  it('a refusal is not a refusal but a fault, and its counter does not move', async () => {
    expect((await post('/api/v1/things/refused', 'a')).status).toSatisfy(isFault)
    expect(await things()).toEqual([])
  })

  it('a denial by policy is a fault too: never allowed, never silent', async () => {
    allowed = false
    expect((await post('/api/v1/things', 'a')).status).toSatisfy(isFault)
    expect(await things()).toEqual([])
  })

  it('so is a credential that is not accepted', async () => {
    expect((await post('/api/v1/things', 'a', { authorization: 'Bearer wrong' })).status).toSatisfy(isFault)
  })

  it('a job or a start-up step does not happen either', async () => {
    const work = ledger.units.work(contextOf(fixture.tenant), async (tx) => {
      await tx
        .kysely<{ things: { tenant_id: string; id: string } }>()
        .insertInto('things')
        .values({ tenant_id: fixture.tenant, id: 'a' })
        .execute()
      await tx.record({ kind: 'thing.created' })
    })
    await expect(work).rejects.toThrow()
    expect(await things()).toEqual([])
  })
})

describe('when nothing is broken', () => {
  beforeAll(() => open(''))
  afterAll(() => fixture.close())
  beforeEach(async () => {
    seen = (await fixture.admin.query('SELECT 1 FROM events')).rowCount ?? 0
  })

  it('a change commits with its event', async () => {
    expect((await post('/api/v1/things', 'a')).status).toBe(201)
    expect(await things()).toEqual([{ id: 'a', tries: 0 }])
    expect(await kinds()).toEqual([{ kind: 'thing.created', outcome: 'success', reason: null }])
  })

  it('a refusal leaves its event and its counter, though the request is refused', async () => {
    for (const tries of [1, 2]) {
      const response = await post('/api/v1/things/refused', 'a')
      expect(response.status).toBe(409)
      const problem = (await response.json()) as { eventId: string }
      const { rows } = await fixture.admin.query('SELECT kind, reason FROM events WHERE id = $1', [problem.eventId])
      expect(rows).toEqual([{ kind: 'thing.created', reason: 'thing_refused' }])
      expect(await things()).toEqual([{ id: 'a', tries }])
    }
  })

  it('a denial leaves its event and names it', async () => {
    allowed = false
    const response = await post('/api/v1/things', 'a')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'forbidden', eventId: expect.any(String) as string })
    expect(await kinds()).toEqual([{ kind: 'access.denied', outcome: 'refused', reason: 'forbidden' }])
  })

  it('a credential that is not accepted leaves its event', async () => {
    expect((await post('/api/v1/things', 'a', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect(await kinds()).toEqual([{ kind: 'credential.refused', outcome: 'refused', reason: 'credential_invalid' }])
  })

  it.each(['unrecorded', 'misshapen', 'faulty'])('a fault takes change and event back: %s', async (path) => {
    const response = await post(`/api/v1/things/${path}`, 'a')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('private reason')
    expect(await things()).toEqual([])
    expect(await kinds()).toEqual([])
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { idHash } from '../store/columns.ts'
import { granted, type PlainClient, plainClient, redirectUri } from '../testing/client.ts'

let whole: WholeServer
let admin: Client
let ada: Credentials
let browser: Visitor
let app: PlainClient
let broken: PlainClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  browser = await signInAs(whole.url, ada)
  for (const id of ['app', 'broken']) {
    const made = await whole.call('POST', '/api/v1/applications', {
      id,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    })
    expect(made.status, JSON.stringify(made.json)).toBe(201)
  }
  app = plainClient({ client_id: 'app' })
  broken = plainClient({ client_id: 'broken' })
}, 120_000)
afterAll(async () => {
  await admin.end()
  await whole.close()
})

/** A family of its own. @returns its refresh token */
async function family(client: PlainClient): Promise<string> {
  const { code, verifier } = await client.ask(whole.url, ada, {}, browser)
  return granted(await client.send(whole.url, '/oauth/token', client.exchange(code, verifier))).refresh
}
const families = async (count: number) => {
  const all: string[] = []
  while (all.length < count) all.push(await family(app))
  return all
}
const use = (refresh: string, client = app) => client.send(whole.url, '/oauth/token', client.refresh(refresh))
const hashOf = (token: string) => idHash('RefreshToken', token)

describe('refresh tokens of many families, used at once', () => {
  it('share transactions, and what is revoked or stolen meanwhile is the loss of that family alone', async () => {
    const [revoked = '', stolen = '', ...good] = await families(24)
    const familyOf = 'SELECT grant_id FROM oauth_artifacts WHERE id_hash = $1'
    // Both happen while the others are being written, and nobody can see it yet.
    await admin.query('BEGIN')
    await admin.query(
      `UPDATE oauth_grants SET revoked_at = now(), revoke_reason = 'withdrawn' WHERE id = (${familyOf})`,
      [hashOf(revoked)],
    )
    await admin.query(`SELECT 1 FROM oauth_grants WHERE id = (${familyOf}) FOR UPDATE`, [hashOf(stolen)])
    const longAgo = "UPDATE oauth_artifacts SET consumed_at = now() - interval '1 hour' WHERE id_hash = $1"
    await admin.query(longAgo, [hashOf(stolen)])
    const lost = [use(revoked), use(stolen)]
    const answers = await Promise.all(good.map((token) => use(token)))
    expect(answers.map(({ status }) => status)).toEqual(good.map(() => 200))
    await admin.query('COMMIT')
    for (const { status, json } of await Promise.all(lost))
      expect([status, json['error']]).toEqual([400, 'invalid_grant'])
    const { rows } = await admin.query<{ reason: string }>(
      'SELECT revoke_reason AS reason FROM oauth_grants WHERE revoked_at IS NOT NULL ORDER BY 1',
    )
    expect(rows.map(({ reason }) => reason)).toEqual(['refresh_reused', 'withdrawn'])
    const shared = await admin.query<{ most: number }>(
      'SELECT max(n)::int AS most FROM (SELECT count(*) AS n FROM oauth_tokens GROUP BY xmin::text) AS written',
    )
    expect(shared.rows[0]?.most).toBeGreaterThan(1)
    const again = await Promise.all(answers.map((answer) => use(granted(answer).refresh)))
    expect(new Set(again.map((answer) => granted(answer).refresh)).size).toBe(good.length)
  })

  it('fail by themselves: a fault of one is no answer to the others', async () => {
    await admin.query(`
      CREATE FUNCTION out_of_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order'; END $$`)
    const bad = [await family(broken), await family(broken)]
    const good = await families(16)
    await admin.query(`
      CREATE TRIGGER out_of_order BEFORE INSERT ON oauth_tokens FOR EACH ROW WHEN (NEW.client_id = 'broken')
      EXECUTE FUNCTION out_of_order()`)
    const asked = good.flatMap((token, at) => [use(token), ...(bad[at] === undefined ? [] : [use(bad[at], broken)])])
    const statuses = (await Promise.all(asked)).map(({ status }) => status).toSorted((a, b) => a - b)
    expect(statuses).toEqual([...good.map(() => 200), ...bad.map(() => 500)])
  })
})

import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { granted, redirectUri, registerClient } from '../testing/client.ts'

let whole: WholeServer
let admin: Client
let ada: Credentials
let browser: Visitor

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn, HOLDFAST_LOG_LEVEL: 'silent' })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  browser = await signInAs(whole.url, ada)
  await admin.query(`
    CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'terminating connection' USING ERRCODE = TG_ARGV[0]; END $$`)
}, 120_000)
afterAll(async () => {
  await admin.end()
  await whole.close()
})
const broken: string[] = []
afterEach(async () => {
  for (const table of broken.splice(0)) await admin.query(`DROP TRIGGER breaks ON ${table}`)
})

/** Of the next that is written there. @param code a SQLSTATE; 57P01: the database shuts down */
async function breakAt(table: string, code: string): Promise<void> {
  broken.push(table)
  await admin.query(
    `CREATE TRIGGER breaks BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION breaks('${code}')`,
  )
}

const away = { error: 'temporarily_unavailable', error_description: expect.stringContaining('database') as string }

describe('a fault of ours at the endpoints of OAuth', () => {
  it('is no answer without its form: 503 while the database is away, and what was shown can be shown again', async () => {
    const app = await registerClient(whole, 'app')
    const { code, verifier } = await app.ask(whole.url, ada, {}, browser)
    for (const table of ['oauth_tokens', 'events']) {
      await breakAt(table, '57P01')
      const { status, json, headers } = await app.send(whole.url, '/oauth/token', app.exchange(code, verifier))
      expect([status, json]).toEqual([503, away])
      expect(headers.get('retry-after')).toBe('2')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      await admin.query(`DROP TRIGGER breaks ON ${broken.pop()}`)
    }
    const { refresh } = granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
    await breakAt('oauth_artifacts', '57P01')
    const rotated = await app.send(whole.url, '/oauth/token', app.refresh(refresh))
    expect([rotated.status, rotated.json]).toEqual([503, away])
  })

  it('is a 503 for a service, too, by whichever way it is answered', async () => {
    const service = await registerClient(whole, 'service', { grant_types: ['client_credentials'], redirect_uris: [] })
    const ask = () => service.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })
    for (const first of [true, false]) {
      await breakAt('oauth_tokens', '57P01')
      const { status, json } = await ask()
      expect([first, status, json]).toEqual([first, 503, away])
      await admin.query(`DROP TRIGGER breaks ON ${broken.pop()}`)
      granted(await ask())
    }
  })

  it('is `server_error` where it is another, and says nothing of what it was', async () => {
    const odd = await registerClient(whole, 'odd')
    const { code, verifier } = await odd.ask(whole.url, ada, {}, browser)
    await breakAt('oauth_tokens', 'XX000')
    const { status, json, headers } = await odd.send(whole.url, '/oauth/token', odd.exchange(code, verifier))
    expect([status, json['error']]).toEqual([500, 'server_error'])
    expect(JSON.stringify(json)).not.toContain('terminating')
    expect(headers.get('retry-after')).toBeNull()
  })

  it('is a page for a person, with a policy, and leads nowhere', async () => {
    const page = await registerClient(whole, 'page')
    await breakAt('oauth_artifacts', '57P01')
    const query = new URLSearchParams({
      client_id: page.own['client_id'] ?? '',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }).toString()
    const { status, text, headers } = await browser.get(`/oauth/authorize?${query}`)
    expect(status, text).toBe(503)
    expect(text).toContain('Try again in a moment')
    expect(headers.get('location')).toBeNull()
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { passwordLink } from '../../../testing/choose-password.ts'
import { eventsOf, quickSignIn, signInAs } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { granted, plainClient, redirectUri } from '../../oauth/testing/client.ts'
import { addGroup, addUser, connect, patchOf, type ScimClient } from './testing/client.ts'

let whole: WholeServer
let client: ScimClient
let admin: Client

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  client = await connect(whole, 'Directory')
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const password = 'gravel teapot 71 invoice'

/** Somebody whom the provisioning service made, with a password all the same, signed in at two browsers. */
async function signedIn(name: string) {
  const email = `${name}@x.example`
  const id = await addUser(client, email)
  expect((await (await passwordLink(whole, { id, email }))(password)).status).toBe(200)
  const browsers = [await signInAs(whole.url, { email, password }), await signInAs(whole.url, { email, password })]
  for (const browser of browsers) expect((await browser.api('GET', '/api/v1/me')).status).toBe(200)
  return { id, email, browsers }
}
const active = (id: string, value: unknown) =>
  client.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value }))
const epoch = async () =>
  Number((await admin.query<{ epoch: string }>('SELECT epoch FROM tenant_epochs')).rows[0]?.epoch)
const liveSessions = async (id: string) =>
  (await admin.query('SELECT 1 FROM sessions WHERE person_id = $1 AND ended_at IS NULL', [id])).rowCount

describe('who is deactivated', () => {
  it('is out at once, everywhere, in the one transaction; and activating revives nothing', async () => {
    const { id, email, browsers } = await signedIn('ada')
    const before = await epoch()
    const { status, headers } = await active(id, 'False')
    expect(status).toBe(200)
    expect(Number(headers.get('holdfast-epoch'))).toBeGreaterThan(before)
    expect(await liveSessions(id)).toBe(0)
    for (const browser of browsers) expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    const { rows } = await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM session_revocations')
    expect(rows[0]?.count).toBeGreaterThanOrEqual(2)
    const [event] = await eventsOf(whole, 'person.disabled')
    expect(event).toMatchObject({ resource: id, actor: client.id, reason: 'scim', data: { sessions: 2 } })

    expect((await active(id, true)).json).toMatchObject({ active: true })
    expect(await liveSessions(id)).toBe(0)
    for (const browser of browsers) expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await (await signInAs(whole.url, { email, password })).api('GET', '/api/v1/me')).status).toBe(200)
  })

  it('takes along what programs were granted: tokens, and the refresh tokens that would make others', async () => {
    const { id, email } = await signedIn('ola')
    const metadata = {
      id: 'app',
      client_name: 'App',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    }
    const { json } = await whole.call('POST', '/api/v1/applications', metadata)
    const app = plainClient({ client_id: 'app', client_secret: json['client_secret'] as string })
    const { code, verifier } = await app.ask(whole.url, { email, password })
    const { access, refresh } = granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
    const isLive = async (token: string) => (await app.send(whole.url, '/oauth/introspect', { token })).json['active']
    expect([await isLive(access), await isLive(refresh)]).toEqual([true, true])
    for (const value of [false, true]) {
      expect((await active(id, value)).status).toBe(200)
      expect([await isLive(access), await isLive(refresh)]).toEqual([false, false])
      const again = await app.send(whole.url, '/oauth/token', app.refresh(refresh))
      expect([again.status, again.json['error']]).toEqual([400, 'invalid_grant'])
    }
  })

  it('so is who is deleted, with memberships', async () => {
    const { id, browsers } = await signedIn('bea')
    const group = await addGroup(client, 'Bea and others', [id])
    expect((await client.send('DELETE', `/Users/${id}`)).status).toBe(204)
    for (const browser of browsers) expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await client.send('GET', `/Groups/${group}`)).json['members']).toEqual([])
    expect((await whole.call('GET', `/api/v1/people/${id}`)).status).toBe(404)
    expect(await eventsOf(whole, 'person.deleted')).toContainEqual(
      expect.objectContaining({ resource: id, reason: 'scim' }),
    )
  })

  it('is told with nothing personal in the event', async () => {
    await client.send(
      'PATCH',
      `/Users/${await addUser(client, 'zora@secret.example')}`,
      patchOf({ op: 'add', path: 'title', value: 'Secretary' }),
    )
    const events = [...(await eventsOf(whole, 'person.updated')), ...(await eventsOf(whole, 'person.created'))]
    expect(events[0]?.data).toEqual({ changed: ['title'], added: [], removed: [] })
    expect(JSON.stringify(events)).not.toMatch(/zora|Secretary/i)
  })

  it('meets the control that says so', async () => {
    const { json } = await whole.call('GET', '/api/v1/controls')
    expect(json['items']).toContainEqual(expect.objectContaining({ id: 'directory.deprovisioned', status: 'pass' }))
  })
})

describe('what the provisioning service keeps', () => {
  it('is not changed here, and disabling here is not taken back there', async () => {
    const id = await addUser(client, 'cy@x.example', { displayName: 'Cy' })
    const path = `/api/v1/people/${id}`
    const renamed = await whole.call('PATCH', path, { name: 'Cyrus' })
    expect([renamed.status, renamed.json['code']]).toEqual([409, 'person_provisioned'])
    expect((await whole.call('PATCH', path, { name: 'Cy', groups: ['support'] })).status).toBe(200)
    expect((await whole.call('PATCH', path, { groups: [] })).status).toBe(200)

    const tag = (await client.send('GET', `/Users/${id}`)).headers.get('etag')
    expect((await whole.call('PATCH', path, { state: 'disabled' })).status).toBe(200)
    const shown = await client.send('GET', `/Users/${id}`)
    expect([shown.json['active'], shown.headers.get('etag') === tag]).toEqual([false, false])
    for (const value of [true, false, true]) expect((await active(id, value)).json).toMatchObject({ active: false })
    expect((await whole.call('GET', path)).json).toMatchObject({ state: 'disabled' })
    expect((await whole.call('PATCH', path, { state: 'active' })).status).toBe(200)
    expect((await client.send('GET', `/Users/${id}`)).json).toMatchObject({ active: true })

    await active(id, false)
    const revived = await whole.call('PATCH', path, { state: 'active' })
    expect([revived.status, revived.json['code']]).toEqual([409, 'person_provisioned'])
  })

  it('is kept here when its machine account is gone', async () => {
    const leaving = await connect(whole, 'Leaving')
    const id = await addUser(leaving, 'dee@x.example', { displayName: 'Dee', active: false })
    expect((await whole.call('DELETE', `/api/v1/services/${leaving.id}`)).status).toBe(200)
    expect((await leaving.send('GET', '/Users')).status).toBe(401)
    const changed = await whole.call('PATCH', `/api/v1/people/${id}`, { name: 'Deirdre', state: 'active' })
    expect(changed.json).toMatchObject({ name: 'Deirdre', state: 'active', source: 'scim' })
    const next = await connect(whole, 'Next')
    expect((await whole.call('PUT', `/api/v1/scim/connections/${next.id}/people/${id}`)).status).toBe(200)
    expect((await next.send('GET', `/Users/${id}`)).json).toMatchObject({ userName: 'dee@x.example', active: true })
  })

  it('lies encrypted in the database, all of it', async () => {
    await addUser(client, 'Plainname.Zzyzx@x.example', {
      externalId: 'Zzyzx-1',
      title: 'Zzyzx',
      emails: [{ value: 'zzyzx@x.example' }],
    })
    for (const table of ['scim_users', 'scim_user_values', 'people', 'events']) {
      const { rows } = await admin.query<{ found: number }>(
        `SELECT count(*)::int AS found FROM ${table} t WHERE t::text ILIKE '%zzyzx%' OR t::text LIKE '%' || encode('Zzyzx', 'hex') || '%'`,
      )
      expect(rows[0]?.found, table).toBe(0)
    }
  })
})

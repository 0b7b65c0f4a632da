import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { claimsOf, granted, type PlainClient, plainClient, redirectUri, registerClient } from '../testing/client.ts'

let whole: WholeServer
let ada: Credentials
let browser: Visitor
let terminal: PlainClient

const api = 'urn:holdfast:application:holdfast'
const publicClient = {
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada', ['auditors'])
  browser = await signInAs(whole.url, ada)
  terminal = await register('terminal')
}, 120_000)
afterAll(() => whole.close())

async function register(id: string, more: object = {}): Promise<PlainClient> {
  const { status, json } = await whole.call('POST', '/api/v1/applications', {
    ...publicClient,
    id,
    consent: 'ask',
    resources: [{ identifier: api, scopes: ['manage'] }],
    ...more,
  })
  expect(status, JSON.stringify(json)).toBe(201)
  return plainClient({ client_id: id })
}

async function token(client: PlainClient, scope = 'openid manage', resource = api, at = browser) {
  const offline = scope.includes('offline_access') ? { prompt: 'consent' } : {}
  const { code, verifier } = await client.ask(whole.url, ada, { scope, resource, ...offline }, at)
  return granted(await client.send(whole.url, '/oauth/token', client.exchange(code, verifier))).access
}
const me = (bearer: string) => whole.call('GET', '/api/v1/me', undefined, bearer)

describe('the API, by a token of a person', () => {
  it('knows who it is, with what their sign-in has shown, and lets them do what they may', async () => {
    const access = await token(terminal)
    const { status, json } = await me(access)
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toMatchObject({ principal: { type: 'Person', id: ada.id }, groups: ['auditors'] })
    expect(json['session']).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
    expect((await whole.call('GET', '/api/v1/people', undefined, access)).status).toBe(200)
    expect((await whole.call('POST', '/api/v1/groups', { id: 'mine', name: 'Mine' }, access)).status).toBe(403)
  })

  it('knows nobody by what was not given for that', async () => {
    const unasked = await register('unasked', { consent: 'skip' })
    for (const [what, access] of [
      ['who they are, and no more', await token(terminal, 'openid')],
      ['what outlives the sign-in', await token(terminal, 'openid offline_access manage')],
      ['a client that asks nobody', await token(unasked)],
      ['its own application', await token(unasked, 'openid', 'urn:holdfast:application:unasked')],
    ] as const) {
      expect((await me(access)).status, what).toBe(401)
    }
  })

  it('knows nobody by what was given before the client asked anybody, also once it does', async () => {
    const client = await register('later', { consent: 'skip' })
    const access = await token(client)
    const path = '/api/v1/applications/later/clients/later'
    expect((await whole.call('PATCH', path, { consent: 'ask' })).json['consent']).toBe('ask')
    expect((await me(access)).status).toBe(401)
    expect((await me(await token(client))).status).toBe(200)
  })

  it('knows nobody by what was exchanged for, also where it names nobody who acts: people agreed to another application', async () => {
    const exchanging = ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange']
    const more = { grant_types: exchanging, token_endpoint_auth_method: 'client_secret_post', scope: 'openid manage' }
    const tokenExchange = { audiences: [api], delegation: false }
    const broker = await registerClient(whole, 'broker', { ...more, consent: 'ask', tokenExchange })
    const subject = await token(broker, 'openid manage', 'urn:holdfast:application:broker')
    const access_token = 'urn:ietf:params:oauth:token-type:access_token'
    const form = { subject_token: subject, subject_token_type: access_token, audience: api, scope: 'manage' }
    const answer = await broker.send(whole.url, '/oauth/token', { grant_type: exchanging[1] ?? '', ...form })
    expect(claimsOf(granted(answer).access)).toMatchObject({ aud: api, scope: 'manage', sub: ada.id })
    expect((await me(granted(answer).access)).status).toBe(401)
  })

  it('takes a sign-in for no newer and no stronger than it was when the token was asked for (RFC 9470, section 3)', async () => {
    const own = await signInAs(whole.url, ada)
    const access = await token(terminal, 'openid manage', api, own)
    await own.post('/sign-in', { username: ada.email, password: ada.password })
    const { authenticatedAt } = (await me(access)).json['session'] as { authenticatedAt: string }
    expect(Date.parse(authenticatedAt)).toBeLessThanOrEqual(Number(claimsOf(access)['auth_time']) * 1000)
  })

  it('ends with the sign-in, with the client, and with the person', async () => {
    const own = await signInAs(whole.url, ada)
    const access = await token(terminal, 'openid manage', api, own)
    expect((await me(access)).status).toBe(200)
    await own.post('/sign-out', {})
    expect((await me(access)).status).toBe(401)

    const raised = await token(terminal)
    await whole.call('POST', `/api/v1/people/${ada.id}/require`, { acr: 'phr', reason: 'a drill' })
    expect((await me(raised)).status).toBe(401)
    await whole.call('DELETE', `/api/v1/people/${ada.id}/require`)

    const disabled = await token(terminal)
    await whole.call('PATCH', '/api/v1/applications/terminal/clients/terminal', { disabled: true })
    expect((await me(disabled)).status).toBe(401)
  })
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { granted, type PlainClient, plainClient, redirectUri } from '../testing/client.ts'

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

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import * as openid from 'openid-client'
import { addPerson, eventsOf, quickSignIn, signInAs } from '../../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'
import { registered } from '../../testing/flows.ts'

let whole: WholeServer
let app: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn, HOLDFAST_OAUTH_CLIENTS_REGISTRATION: 'true' })
  const made = await whole.call('POST', '/api/v1/applications', { id: 'agents', name: 'Agents' })
  expect(made.status).toBe(201)
  app = 'agents'
}, 120_000)
afterAll(() => whole.close())

const metadata = { client_name: 'Agent', redirect_uris: ['https://agent.example/callback'] }
async function token(uses = 1): Promise<string> {
  const { status, json } = await whole.call('POST', `/api/v1/applications/${app}/registration-tokens`, { uses })
  expect(status, JSON.stringify(json)).toBe(201)
  return String(json['token'])
}
const register = (bearer: string, body: object = metadata) => whole.call('POST', '/oauth/register', body, bearer)
const manage = (method: string, id: unknown, bearer: unknown, body?: object) =>
  whole.call(method, `/oauth/register/${String(id)}`, body, String(bearer))

describe('a client that registers itself', () => {
  it('needs a token that an operator gave out, which holds so often and so long', async () => {
    const bearer = await token(2)
    const [first, second, third] = [await register(bearer), await register(bearer), await register(bearer)]
    expect([first.status, second.status, third.status]).toEqual([201, 201, 401])
    expect(third.json['error']).toBe('invalid_token')
    expect(first.json).toMatchObject({
      client_secret: expect.stringMatching(/^hfo_/),
      client_secret_expires_at: 0,
      registration_client_uri: `${whole.url}/oauth/register/${String(first.json['client_id'])}`,
      registration_access_token: expect.stringMatching(/^hfr_/),
    })
    for (const wrong of [whole.token, 'hfr_'.padEnd(47, 'A'), String(first.json['registration_access_token'])]) {
      expect((await register(wrong)).json['error'], wrong.slice(0, 4)).toBe('invalid_token')
    }
    const found = (await (await fetch(`${whole.url}/.well-known/openid-configuration`)).json()) as object
    expect(found).toMatchObject({ registration_endpoint: `${whole.url}/oauth/register` })
  })

  it('by openid-client, and people are asked before it gets at anything', async () => {
    const client = await openid.dynamicClientRegistration(new URL(whole.url), metadata, undefined, {
      initialAccessToken: await token(),
      execute: [openid.allowInsecureRequests],
    })
    const { client_id: id } = client.clientMetadata()
    const listed = await whole.call('GET', `/api/v1/applications/${app}/clients/${id}`)
    expect(listed.json).toMatchObject({ origin: 'dynamic', consent: 'ask', client_name: 'Agent' })
    const browser = await signInAs(whole.url, await addPerson(whole, 'Ada'))
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: 'https://agent.example/callback',
      scope: 'openid',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
    })
    const sent = await browser.get(url.pathname + url.search)
    expect(sent.headers.get('location')).toContain('/oauth/consent/')
    // Not even an operator can make it one that asks nobody.
    const path = `/api/v1/applications/${app}/clients/${id}`
    expect((await whole.call('PATCH', path, { consent: 'skip' })).json['consent']).toBe('ask')
  })

  it('gets no more than what stands for people', async () => {
    for (const grant of ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange', 'password']) {
      const refused = await register(await token(), { ...metadata, grant_types: ['authorization_code', grant] })
      expect([refused.status, refused.json['error']], grant).toEqual([400, 'invalid_client_metadata'])
    }
    const uri = await register(await token(), { ...metadata, redirect_uris: ['http://agent.example/'] })
    expect([uri.status, uri.json['error']]).toEqual([400, 'invalid_redirect_uri'])
    const odd = await register(await token(), { ...metadata, redirect_uris: 'https://agent.example/' })
    expect([odd.status, odd.json['error']]).toEqual([400, 'invalid_client_metadata'])
    const named = {
      ...metadata,
      preset: 'service',
      consent: 'skip',
      resources: [{ identifier: 'urn:x:y' }],
      client_id: 'mine',
    }
    const made = await register(await token(), named)
    const read = await whole.call('GET', `/api/v1/applications/${app}/clients/${String(made.json['client_id'])}`)
    expect(read.json).toMatchObject({ consent: 'ask', resources: [], preset: 'web' })
    expect(made.json['client_id']).not.toBe('mine')
  })

  it('reads, replaces and ends its registration, and nobody else’s', async () => {
    const bearer = await token(2)
    const [own, other] = [(await register(bearer)).json, (await register(bearer)).json]
    const { client_id: id, registration_access_token: key } = own
    expect((await manage('GET', id, key)).json).toMatchObject(metadata)
    expect((await manage('GET', id, key)).json).not.toHaveProperty('client_secret')
    const put = await manage('PUT', id, key, { ...metadata, client_name: 'Agent 2' })
    expect(put.json).toMatchObject({ client_id: id, client_name: 'Agent 2' })
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', metadata],
      ['DELETE', undefined],
    ] as const) {
      expect((await manage(method, other['client_id'], key, body)).status, method).toBe(401)
      expect((await manage(method, id, other['registration_access_token'], body)).status, method).toBe(401)
    }
    const gone = await fetch(`${whole.url}/oauth/register/${String(id)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${String(key)}` },
    })
    expect(gone.status).toBe(204)
    expect((await manage('GET', id, key)).status).toBe(401)
    expect((await eventsOf(whole, 'client.deleted'))[0]?.resource).toBe(id)
  })

  it('with one token at once is one client', async () => {
    const bearer = await token()
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(bearer)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('cannot, when the token was taken back', async () => {
    const path = `/api/v1/applications/${app}/registration-tokens`
    const { json } = await whole.call('POST', path, { uses: 5 })
    expect((await whole.call('DELETE', `${path}/${String(json['id'])}`)).status).toBe(200)
    expect((await register(String(json['token']))).status).toBe(401)
    await registered(whole, { ...metadata, client_name: 'Elsewhere' })
  })
})

import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { authorize } from '../testing/browser.ts'

const redirectUri = 'https://app.example/callback'
let whole: WholeServer
let ada: Credentials
let secret: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  const { status, json } = await whole.call('POST', '/api/v1/applications', {
    id: 'app',
    client_name: 'App',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
  })
  expect(status, JSON.stringify(json)).toBe(201)
  secret = json['client_secret'] as string
}, 120_000)
afterAll(async () => {
  if (process.env['KEEP_LOG'])
    (await import('node:fs')).copyFileSync(whole.dataDir + '/server.log', '/tmp/lead/o1/server.log')
  await whole.close()
})

const discover = () =>
  client.discovery(new URL(whole.url), 'app', secret, undefined, { execute: [client.allowInsecureRequests] })

describe('the code flow, by openid-client', () => {
  it('signs a person in, and goes on with what it got', async () => {
    const config = await discover()
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    const nonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const callback = await authorize(whole.url, url, redirectUri, ada)
    const tokens = await client.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    })
    const claims = tokens.claims()
    expect(claims).toMatchObject({
      iss: whole.url,
      sub: ada.id,
      aud: 'app',
      name: 'Ada',
      email: ada.email,
      acr: 'aal1',
    })
    const told = await client.fetchUserInfo(config, tokens.access_token, ada.id)
    expect(told).toMatchObject({ sub: ada.id, name: 'Ada', email: ada.email })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      sub: ada.id,
      client_id: 'app',
    })
    await client.tokenRevocation(config, refreshed.access_token)
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false })
    expect((await eventsOf(whole, 'oauth.token_issued')).length).toBe(2)
  })
})

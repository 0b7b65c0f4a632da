import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { authorize } from '../testing/browser.ts'

const redirectUri = 'https://app.example/callback'
const bye = 'https://app.example/bye'
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
    post_logout_redirect_uris: [bye],
    grant_types: ['authorization_code', 'refresh_token'],
  })
  expect(status, JSON.stringify(json)).toBe(201)
  secret = json['client_secret'] as string
}, 120_000)
afterAll(() => whole.close())

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
    const browser = visitor(whole.url)
    const callback = await authorize(whole.url, url, redirectUri, ada, browser)
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
    const out = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: bye,
      state,
    })
    const left = await browser.get(out.pathname + out.search)
    expect(left.headers.get('location')).toBe(`${bye}?state=${state}`)
    expect(browser.session).toBeUndefined()
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })
})

describe('the code flow, by oauth4webapi', () => {
  it('of a public client, pushed, with tokens that are bound to its key', async () => {
    const { status } = await whole.call('POST', '/api/v1/applications', {
      id: 'phone',
      client_name: 'Phone',
      preset: 'native',
      redirect_uris: ['com.example.phone:/callback'],
      dpop_bound_access_tokens: true,
    })
    expect(status).toBe(201)
    const own: oauth.Client = { client_id: 'phone' }
    const issuer = new URL(whole.url)
    const loopback = { [oauth.allowInsecureRequests]: true }
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loopback))
    const DPoP = oauth.DPoP(own, await oauth.generateKeyPair('ES256'))
    const options = { ...loopback, DPoP }
    /** The first proof has no nonce of ours, and is told one (RFC 9449, section 8). */
    const twice = async <T>(send: () => Promise<Response>, read: (response: Response) => Promise<T>): Promise<T> =>
      read(await send()).catch(async (error: unknown) => {
        if (!oauth.isDPoPNonceError(error)) throw error
        return read(await send())
      })
    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const asked = new URLSearchParams({
      response_type: 'code',
      redirect_uri: 'com.example.phone:/callback',
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const { request_uri } = await twice(
      () => oauth.pushedAuthorizationRequest(as, own, oauth.None(), asked, options),
      (response) => oauth.processPushedAuthorizationResponse(as, own, response),
    )
    const url = new URL(as.authorization_endpoint ?? '')
    url.search = new URLSearchParams({ client_id: 'phone', request_uri }).toString()
    const back = await authorize(whole.url, url, 'com.example.phone:/callback', ada)
    const answer = oauth.validateAuthResponse(as, own, back, state)
    const uri = 'com.example.phone:/callback'
    const tokens = await twice(
      () => oauth.authorizationCodeGrantRequest(as, own, oauth.None(), answer, uri, verifier, options),
      (response) => oauth.processAuthorizationCodeResponse(as, own, response, { expectedNonce: nonce }),
    )
    expect(tokens.token_type).toBe('dpop')
    const told = await oauth.userInfoRequest(as, own, tokens.access_token, options)
    expect(await oauth.processUserInfoResponse(as, own, ada.id, told)).toMatchObject({ email: ada.email })
    const refreshed = await twice(
      () => oauth.refreshTokenGrantRequest(as, own, oauth.None(), tokens.refresh_token ?? '', options),
      (response) => oauth.processRefreshTokenResponse(as, own, response),
    )
    const latest = refreshed.refresh_token ?? ''
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, own, oauth.None(), latest, loopback))
    await expect(
      twice(
        () => oauth.refreshTokenGrantRequest(as, own, oauth.None(), latest, options),
        (response) => oauth.processRefreshTokenResponse(as, own, response),
      ),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})

describe('an empty secret', () => {
  const named = (id: string, form: Readonly<Record<string, string>>) =>
    fetch(`${whole.url}/oauth/par`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:`).toString('base64')}` },
      body: new URLSearchParams({
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        ...form,
      }),
    })

  it('is that of a client that has none, and of nobody else', async () => {
    const open = { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }
    await whole.call('POST', '/api/v1/applications', { id: 'open', ...open })
    expect((await named('open', {})).status).toBe(201)
    expect((await named('open', { client_id: 'open' })).status).toBe(201)
    for (const [id, form] of [
      ['app', {}],
      ['app', { client_id: 'app' }],
      ['app', { client_id: 'open' }],
      ['open', { client_id: 'app' }],
      ['open', { client_secret: secret }],
      ['app:', {}],
      ['', {}],
    ] as const) {
      expect((await named(id, form)).status, `${id} ${JSON.stringify(form)}`).toBeGreaterThanOrEqual(400)
    }
  })
})

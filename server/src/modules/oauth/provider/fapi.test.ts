import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { authorize } from '../testing/browser.ts'
import { claimsOf, plainClient, redirectUri } from '../testing/client.ts'

let whole: WholeServer
let ada: Credentials
let own: Awaited<ReturnType<typeof client.randomDPoPKeyPair>>
const insecure = { execute: [client.allowInsecureRequests] }

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  own = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', own.publicKey)
  const { status, json } = await whole.call('POST', '/api/v1/applications', {
    id: 'bank',
    client_name: 'Bank',
    preset: 'fapi2',
    redirect_uris: [redirectUri],
    jwks: { keys: [{ ...jwk, kid: 'own', alg: 'ES256', use: 'sig' }] },
  })
  expect(status, JSON.stringify(json)).toBe(201)
}, 120_000)
afterAll(() => whole.close())

const bank = () =>
  client.discovery(
    new URL(whole.url),
    'bank',
    undefined,
    client.PrivateKeyJwt({ key: own.privateKey, kid: 'own' }),
    insecure,
  )

async function pushed(config: client.Configuration, DPoP: client.DPoPHandle) {
  const verifier = client.randomPKCECodeVerifier()
  const url = await client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: redirectUri,
      scope: 'openid profile offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
  return { url, verifier }
}

describe('FAPI 2.0, by openid-client', () => {
  it('from a pushed request to a revoked token, with proofs under our nonce', async () => {
    const config = await bank()
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const { url, verifier } = await pushed(config, DPoP)
    const callback = await authorize(whole.url, url, redirectUri, ada)
    expect(callback.searchParams.get('iss')).toBe(whole.url)
    const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier }, undefined, {
      DPoP,
    })
    expect(tokens.token_type).toBe('dpop')
    const told = await client.fetchUserInfo(config, tokens.access_token, ada.id, { DPoP })
    expect(told.name).toBe('Ada')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    const claims = claimsOf(refreshed.access_token)
    expect(claims).toMatchObject({
      iss: whole.url,
      sub: ada.id,
      aud: 'urn:holdfast:application:bank',
      client_id: 'bank',
      scope: 'openid profile offline_access',
      principal_type: 'Person',
      acr: 'aal1',
      amr: ['pwd'],
      auth_time: expect.any(Number),
      epoch: expect.any(Number),
      cnf: { jkt: expect.any(String) },
    })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(300)
    const header = JSON.parse(Buffer.from(refreshed.access_token.split('.')[0] ?? '', 'base64url').toString())
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      token_type: 'DPoP',
      cnf: claims['cnf'],
    })
    await client.tokenRevocation(config, refreshed.refresh_token ?? '')
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(false)
  })

  it('refuses what the profile forbids', async () => {
    const direct = new URL(`${whole.url}/oauth/authorize`)
    direct.search = new URLSearchParams({
      client_id: 'bank',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }).toString()
    const answer = await fetch(direct, { redirect: 'manual' })
    const to = new URL(answer.headers.get('location') ?? '')
    expect(to.origin + to.pathname).toBe(redirectUri)
    expect(to.searchParams.get('error')).toBe('invalid_request')
    expect(to.searchParams.get('iss')).toBe(whole.url)
    // Without proof of possession there is no token.
    const config = await bank()
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const { url, verifier } = await pushed(config, DPoP)
    const callback = await authorize(whole.url, url, redirectUri, ada)
    await expect(client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier })).rejects.toMatchObject(
      {
        error: 'invalid_grant',
      },
    )
  })
})

describe('a proof of possession', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = key.publicKey.export({ format: 'jwk' })

  it('is good once, under a nonce of ours, for its request and its token', async () => {
    const app = await dpopClient()
    const first = await app.send(whole.url, '/oauth/token', await app.code(), { dpop: proof({}) })
    expect(first.json['error']).toBe('use_dpop_nonce')
    const nonce = first.headers.get('dpop-nonce') ?? ''
    const form = await app.code()
    const good = proof({ nonce })
    const answer = await app.send(whole.url, '/oauth/token', form, { dpop: good })
    expect(answer.status, JSON.stringify(answer.json)).toBe(200)
    const token = answer.json['access_token'] as string
    const again = await app.send(whole.url, '/oauth/token', await app.code(), { dpop: good })
    expect(again.json['error']).toBe('invalid_dpop_proof')
    expect((await eventsOf(whole, 'oauth.token_refused'))[0]?.data['detail']).toContain('Replay')
    for (const wrong of [
      proof({ nonce, htm: 'GET' }),
      proof({ nonce, htu: 'https://elsewhere.example/oauth/token' }),
      proof({ nonce: 'made-up' }),
      proof({ nonce }, { alg: 'none' }),
      proof({ nonce }, { jwk: { kty: 'oct', k: 'AAAA' } }),
    ]) {
      const refused = await app.send(whole.url, '/oauth/token', await app.code(), { dpop: wrong })
      expect(refused.status).toBe(400)
      expect(['invalid_dpop_proof', 'use_dpop_nonce']).toContain(refused.json['error'])
    }
    const userinfo = (authorization: string, dpop?: string) =>
      fetch(`${whole.url}/oauth/userinfo`, { headers: { authorization, ...(dpop !== undefined && { dpop }) } })
    expect((await userinfo(`Bearer ${token}`)).status).toBe(401)
    const ath = createHash('sha256').update(token).digest('base64url')
    const at = { htm: 'GET', htu: `${whole.url}/oauth/userinfo`, nonce }
    expect((await userinfo(`DPoP ${token}`, proof({ ...at, ath: 'other' }))).status).toBe(401)
    const shown = proof({ ...at, ath })
    expect((await userinfo(`DPoP ${token}`, shown)).status).toBe(200)
    expect((await userinfo(`DPoP ${token}`, shown)).status).toBe(401)
  })

  it('shown fifty times at once is taken once', async () => {
    const app = await dpopClient()
    const { headers } = await app.send(whole.url, '/oauth/token', await app.code(), { dpop: proof({}) })
    const codes = []
    for (let at = 0; at < 10; at += 1) codes.push(await app.code())
    const same = proof({ nonce: headers.get('dpop-nonce') ?? '' })
    const answers = await Promise.all(codes.map((form) => app.send(whole.url, '/oauth/token', form, { dpop: same })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  function proof(claims: object, header: object = {}): string {
    const payload = {
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      htm: 'POST',
      htu: `${whole.url}/oauth/token`,
    }
    return jwt({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }, { ...payload, ...claims }, key.privateKey)
  }

  let made: Promise<{ readonly client_id: string }> | undefined
  async function dpopClient() {
    made ??= whole
      .call('POST', '/api/v1/applications', {
        id: 'spa',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
        dpop_bound_access_tokens: true,
      })
      .then(({ json }) => ({ client_id: json['client_id'] as string }))
    const app = plainClient(await made)
    return {
      ...app,
      async code() {
        const { code, verifier } = await app.ask(whole.url, ada)
        return app.exchange(code, verifier)
      },
    }
  }
})

describe('private_key_jwt', () => {
  const claims = (more: object = {}) => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: 'bank', sub: 'bank', aud: whole.url, jti: randomUUID(), iat: now, exp: now + 60, ...more }
  }
  const par = async (assertion: string) => {
    const answer = await plainClient({ client_id: 'bank' }).send(whole.url, '/oauth/par', {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    return { status: answer.status, error: answer.json['error'] }
  }
  const signed = async (payload: object, header: object = {}) => {
    const head = { alg: 'ES256', kid: 'own', ...header }
    const data = `${encode(head)}.${encode(payload)}`
    const bytes = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, own.privateKey, Buffer.from(data))
    return `${data}.${Buffer.from(bytes).toString('base64url')}`
  }

  it('is taken once, for us, in time, and by its own key and algorithm', async () => {
    const good = await signed(claims())
    expect(await par(good)).toMatchObject({ status: 201 })
    expect(await par(good)).toEqual({ status: 401, error: 'invalid_client' })
    const { n: _, ...jwk } = { n: '', ...(await crypto.subtle.exportKey('jwk', own.publicKey)) }
    const hmac = (payload: object) => {
      const data = `${encode({ alg: 'HS256', kid: 'own' })}.${encode(payload)}`
      const key = Buffer.from(JSON.stringify(jwk))
      return `${data}.${createHash('sha256').update(key).update(data).digest('base64url')}`
    }
    for (const wrong of [
      await signed(claims({ aud: 'https://elsewhere.example' })),
      await signed(claims({ aud: [whole.url, 'https://elsewhere.example'] })),
      await signed(claims({ exp: 1_700_000_000 })),
      await signed(claims({ iss: 'other' })),
      await signed(claims({ jti: undefined })),
      await signed(claims(), { kid: 'unknown' }),
      hmac(claims()),
      `${encode({ alg: 'none' })}.${encode(claims())}.`,
    ]) {
      expect(await par(wrong)).toMatchObject({
        status: expect.toSatisfy((status: number) => status === 401 || status === 400),
      })
    }
  })
})

describe('oauth4webapi', () => {
  it('discovers exactly what there is, and a service gets a token of its own', async () => {
    const issuer = new URL(whole.url)
    const options = { [oauth.allowInsecureRequests]: true }
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const as = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { algorithm, ...options }),
      )
      expect(as).toMatchObject({
        issuer: whole.url,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        pushed_authorization_request_endpoint: `${whole.url}/oauth/par`,
      })
      expect(as.grant_types_supported).not.toContain('implicit')
      expect(as.grant_types_supported).not.toContain('password')
      // Nobody passes certificates here.
      expect(as.token_endpoint_auth_methods_supported).not.toContain('tls_client_auth')
      expect(as.tls_client_certificate_bound_access_tokens).toBeFalsy()
      expect(as.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
      expect(as.jwks_uri).toBe(`${whole.url}/oauth/jwks`)
    }
    const { json } = await whole.call('POST', '/api/v1/applications', {
      id: 'robot',
      grant_types: ['client_credentials'],
    })
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
    const robot: oauth.Client = { client_id: 'robot' }
    const auth = oauth.ClientSecretBasic(json['client_secret'] as string)
    const asked = await oauth.clientCredentialsGrantRequest(as, robot, auth, new URLSearchParams(), options)
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, robot, asked)
    expect(claimsOf(token)).toMatchObject({ sub: json['service'], client_id: 'robot', principal_type: 'Service' })
    const told = await oauth.introspectionRequest(as, robot, auth, token, options)
    expect(await oauth.processIntrospectionResponse(as, robot, told)).toMatchObject({
      active: true,
      sub: json['service'],
    })
    const [event] = await eventsOf(whole, 'oauth.token_issued')
    expect(event).toMatchObject({ actor: json['service'], resource: claimsOf(token)['jti'] })
  })
})

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

function jwt(header: object, payload: object, key: KeyObject): string {
  const data = `${encode(header)}.${encode(payload)}`
  return `${data}.${sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

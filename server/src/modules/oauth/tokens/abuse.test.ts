import { createHash, type X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { certificates } from '../testing/certificates.ts'
import {
  type Called,
  claimsOf,
  granted,
  plainClient,
  type PlainClient,
  redirectUri,
  registerClient,
} from '../testing/client.ts'

let whole: WholeServer
let ada: Credentials
let app: PlainClient
let other: PlainClient
let spa: PlainClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_HTTP_TRUSTED_PROXIES: '["127.0.0.1"]',
    HOLDFAST_OAUTH_CLIENT_CERTIFICATE_HEADER: 'client-cert',
    HOLDFAST_OAUTH_LIMITS_REFUSED: '100',
  })
  ada = await addPerson(whole, 'Ada')
  app = await register('app')
  other = await register('other')
  spa = await register('spa', { token_endpoint_auth_method: 'none' })
}, 120_000)
afterAll(() => whole.close())

const register = (id: string, more?: object) => registerClient(whole, id, more)

const token = (
  client: PlainClient,
  form: Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
) => client.send(whole.url, '/oauth/token', form, headers)
const errorOf = ({ status, json }: Called) => [status, json['error']]
const active = async (who: PlainClient, value: string) =>
  (await who.send(whole.url, '/oauth/introspect', { token: value })).json['active']

describe('a code', () => {
  it('is for its own client, verifier and address', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const form = app.exchange(code, verifier)
    expect(errorOf(await token(other, form))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(spa, form))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, { ...form, code_verifier: 'y'.repeat(43) }))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, { ...form, code_verifier: '' }))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, { ...form, redirect_uri: `${redirectUri}/` }))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, { ...form, client_secret: 'guessed' }))).toEqual([401, 'invalid_client'])
    expect((await token(app, form)).status).toBe(200)
  })

  it('that is used twice takes with it what it gave', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const first = granted(await token(app, app.exchange(code, verifier)))
    expect(errorOf(await token(app, app.exchange(code, verifier)))).toEqual([400, 'invalid_grant'])
    expect(await active(app, first.access)).toBe(false)
    expect(errorOf(await token(app, app.refresh(first.refresh)))).toEqual([400, 'invalid_grant'])
    const [event] = await eventsOf(whole, 'oauth.grant_revoked')
    expect(event).toMatchObject({ reason: 'code_used', data: { client: 'app', person: ada.id } })
  })
})

describe('a refresh token', () => {
  it('is for its own client, and no code or access token', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const { access, refresh } = granted(await token(app, app.exchange(code, verifier)))
    expect(errorOf(await token(other, app.refresh(refresh)))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, app.refresh(access)))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(app, app.exchange(refresh, verifier)))).toEqual([400, 'invalid_grant'])
    expect((await token(app, { ...app.refresh(refresh), scope: 'openid profile' })).json['error']).toBe('invalid_scope')
  })

  it('that was rotated on, and is shown once more, kills its family within the grace too', async () => {
    const { code, verifier } = await spa.ask(whole.url, ada)
    const first = granted(await token(spa, spa.exchange(code, verifier)))
    const second = granted(await token(spa, spa.refresh(first.refresh)))
    expect(granted(await token(spa, spa.refresh(first.refresh))).refresh).toBe(second.refresh)
    const third = granted(await token(spa, spa.refresh(second.refresh)))
    expect(errorOf(await token(spa, spa.refresh(first.refresh)))).toEqual([400, 'invalid_grant'])
    expect(errorOf(await token(spa, spa.refresh(third.refresh)))).toEqual([400, 'invalid_grant'])
    expect((await eventsOf(whole, 'oauth.grant_revoked'))[0]?.reason).toBe('refresh_reused')
  })
})

describe('a token of somebody else', () => {
  it('says nothing to a stranger, and is not revoked by one', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const { access, refresh } = granted(await token(app, app.exchange(code, verifier)))
    for (const stranger of [other, spa]) {
      expect(await active(stranger, access)).toBe(false)
      expect(await active(stranger, refresh)).toBe(false)
      for (const value of [access, refresh]) {
        expect((await stranger.send(whole.url, '/oauth/revoke', { token: value })).status).toBe(200)
      }
    }
    expect([await active(app, access), await active(app, refresh)]).toEqual([true, true])
    const nobody = plainClient({ client_id: 'app' })
    expect((await nobody.send(whole.url, '/oauth/introspect', { token: access })).status).toBe(401)
  })

  it('is known to whom it is for', async () => {
    const { status, json } = await whole.call('POST', '/api/v1/applications/app/clients', {
      client_id: 'app-api',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
    })
    expect(status, JSON.stringify(json)).toBe(201)
    const api = plainClient({ client_id: 'app-api', client_secret: json['client_secret'] as string })
    const { code, verifier } = await app.ask(whole.url, ada, { scope: 'openid email' })
    const answer = await token(app, app.exchange(code, verifier))
    const { access } = granted(answer)
    const told = await api.send(whole.url, '/oauth/introspect', { token: access })
    const { sid } = claimsOf(answer.json['id_token'] as string)
    expect(told.json).toMatchObject({ active: true, sub: ada.id, client_id: 'app', acr: 'aal1', sid })
  })

  it('names the sign-in that it ends with, as the ID token does, and none where it outlives that', async () => {
    const tokens = async (scope: string) => {
      const { code, verifier } = await app.ask(whole.url, ada, { scope })
      const answer = await token(app, app.exchange(code, verifier))
      return { ...granted(answer), signIn: claimsOf(answer.json['id_token'] as string)['sid'] }
    }
    const told = async (presented: string) =>
      (await app.send(whole.url, '/oauth/introspect', { token: presented })).json
    const bound = await tokens('openid')
    expect(bound.signIn).toEqual(expect.any(String))
    expect(claimsOf(bound.access)['sid']).toBe(bound.signIn)
    for (const each of [bound.access, bound.refresh]) {
      expect(await told(each)).toMatchObject({ active: true, sid: bound.signIn })
    }
    const offline = await tokens('openid offline_access')
    expect(claimsOf(offline.access)).not.toHaveProperty('sid')
    const { active, sid } = await told(offline.access)
    expect([active, sid]).toEqual([true, undefined])
  })

  it('is none when it was made up, changed, or signed by nobody', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const { access } = granted(await token(app, app.exchange(code, verifier)))
    const [head = '', body = '', signature = ''] = access.split('.')
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object
    const forged = encode({ ...claimsOf(access), sub: '01900000-0000-7000-8000-00000000000a' })
    for (const wrong of [
      `${head}.${forged}.${signature}`,
      `${encode({ ...header, alg: 'none' })}.${body}.`,
      `${encode({ ...header, alg: 'HS256' })}.${body}.${signature}`,
      `${encode({ ...header, typ: 'JWT' })}.${body}.${signature}`,
      `${encode({ ...header, kid: 'other' })}.${body}.${signature}`,
      `${access}.more`,
      String(claimsOf(access)['jti']),
    ]) {
      expect(await active(app, wrong)).toBe(false)
      const info = await fetch(`${whole.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${wrong}` } })
      expect(info.status).toBe(401)
    }
    const identity = await app.ask(whole.url, ada)
    const answer = await token(app, app.exchange(identity.code, identity.verifier))
    expect(await active(app, answer.json['id_token'] as string)).toBe(false)
  })
})

describe('an access token at the control plane', () => {
  it('is that of a service which asked for it, and no other', async () => {
    const { status, json } = await whole.call('POST', '/api/v1/applications', {
      id: 'robot',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      resources: [{ identifier: 'urn:holdfast:application:holdfast' }],
    })
    expect(status, JSON.stringify(json)).toBe(201)
    const robot = plainClient({ client_id: 'robot', client_secret: json['client_secret'] as string })
    const ask = async (more: Readonly<Record<string, string>>) => {
      const answer = await token(robot, { grant_type: 'client_credentials', ...more })
      expect(answer.status, JSON.stringify(answer.json)).toBe(200)
      return answer.json['access_token'] as string
    }
    const me = async (bearer: string) => whole.call('GET', '/api/v1/me', undefined, bearer)
    const own = await ask({ resource: 'urn:holdfast:application:holdfast' })
    expect((await me(own)).json).toMatchObject({ principal: { type: 'Service', id: json['service'] } })
    expect((await me(await ask({}))).status).toBe(401)
    const { code, verifier } = await app.ask(whole.url, ada)
    expect((await me(granted(await token(app, app.exchange(code, verifier))).access)).status).toBe(401)
    await robot.send(whole.url, '/oauth/revoke', { token: own })
    expect((await me(own)).status).toBe(401)
  })
})

describe('what a client may not ask for', () => {
  it('it does not get by asking for it by another name', async () => {
    const small = await register('small', { scope: 'openid' })
    const wanted = { email: { essential: true }, email_verified: null, name: null, groups: null, roles: null }
    const claims = JSON.stringify({ id_token: { ...wanted, acr: null }, userinfo: wanted })
    for (const more of [{ claims }, { claims, scope: 'openid email profile groups roles' }]) {
      const { code, verifier } = await small.ask(whole.url, ada, more)
      const answer = await token(small, small.exchange(code, verifier))
      const info = await fetch(`${whole.url}/oauth/userinfo`, {
        headers: { authorization: `Bearer ${granted(answer).access}` },
      })
      const told = { ...claimsOf(answer.json['id_token'] as string), ...((await info.json()) as object) }
      expect(told).toMatchObject({ sub: ada.id, acr: 'aal1' })
      for (const name of Object.keys(wanted)) expect(told).not.toHaveProperty(name)
    }
  })

  it('is not added to a request that was pushed, nor asked for by another client with it', async () => {
    const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
    const form = { redirect_uri: redirectUri, response_type: 'code', scope: 'openid', code_challenge: challenge }
    const pushed = await app.send(whole.url, '/oauth/par', { ...form, code_challenge_method: 'S256' })
    const browser = await signInAs(whole.url, ada)
    const ask = (more: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams({ request_uri: pushed.json['request_uri'] as string, ...more })
      return browser.get(`/oauth/authorize?${query.toString()}`)
    }
    expect((await ask({ client_id: 'other' })).headers.get('location')).toBeNull()
    const added = { redirect_uri: 'https://evil.example/', scope: 'openid email', code_challenge: 'y'.repeat(43) }
    const to = new URL((await ask({ client_id: 'app', ...added, state: 'evil' })).headers.get('location') ?? '')
    expect([to.origin + to.pathname, to.searchParams.get('state')]).toEqual([redirectUri, null])
    const code = to.searchParams.get('code') ?? ''
    const { json } = await token(app, app.exchange(code, 'v'.repeat(43)))
    expect(json['scope']).toBe('openid')
    expect((await ask({ client_id: 'app' })).headers.get('location')).toBeNull()
  })
})

describe('a new password', () => {
  it('ends offline access that was given with the old one, and not the sign-in that sets it', async () => {
    const ben = await addPerson(whole, 'Ben')
    const thief = await app.ask(whole.url, ben, { scope: 'openid offline_access' })
    const stolen = granted(await token(app, app.exchange(thief.code, thief.verifier)))
    const browser = await signInAs(whole.url, ben)
    const { code, verifier } = await app.ask(whole.url, ben, {}, browser)
    const own = granted(await token(app, app.exchange(code, verifier)))
    const changed = await browser.api('PUT', `/api/v1/people/${ben.id}/password`, {
      current: ben.password,
      password: 'thistle harbour lamp 42 oven',
    })
    expect(changed.status, JSON.stringify(changed.json)).toBe(200)
    expect(await active(app, stolen.access)).toBe(false)
    expect(errorOf(await token(app, app.refresh(stolen.refresh)))).toEqual([400, 'invalid_grant'])
    expect(await active(app, own.access)).toBe(true)
    expect((await token(app, app.refresh(own.refresh))).status).toBe(200)
  })
})

describe('what there is not', () => {
  it.each([
    { grant_type: 'password', username: 'ada@shop.example', password: 'x' },
    { grant_type: 'implicit' },
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x' },
    { grant_type: 'client_credentials' },
    { grant_type: '' },
  ])('%j', async (form) => {
    const answer = await token(app, form)
    expect(answer.status).toBe(400)
    expect(['unsupported_grant_type', 'invalid_request', 'unauthorized_client']).toContain(answer.json['error'])
  })

  it('a second way to say who is asking', async () => {
    const { code, verifier } = await app.ask(whole.url, ada)
    const basic = `Basic ${Buffer.from('app:x').toString('base64')}`
    expect(errorOf(await token(app, app.exchange(code, verifier), { authorization: basic }))).toEqual([
      400,
      'invalid_request',
    ])
    const body = `grant_type=refresh_token&client_id=app&client_id=other&refresh_token=x`
    const twice = await fetch(`${whole.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })
    expect(twice.status).toBe(400)
    const json = await fetch(`${whole.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(json.status).toBe(400)
    const big = await fetch(`${whole.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `x=${'y'.repeat(60_000)}`,
    })
    expect(big.status).toBe(413)
  })
})

describe('a page of another origin', () => {
  it('reads answers for a public client from where that is registered, and no others', async () => {
    const { code, verifier } = await spa.ask(whole.url, ada)
    const allowed = await token(spa, spa.exchange(code, verifier), { origin: 'https://app.example' })
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(allowed.headers.get('cache-control')).toBe('no-store')
    const more = await spa.ask(whole.url, ada)
    for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example']) {
      const answer = await token(spa, spa.exchange(more.code, more.verifier), { origin })
      expect(answer.status).toBe(400)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
    const secret = await app.ask(whole.url, ada)
    expect(
      (await token(app, app.exchange(secret.code, secret.verifier), { origin: 'https://app.example' })).status,
    ).toBe(400)
  })
})

describe('a token that is bound to a certificate', () => {
  const header = (shown: X509Certificate) => ({ 'client-cert': `:${shown.raw.toString('base64')}:` })

  it('is given and taken with that certificate, which a proxy of ours has seen', async () => {
    const { own, foreign } = certificates
    const bound = await register('bound', {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'own.example',
      tls_client_certificate_bound_access_tokens: true,
    })
    const { code, verifier } = await bound.ask(whole.url, ada)
    const form = bound.exchange(code, verifier)
    expect(errorOf(await token(bound, form))).toEqual([401, 'invalid_client'])
    expect(errorOf(await token(bound, form, header(foreign)))).toEqual([401, 'invalid_client'])
    const { access, refresh } = granted(await token(bound, form, header(own)))
    const thumbprint = Buffer.from(own.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
    expect(claimsOf(access)['cnf']).toEqual({ 'x5t#S256': thumbprint })
    const info = (headers: object) =>
      fetch(`${whole.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${access}`, ...headers } })
    expect((await info({})).status).toBe(401)
    expect((await info(header(foreign))).status).toBe(401)
    expect((await info(header(own))).status).toBe(200)
    expect((await token(bound, bound.refresh(refresh), header(own))).status).toBe(200)
  })
})

describe('keys that change', () => {
  it('sign the next token at once, and what a stolen one signed is good no longer', async () => {
    const browser = await signInAs(whole.url, ada)
    const next = async () => {
      const { code, verifier } = await app.ask(whole.url, ada, {}, browser)
      return granted(await token(app, app.exchange(code, verifier))).access
    }
    const kid = (jwt: string) =>
      JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())['kid'] as string
    const before = await next()
    const rotated = await whole.call('POST', '/api/v1/signing-keys/rotate', {
      alg: 'ES256',
      compromised: true,
    })
    expect(rotated.status, JSON.stringify(rotated.json)).toBe(201)
    await expect.poll(async () => kid(await next())).not.toBe(kid(before))
    expect(await active(app, before)).toBe(false)
  })
})

describe('too much', () => {
  it('is answered with when to try again', async () => {
    const flood = plainClient({ client_id: 'nobody-at-all' })
    const ask = () => token(flood, { grant_type: 'refresh_token' })
    const first = await Promise.all(Array.from({ length: 150 }, ask))
    expect(new Set(first.map(({ status }) => status))).toContain(401)
    const last = await ask()
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

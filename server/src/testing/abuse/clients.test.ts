import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  claimsOf,
  granted,
  plainClient,
  type PlainClient,
  redirectUri,
  registerClient,
} from '../../modules/oauth/testing/client.ts'
import { letterTo } from '../mailbox.ts'
import { addPerson, type Credentials, quickSignIn, signInAs, visitor } from '../visitor.ts'
import { startWholeServer, type WholeServer } from '../whole-server.ts'
import { answerOf, asked, challenge, fieldsOf, request, verifier } from './asked.ts'
import { notTheCallback, notTheLoopback, parameters, sentElsewhere } from './lists.ts'
import { raw } from './raw.ts'

// What attackers send to the OAuth endpoints, and what the modules' own tests have not tried.

let whole: WholeServer
let admin: Client
let ada: Credentials
let app: PlainClient
let asking: PlainClient
let native: PlainClient
let robot: PlainClient
const bank = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const bankJwk = { ...bank.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'ES256', use: 'sig' }

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_HTTP_TRUSTED_PROXIES: '["127.0.0.1"]',
    HOLDFAST_OAUTH_LIMITS_REFUSED: '10000',
  })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  app = await register('app', {
    post_logout_redirect_uris: ['https://app.example/bye'],
    scope: 'openid email offline_access',
  })
  asking = await register('asking', { consent: 'ask', client_name: '"><script>alert(1)</script>' })
  native = await register('native', {
    preset: 'native',
    redirect_uris: ['http://127.0.0.1/cb'],
    token_endpoint_auth_method: 'none',
  })
  robot = await register('robot', { redirect_uris: [], grant_types: ['client_credentials'] })
  await register('bank', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [bankJwk] } })
}, 120_000)
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const register = (id: string, more?: object) => registerClient(whole, id, more)

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A request by POST is sent on as a GET. */
async function posted(body: string, cookie: string) {
  const { headers } = await raw(whole.url, '/oauth/authorize', { headers: { cookie }, body })
  return raw(whole.url, String(headers['location']), { headers: { cookie } })
}

describe('where the issuer is', () => {
  it('no header says', async () => {
    const own = await raw(whole.url, '/.well-known/openid-configuration')
    expect(JSON.parse(own.text)).toMatchObject({ issuer: whole.url })
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      for (const headers of sentElsewhere) {
        const answer = await raw(whole.url, path, { headers })
        expect(answer.text, JSON.stringify(headers)).not.toContain('evil')
        expect(JSON.parse(answer.text)).toMatchObject({ issuer: whole.url })
      }
      for (const host of [
        'evil.example',
        'localhost.evil.example',
        'localhost:1',
        `${new URL(whole.url).host}@evil.example`,
      ]) {
        const answer = await raw(whole.url, path, { headers: { host } })
        expect([[400, 421].includes(answer.status), answer.text.includes('evil')], host).toEqual([true, false])
      }
    }
  })

  it('nor do they lead a browser, or a letter, anywhere', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
    for (const path of [
      request(),
      request({ client_id: 'nobody' }),
      '/sign-in',
      '/account',
      '/oauth/device',
      '/oauth/end-session',
    ]) {
      const answer = await raw(whole.url, path, { headers })
      expect(JSON.stringify(answer), path).not.toContain('evil.example')
    }
    await raw(whole.url, '/recover', { headers, body: 'email=ada%40shop.example' })
    const letter = await letterTo(whole, ada.email, 'recovery')
    expect(letter.links[0]).toContain(`${whole.url}/`)
    expect(JSON.stringify(letter)).not.toContain('evil.example')
  })
})

describe('a parameter that occurs twice', () => {
  it('is refused by every endpoint, in the query, in the body, and once in each', async () => {
    const browser = await signInAs(whole.url, ada)
    const cookie = `__Host-holdfast=${browser.session ?? ''}`
    for (const name of parameters) {
      const more = { ...asked, prompt: 'none', nonce: 'n', acr_values: 'aal1', max_age: '900' }
      const query = new URLSearchParams(more)
      query.append(name, name === 'redirect_uri' ? 'https://evil.example/' : 'other')
      for (const answer of [
        await raw(whole.url, `/oauth/authorize?${query.toString()}`, { headers: { cookie } }),
        await posted(query.toString(), cookie),
      ]) {
        const to = answer.headers['location'] as string | undefined
        expect(answerOf(to), name).not.toHaveProperty('code')
        expect(
          to === undefined ? answer.status : answerOf(to)['error'],
          `${name} ${to} ${answer.status} ${answer.text}`,
        ).toSatisfy((what: unknown) => what === 400 || what === 'invalid_request')
        expect(to ?? '').not.toContain('evil.example')
      }
    }
    const secret = (await exchangeable()).form
    for (const [path, form] of [
      ['/oauth/token', secret],
      ['/oauth/par', { ...asked, ...app.own }],
      ['/oauth/introspect', { token: 'x', ...app.own }],
      ['/oauth/revoke', { token: 'x', ...app.own }],
      ['/oauth/device/authorize', { scope: 'openid', client_id: 'native' }],
    ] as const) {
      for (const name of Object.keys(form)) {
        const body = new URLSearchParams(form)
        body.append(name, 'other')
        const answer = await raw(whole.url, path, { body: body.toString() })
        expect([answer.status, answer.text.includes('_token"')], `${path} ${name} ${answer.text}`).toEqual([400, false])
      }
      const query = await raw(whole.url, `${path}?client_id=robot&grant_type=client_credentials`, {
        body: new URLSearchParams({ ...form, client_id: 'nobody' }).toString(),
      })
      expect(query.status, `${path} ${query.text}`).toBeGreaterThanOrEqual(400)
    }
  })

  it('is refused by every form', async () => {
    const browser = await signInAs(whole.url, ada)
    const headers = { cookie: `__Host-holdfast=${browser.session ?? ''}`, 'sec-fetch-site': 'same-origin' }
    for (const [path, name] of [
      ['/sign-in', 'username'],
      ['/sign-in', 'password'],
      ['/sign-in', 'return'],
      ['/sign-in/verify', 'code'],
      ['/recover', 'email'],
      ['/account/password', 'password'],
      ['/account/name', 'name'],
      ['/account/email', 'email'],
      ['/oauth/device', 'user_code'],
      ['/oauth/end-session', 'post_logout_redirect_uri'],
    ] as const) {
      const answer = await raw(whole.url, path, { headers, body: `${name}=a&${name}=b` })
      expect(answer.status, `${path} ${name}`).toBe(400)
    }
  })
})

async function exchangeable(more: Record<string, string> = {}, client = app) {
  const { code, verifier: shown } = await client.ask(whole.url, ada, more)
  return { form: { ...client.exchange(code, shown), ...client.own }, code, shown }
}

describe('a code', () => {
  it('comes of no request without an S256 challenge, pushed or not', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const more of [
      { code_challenge: undefined },
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { code_challenge_method: 's256' },
      { code_challenge_method: 'S512' },
      { code_challenge: 'x'.repeat(42) },
      { code_challenge: 'x'.repeat(129) },
      { code_challenge: `${'x'.repeat(42)}=` },
    ]) {
      for (const client_id of ['app', 'native']) {
        const at = client_id === 'native' ? { client_id, redirect_uri: 'http://127.0.0.1:4000/cb' } : { client_id }
        const { headers, status } = await browser.get(request({ ...at, ...more }))
        const to = headers.get('location')
        expect(to === null ? status : answerOf(to)['error'], JSON.stringify(more)).toSatisfy(
          (what: unknown) => what === 400 || what === 'invalid_request',
        )
      }
      const form = fieldsOf(more)
      expect((await app.send(whole.url, '/oauth/par', form)).status, JSON.stringify(more)).toBe(400)
    }
  })

  it('is worth nothing without its verifier, nor with the challenge in its place', async () => {
    const { code, shown } = await exchangeable()
    const { code_verifier: _, ...bare } = app.exchange(code, shown)
    for (const form of [
      bare,
      app.exchange(code, challenge),
      app.exchange(code, createHash('sha256').update(shown).digest('base64url')),
    ]) {
      expect((await app.send(whole.url, '/oauth/token', form)).json['error']).toMatch(/^invalid_(grant|request)$/)
    }
    const { redirect_uri: __, ...nowhere } = app.exchange(code, shown)
    expect((await app.send(whole.url, '/oauth/token', nowhere)).status).toBe(400)
  })

  it('cannot be turned to another resource, nor into more scope, where it is exchanged', async () => {
    const { form } = await exchangeable()
    const other = await app.send(whole.url, '/oauth/token', { ...form, resource: 'urn:holdfast:application:robot' })
    expect([other.status, other.json['access_token']]).toEqual([400, undefined])
    const { form: second } = await exchangeable()
    const { json } = await app.send(whole.url, '/oauth/token', { ...second, scope: 'openid email offline_access' })
    expect(JSON.stringify(json['scope'] ?? '')).not.toContain('email')
  })

  it('and every other answer says which issuer it is of', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const more of [
      {},
      { response_mode: 'fragment' },
      { prompt: 'none', max_age: '0' },
      { response_type: 'token' },
      { scope: 'openid nonsense\u0001' },
    ]) {
      const to = (await browser.get(request(more))).headers.get('location')
      expect(answerOf(to), JSON.stringify(more)).toMatchObject({ iss: whole.url, state: 'mine' })
    }
    const page = await browser.get(request({ response_mode: 'form_post', state: '"><script>alert(1)</script>' }))
    expect(page.text).toContain(`name="iss" value="${whole.url}"`)
    expect(page.text).not.toContain('<script>alert')
    expect(page.headers.get('cache-control')).toContain('no-store')
    for (const response_mode of ['web_message', 'jwt', 'query.jwt', 'okta_post_message', 'none']) {
      const { headers, status } = await browser.get(request({ response_mode }))
      const to = headers.get('location')
      expect(answerOf(to), response_mode).not.toHaveProperty('code')
      expect(to === null ? status : 'redirect').toBeTruthy()
    }
  })

  it('is not for whoever opens the way back of somebody else’s request', async () => {
    const attacker = visitor(whole.url)
    const waiting = answerOf((await attacker.get(request())).headers.get('location'))['return'] ?? ''
    expect(waiting).toMatch(/^\/oauth\/authorize\//)
    const victim = await signInAs(whole.url, ada)
    const lured = await victim.get(waiting)
    expect([lured.status, lured.headers.get('location')]).toEqual([400, null])
    const back = await attacker.get(waiting)
    expect(answerOf(back.headers.get('location'))).not.toHaveProperty('code')
  })

  it('is in no answer that a cache or a third party keeps', async () => {
    const browser = await signInAs(whole.url, ada)
    const { headers } = await browser.get(request())
    expect(answerOf(headers.get('location'))).toHaveProperty('code')
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('referrer-policy')).toMatch(/no-referrer|same-origin/)
    const { form } = await exchangeable()
    const answer = await app.send(whole.url, '/oauth/token', form)
    expect(answer.headers.get('cache-control')).toContain('no-store')
  })
})

describe('a redirect URI', () => {
  it.each(notTheCallback)('is not %j', async (uri) => {
    const browser = await signInAs(whole.url, ada)
    const { status, headers, text } = await browser.get(request({ redirect_uri: uri }))
    expect([status, headers.get('location')]).toEqual([400, null])
    expect(text).not.toMatch(/href="(?!\/[^/]|\/"|https:\/\/app\.example")/)
    expect((await app.send(whole.url, '/oauth/par', { ...asked, redirect_uri: uri })).status).toBe(400)
  })

  it.each(notTheLoopback)('of a native application is not %j', async (redirect_uri) => {
    const browser = await signInAs(whole.url, ada)
    const { status, headers } = await browser.get(request({ client_id: 'native', redirect_uri }))
    expect([status, headers.get('location')]).toEqual([400, null])
    expect(native).toBeDefined()
  })
})

describe('a client', () => {
  it('does not come by a weaker way than it was registered with', async () => {
    const bankAs = (more: Record<string, string>) =>
      plainClient({ client_id: 'bank' }).send(whole.url, '/oauth/par', { ...asked, client_id: 'bank', ...more })
    for (const more of [
      {},
      { client_secret: '' },
      { client_secret: 'x' },
      { client_assertion: 'x' },
      { client_assertion_type: 'x', client_assertion: 'x' },
    ]) {
      const { status } = await bankAs(more)
      expect([400, 401], JSON.stringify(more)).toContain(status)
    }
    const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const published = JSON.parse((await raw(whole.url, '/oauth/jwks')).text) as { keys: Record<string, unknown>[] }
    for (const head of [
      { alg: 'ES256', jwk: evil.publicKey.export({ format: 'jwk' }) },
      { alg: 'ES256', kid: 'own', jwk: evil.publicKey.export({ format: 'jwk' }) },
      { alg: 'ES256', kid: 'own', jku: 'https://evil.example/jwks' },
      { alg: 'ES256', kid: 'own', x5u: 'https://evil.example/cert' },
      { alg: 'ES256', kid: '../../own' },
      { alg: 'ES256', kid: published.keys[0]?.['kid'] },
      { alg: 'ES256', kid: 'own', crit: ['b64'], b64: false },
      { alg: 'ES256' },
    ]) {
      const now = Math.floor(Date.now() / 1000)
      const signed = `${encode(head)}.${encode({ iss: 'bank', sub: 'bank', aud: whole.url, jti: randomUUID(), iat: now, exp: now + 60 })}`
      const bytes = sign('sha256', Buffer.from(signed), { key: evil.privateKey, dsaEncoding: 'ieee-p1363' })
      const answer = await bankAs({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: `${signed}.${bytes.toString('base64url')}`,
      })
      expect([answer.status, answer.json['error']], JSON.stringify(head)).toEqual([401, 'invalid_client'])
    }
  })

  it('has the grants that it was registered with, and no scope or resource beside', async () => {
    for (const [client, form] of [
      [app, { grant_type: 'client_credentials' }],
      [app, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' }],
      [
        app,
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: 'x',
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        },
      ],
      [robot, { grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri, code_verifier: verifier }],
      [robot, { grant_type: 'client_credentials', resource: 'urn:holdfast:application:holdfast' }],
      [robot, { grant_type: 'client_credentials', resource: 'urn:holdfast:application:app' }],
      [robot, { grant_type: 'client_credentials', resource: whole.url }],
    ] as const) {
      const { status, json } = await client.send(whole.url, '/oauth/token', form)
      expect([status, json['access_token']], JSON.stringify(form)).toEqual([400, undefined])
    }
    const form = { grant_type: 'client_credentials', scope: 'openid email admin' }
    const { access } = granted(await robot.send(whole.url, '/oauth/token', form))
    expect(claimsOf(access)['scope']).toBeUndefined()
  })

  it('gets at its refresh no more than the person allowed', async () => {
    const { form } = await exchangeable({ scope: 'openid offline_access' })
    const { refresh, access } = granted(await app.send(whole.url, '/oauth/token', form))
    for (const more of [
      { scope: 'openid email admin' },
      { resource: 'urn:holdfast:application:robot' },
      { resource: whole.url },
      { scope: 'openid offline_access groups' },
    ]) {
      const { status, json } = await app.send(whole.url, '/oauth/token', {
        ...app.refresh(refresh),
        ...(more as Record<string, string>),
      })
      expect([status, json['access_token']], JSON.stringify(more)).toEqual([400, undefined])
    }
    const after = granted(await app.send(whole.url, '/oauth/token', app.refresh(refresh)))
    expect(claimsOf(after.access)).toMatchObject({ aud: claimsOf(access)['aud'], scope: claimsOf(access)['scope'] })
  })

  it('shows a token in the header alone, and once', async () => {
    const { form } = await exchangeable()
    const { access } = granted(await app.send(whole.url, '/oauth/token', form))
    const bearer = { authorization: `Bearer ${access}` }
    expect((await raw(whole.url, '/oauth/userinfo', { headers: bearer })).status).toBe(200)
    expect((await raw(whole.url, `/oauth/userinfo?access_token=${access}`)).status).toBeGreaterThanOrEqual(400)
    const both = await raw(whole.url, '/oauth/userinfo', { headers: bearer, body: `access_token=${access}` })
    expect(both.status).toBe(400)
    for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/par']) {
      const answer = await raw(whole.url, `${path}?grant_type=client_credentials&token=${access}`)
      expect([404, 405], path).toContain(answer.status)
    }
    const overridden = await raw(whole.url, '/oauth/token?_method=POST', {
      headers: { 'x-http-method-override': 'POST' },
    })
    expect([404, 405]).toContain(overridden.status)
  })
})

describe('time', () => {
  it('ends a code after a minute, and a family of refresh tokens however much it is used', async () => {
    const short = await register('short', { refreshSeconds: 60 })
    const live = (kind: string) =>
      admin
        .query<{ until: Date; seconds: number }>(
          `SELECT expires_at AS until, extract(epoch FROM expires_at - created_at)::float8 AS seconds FROM oauth_artifacts
            WHERE kind = $1 AND client_id = 'short' AND consumed_at IS NULL`,
          [kind],
        )
        .then(({ rows }) => rows[0] ?? { until: new Date(0), seconds: 0 })
    const { code, verifier: shown } = await short.ask(whole.url, ada, { scope: 'openid offline_access' })
    const { seconds } = await live('AuthorizationCode')
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    await admin.query(`UPDATE oauth_artifacts SET expires_at = now() - interval '1 second' WHERE client_id = 'short'`)
    expect((await short.send(whole.url, '/oauth/token', short.exchange(code, shown))).json['error']).toBe(
      'invalid_grant',
    )

    const next = await short.ask(whole.url, ada, { scope: 'openid offline_access' })
    let { refresh } = granted(await short.send(whole.url, '/oauth/token', short.exchange(next.code, next.verifier)))
    const end = (await live('RefreshToken')).until.getTime()
    expect(end).toBeGreaterThan(0)
    for (let at = 0; at < 3; at += 1) {
      refresh = granted(await short.send(whole.url, '/oauth/token', short.refresh(refresh))).refresh
      // Seconds are whole there: a successor lasts no longer than its family.
      expect((await live('RefreshToken')).until.getTime()).toBeLessThanOrEqual(end + 1_000)
    }
    await admin.query(`UPDATE oauth_artifacts SET expires_at = now() - interval '1 second' WHERE client_id = 'short'`)
    expect((await short.send(whole.url, '/oauth/token', short.refresh(refresh))).json['error']).toBe('invalid_grant')
  })
})

describe('a token that somebody else made', () => {
  it('is believed neither as a hint nor as a subject', async () => {
    const browser = await signInAs(whole.url, ada)
    const published = JSON.parse((await raw(whole.url, '/oauth/jwks')).text) as { keys: Record<string, unknown>[] }
    const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const kid = published.keys[0]?.['kid']
    const claims = {
      iss: whole.url,
      aud: 'app',
      sub: ada.id,
      exp: Math.floor(Date.now() / 1000) + 300,
      iat: Math.floor(Date.now() / 1000),
    }
    const hmac = (key: string) => {
      const signed = `${encode({ alg: 'HS256', kid })}.${encode(claims)}`
      return `${signed}.${createHash('sha256').update(key).update(signed).digest('base64url')}`
    }
    const foreign = `${encode({ alg: 'ES256', kid, jwk: evil.publicKey.export({ format: 'jwk' }) })}.${encode(claims)}`
    const bytes = sign('sha256', Buffer.from(foreign), { key: evil.privateKey, dsaEncoding: 'ieee-p1363' })
    for (const hint of [
      `${encode({ alg: 'none' })}.${encode(claims)}.`,
      hmac(JSON.stringify(published.keys[0])),
      hmac(''),
      `${foreign}.${bytes.toString('base64url')}`,
      `${foreign}.${randomBytes(64).toString('base64url')}`,
    ]) {
      const end = await browser.get(
        `/oauth/end-session?${new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: 'https://app.example/bye' }).toString()}`,
      )
      expect([end.status, end.headers.get('location')]).toEqual([400, null])
      const to = (await browser.get(request({ id_token_hint: hint, prompt: 'none' }))).headers.get('location')
      expect(answerOf(to)).not.toHaveProperty('code')
      const bearer = await raw(whole.url, '/oauth/userinfo', { headers: { authorization: `Bearer ${hint}` } })
      expect(bearer.status).toBe(401)
      expect((await whole.call('GET', '/api/v1/me', undefined, hint)).status).toBe(401)
    }
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(200)
  })
})

describe('what a client says of itself', () => {
  it('is text on our pages, which say for how long', async () => {
    const browser = await signInAs(whole.url, ada)
    const page = (await browser.get(request({ client_id: 'asking' }))).headers.get('location') ?? ''
    const { text, headers } = await browser.get(page)
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('&lt;script&gt;')
    expect(text).toContain('This holds until you sign out.')
    const offline = request({ client_id: 'asking', scope: 'openid offline_access', prompt: 'consent' })
    const lasting = await browser.get((await browser.get(offline)).headers.get('location') ?? '')
    expect(lasting.text).toContain('This holds for up to 90 days.')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toContain('no-store')
    expect(asking).toBeDefined()
  })

  it('splits no header', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const state of ['a\r\nset-cookie: x=1', 'a\nlocation: https://evil.example', '\u2028', 'ü'.repeat(400)]) {
      const { headers, cookies } = await browser.get(request({ state }))
      expect(new URL(headers.get('location') ?? '').searchParams.get('state')).toBe(state)
      expect(cookies.join()).not.toContain('x=1')
    }
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync, sign } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { openDatabase } from '../../../platform/database/database.ts'
import { addPerson, eventsOf, quickSignIn, signInAs } from '../../../testing/visitor.ts'
import { type Answer, startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { createClientStore } from './find.ts'
import { claimsOf, registered, type RegisteredClient, signedIn, tokenRequest } from '../testing/flows.ts'

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
}, 120_000)
afterAll(() => whole.close())

const register = (body: object) => whole.call('POST', '/api/v1/applications', body)
const web = (more: object = {}) => ({ client_name: 'Web', redirect_uris: ['https://web.example/callback'], ...more })
const service = (more: object = {}) => ({ client_name: 'Worker', grant_types: ['client_credentials'], ...more })
const clientPath = ({ id }: RegisteredClient, rest = '') => `/api/v1/applications/${id}/clients/${id}${rest}`
const credentials = (client: Pick<RegisteredClient, 'id' | 'secret'>, more: Readonly<Record<string, string>> = {}) =>
  tokenRequest(whole, client, { grant_type: 'client_credentials', ...more })
const isActive = async (client: Pick<RegisteredClient, 'id' | 'secret'>, token: unknown) =>
  (await tokenRequest(whole, client, { token: String(token) }, { path: '/oauth/introspect' })).json['active']
const problemOf = ({ status, json }: Answer) => [status, json['code'], json['rule']]

describe('an application registered with client metadata', () => {
  it('answers the application and RFC 7591 section 3.2.1', async () => {
    const { status, json } = await register({
      client_name: 'Photo Album',
      redirect_uris: ['https://album.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile photos:read',
      software_id: 'passed over',
    })
    expect(status, JSON.stringify(json)).toBe(201)
    expect(json).toMatchObject({
      name: 'Photo Album',
      client_name: 'Photo Album',
      client_id: json['id'],
      client_secret: expect.stringMatching(/^hfo_[\w-]{43}$/),
      client_secret_expires_at: 0,
      redirect_uris: ['https://album.example/callback'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      consent: 'skip',
    })
    expect(json['id']).toMatch(/^photo-album-[0-9a-f]{8}$/)
    // Scopes that an operator names are the application's from then on.
    const resources = await whole.call('GET', `/api/v1/applications/${String(json['id'])}/resources`)
    const identifier = `urn:holdfast:application:${String(json['id'])}`
    expect(resources.json['items']).toMatchObject([{ identifier, scopes: [{ name: 'photos:read' }] }])
    const read = await whole.call('GET', `/api/v1/applications/${String(json['id'])}/clients/${String(json['id'])}`)
    expect(read.json).not.toHaveProperty('client_secret')
    expect(JSON.stringify(read.json)).not.toContain(String(json['client_secret']).slice(12))
  })

  it('may still be one without a client, and is then as strict as before', async () => {
    const plain = await register({ id: 'plain', name: 'Plain' })
    expect(plain.status).toBe(201)
    expect(plain.json).not.toHaveProperty('client_id')
    expect((await register({ id: 'plain-2', name: 'Plain', hots: [] })).json['code']).toBe('input_invalid')
    expect((await register({ name: 'Plain' })).json['code']).toBe('input_invalid')
    for (const name of ['Shop\u202efdp.exe', 'Shop\nHoldfast']) {
      expect((await register(web({ client_name: name }))).json['code'], name).toBe('input_invalid')
    }
  })

  it.each([
    ['uri_fragment', { redirect_uris: ['https://web.example/#x'] }],
    ['uri_http', { redirect_uris: ['http://web.example/callback'] }],
    ['uri_wildcard', { redirect_uris: ['https://*.web.example/callback'] }],
    ['uri_userinfo', { redirect_uris: ['https://web.example@evil.example/'] }],
    ['uri_scheme', { redirect_uris: ['com.example.app:/callback'] }],
    ['uri_scheme', { redirect_uris: ['javascript:alert(1)'] }],
    ['uri_private_scheme', { application_type: 'native', redirect_uris: ['myapp:/callback'] }],
    ['uri_private_scheme', { application_type: 'native', redirect_uris: ['javascript:alert(1)'] }],
    ['uri_loopback', { application_type: 'native', redirect_uris: ['https://127.0.0.1/callback'] }],
    ['uri_invalid', { redirect_uris: ['/callback'] }],
    ['uri_invalid', { redirect_uris: ['https://web.example/a b'] }],
    ['redirect_uris_missing', { redirect_uris: [] }],
  ])('refuses by name: %s', async (rule, metadata) => {
    const refused = await register(web(metadata))
    expect(problemOf(refused)).toEqual([400, 'invalid_redirect_uri', rule])
    expect(refused.json).toMatchObject({ error: 'invalid_redirect_uri', member: 'redirect_uris' })
  })

  it.each([
    ['scope_too_long', { scope: Array.from({ length: 101 }, (_, n) => `s${n}`).join(' ') }],
    ['scope_too_long', { scope: Array.from({ length: 42 }, (_, n) => `s${n}`.padEnd(99, 'x')).join(' ') }],
    ['value_unknown', { grant_types: ['password'] }],
    ['value_unknown', { grant_types: ['implicit'] }],
    ['value_unknown', { response_types: ['code id_token'] }],
    ['value_unknown', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['value_unknown', { id_token_signed_response_alg: 'none' }],
    ['value_unknown', { id_token_signed_response_alg: 'HS256' }],
    ['value_unknown', { subject_type: 'pairwise' }],
    ['response_types_mismatch', { response_types: [] }],
    ['jwks_missing', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['jwks_twice', { jwks_uri: 'https://web.example/jwks', jwks: { keys: [{ kty: 'RSA' }] } }],
    ['jwks_invalid', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['tls_subject', { token_endpoint_auth_method: 'tls_client_auth' }],
    [
      'client_public',
      { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] },
    ],
    ['binding_twice', { dpop_bound_access_tokens: true, tls_client_certificate_bound_access_tokens: true }],
    ['fapi2', { preset: 'fapi2', token_endpoint_auth_method: 'client_secret_basic' }],
    ['uri_http', { backchannel_logout_uri: 'http://web.example/logout' }],
    ['uri_http', { post_logout_redirect_uris: ['http://web.example/bye'] }],
    ['scope_invalid', { scope: 'a  b' }],
  ])('and by name: %s', async (rule, metadata) => {
    expect(problemOf(await register(web(metadata)))).toEqual([400, 'invalid_client_metadata', rule])
  })

  it('refuses a private key that somebody sends, and does not keep it', async () => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    const refused = await register(web({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }))
    expect(problemOf(refused)).toEqual([400, 'invalid_client_metadata', 'jwks_invalid'])
    expect(JSON.stringify(refused.json)).not.toContain(String(jwk.d))
  })
})

describe('a redirect URI', () => {
  const ask = async (client: RegisteredClient, uri: string) => {
    const query = new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: uri,
      scope: 'openid',
    })
    const url = `${whole.url}/oauth/authorize?${query.toString()}&code_challenge=${'A'.repeat(43)}&code_challenge_method=S256`
    const { status, headers } = await fetch(url, { redirect: 'manual' })
    return status === 303 && (headers.get('location') ?? '').startsWith('/sign-in') ? 'taken' : status
  }

  it('is compared exactly', async () => {
    const client = await registered(whole, web())
    expect(await ask(client, 'https://web.example/callback')).toBe('taken')
    for (const uri of [
      'https://web.example/callback/',
      'https://web.example/callback?a',
      'https://WEB.example/callback',
    ]) {
      expect(await ask(client, uri), uri).toBe(400)
    }
  })

  it('of a native application on loopback has any port', async () => {
    const native = await registered(whole, {
      preset: 'native',
      client_name: 'T',
      redirect_uris: ['http://127.0.0.1/cb'],
    })
    expect(await ask(native, 'http://127.0.0.1:51004/cb')).toBe('taken')
    expect(await ask(native, 'http://127.0.0.1:51004/other')).toBe(400)
    const page = await registered(whole, web({ redirect_uris: ['http://127.0.0.1/cb'] }))
    expect(await ask(page, 'http://127.0.0.1:51004/cb')).toBe(400)
  })
})

describe('a client that acts for itself', () => {
  it('is a service in the directory, which may be put into groups', async () => {
    const client = await registered(whole, service({ scope: 'orders:read' }))
    const { json } = await credentials(client)
    const claims = claimsOf(String(json['access_token']))
    expect(claims).toMatchObject({
      sub: client.json['service'],
      client_id: client.id,
      principal_type: 'Service',
      aud: `urn:holdfast:application:${client.id}`,
    })
    const services = await whole.call('GET', '/api/v1/services?limit=200')
    const own = (services.json['items'] as { id: string; application: string }[]).find(({ id }) => id === claims['sub'])
    expect(own).toMatchObject({ application: client.id, keys: [] })
    const grouped = await whole.call('PATCH', `/api/v1/services/${String(claims['sub'])}`, { groups: ['auditors'] })
    expect(grouped.json['groups']).toEqual(['auditors'])
  })

  it.each([
    ['is disabled', (client: RegisteredClient) => whole.call('PATCH', clientPath(client), { disabled: true })],
    ['is deleted', (client: RegisteredClient) => whole.call('DELETE', clientPath(client))],
    [
      'loses its service',
      (client: RegisteredClient) => whole.call('DELETE', `/api/v1/services/${String(client.json['service'])}`),
    ],
    ['loses its application', (client: RegisteredClient) => whole.call('DELETE', `/api/v1/applications/${client.id}`)],
  ])('gets nothing any more when it %s, and what it got is dead', async (_what, end) => {
    const [client, watcher] = [await registered(whole, service()), await registered(whole, service())]
    const resources = [{ identifier: `urn:holdfast:application:${watcher.id}` }]
    await whole.call('PATCH', clientPath(client), { resources })
    const { json } = await credentials(client, { resource: `urn:holdfast:application:${watcher.id}` })
    expect(await isActive(watcher, json['access_token'])).toBe(true)
    expect((await end(client)).status).toBe(200)
    expect(await isActive(watcher, json['access_token'])).toBe(false)
    expect((await credentials(client)).status).toBeGreaterThanOrEqual(400)
  })

  it('is held while something is written for it: whoever disables it finds that', async () => {
    const client = await registered(whole, service())
    const database = openDatabase({ url: whole.databaseUrl })
    const store = createClientStore({ database, clock: systemClock, isOpen: async () => true })
    const found = await store.find(client.id)
    if (found === undefined) throw new Error('the client was just registered')
    const admin = new Client({ connectionString: whole.databaseUrl })
    await admin.connect()
    await admin.query("SET lock_timeout = '100ms'")
    await database.asTenant(found.tenant, async (tx) => {
      expect(await store.stillCurrent(tx, found)).toBe(true)
      await expect(
        admin.query('UPDATE oauth_clients SET disabled_at = now() WHERE client_id = $1', [client.id]),
      ).rejects.toMatchObject({ code: '55P03' })
    })
    await admin.end()
    expect((await whole.call('PATCH', clientPath(client), { disabled: true })).status).toBe(200)
    expect(await database.asTenant(found.tenant, (tx) => store.stillCurrent(tx, found))).toBe(false)
    store.stop()
    await database.close()
  })

  it('asks for its own application, and for what is declared on it', async () => {
    const [one, other] = [await registered(whole, service()), await registered(whole, service({ scope: 'a b' }))]
    const resource = `urn:holdfast:application:${other.id}`
    expect((await credentials(one, { resource })).json['error']).toBe('invalid_target')
    await whole.call('PATCH', clientPath(one), { resources: [{ identifier: resource, scopes: ['a'] }] })
    const given = await vi.waitFor(
      async () => {
        const answer = await credentials(one, { resource, scope: 'a b' })
        expect(answer.status).toBe(200)
        return answer
      },
      { timeout: 60_000 },
    )
    expect(claimsOf(String(given.json['access_token']))).toMatchObject({ aud: resource, scope: 'a' })
    expect((await credentials(one, { resource: 'https://nobody.example' })).json['error']).toBe('invalid_target')
    // The origin at which a gateway guards it is a name of the application, too.
    await whole.call('PATCH', `/api/v1/applications/${one.id}`, { hosts: ['one.example'] })
    await vi.waitFor(
      async () => expect((await credentials(one, { resource: 'https://one.example' })).status).toBe(200),
      { timeout: 60_000 },
    )
  })
})

describe('a secret', () => {
  it('is kept as a hash, and followed by another while both hold', async () => {
    const client = await registered(whole, service())
    expect((await credentials(client)).status).toBe(200)
    const { status, json } = await whole.call('POST', clientPath(client, '/secrets'), { overlapSeconds: 3600 })
    expect(status).toBe(201)
    const next = { id: client.id, secret: String(json['client_secret']) }
    expect((await credentials(next)).status).toBe(200)
    expect((await credentials(client)).status).toBe(200)
    const read = await whole.call('GET', clientPath(client))
    expect(read.json['secrets']).toMatchObject([{ expiresAt: expect.any(String) }, { expiresAt: null }])
    // A third ends the first; none is left but the last two.
    const third = await whole.call('POST', clientPath(client, '/secrets'), { overlapSeconds: 3600 })
    expect((await credentials(client)).status).toBe(401)
    expect((await credentials(next)).status).toBe(200)
    await whole.call('POST', clientPath(client, '/secrets'), { overlapSeconds: 0 })
    expect((await credentials(next)).status).toBe(401)
    expect((await credentials({ id: client.id, secret: String(third.json['client_secret']) })).status).toBe(401)
    expect((await eventsOf(whole, 'client.secret_created')).length).toBe(3)
  })

  it('that is wrong, empty or what stands for it inside opens nothing', async () => {
    const client = await registered(whole, service())
    for (const secret of ['wrong', 'kept as a hash', `${String(client.secret)}x`]) {
      expect((await credentials({ id: client.id, secret })).json['error'], secret).toBe('invalid_client')
    }
    expect((await credentials({ id: client.id, secret: undefined })).status).toBeGreaterThanOrEqual(400)
    const post = { client_id: client.id, client_secret: String(client.secret), grant_type: 'client_credentials' }
    // A client may send it in the body as well: the library takes both methods for one.
    expect((await tokenRequest(whole, { id: client.id, secret: undefined }, post)).status).toBe(200)
  })
})

describe('who may change clients', () => {
  it('is an operator, and not anybody who is signed in', async () => {
    const client = await registered(whole, web())
    const browser = await signInAs(whole.url, await addPerson(whole, 'Mallory'))
    for (const [method, path] of [
      ['GET', clientPath(client)],
      ['PATCH', clientPath(client)],
      ['DELETE', clientPath(client)],
      ['POST', clientPath(client, '/secrets')],
      ['POST', `/api/v1/applications/${client.id}/clients`],
      ['PUT', `/api/v1/applications/${client.id}/resources`],
      ['POST', `/api/v1/applications/${client.id}/registration-tokens`],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : method === 'PUT' ? { items: [] } : {}
      expect((await browser.api(method, path, body)).status, `${method} ${path}`).toBe(403)
    }
    const other = await registered(whole, web())
    const crossed = `/api/v1/applications/${other.id}/clients/${client.id}`
    expect((await whole.call('GET', crossed)).status).toBe(404)
    expect((await whole.call('PATCH', crossed, { client_name: 'x' })).status).toBe(404)
  })

  it('may not reach into an application in which they have no say', async () => {
    const [mine, other] = [await registered(whole, web()), await registered(whole, service({ scope: 'a' }))]
    await whole.call('PATCH', `/api/v1/applications/${other.id}`, { hosts: ['other.example'] })
    const trent = await addPerson(whole, 'Trent')
    const text = `permit (principal == Person::"${trent.id}", action, resource == Application::"${mine.id}");`
    const written = await whole.call('PUT', '/api/v1/applications/holdfast/policies/trent', { text })
    expect(written.status, JSON.stringify(written.json)).toBeLessThan(300)
    const browser = await signInAs(whole.url, trent)
    expect((await browser.api('PATCH', clientPath(mine), { client_name: 'Mine' })).status).toBe(200)
    const reach = { identifier: `urn:holdfast:application:${other.id}` }
    for (const body of [
      { resources: [reach] },
      { resources: [{ identifier: 'https://other.example' }] },
      // Nobody has these yet; whoever gets them one day would find the client there.
      { resources: [{ identifier: 'urn:holdfast:application:payroll' }] },
      { resources: [{ identifier: 'https://payroll.example' }] },
      {
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        tokenExchange: { audiences: [reach.identifier] },
      },
    ]) {
      for (const [method, path] of [
        ['PATCH', clientPath(mine)],
        ['PUT', clientPath(mine)],
        ['POST', `/api/v1/applications/${mine.id}/clients`],
      ] as const) {
        expect(
          (await browser.api(method, path, { ...web(), ...body })).status,
          `${method} ${JSON.stringify(body)}`,
        ).toBe(403)
      }
    }
    // Nor may the origin of somebody else's host be declared as one's own.
    const items = [{ identifier: 'https://other.example' }]
    const taken = await browser.api('PUT', `/api/v1/applications/${mine.id}/resources`, { items })
    expect([taken.status, taken.json['code']]).toEqual([409, 'resource_taken'])
    for (const identifier of [
      'urn:holdfast:application:holdfast',
      'https://x.example/#a',
      'javascript:alert(1)',
      '/x',
    ]) {
      const refused = await browser.api('PUT', `/api/v1/applications/${mine.id}/resources`, { items: [{ identifier }] })
      expect([refused.status, refused.json['code']], identifier).toEqual([400, 'resource_identifier_invalid'])
    }
  })

  it('replaces, changes, and is told what changed', async () => {
    const client = await registered(whole, web({ client_uri: 'https://web.example/' }))
    const patched = await whole.call('PATCH', clientPath(client), { logo_uri: 'https://web.example/logo.png' })
    expect(patched.json).toMatchObject({ version: 2, client_uri: 'https://web.example/' })
    const put = await whole.call('PUT', clientPath(client), web({ token_endpoint_auth_method: 'none' }))
    expect(put.json).not.toHaveProperty('logo_uri')
    expect(put.json).toMatchObject({ version: 3, token_endpoint_auth_method: 'none' })
    const [event] = await eventsOf(whole, 'client.updated')
    expect(event?.data['changed']).toContain('logo_uri')
    expect(problemOf(await whole.call('PATCH', clientPath(client), { redirect_uris: ['http://x.example/'] }))).toEqual([
      400,
      'invalid_redirect_uri',
      'uri_http',
    ])
  })

  it('gives an application further clients, each with an id of its own', async () => {
    const first = await registered(whole, web())
    const path = `/api/v1/applications/${first.id}/clients`
    const made = await whole.call('POST', path, { preset: 'spa', redirect_uris: ['https://spa.example/'] })
    expect(made.json['client_id']).toMatch(new RegExp(`^${first.id}-[\\w-]{12}$`))
    expect(made.json).toMatchObject({
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    expect(made.json).not.toHaveProperty('client_secret')
    expect((await whole.call('POST', path, { ...web(), client_id: first.id })).json['code']).toBe('client_exists')
    expect(((await whole.call('GET', path)).json['items'] as object[]).length).toBe(2)
  })

  it('is told by name that there is no such application', async () => {
    const nobody = '/api/v1/applications/nobody'
    for (const [method, path, body] of [
      ['GET', '/clients', undefined],
      ['POST', '/clients', web()],
      ['PUT', '/resources', { items: [] }],
      ['POST', '/registration-tokens', {}],
    ] as const) {
      const answer = await whole.call(method, `${nobody}${path}`, body)
      expect([path, answer.status, answer.json['code']]).toEqual([path, 404, 'client_application_unknown'])
    }
  })
})

describe('a client with keys', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }
  let serial = 0
  function assertion(client: string): Readonly<Record<string, string>> {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(Date.now() / 1000)
    serial += 1
    const claims = { iss: client, sub: client, aud: whole.url, jti: `j${serial}`, iat: now, exp: now + 60 }
    const signed = `${encode({ alg: 'ES256', kid: 'one' })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
    return {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${signed}.${signature.toString('base64url')}`,
    }
  }
  const withKeys = (more: object) => service({ token_endpoint_auth_method: 'private_key_jwt', ...more })

  it('may publish them, and what it names is fetched with care', async () => {
    const hits: string[] = []
    const publisher = createServer((request, response) => {
      hits.push(request.url ?? '')
      if (request.url === '/redirect') response.writeHead(302, { location: '/jwks' }).end()
      else if (request.url === '/endless') response.writeHead(200).end(`{"keys":[],"pad":"${'x'.repeat(300 * 1024)}"}`)
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
    })
    await new Promise<void>((listening) => publisher.listen(0, '127.0.0.1', listening))
    const origin = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}`
    const ask = async (jwks_uri: string) => {
      const client = await registered(whole, withKeys({ jwks_uri }))
      return (await tokenRequest(whole, { id: client.id, secret: undefined }, assertion(client.id))).status
    }
    expect(await ask(`${origin}/jwks`)).toBe(200)
    for (const uri of [`${origin}/redirect`, `${origin}/endless`])
      expect(await ask(uri), uri).toBeGreaterThanOrEqual(400)
    expect(await ask('https://169.254.169.254/jwks')).toBeGreaterThanOrEqual(400)
    expect(hits.filter((path) => path === '/jwks')).toHaveLength(1)
    publisher.closeAllConnections()
    publisher.close()
  })

  it('uses an assertion once', async () => {
    const client = await registered(whole, withKeys({ jwks: { keys: [jwk] } }))
    const own = { id: client.id, secret: undefined }
    const form = assertion(client.id)
    expect((await tokenRequest(whole, own, form)).status).toBe(200)
    expect((await tokenRequest(whole, own, form)).status).toBeGreaterThanOrEqual(400)
    const stranger = await registered(whole, withKeys({ jwks: { keys: [{ ...jwk, kid: 'two' }] } }))
    expect((await tokenRequest(whole, own, assertion(stranger.id))).status).toBeGreaterThanOrEqual(400)
  })
})

describe('what a person’s token says', () => {
  it('is what was asked for: groups, and the roles in its application', async () => {
    const client = await registered(whole, web({ scope: 'openid profile email groups roles' }))
    const ada = await addPerson(whole, 'Ada', ['auditors'])
    const roles = await whole.call('POST', `/api/v1/applications/${client.id}/roles`, { id: 'clerk', name: 'Clerk' })
    expect(roles.status, JSON.stringify(roles.json)).toBeLessThan(300)
    const given = await whole.call('POST', `/api/v1/applications/${client.id}/grants`, {
      principal: { type: 'Group', id: 'auditors' },
      role: 'clerk',
      reason: 'test',
    })
    expect(given.status, JSON.stringify(given.json)).toBe(201)
    const browser = await signInAs(whole.url, ada)
    const all = claimsOf((await signedIn(whole, browser, client, { scope: 'openid email groups roles' })).id_token)
    expect(all).toMatchObject({
      sub: ada.id,
      email: ada.email,
      email_verified: false,
      groups: ['auditors'],
      roles: ['clerk'],
    })
    const little = claimsOf((await signedIn(whole, browser, client)).id_token)
    for (const name of ['email', 'name', 'groups', 'roles']) expect(little).not.toHaveProperty(name)
  })
})

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { letterTo, linkIn } from '../../testing/mailbox.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { claimsOf, granted, type PlainClient, plainClient, redirectUri } from '../oauth/testing/client.ts'
import { makeTenant, password, personIn, type TestTenant } from './testing/tenant.ts'

let whole: WholeServer
let acme: TestTenant
let ada: Credentials
let bob: Credentials
let ours: PlainClient
let theirs: PlainClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  acme = await makeTenant(whole, 'acme')
  // The same address in both: they are two people.
  ada = await addPerson(whole, 'Ada')
  bob = await personIn(acme, 'Ada')
  ours = await register((path, body) => whole.call('POST', path, body), 'shop')
  theirs = await register((path, body) => acme.call('POST', path, body), 'shop-of-acme', 'shop')
}, 120_000)
afterAll(() => whole.close())

async function register(
  post: (path: string, body: unknown) => Promise<{ status: number; json: Record<string, unknown> }>,
  client: string,
  id = client,
): Promise<PlainClient> {
  const first = await post('/api/v1/applications', { id, name: id })
  expect(first.status, JSON.stringify(first.json)).toBe(201)
  const made = await post(`/api/v1/applications/${id}/clients`, {
    client_id: client,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
  const { client_id, client_secret } = made.json as { client_id: string; client_secret: string }
  return plainClient({ client_id, client_secret })
}

/** With another Host header than that of the address. */
function rawGet(url: string, path: string, headers: Record<string, string>): Promise<{ status: number }> {
  const { hostname, port } = new URL(url)
  return new Promise((done, failed) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume()
      done({ status: response.statusCode ?? 0 })
    })
    sent.on('error', failed)
    sent.end()
  })
}

const authorizeUrl = (client: string) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: client,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  }).toString()}`

describe('a tenant', () => {
  it('is made with everything, and its first operator comes by the link, which is mailed as well', async () => {
    const me = await acme.browser.api('GET', '/api/v1/me')
    expect(me.json).toMatchObject({ email: 'boss@acme.example', groups: ['admins'] })
    const groups = await acme.call('GET', '/api/v1/groups')
    expect((groups.json['items'] as { id: string }[]).map(({ id }) => id)).toContain('provisioning')
    const list = await whole.call('GET', '/api/v1/tenants')
    const items = list.json['items'] as { slug: string; first: boolean }[]
    expect(items.map(({ slug, first }) => [slug, first])).toEqual([
      ['default', true],
      ['acme', false],
    ])
    expect(JSON.stringify(await eventsOf(whole, 'tenant.created'))).not.toContain('boss@acme.example')
  })

  it('has one short name, and hosts that nobody else has', async () => {
    const admin = { email: 'x@acme.example' }
    expect((await whole.call('POST', '/api/v1/tenants', { slug: 'acme', name: 'A', admin })).json['code']).toBe(
      'tenant_taken',
    )
    const own = { slug: 'other', name: 'Other', hosts: [new URL(whole.url).host], admin }
    expect((await whole.call('POST', '/api/v1/tenants', own)).json['code']).toBe('tenant_host_taken')
    // What was refused has left nothing.
    expect((await whole.call('GET', '/api/v1/tenants/other')).status).toBe(404)
    expect((await whole.call('POST', '/api/v1/tenants', { ...own, slug: 'Not a slug' })).status).toBe(422)
    expect((await whole.call('POST', '/api/v1/tenants/default/suspend', { reason: 'x' })).json['code']).toBe(
      'tenant_first',
    )
    const renamed = await whole.call('PATCH', '/api/v1/tenants/acme', { name: 'Acme Works' })
    expect(renamed.json).toMatchObject({ slug: 'acme', name: 'Acme Works', state: 'active' })
  })

  it('is signed in to by its name, and an address is somebody else in each', async () => {
    const at = async (path: string, word: string) =>
      (await visitor(whole.url).post(path, { username: ada.email, password: word })).status
    expect(await at('/sign-in', ada.password)).toBe(303)
    expect(await at('/sign-in?tenant=acme', password)).toBe(303)
    expect(await at('/sign-in?tenant=acme', ada.password)).toBe(401)
    expect(await at('/sign-in', password)).toBe(401)
    expect(await at('/sign-in?tenant=nobody', password)).toBe(404)
    const page = await visitor(whole.url).get('/sign-in?tenant=acme')
    expect(page.text).toMatch(/name="tenant" value="acme"/)
    expect(page.text).toContain('/recover?tenant=acme')
    const browser = visitor(whole.url)
    expect((await browser.post('/sign-in', { username: ada.email, password, tenant: 'acme' })).status).toBe(303)
    expect((await browser.post('/sign-out', {})).headers.get('location')).toBe('/sign-in?tenant=acme')
  })

  it('is recovered into by a letter of its own', async () => {
    await visitor(whole.url).post('/recover', { email: 'boss@acme.example' })
    const carol = await personIn(acme, 'Carol')
    await visitor(whole.url).post('/recover', { email: carol.email, tenant: 'acme' })
    const link = linkIn(
      await letterTo({ ...whole, call: (method, path) => acme.call(method, path) }, carol.email, 'recovery'),
    )
    const token = new URL(link, whole.url).searchParams.get('token') ?? ''
    const fresh = 'cobalt ladder 93 orchard wind'
    const done = await visitor(whole.url).post('/recover/new', { token, password: fresh, again: fresh })
    expect(done.text).toContain('/sign-in?tenant=acme')
    const back = await visitor(whole.url).post('/sign-in?tenant=acme', { username: carol.email, password: fresh })
    expect(back.status).toBe(303)
  })

  it('is told of what happens in it, in the one log of the installation, and proves it', async () => {
    const events = await acme.call('GET', '/api/v1/events?limit=200')
    const items = events.json['items'] as { id: string; kind: string }[]
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['policy.upgraded', 'session.started']))
    expect(items.map(({ kind }) => kind)).not.toContain('tenant.created')
    const started = items.find(({ kind }) => kind === 'session.started')?.id ?? ''
    const proof = async () => (await acme.browser.get(`/api/v1/events/${started}/proof`)).status
    await expect.poll(proof, { timeout: 60_000 }).toBe(200)
    const home = await whole.call('GET', `/api/v1/events/${started}`)
    expect(home.status).toBe(404)
  })
})

describe('a host of a tenant', () => {
  it('leads to that tenant alone, and others’ sign-ins are none there', async () => {
    const host = `login.acme.localhost:${new URL(whole.url).port}`
    const at = (path: string, session?: string) =>
      rawGet(whole.url, path, { host, ...(session !== undefined && { cookie: `__Host-holdfast=${session}` }) })
    expect((await at('/sign-in')).status).toBe(421)
    expect((await whole.call('PATCH', '/api/v1/tenants/acme', { hosts: [host] })).json['hosts']).toEqual([host])
    await expect.poll(async () => (await at('/sign-in')).status, { timeout: 60_000 }).toBe(200)
    expect((await at('/sign-in?tenant=default')).status).toBe(404)
    const first = await signInAs(whole.url, ada)
    expect((await at('/api/v1/me', first.session)).status).toBe(401)
    expect((await at('/sign-in', first.session)).status).toBe(200)
    expect((await at('/api/v1/me', acme.browser.session)).status).toBe(200)
    const other = { slug: 'second', name: 'Second', hosts: [host], admin: { email: 'x@second.example' } }
    expect((await whole.call('POST', '/api/v1/tenants', other)).json['code']).toBe('tenant_host_taken')
  })
})

describe('its operators', () => {
  it('do not look after the installation, whatever their policies say', async () => {
    const admin = { email: 'eve@acme.example' }
    const text = 'permit(principal, action, resource);'
    expect((await acme.call('PUT', '/api/v1/applications/holdfast/policies/all', { text })).status).toBeLessThan(300)
    const tries: readonly [string, string, unknown?][] = [
      ['GET', '/api/v1/tenants'],
      ['GET', '/api/v1/tenants/default'],
      ['POST', '/api/v1/tenants', { slug: 'more', name: 'More', admin }],
      ['PATCH', '/api/v1/tenants/acme', { name: 'Mine' }],
      ['POST', '/api/v1/tenants/default/operators', admin],
      ['POST', '/api/v1/tenants/acme/suspend', { reason: 'x' }],
      ['GET', '/api/v1/signing-keys'],
      ['POST', '/api/v1/key-encryption-keys/rotate'],
      ['GET', '/api/v1/seal/details'],
      ['POST', '/api/v1/ledger/anchors/acknowledge', { reason: 'x' }],
      ['GET', '/api/v1/controls'],
    ]
    for (const [method, path, body] of tries) {
      const answer = await acme.call(method, path, body)
      expect([path, answer.status, answer.json['code']]).toEqual([path, 403, 'forbidden'])
    }
    const { actions } = (await acme.browser.api('GET', '/api/v1/me')).json as { actions: string[] }
    expect(actions).toContain('createPerson')
    expect(actions).not.toContain('createTenant')
    // Nor do they learn how the installation is doing.
    expect((await acme.call('GET', '/api/v1/overview')).json).toMatchObject({ people: { total: 3 }, controls: null })
    await acme.call('DELETE', '/api/v1/applications/holdfast/policies/all')
  })

  it('have edges that hear of new signing keys, which are the installation’s', async () => {
    const epoch = async () => (await acme.call('GET', '/api/v1/applications/shop')).json['epoch'] as number
    const before = await epoch()
    const rotated = await whole.call('POST', '/api/v1/signing-keys/rotate', { alg: 'EdDSA' })
    expect(rotated.status, JSON.stringify(rotated.json)).toBe(201)
    expect(await epoch()).toBeGreaterThan(before)
  })

  it('reach nothing of another by its id, its name or its key', async () => {
    const gateway = await whole.call('POST', '/api/v1/services', { name: 'edge', groups: ['gateways'] })
    const { service } = gateway.json as { service: { id: string } }
    for (const path of [
      `/api/v1/people/${ada.id}`,
      `/api/v1/people/${ada.id}/factors`,
      `/api/v1/people/${ada.id}/identities`,
      `/api/v1/applications/shop/clients/shop`,
    ]) {
      expect([path, (await acme.call('GET', path)).status]).toEqual([path, 404])
    }
    expect((await acme.call('GET', `/api/v1/people/${ada.id}/clients`)).json['items']).toEqual([])
    const writes: readonly [string, string, unknown?][] = [
      ['PATCH', `/api/v1/people/${ada.id}`, { name: 'Mallory' }],
      ['POST', `/api/v1/people/${ada.id}/factors/reset`, { method: 'video', reason: 'x' }],
      ['DELETE', `/api/v1/people/${ada.id}/sessions`],
      ['POST', `/api/v1/services/${service.id}/keys`],
      ['DELETE', `/api/v1/services/${service.id}`],
      ['DELETE', `/api/v1/applications/shop/clients/shop`],
      ['POST', `/api/v1/people/${ada.id}/require`, { acr: 'phr', reason: 'x' }],
    ]
    for (const [method, path, body] of writes) {
      expect([path, (await acme.call(method, path, body)).status]).toEqual([path, 404])
    }
    const box = await acme.call('GET', `/api/v1/mailbox?to=${encodeURIComponent(ada.email)}`)
    expect(box.json['items']).toEqual([])
    const invited = await whole.call('POST', '/api/v1/invitations', { email: 'guest@people.example', groups: [] })
    expect((await acme.call('DELETE', `/api/v1/invitations/${invited.json['id'] as string}`)).status).toBe(404)
    await whole.call('POST', '/api/v1/connections', {
      id: 'corp',
      name: 'Corp',
      issuer: 'https://login.corp.example',
      clientId: 'x',
      clientSecret: 'y',
    })
    expect((await acme.call('GET', '/api/v1/connections/corp')).status).toBe(404)
    expect((await visitor(whole.url).get('/sign-in/with/corp?tenant=acme')).status).toBe(404)
  })

  it('make no access token for what another tenant’s applications are for', async () => {
    const taken = async (identifier: string) =>
      (await acme.call('PUT', '/api/v1/applications/shop/resources', { items: [{ identifier, scopes: [] }] })).json[
        'code'
      ]
    const items = [{ identifier: 'https://api.shop.example', scopes: [] }]
    expect((await whole.call('PUT', '/api/v1/applications/shop/resources', { items })).status).toBe(200)
    await whole.call('PATCH', '/api/v1/applications/shop', {
      hosts: ['orders.shop.example'],
      upstream: 'http://127.0.0.1:1',
    })
    expect(await taken('https://api.shop.example')).toBe('resource_taken')
    expect(await taken('https://orders.shop.example')).toBe('resource_taken')
    expect(await taken('urn:holdfast:application:shop')).toBe('resource_identifier_invalid')
    const own = await theirs.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })
    expect(claimsOf(granted(own).access)['aud']).toBe('urn:holdfast:tenant:acme:application:shop')
    for (const resource of [
      'urn:holdfast:application:shop',
      'https://api.shop.example',
      'https://orders.shop.example',
    ]) {
      const asked = await theirs.send(whole.url, '/oauth/token', { grant_type: 'client_credentials', resource })
      expect([resource, asked.json['error']]).toEqual([resource, 'invalid_target'])
    }
    const first = await ours.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })
    expect(claimsOf(granted(first).access)['aud']).toBe('urn:holdfast:application:shop')
  })
})

describe('a sign-in to one tenant', () => {
  it('is none for a client of another: its person signs in there, and then has a session there', async () => {
    const browser = await signInAs(whole.url, ada)
    const asked = await browser.get(authorizeUrl('shop-of-acme'))
    const to = new URL(asked.headers.get('location') ?? '', whole.url)
    expect([asked.status, to.pathname]).toEqual([303, '/sign-in'])
    const page = await browser.get(`${to.pathname}${to.search}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain(ada.email)
    // Who Ada is in the first tenant is worth nothing at the client's.
    const form = Object.fromEntries(to.searchParams)
    const wrong = await browser.post('/sign-in', { ...form, username: ada.email, password: ada.password })
    expect(wrong.status).toBe(401)
    const { code, verifier } = await theirs.ask(whole.url, { email: bob.email, password }, {}, browser)
    const tokens = granted(await theirs.send(whole.url, '/oauth/token', theirs.exchange(code, verifier)))
    expect(claimsOf(tokens.access)['sub']).toBe(bob.id)
    expect((await browser.api('GET', '/api/v1/me')).json['principal']).toMatchObject({ id: bob.id })
  })

  it('signs nobody in at another by prompt=none, nor is asked about at its logout', async () => {
    const browser = await signInAs(whole.url, ada)
    const none = await browser.get(`${authorizeUrl('shop-of-acme')}&prompt=none`)
    expect(none.headers.get('location')).toContain('error=login_required')
    const out = await browser.get('/oauth/end-session?client_id=shop-of-acme')
    expect(out.text).not.toContain(ada.email)
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(200)
  })

  it('with tokens: clients of another neither introspect nor revoke nor redeem nor refresh them', async () => {
    const { code, verifier } = await ours.ask(whole.url, ada, { scope: 'openid' })
    const stolen = await theirs.send(whole.url, '/oauth/token', theirs.exchange(code, verifier))
    expect(stolen.json['error']).toBe('invalid_grant')
    const again = await ours.ask(whole.url, ada, { scope: 'openid' })
    const { access, refresh } = granted(
      await ours.send(whole.url, '/oauth/token', ours.exchange(again.code, again.verifier)),
    )
    const seen = await theirs.send(whole.url, '/oauth/introspect', { token: access })
    expect(seen.json).toEqual({ active: false })
    await theirs.send(whole.url, '/oauth/revoke', { token: access })
    await theirs.send(whole.url, '/oauth/revoke', { token: refresh })
    expect((await theirs.send(whole.url, '/oauth/token', theirs.refresh(refresh))).json['error']).toBe('invalid_grant')
    const still = await ours.send(whole.url, '/oauth/introspect', { token: access })
    expect(still.json).toMatchObject({ active: true, sub: ada.id })
    granted(await ours.send(whole.url, '/oauth/token', ours.refresh(refresh)))
  })

  it('with keys: a service reads and writes in its own tenant alone, by SCIM as well', async () => {
    const made = await acme.call('POST', '/api/v1/scim/connections', { name: 'entra' })
    expect(made.status, JSON.stringify(made.json)).toBe(201)
    const key = JSON.stringify(made.json).match(/hfk_[A-Za-z0-9_-]{43}/)?.[0] ?? ''
    const list = await whole.call('GET', '/scim/v2/Users', undefined, key)
    expect(list.status, JSON.stringify(list.json)).toBe(200)
    expect(JSON.stringify(list.json)).not.toContain(ada.id)
    expect((await whole.call('GET', `/scim/v2/Users/${ada.id}`, undefined, key)).status).toBe(404)
    expect((await whole.call('DELETE', `/scim/v2/Users/${ada.id}`, undefined, key)).status).toBe(404)
    expect((await whole.call('GET', `/api/v1/people/${ada.id}`)).json['state']).toBe('active')
    const bound = await acme.call('POST', '/api/v1/services', { name: 'sdk', application: 'shop' })
    const edge = (bound.json as { key: string }).key
    const token = granted(await ours.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })).access
    const browser = await signInAs(whole.url, ada)
    for (const credential of [token, browser.session ?? '']) {
      const body = { credential, application: 'shop' }
      const told = await whole.call('POST', '/api/v1/edge/introspect', body, edge)
      expect(told.json['active'] ?? false, JSON.stringify(told.json)).toBe(false)
    }
  })
})

describe('a policy of signing in', () => {
  it('is a tenant’s own, and only ever stricter', async () => {
    const put = (body: object) => acme.call('PUT', '/api/v1/sign-in-policy', body)
    const changed = await put({ people: 'aal2', sessions: { preset: 'pci' } })
    expect(changed.status, JSON.stringify(changed.json)).toBe(200)
    expect(changed.json['effective']).toMatchObject({
      admins: 'aal1',
      people: 'aal2',
      sessions: { preset: 'pci', idleSeconds: 900 },
      passwords: true,
    })
    const there = await visitor(whole.url).post('/sign-in?tenant=acme', { username: bob.email, password })
    expect(there.headers.get('location')).toMatch(/^\/sign-in\/enrol/)
    const here = await signInAs(whole.url, ada)
    expect((await here.api('GET', '/api/v1/me')).status).toBe(200)
    const looser = await put({ sessions: { preset: 'standard', absoluteHours: 2000 } })
    expect(looser.json['effective']).toMatchObject({ people: 'aal1', sessions: { absoluteSeconds: 7 * 86_400 } })
    expect((await whole.call('GET', '/api/v1/sign-in-policy')).json['own']).toMatchObject({ people: null })
  })

  it('that turns passwords off is refused where nobody could sign in any more', async () => {
    expect((await acme.call('PUT', '/api/v1/sign-in-policy', { passwords: false })).json['code']).toBe(
      'sign_in_locks_out',
    )
  })
})

describe('a tenant that is suspended', () => {
  it('is answered nothing, at once, and goes on with nobody signed in', async () => {
    const gone = await makeTenant(whole, 'gone')
    const person = await personIn(gone, 'Dora')
    const client = await register((path, body) => gone.call('POST', path, body), 'gone-shop')
    const service = (await gone.call('POST', '/api/v1/services', { name: 'robot', groups: ['auditors'] })).json as {
      key: string
    }
    const { code, verifier } = await client.ask(whole.url, { email: person.email, password })
    const { access, refresh } = granted(await client.send(whole.url, '/oauth/token', client.exchange(code, verifier)))
    const suspended = await whole.call('POST', '/api/v1/tenants/gone/suspend', { reason: 'unpaid' })
    expect(suspended.json, JSON.stringify(suspended.json)).toMatchObject({ state: 'suspended' })

    expect((await gone.browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await whole.call('GET', '/api/v1/people', undefined, service.key)).status).toBe(401)
    const signIn = () => visitor(whole.url).post('/sign-in?tenant=gone', { username: person.email, password })
    expect((await signIn()).status).toBe(403)
    expect((await client.send(whole.url, '/oauth/token', client.refresh(refresh))).status).toBe(401)
    expect((await client.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })).status).toBe(401)
    const info = await fetch(`${whole.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${access}` } })
    expect(info.status).toBe(401)
    expect((await visitor(whole.url).get(gone.link.slice(whole.url.length))).status).toBe(403)

    expect((await whole.call('POST', '/api/v1/tenants/gone/resume')).json).toMatchObject({ state: 'active' })
    expect((await gone.browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await client.send(whole.url, '/oauth/token', client.refresh(refresh))).json['error']).toBe('invalid_grant')
    expect((await whole.call('GET', '/api/v1/people', undefined, service.key)).status).toBe(200)
    expect((await signIn()).status).toBe(303)
  })
})

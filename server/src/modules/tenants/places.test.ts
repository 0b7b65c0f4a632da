import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { softAuthenticator } from '../../testing/authenticator.ts'
import { addPasskey, showPasskey } from '../../testing/factors.ts'
import { type HostFront, startHostFront } from '../../testing/host-front.ts'
import { letterTo } from '../../testing/mailbox.ts'
import { quickSignIn, type Visitor, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { type FakeUpstream, startUpstream } from '../signin/federation/testing/upstream.ts'
import { makeTenant, password, personIn, type TestTenant } from './testing/tenant.ts'

// What people meet at a host of their tenant: letters that lead there, providers that lead back there, passkeys that hold there.

let whole: WholeServer
let acme: TestTenant
let upstream: FakeUpstream
let front: HostFront
let other: string
let stranger: HostFront
let home: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  const host = `login.acme.localhost:${new URL(whole.url).port}`
  home = `http://${host}`
  acme = await makeTenant(whole, 'acme')
  expect((await whole.call('PATCH', '/api/v1/tenants/acme', { hosts: [host] })).status).toBe(200)
  front = await startHostFront(whole.url, host)
  const others = `login.other.localhost:${new URL(whole.url).port}`
  other = `http://${others}`
  await makeTenant(whole, 'other', { hosts: [others] })
  stranger = await startHostFront(whole.url, `login.evil.localhost:${new URL(whole.url).port}`)
  upstream = await startUpstream()
  await acme.call('PUT', '/api/v1/branding', { name: 'Acme Works', accent: '#7a1f3d' })
}, 120_000)
afterAll(async () => {
  await Promise.all([front.close(), stranger.close(), upstream.close()])
  await whole.close()
})

const box = (): WholeServer => ({ ...whole, call: (method, path, body) => acme.call(method, path, body) })

async function signedInThere(email: string): Promise<Visitor> {
  const browser = visitor(front.url)
  const answer = await browser.post('/sign-in', { username: email, password })
  expect(answer.status, answer.text).toBe(303)
  return browser
}

describe('a letter to somebody of a tenant', () => {
  it('leads to its host, and bears its name and colour', async () => {
    const carol = await personIn(acme, 'Carol')
    await visitor(whole.url).post('/recover', { email: carol.email, tenant: 'acme' })
    const letter = await letterTo(box(), carol.email, 'recovery')
    expect(letter).toMatchObject({ subject: 'Choose a new password for Acme Works' })
    expect(letter.links[0]).toMatch(`${home}/recover/new?token=`)
    expect(letter.text).toContain(`Acme Works · ${home}`)
    expect(letter.text).not.toContain('Holdfast')
    expect((letter as unknown as { html: string }).html).toContain('background:#7a1f3d')
    const fresh = 'cobalt ladder 93 orchard wind'
    const token = new URL(letter.links[0] ?? '').searchParams.get('token') ?? ''
    const at = visitor(front.url)
    expect((await at.get(`/recover/new?token=${token}`)).status).toBe(200)
    expect((await at.post('/recover/new', { token, password: fresh, again: fresh })).status).toBe(200)
  })

  it('invites to its host; one of the first tenant says and leads where it did', async () => {
    const invited = await acme.call('POST', '/api/v1/invitations', { email: 'dan@acme.example', groups: [] })
    expect(invited.status, JSON.stringify(invited.json)).toBe(201)
    const letter = await letterTo(box(), 'dan@acme.example', 'invitation')
    expect(letter.links[0]).toMatch(`${home}/invitation?token=`)
    const operator = await whole.call('POST', '/api/v1/tenants/acme/operators', { email: 'eve@acme.example' })
    expect(operator.json['link']).toMatch(`${home}/invitation?token=`)
    const page = await visitor(front.url).get((operator.json['link'] as string).slice(home.length))
    expect(page.text).toContain('eve@acme.example')
    await whole.call('POST', '/api/v1/invitations', { email: 'fay@people.example', groups: [] })
    const ours = await letterTo(whole, 'fay@people.example', 'invitation')
    expect(ours).toMatchObject({ subject: 'You are invited to Holdfast' })
    expect(ours.links[0]).toMatch(`${whole.url}/invitation?token=`)
  })
})

describe('at a host of a tenant', () => {
  it('somebody comes back from a provider to where they set out, and is signed in there', async () => {
    const where = { issuer: upstream.issuer, clientId: 'holdfast', clientSecret: 'upstream-secret' }
    const corp = { id: 'corp', name: 'Corp', ...where, signUp: true, domains: ['acme.example'] }
    expect((await acme.call('POST', '/api/v1/connections', corp)).status).toBe(201)
    upstream.account = { sub: 'gus', email: 'gus@acme.example', email_verified: true, name: 'Gus' }
    const browser = visitor(front.url)
    const gone = await browser.get('/sign-in/with/corp')
    const authorize = new URL(gone.headers.get('location') ?? '')
    expect(authorize.searchParams.get('redirect_uri')).toBe(`${home}/sign-in/callback/corp`)
    const landed = await browser.get(await upstream.visit(authorize.href))
    expect(landed.status, landed.text).toBe(303)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ email: 'gus@acme.example' })
    expect(upstream.redeemed.at(-1)?.get('redirect_uri')).toBe(`${home}/sign-in/callback/corp`)
    // A name that is nobody's is no place to come back to.
    expect((await visitor(stranger.url).get('/sign-in/with/corp?tenant=acme')).status).toBe(421)
  })

  it('a passkey is made and used at its origin, and at no other', async () => {
    const hal = await personIn(acme, 'Hal')
    const browser = await signedInThere(hal.email)
    const device = softAuthenticator({ origin: home })
    const elsewhere = softAuthenticator({ origin: 'http://login.evil.localhost' })
    // A page of another tenant's name may be anybody's: who that leads to is theirs to say.
    const others = softAuthenticator({ origin: other })
    for (const wrong of [elsewhere, others]) expect((await addPasskey(browser, hal.id, wrong)).status).toBe(422)
    const made = await addPasskey(browser, hal.id, device)
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    expect((await showPasskey(visitor(front.url), device)).status).toBe(303)
    for (const origin of ['http://login.evil.localhost', other]) {
      expect((await showPasskey(visitor(front.url), device, {}, { origin })).status, origin).toBe(401)
    }
    // Who the tenants are is not published.
    expect((await visitor(whole.url).get('/.well-known/webauthn')).text).not.toContain('acme')
  })

  it('a credential that does not hold is told of in its own log', async () => {
    const browser = visitor(front.url)
    expect((await browser.api('GET', '/api/v1/me', undefined, { authorization: 'Bearer hfk_nothing' })).status).toBe(
      401,
    )
    const refused = async () =>
      ((await acme.call('GET', '/api/v1/events?kind=credential.refused')).json['items'] as unknown[]).length
    await expect.poll(refused, { timeout: 60_000 }).toBe(1)
  })

  it('no application is guarded there, nor where the control plane itself is', async () => {
    const [own, others] = [new URL(whole.url).host, new URL(other).host]
    const shop = { id: 'shop', name: 'Shop', hosts: ['shop.acme.localhost'] }
    for (const host of [own, others, new URL(home).host]) {
      const made = await acme.call('POST', '/api/v1/applications', { ...shop, hosts: [host] })
      expect([made.status, made.json['code']], host).toEqual([409, 'host_taken'])
    }
    expect((await acme.call('POST', '/api/v1/applications', shop)).status).toBe(201)
    const moved = await acme.call('PATCH', '/api/v1/applications/shop', { hosts: [others] })
    expect([moved.status, moved.json['code']]).toEqual([409, 'host_taken'])
  })

  it('signing out leads to its own sign-in page', async () => {
    const ida = await personIn(acme, 'Ida')
    const browser = await signedInThere(ida.email)
    const out = await browser.post('/sign-out', {})
    expect(out.status).toBe(303)
    expect((await browser.get(out.headers.get('location') ?? '')).status).toBe(200)
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
  })
})

describe('a device of a tenant', () => {
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  const send = async (path: string, form: Readonly<Record<string, string>>) =>
    (await (await fetch(`${whole.url}${path}`, { method: 'POST', body: new URLSearchParams(form) })).json()) as Record<
      string,
      string
    >

  async function begin(tenant: TestTenant): Promise<Record<string, string>> {
    const id = `television-of-${tenant.slug}`
    const client = { id, name: 'TV', grant_types: [grant], token_endpoint_auth_method: 'none', scope: 'openid' }
    const made = await tenant.call('POST', '/api/v1/applications', client)
    expect(made.status, JSON.stringify(made.json)).toBe(201)
    return { ...(await send('/oauth/device/authorize', { client_id: id, scope: 'openid' })), client_id: id }
  }

  /** From the address that the device shows to the tokens, without a word about the tenant but that address. */
  async function letIn(device: Readonly<Record<string, string>>, origin: string, at: string, email: string) {
    const browser = visitor(at)
    const shown = await browser.get((device['verification_uri_complete'] ?? '').slice(origin.length))
    const target = new URL(shown.headers.get('location') ?? '', at)
    expect(target.pathname).toBe('/sign-in')
    const form = Object.fromEntries(target.searchParams)
    const signedIn = await browser.post(`/sign-in${target.search}`, { ...form, username: email, password })
    expect(signedIn.status, signedIn.text).toBe(303)
    expect((await browser.get(signedIn.headers.get('location') ?? '')).text).toContain('TV')
    const approved = await browser.post('/oauth/device', { user_code: device['user_code'] ?? '', decision: 'approve' })
    expect(approved.status, approved.text).toBe(200)
    const { client_id = '', device_code = '' } = device
    return send('/oauth/token', { grant_type: grant, client_id, device_code })
  }

  it('shows the page of that tenant, by its host or by its name, and gets tokens of somebody of it', async () => {
    const joe = await personIn(acme, 'Joe')
    const there = await begin(acme)
    expect(there['verification_uri']).toBe(`${home}/oauth/device`)
    expect(await letIn(there, home, front.url, joe.email)).toMatchObject({ token_type: 'Bearer' })

    const plain = await makeTenant(whole, 'plain')
    const kim = await personIn(plain, 'Kim')
    const here = await begin(plain)
    expect(here['verification_uri']).toBe(`${whole.url}/oauth/device?tenant=plain`)
    expect(await letIn(here, whole.url, whole.url, kim.email)).toMatchObject({ token_type: 'Bearer' })

    // The code of one tenant's device is none to somebody of another.
    const other = await begin(await makeTenant(whole, 'third'))
    const stranger = await signedInThere(joe.email)
    const tried = await stranger.post('/oauth/device', { user_code: other['user_code'] ?? '', decision: 'approve' })
    expect(tried.status).toBe(400)
  })
})

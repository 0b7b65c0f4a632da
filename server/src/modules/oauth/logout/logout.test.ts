import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'
import { openDatabase } from '../../../platform/database/database.ts'
import { oauthConfig } from '../config.ts'
import { createExpire } from '../expire.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { claimsOf, headOf, registered, type RegisteredClient, signedIn } from '../testing/flows.ts'

let whole: WholeServer
let ada: Credentials
let receiver: Server
let shop: RegisteredClient
let quiet: RegisteredClient
let native: RegisteredClient
/** what the client was told, and of which sign-ins it does not hear the first time */
const told: string[] = []
const deaf = new Set<unknown>()

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? ''
      const heard = !deaf.delete(claimsOf(token)['sid'])
      if (heard) told.push(token)
      response.writeHead(heard ? 200 : 500).end()
    })
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  const { port } = receiver.address() as AddressInfo
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  shop = await registered(whole, {
    client_name: 'Shop',
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/bye?from=shop'],
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
    backchannel_logout_session_required: true,
  })
  quiet = await registered(whole, {
    client_name: 'Quiet',
    redirect_uris: ['https://quiet.example/callback'],
    post_logout_redirect_uris: ['https://quiet.example/bye'],
  })
  native = await registered(whole, {
    preset: 'native',
    client_name: 'Tool',
    redirect_uris: ['http://127.0.0.1/callback'],
    post_logout_redirect_uris: ['http://127.0.0.1/bye'],
  })
}, 120_000)
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await whole.close()
})

const signIn = () => signInAs(whole.url, ada)
const endSession = (query: Readonly<Record<string, string>>) =>
  `/oauth/end-session?${new URLSearchParams(query).toString()}`
const isSignedIn = async (browser: ReturnType<typeof visitor>) =>
  (await browser.api('GET', '/api/v1/me')).status === 200
/** The logout token of a session, when it has come. */
const tokenOf = (session: unknown) =>
  vi.waitFor(
    () => {
      const token = told.find((each) => claimsOf(each)['sid'] === session)
      expect(token).toBeDefined()
      return token ?? ''
    },
    { timeout: 60_000 },
  )

describe('a client that asks for a sign-out', () => {
  it('with the ID token of the sign-in gets it at once, and the person back with its state', async () => {
    const browser = await signIn()
    const { id_token } = await signedIn(whole, browser, shop)
    const uri = 'https://shop.example/bye?from=shop'
    const out = await browser.get(endSession({ id_token_hint: id_token, post_logout_redirect_uri: uri, state: 'a&b' }))
    expect([out.status, out.headers.get('location')]).toEqual([303, 'https://shop.example/bye?from=shop&state=a%26b'])
    expect(browser.session).toBeUndefined()
    const [ended] = await eventsOf(whole, 'session.ended')
    expect(ended).toMatchObject({ reason: 'signed_out', data: { person: ada.id } })
  })

  it('is told by a signed token of every end, whatever its cause', async () => {
    const one = await signIn()
    const first = claimsOf((await signedIn(whole, one, shop)).id_token)
    await one.post('/sign-out', {})
    const token = await tokenOf(first['sid'])
    const { kid, alg, typ } = headOf(token)
    expect([alg, typ]).toEqual(['ES256', 'logout+jwt'])
    const jwks = (await (await fetch(`${whole.url}/oauth/jwks`)).json()) as { keys: (JsonWebKey & { kid: string })[] }
    const jwk = jwks.keys.find((each) => each.kid === kid)
    const [head = '', body = '', signature = ''] = token.split('.')
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const verified = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    expect(verified).toBe(true)
    const claims = claimsOf(token)
    expect(claims).toMatchObject({
      iss: whole.url,
      aud: shop.id,
      sub: ada.id,
      sid: first['sid'],
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(claims).not.toHaveProperty('nonce')

    const bea = await addPerson(whole, 'Bea')
    const two = await signInAs(whole.url, bea)
    const second = claimsOf((await signedIn(whole, two, shop)).id_token)
    await whole.call('PATCH', `/api/v1/people/${bea.id}`, { state: 'disabled' })
    expect(claimsOf(await tokenOf(second['sid']))['sub']).toBe(bea.id)
  })

  it('is told again when it did not hear', async () => {
    const browser = await signIn()
    const { sid } = claimsOf((await signedIn(whole, browser, shop)).id_token)
    deaf.add(sid)
    await browser.post('/sign-out', {})
    await tokenOf(sid)
    expect(deaf.size).toBe(0)
    const events = await vi.waitFor(
      async () => {
        const all = await eventsOf(whole, 'logout.told')
        const own = all.filter(({ resource }) => resource === sid)
        expect(own).toHaveLength(1)
        return own
      },
      { timeout: 60_000 },
    )
    expect(events[0]).toMatchObject({ outcome: 'success', data: { client: shop.id, attempts: 2 } })
  })

  it('is told of a sign-in that is days old, too', async () => {
    const browser = await signIn()
    const { sid } = claimsOf((await signedIn(whole, browser, shop)).id_token)
    const database = openDatabase({ url: whole.databaseUrl })
    const clock = { now: () => new Date(Date.now() + 6 * 86_400_000) }
    await createExpire({ database, clock, config: oauthConfig.parse({ keys: {}, clients: {} }) })({} as never)
    await database.close()
    await browser.post('/sign-out', {})
    await tokenOf(sid)
  })

  it('without a hint only asks the person', async () => {
    const browser = await signIn()
    const asked = await browser.get(
      endSession({ client_id: shop.id, post_logout_redirect_uri: 'https://shop.example/bye?from=shop' }),
    )
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('Shop')
    expect(asked.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example")
    expect(await isSignedIn(browser)).toBe(true)
    const form = { client_id: shop.id, post_logout_redirect_uri: 'https://shop.example/bye?from=shop' }
    expect((await browser.post('/oauth/end-session/confirm', { ...form, decision: 'stay' })).status).toBe(200)
    expect(await isSignedIn(browser)).toBe(true)
    const forged = { 'sec-fetch-site': 'cross-site' }
    expect((await browser.post('/oauth/end-session/confirm', { ...form, decision: 'sign-out' }, forged)).status).toBe(
      403,
    )
    expect(await isSignedIn(browser)).toBe(true)
    const out = await browser.post('/oauth/end-session/confirm', { ...form, decision: 'sign-out' })
    expect(out.headers.get('location')).toBe('https://shop.example/bye?from=shop')
    expect(browser.session).toBeUndefined()
  })

  it('by a form of its own page is asked as by a link', async () => {
    const browser = await signIn()
    const { id_token } = await signedIn(whole, browser, quiet)
    const sent = await visitor(whole.url).post(
      '/oauth/end-session',
      { id_token_hint: id_token },
      { 'sec-fetch-site': 'cross-site', origin: 'https://quiet.example' },
    )
    expect(sent.status).toBe(303)
    expect(await isSignedIn(browser)).toBe(true)
    const out = await browser.get(sent.headers.get('location') ?? '')
    expect(out.text).toContain('You are signed out')
  })

  it('by the ID token of another sign-in asks, too', async () => {
    const { id_token } = await signedIn(whole, await signIn(), quiet)
    const browser = await signIn()
    expect((await browser.get(endSession({ id_token_hint: id_token }))).text).toContain('Sign out?')
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('sends nobody where it is not registered', async () => {
    const browser = await signIn()
    const { id_token, access_token } = await signedIn(whole, browser, quiet)
    const attempts: Readonly<Record<string, string>>[] = [
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://quiet.example/bye/' },
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://quiet.example/bye?x' },
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' },
      { client_id: shop.id, post_logout_redirect_uri: 'https://quiet.example/bye' },
      { id_token_hint: id_token, client_id: shop.id },
      { id_token_hint: access_token },
      { id_token_hint: `${id_token.slice(0, -8)}AAAAAAAA` },
      { id_token_hint: 'x.y.z' },
      { client_id: 'nobody' },
    ]
    for (const attempt of attempts) {
      const { status, headers } = await browser.get(endSession(attempt))
      expect([status, headers.get('location')], JSON.stringify(attempt)).toEqual([400, null])
    }
    expect(await isSignedIn(browser)).toBe(true)
    expect((await eventsOf(whole, 'logout.refused')).length).toBe(attempts.length)
    // Whose address it is nobody says: the person is asked, and then goes nowhere.
    const anonymous = { post_logout_redirect_uri: 'https://quiet.example/bye', decision: 'sign-out' }
    const out = await browser.post('/oauth/end-session/confirm', anonymous)
    expect([out.status, out.headers.get('location')]).toEqual([200, null])
  })

  it('on the person’s own machine may listen on any port', async () => {
    const asked = { client_id: native.id, post_logout_redirect_uri: 'http://127.0.0.1:54321/bye' }
    expect((await visitor(whole.url).get(endSession(asked))).headers.get('location')).toBe('http://127.0.0.1:54321/bye')
    const other = { client_id: native.id, post_logout_redirect_uri: 'http://127.0.0.1:54321/other' }
    expect((await visitor(whole.url).get(endSession(other))).status).toBe(400)
  })

  it('is named in the metadata', async () => {
    const found = (await (await fetch(`${whole.url}/.well-known/openid-configuration`)).json()) as object
    expect(found).toMatchObject({
      end_session_endpoint: `${whole.url}/oauth/end-session`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      device_authorization_endpoint: `${whole.url}/oauth/device/authorize`,
      jwks_uri: `${whole.url}/oauth/jwks`,
    })
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  addPerson,
  type Credentials,
  eventsOf,
  quickSignIn,
  signInAs,
  type Visitor,
  visitor,
} from '../../../testing/visitor.ts'
import { addTotp } from '../../../testing/factors.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { authorize } from '../testing/browser.ts'
import { claimsOf, granted, type PlainClient, redirectUri, registerClient } from '../testing/client.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
let whole: WholeServer
let ada: Credentials
let app: PlainClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  app = await register('app')
  await register('asking', { consent: 'ask', client_name: 'Somebody else’s' })
}, 120_000)
afterAll(() => whole.close())

const register = (id: string, more?: object) => registerClient(whole, id, more)

const request = (more: Readonly<Record<string, string>> = {}) => {
  const query = {
    client_id: 'app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'mine',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...more,
  }
  return `/oauth/authorize?${new URLSearchParams(query).toString()}`
}
const sentTo = (to: string | null) => new URL(to ?? '', whole.url)
const query = (to: string | null) => {
  const { searchParams, hash } = sentTo(to)
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))])
}

describe('a request at a browser', () => {
  it('without a sign-in waits at the sign-in page, and never with prompt=none', async () => {
    const browser = visitor(whole.url)
    const to = (await browser.get(request({ login_hint: ada.email, acr_values: 'aal2', max_age: '60' }))).headers.get(
      'location',
    )
    expect(sentTo(to).pathname).toBe('/sign-in')
    expect(query(to)).toMatchObject({ login_hint: ada.email, acr: 'aal2', max_age: '60' })
    expect(query(to)['return']).toMatch(/^\/oauth\/authorize\/[\w-]+$/)
    // The redirect that follows the form leaves for the client, and browsers hold the policy of the page against that.
    const page = await browser.get(to ?? '')
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://app.example;")
    const none = (await browser.get(request({ prompt: 'none' }))).headers.get('location')
    expect(none?.startsWith(redirectUri)).toBe(true)
    expect(query(none)).toMatchObject({ error: 'login_required', state: 'mine', iss: whole.url })
  })

  it('with a sign-in is answered at once; prompt=login and max_age=0 want another one, and take it', async () => {
    const browser = await signInAs(whole.url, ada)
    expect(
      query((await browser.get(request({ prompt: 'none', max_age: '600' }))).headers.get('location')),
    ).toHaveProperty('code')
    for (const more of [{ prompt: 'login' }, { max_age: '0' }, { prompt: 'select_account' }]) {
      const first = await browser.get(request(more))
      expect(sentTo(first.headers.get('location')).pathname, JSON.stringify(more)).toBe('/sign-in')
      // Back without having signed in: nothing has changed.
      const back = await browser.get(query(first.headers.get('location'))['return'] ?? '')
      expect(sentTo(back.headers.get('location')).pathname, JSON.stringify(more)).toBe('/sign-in')
      const { code, verifier } = await app.ask(whole.url, ada, more, browser)
      const { access } = granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
      expect(Number(claimsOf(access)['auth_time'])).toBeGreaterThan(Date.now() / 1000 - 60)
    }
  })

  it('is answered with less than it wants only where it said so', async () => {
    const browser = await signInAs(whole.url, ada)
    const none = (more: object) => browser.get(request({ prompt: 'none', ...more }))
    expect(query((await none({ acr_values: 'aal2' })).headers.get('location'))['error']).toBe(
      'unmet_authentication_requirements',
    )
    expect(query((await none({ acr_values: 'phr aal1' })).headers.get('location'))).toHaveProperty('code')
    expect(query((await none({ acr_values: 'urn:unknown' })).headers.get('location'))).toHaveProperty('code')
    const essential = JSON.stringify({ id_token: { acr: { essential: true, values: ['phr'] } } })
    expect(query((await none({ claims: essential })).headers.get('location'))).toHaveProperty('error')
    expect(query((await none({ ui_locales: 'de tlh', display: 'wap' })).headers.get('location'))).toHaveProperty('code')
  })

  it('goes on in every tab once somebody has signed in in one of them', async () => {
    const [one, two] = [visitor(whole.url), visitor(whole.url)]
    const waiting = query((await two.get(request())).headers.get('location'))['return'] ?? ''
    await app.ask(whole.url, ada, {}, one)
    two.session = one.session
    expect(query((await two.get(waiting)).headers.get('location'))).toHaveProperty('code')
    // It was bound to that browser, and is over.
    expect((await visitor(whole.url).get(waiting)).status).toBe(400)
    expect((await two.get(waiting)).status).toBe(400)
  })

  it('sends Secure cookies for its own path, and no session of the library', async () => {
    const { cookies } = await visitor(whole.url).get(request())
    const resume = cookies.find((cookie) => cookie.startsWith('__Secure-holdfast-resume='))
    expect(resume).toMatch(/; path=\/oauth\/authorize\/[\w-]+;.*; samesite=lax; secure; httponly/i)
    const signedIn = await signInAs(whole.url, ada)
    expect((await signedIn.get(request())).cookies).toEqual([])
  })

  it('may be answered by a form that sends itself, under a policy that lets it go to the client alone', async () => {
    const browser = await signInAs(whole.url, ada)
    const page = await browser.get(request({ response_mode: 'form_post' }))
    expect(page.status).toBe(200)
    expect(page.text).toContain(`action="${redirectUri}"`)
    expect(page.headers.get('content-security-policy')).toMatch(
      /script-src 'sha256-[^;]+;.*form-action https:\/\/app\.example;/,
    )
  })

  it('may come by POST, from a page of another site', async () => {
    const form = Object.fromEntries(new URLSearchParams(request().split('?')[1]))
    const answer = await visitor(whole.url).post('/oauth/authorize', form, { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(303)
    const browser = await signInAs(whole.url, ada)
    expect(query((await browser.get(answer.headers.get('location') ?? '')).headers.get('location'))).toHaveProperty(
      'code',
    )
  })

  it('of a client that takes young sign-ins only wants another one', async () => {
    await register('strict', { sessionSeconds: 60 })
    const browser = await signInAs(whole.url, ada)
    const ask = () => browser.get(request({ client_id: 'strict', prompt: 'none' }))
    expect(query((await ask()).headers.get('location'))).toHaveProperty('code')
    const admin = new Client({ connectionString: whole.databaseUrl })
    await admin.connect()
    await admin.query(
      "UPDATE sessions SET proofs = jsonb_build_object('pwd', (proofs ->> 'pwd')::bigint - 61000), authenticated_at = authenticated_at - interval '61 seconds'",
    )
    await admin.end()
    expect(query((await ask()).headers.get('location'))['error']).toBe('login_required')
  })

  it('names whom it is about', async () => {
    const browser = await signInAs(whole.url, ada)
    const { code, verifier } = await app.ask(whole.url, ada, {}, browser)
    const answer = await app.send(whole.url, '/oauth/token', app.exchange(code, verifier))
    const hint = answer.json['id_token'] as string
    const hinted = (who: Visitor) => who.get(request({ prompt: 'none', id_token_hint: hint }))
    expect(query((await hinted(browser)).headers.get('location'))).toHaveProperty('code')
    const ben = await addPerson(whole, 'Ben')
    expect(query((await hinted(await signInAs(whole.url, ben))).headers.get('location'))['error']).toBe(
      'login_required',
    )
    const claims = JSON.stringify({ id_token: { email: null }, userinfo: { name: { essential: true } } })
    const more = await app.ask(whole.url, ada, { claims }, browser)
    const told = await app.send(whole.url, '/oauth/token', app.exchange(more.code, more.verifier))
    expect(claimsOf(told.json['id_token'] as string)).toMatchObject({ email: ada.email, acr: 'aal1', amr: ['pwd'] })
    const info = await fetch(`${whole.url}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${granted(told).access}` },
    })
    expect(await info.json()).toMatchObject({ sub: ada.id, name: 'Ada' })
    // What nobody knows the meaning of is written down nowhere, whatever is in it.
    for (const odd of ['{"userinfo":{"a\\u0000":null,"name":{"value":"\\ud800"}}}', '{"id_token":{"a\\u0000":null}}']) {
      const asked = await app.ask(whole.url, ada, { claims: odd }, browser)
      granted(await app.send(whole.url, '/oauth/token', app.exchange(asked.code, asked.verifier)))
    }
  })
})

describe('a request that cannot be answered where it came from', () => {
  it.each([
    { client_id: 'nobody' },
    { redirect_uri: 'https://evil.example/callback' },
    { redirect_uri: `${redirectUri}/` },
    { redirect_uri: `${redirectUri}?x=1` },
    { redirect_uri: `${redirectUri}#x` },
    { redirect_uri: 'https://app.example/callback/../open' },
    { redirect_uri: 'https://app.example.evil.example/callback' },
    { redirect_uri: 'https://app.example@evil.example/callback' },
    { redirect_uri: 'HTTPS://app.example/callback' },
    { redirect_uri: 'https://app.example:443/callback' },
    { redirect_uri: '' },
  ])('is a page with its event, and no redirect: %j', async (more) => {
    const browser = await signInAs(whole.url, ada)
    const page = await browser.get(request(more))
    expect(page.status).toBe(400)
    expect(page.headers.get('location')).toBeNull()
    const [event] = await eventsOf(whole, 'oauth.refused')
    expect(page.text).toContain(event?.id)
    expect(page.text).not.toContain('evil.example"')
    expect(page.text).toContain('To the start page')
  })

  it('says so to whoever has not signed in, too', async () => {
    const page = await visitor(whole.url).get(request({ client_id: 'unknown-client' }))
    const [event] = await eventsOf(whole, 'oauth.refused')
    expect(page.text).toContain(event?.id)
  })

  it.each([
    { code_challenge_method: 'plain' },
    { code_challenge: '', code_challenge_method: '' },
    { response_type: 'token' },
    { response_type: 'code id_token' },
    { response_type: 'id_token', nonce: 'n' },
    { request: `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.` },
    { request_uri: 'https://evil.example/request.jwt' },
    { request_uri: 'urn:ietf:params:oauth:request_uri:unknown' },
    { resource: 'https://elsewhere.example' },
    { scope: 'openid\u0000' },
  ])('is an error at the client where that is known: %j', async (more) => {
    const browser = await signInAs(whole.url, ada)
    const filled = Object.fromEntries(
      Object.entries({ ...Object.fromEntries(new URLSearchParams(request().split('?')[1])), ...more }).filter(
        ([, value]) => value !== '',
      ),
    )
    const page = await browser.get(`/oauth/authorize?${new URLSearchParams(filled).toString()}`)
    const to = page.headers.get('location')
    expect(to === null ? page.status : query(to)['error'], page.text).toSatisfy(
      (what: unknown) => what === 400 || typeof what === 'string',
    )
    expect(page.text + String(to)).not.toMatch(/[?&#]code=|access_token=/)
  })
})

describe('a scope of which no token could be made', () => {
  const many = Array.from({ length: 101 }, (_, n) => `s${n}`).join(' ')
  const long = Array.from({ length: 42 }, (_, n) => `s${n}`.padEnd(99, 'x')).join(' ')

  it.each([many, long])('is refused before anybody is asked: %#', async (scope) => {
    const browser = await signInAs(whole.url, ada)
    const refused = query((await browser.get(request({ scope: `openid ${scope}` }))).headers.get('location'))
    expect(refused).toMatchObject({ error: 'invalid_scope', state: 'mine' })
    expect(refused['error_description']).toContain('at most 100 scopes and 4096 characters')
    const robot = await register(`robot-${many === scope ? 'a' : 'b'}`, {
      redirect_uris: [],
      grant_types: ['client_credentials', deviceGrant],
    })
    for (const [path, form] of [
      ['/oauth/token', { grant_type: 'client_credentials', scope }],
      ['/oauth/device/authorize', { scope: `openid ${scope}` }],
    ] as const) {
      const { status, json } = await robot.send(whole.url, path, form)
      expect([status, json['error']], path).toEqual([400, 'invalid_scope'])
    }
  })
})

describe('consent', () => {
  const ask = (more: Readonly<Record<string, string>> = {}) =>
    request({ client_id: 'asking', scope: 'openid email offline_access', ...more })

  it('is asked for once, by name, and may be refused, renewed and taken back', async () => {
    const browser = await signInAs(whole.url, ada)
    const page = (await browser.get(ask())).headers.get('location') ?? ''
    expect(page).toMatch(/^\/oauth\/consent\//)
    const shown = await browser.get(page)
    expect(shown.text).toContain('Somebody else’s')
    expect(shown.text).toContain('See your e-mail address')
    expect(shown.text).toContain('app.example')
    expect(shown.headers.get('content-security-policy')).toContain("form-action 'self' https://app.example;")
    const denied = await browser.post(page, { decision: 'deny' })
    const refused = await browser.get(denied.headers.get('location') ?? '')
    expect(query(refused.headers.get('location'))).toMatchObject({
      error: 'access_denied',
      state: 'mine',
      iss: whole.url,
    })

    const callback = await authorize(whole.url, new URL(ask(), whole.url), redirectUri, ada, browser)
    expect(callback.searchParams.get('code')).not.toBeNull()
    expect(query((await browser.get(ask({ prompt: 'none' }))).headers.get('location'))).toHaveProperty('code')
    expect((await browser.get(ask({ prompt: 'consent' }))).headers.get('location')).toMatch(/^\/oauth\/consent\//)
    expect(
      query((await browser.get(ask({ prompt: 'none', scope: 'openid profile' }))).headers.get('location'))['error'],
    ).toBe('consent_required')

    const listed = await browser.api('GET', '/api/v1/me/clients')
    expect(listed.json['items']).toContainEqual(
      expect.objectContaining({
        client: 'asking',
        name: 'Somebody else’s',
        scopes: ['email', 'openid'],
        consentedAt: expect.any(String),
      }),
    )
    const withdrawn = await browser.api('DELETE', '/api/v1/me/clients/asking')
    expect(withdrawn.status, JSON.stringify(withdrawn.json)).toBe(200)
    expect(query((await browser.get(ask({ prompt: 'none' }))).headers.get('location'))['error']).toBe(
      'consent_required',
    )
    expect((await eventsOf(whole, 'oauth.consent_given')).length).toBe(1)
    expect((await eventsOf(whole, 'oauth.consent_refused')).length).toBe(1)
  })

  it('to who somebody is opens no application: for that something of it must be agreed to', async () => {
    const third = await register('third', { consent: 'ask', scope: 'openid email orders:read' })
    const browser = await signInAs(whole.url, ada)
    const token = async (scope: string, more: Readonly<Record<string, string>> = {}) => {
      const { code, verifier } = await third.ask(whole.url, ada, { scope, ...more }, browser)
      return granted(await third.send(whole.url, '/oauth/token', third.exchange(code, verifier))).access
    }
    const resource = 'urn:holdfast:application:third'
    for (const access of [await token('openid email'), await token('openid', { resource })]) {
      expect(claimsOf(access)['aud']).toBe(whole.url)
      const info = await fetch(`${whole.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${access}` } })
      expect(info.status).toBe(200)
    }
    expect(claimsOf(await token('openid orders:read'))['aud']).toBe(resource)
  })

  it('is asked for each time by a native application, as which any program on the machine may pose', async () => {
    const uri = 'http://127.0.0.1:49152/cb'
    const native = { preset: 'native', redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none' }
    await register('native', native)
    await register('trusted', { ...native, consent: 'skip' })
    const browser = await signInAs(whole.url, ada)
    const silent = async (client_id: string) => {
      const to = await browser.get(request({ client_id, redirect_uri: uri, prompt: 'none' }))
      return query(to.headers.get('location'))
    }
    expect(await silent('trusted')).toHaveProperty('code')
    const url = new URL(request({ client_id: 'native', redirect_uri: uri }), whole.url)
    for (const round of ['first', 'agreed to before']) {
      expect((await silent('native'))['error'], round).toBe('consent_required')
      expect((await browser.get(url.pathname + url.search)).headers.get('location')).toMatch(/^\/oauth\/consent\//)
      expect((await authorize(whole.url, url, uri, ada, browser)).searchParams.has('code')).toBe(true)
    }
    for (const [change, consent] of [
      [{ preset: 'web' }, 'skip'],
      [{ preset: 'native' }, 'ask'],
      [{ client_name: 'Tool' }, 'ask'],
    ] as const) {
      const changed = await whole.call('PATCH', '/api/v1/applications/trusted/clients/trusted', change)
      expect(changed.json['consent'], JSON.stringify(change)).toBe(consent)
    }
  })

  it('is given by the browser that was asked, from our page', async () => {
    const browser = await signInAs(whole.url, ada)
    const page = (await browser.get(ask())).headers.get('location') ?? ''
    const thief = await signInAs(whole.url, ada)
    expect((await thief.get(page)).status).toBe(400)
    expect((await thief.post(page, { decision: 'allow' })).status).toBe(400)
    const foreign = await browser.post(page, { decision: 'allow' }, { 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    const late = visitor(whole.url)
    for (const [name, value] of browser.jar) late.jar.set(name, value)
    expect((await late.post(page, { decision: 'allow' })).status).toBe(400)
    expect((await browser.post(page, { decision: 'allow' })).status).toBe(303)
    expect((await browser.post(page, { decision: 'allow' })).status).toBe(400)
  })
})

describe('what ends', () => {
  /** Tokens that outlive the sign-in, of a browser that has one. */
  const offline = async (browser: Visitor) => {
    const { code, verifier } = await app.ask(whole.url, ada, { scope: 'openid offline_access' }, browser)
    return granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
  }
  const active = async (tokens: readonly { readonly access: string }[]) => {
    const asked = tokens.map(({ access: token }) => app.send(whole.url, '/oauth/introspect', { token }))
    return (await Promise.all(asked)).map(({ json }) => json['active'])
  }
  const signIn = () => signInAs(whole.url, ada)

  it('with other sign-ins: what was given in them, or in earlier ones, and would outlive them', async () => {
    const [own, other, earlier] = [await signIn(), await signIn(), await signIn()]
    const given = [await offline(own), await offline(other), await offline(earlier)]
    await earlier.post('/sign-out', {})
    expect(await active(given)).toEqual([true, true, true])
    expect((await own.api('DELETE', '/api/v1/me/sessions?except=current')).status).toBe(200)
    expect(await active(given)).toEqual([true, false, false])
    const [staying, ended] = given.map(({ refresh }) => app.send(whole.url, '/oauth/token', app.refresh(refresh)))
    expect([(await staying)?.status, (await ended)?.status]).toEqual([200, 400])
  })

  it('with a factor that is added, where its person wishes so', async () => {
    const person = await addPerson(whole, 'Cleo')
    const [own, other] = [await signInAs(whole.url, person), await signInAs(whole.url, person)]
    const given = [await offline(own), await offline(other)]
    const { answer } = await addTotp(own, person.id, { endOtherSessions: true })
    expect(answer.json).toMatchObject({ revoked: 1 })
    expect(await active(given)).toEqual([true, false])
  })

  it('with one sign-in that is revoked: what was given in it; signing out leaves it', async () => {
    const [own, lost, stolen] = [await signIn(), await signIn(), await signIn()]
    const given = [await offline(own), await offline(lost), await offline(stolen)]
    const idOf = async (browser: Visitor) => {
      const { items } = (await browser.api('GET', '/api/v1/me/sessions')).json as { items: Record<string, unknown>[] }
      return String(items.find(({ current }) => current === true)?.['id'])
    }
    expect((await own.api('DELETE', `/api/v1/me/sessions/${await idOf(lost)}`)).status).toBe(200)
    expect((await whole.call('DELETE', `/api/v1/sessions/${await idOf(stolen)}`)).status).toBe(200)
    await own.post('/sign-out', {})
    expect(await active(given)).toEqual([true, false, false])
    // The operator's end of all ends all.
    expect((await whole.call('DELETE', '/api/v1/sessions')).status).toBe(200)
    expect(await active(given)).toEqual([false, false, false])
  })

  it('with the sign-in: everything but what may outlive it; with the person: that too', async () => {
    const browser = await signInAs(whole.url, ada)
    const token = async (scope: string) => {
      const { code, verifier } = await app.ask(whole.url, ada, { scope }, browser)
      return granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
    }
    const [bound, offline] = [await token('openid'), await token('openid offline_access')]
    const active = async (token: string) => (await app.send(whole.url, '/oauth/introspect', { token })).json['active']
    expect([await active(bound.access), await active(offline.access)]).toEqual([true, true])
    await browser.post('/sign-out', {})
    expect([await active(bound.access), await active(offline.access)]).toEqual([false, true])
    const refresh = async (token: string) => (await app.send(whole.url, '/oauth/token', app.refresh(token))).status
    expect(await refresh(bound.refresh)).toBe(400)
    expect(await refresh(offline.refresh)).toBe(200)
    expect((await whole.call('PATCH', `/api/v1/people/${ada.id}`, { state: 'disabled' })).status).toBe(200)
    expect([await active(offline.access), await refresh(offline.refresh)]).toEqual([false, 400])
  })
})

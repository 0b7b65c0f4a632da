import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { claimsOf, granted, type PlainClient, plainClient, redirectUri } from '../../modules/oauth/testing/client.ts'
import { softAuthenticator } from '../authenticator.ts'
import { addPasskey, addTotp, codeOf, showPasskey } from '../factors.ts'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor, visitor } from '../visitor.ts'
import { startWholeServer, type WholeServer } from '../whole-server.ts'
import { answerOf, challenge, request } from './asked.ts'
import { elsewhere, formPaths, pages, returning } from './lists.ts'
import { raw } from './raw.ts'

// What attackers do to people and their sessions, by whatever way in, and what the modules' own tests have not tried.

let whole: WholeServer
let admin: Client
/** has an authenticator app and a passkey */
let ada: Credentials
let adaSecret: string
let adaCodes: string[]
let adaSession: string
let adaFactor: string
let mallory: Credentials
let mallorySecret: string
/** a password and nothing else */
let ben: Credentials
let app: PlainClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_SIGNIN_THROTTLE_ADDRESS_FREE: '10000',
  })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  mallory = await addPerson(whole, 'Mallory')
  ben = await addPerson(whole, 'Ben')
  const browser = await signInAs(whole.url, ada)
  const made = await addTotp(browser, ada.id)
  adaSecret = made.secret
  adaCodes = made.answer.json['recoveryCodes'] as string[]
  const passkey = await addPasskey(browser, ada.id, softAuthenticator({ origin: whole.url }))
  expect(passkey.status, JSON.stringify(passkey.json)).toBe(200)
  const factors = await browser.api('GET', `/api/v1/people/${ada.id}/factors`)
  adaFactor = (factors.json['passkeys'] as { id: string }[])[0]?.id ?? ''
  adaSession = ((await browser.api('GET', '/api/v1/me')).json['session'] as { id: string }).id
  const other = await signInAs(whole.url, mallory)
  mallorySecret = (await addTotp(other, mallory.id)).secret
  const { json } = await whole.call('POST', '/api/v1/applications', {
    id: 'app',
    redirect_uris: [redirectUri],
    hosts: ['shop.localhost:7480'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_post',
  })
  app = plainClient({ client_id: 'app', client_secret: json['client_secret'] as string })
}, 120_000)
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const forget = () =>
  admin.query('UPDATE authenticator_apps SET last_step = 0').then(() => admin.query('DELETE FROM sign_in_throttles'))

/** Signed in by password alone, where two factors are demanded. */
async function pending(person: Credentials): Promise<Visitor> {
  const browser = visitor(whole.url)
  const { headers } = await browser.post('/sign-in', { username: person.email, password: person.password })
  expect(headers.get('location')).toMatch(/^\/sign-in\/verify/)
  return browser
}

const me = async (browser: Visitor) => (await browser.api('GET', '/api/v1/me')).status

interface Operation {
  readonly method: string
  readonly path: string
}
const described = JSON.parse(
  readFileSync(new URL('../../../../docs/reference/openapi.json', import.meta.url), 'utf8'),
) as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown[] }>>>> }
const operations: readonly Operation[] = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security?.length !== 0)
    .map(([method]) => ({ method: method.toUpperCase(), path })),
)
const send = (browser: Visitor, { method, path }: Operation) =>
  browser.api(method, path, ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined, {
    'sec-fetch-site': 'same-origin',
  })

const handOff = (more: Readonly<Record<string, string>> = {}) =>
  `/sign-in/for?${new URLSearchParams({
    application: 'app',
    redirect_uri: 'http://shop.localhost:7480/.holdfast/callback',
    state: 's',
    challenge,
    ...more,
  }).toString()}`

describe('a sign-in that has not shown its second factor', () => {
  it('is nobody at every operation of the API', async () => {
    const browser = await pending(ada)
    expect(operations.length).toBeGreaterThan(200)
    const kept = browser.session
    for (const { method, path } of operations) {
      const filled = path.replace('/people/{id}', `/people/${ada.id}`).replaceAll(/\{\w+\}/g, adaFactor)
      const { status } = await send(browser, { method, path: filled })
      expect([401, 403], `${method} ${filled} ${status}`).toContain(status)
      browser.session = kept
    }
  })

  it('gets no code, no consent, no device, no hand-off, no page of its account', async () => {
    const browser = await pending(ada)
    for (const path of [
      request(),
      request({ prompt: 'none' }),
      request({ acr_values: 'aal1' }),
      handOff(),
      handOff({ acr: 'aal1' }),
    ]) {
      const { headers } = await browser.get(path)
      expect(answerOf(headers.get('location')), path).not.toHaveProperty('code')
    }
    const waiting = answerOf((await browser.get(request())).headers.get('location'))['return'] ?? ''
    expect(waiting).toMatch(/^\/oauth\/authorize\//)
    expect(answerOf((await browser.get(waiting)).headers.get('location'))).not.toHaveProperty('code')
    for (const path of ['/account', '/account/security', '/account/data', '/oauth/device?user_code=BCDFGHJK']) {
      expect((await browser.get(path)).headers.get('location'), path).toMatch(/^\/sign-in/)
    }
    for (const [path, form] of [
      [
        '/account/password',
        { current: ada.password, password: 'thistle harbour lamp 42 oven', again: 'thistle harbour lamp 42 oven' },
      ],
      ['/account/security/totp/remove', {}],
      ['/account/security/recovery-codes', {}],
      ['/account/data', {}],
      ['/oauth/device', { user_code: 'BCDF-GHJK', decision: 'approve' }],
      ['/sign-in/connect', {}],
      [
        '/sign-in/password',
        { current: ada.password, password: 'thistle harbour lamp 42 oven', again: 'thistle harbour lamp 42 oven' },
      ],
    ] as const) {
      const { status, headers, text } = await browser.post(path, form)
      const led = headers.get('location')?.startsWith('/sign-in') ?? false
      expect(led || status >= 400, `${path} ${status} ${text}`).toBe(true)
    }
    const enrol = await browser.post('/sign-in/enrol/totp', {})
    expect(enrol.text).not.toMatch(/otpauth:/)
    const options = await browser.api('POST', '/sign-in/enrol/passkey/options', {}, { 'sec-fetch-site': 'same-origin' })
    expect(options.status).toBeGreaterThanOrEqual(400)
    expect(await me(browser)).toBe(401)
  })

  it('is not completed by the factors of somebody else', async () => {
    await forget()
    const browser = await pending(ada)
    const stranger = softAuthenticator({ origin: whole.url })
    const own = visitor(whole.url)
    await own.post('/sign-in', { username: mallory.email, password: mallory.password })
    expect((await own.post('/sign-in/verify', { code: codeOf(mallorySecret) })).status).toBe(303)
    expect((await addPasskey(own, mallory.id, stranger)).status).toBe(200)
    await forget()
    expect((await browser.post('/sign-in/verify', { code: codeOf(mallorySecret) })).status).toBe(401)
    const shown = await showPasskey(browser, stranger, {}, {}, 'verify').catch((error: unknown) => error)
    expect(shown).not.toMatchObject({ status: 303 })
    expect(await me(browser)).toBe(401)
    // At the first page it is a sign-in of its owner, and of nobody else.
    const replaced = await pending(ada)
    const kept = replaced.session
    await showPasskey(replaced, stranger)
    expect((await replaced.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id: mallory.id } })
    const old = visitor(whole.url)
    old.session = kept
    expect(await me(old)).toBe(401)
    expect((await old.get('/sign-in/verify')).headers.get('location')).toMatch(/^\/sign-in/)
  })

  it('planted in another browser is not what its owner signs in to', async () => {
    const attacker = await pending(mallory)
    const victim = visitor(whole.url)
    victim.session = attacker.session
    const signed = await victim.post('/sign-in', { username: ben.email, password: ben.password })
    expect(signed.status).toBe(303)
    expect((await victim.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id: ben.id } })
    expect(victim.session).not.toBe(attacker.session)
    await forget()
    await attacker.post('/sign-in/verify', { code: codeOf(mallorySecret) })
    expect((await attacker.api('GET', '/api/v1/me')).json).not.toMatchObject({ principal: { id: ben.id } })
  })

  it('guesses recovery codes no more often than others', async () => {
    await forget()
    for (let at = 0; at < 5; at += 1) {
      const browser = await pending(ada)
      expect(
        (await browser.post('/sign-in/verify', { code: `aaaaaa-aaaaaa-aaaaaa-aaaaa${'abcde'[at] ?? ''}` })).status,
      ).toBe(401)
    }
    await admin.query(
      `UPDATE sign_in_throttles SET blocked_until = blocked_until + interval '1 hour' WHERE attempts >= 5`,
    )
    const browser = await pending(ada)
    expect((await browser.post('/sign-in/verify', { code: adaCodes[0] ?? '' })).status).toBe(429)
    await forget()
    expect((await browser.post('/sign-in/verify', { code: codeOf(adaSecret) })).status).toBe(303)
  })
})

describe('somebody else’s account', () => {
  it('is nobody’s to read or to change, at any operation, by any spelling of its id', async () => {
    const browser = await signInAs(whole.url, ben)
    const before = await state()
    const at = operations.filter(({ path }) => /^\/api\/v1\/(people|sessions)\/\{/.test(path))
    expect(at.length).toBeGreaterThan(20)
    for (const { method, path } of at) {
      for (const id of [
        ada.id,
        ada.id.toUpperCase(),
        `${ada.id}%20`,
        `%2e%2e/people/${ada.id}`,
        `${ben.id}/../${ada.id}`,
        `${ben.id}%2f..%2f${ada.id}`,
      ]) {
        const filled = path
          .replace('/people/{id}', `/people/${id}`)
          .replace('/sessions/{id}', `/sessions/${adaSession}`)
          .replaceAll(/\{\w+\}/g, adaFactor)
        const answer = await raw(whole.url, filled, {
          method,
          headers: {
            cookie: `__Host-holdfast=${browser.session ?? ''}`,
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
          },
          ...(['POST', 'PUT', 'PATCH'].includes(method) && { body: JSON.stringify(bodyOf(path)) }),
        })
        expect(answer.status, `${method} ${filled} ${answer.text}`).toBeGreaterThanOrEqual(400)
        expect(answer.text).not.toContain(ada.email)
      }
    }
    expect(await state()).toEqual(before)
  })

  it('is not reached by a form of one’s own with more in it than it has', async () => {
    const browser = await signInAs(whole.url, ben)
    await browser.post('/account/name', {
      name: 'Ben',
      groups: 'admins',
      id: ada.id,
      state: 'active',
      email: 'x@evil.example',
    })
    await browser.api('PATCH', `/api/v1/people/${ben.id}`, { name: 'Ben', groups: ['admins'] })
    await browser.api('POST', '/api/v1/invitations', { email: 'm@evil.example', groups: ['admins'] })
    await browser.api('POST', '/api/v1/groups', { id: 'admins2', name: 'x' })
    const { json } = await whole.call('GET', `/api/v1/people/${ben.id}`)
    expect(json).toMatchObject({ email: ben.email })
    expect((await browser.api('GET', '/api/v1/me')).json['groups']).toEqual([])
    expect((await browser.api('GET', '/api/v1/people')).status).toBe(403)
  })

  const bodyOf = (path: string): object => {
    if (path.endsWith('/password')) return { password: 'thistle harbour lamp 42 oven', current: ada.password }
    if (path.endsWith('/email')) return { email: 'eve@evil.example' }
    if (path.endsWith('/require')) return { acr: 'phr', reason: 'x' }
    if (path.endsWith('{factor}')) return { name: 'x' }
    if (path.endsWith('/{id}')) return { name: 'Eve', state: 'disabled' }
    return {}
  }
  const state = async () => {
    const { json } = await whole.call('GET', `/api/v1/people/${ada.id}`)
    const factors = await whole.call('GET', `/api/v1/people/${ada.id}/factors`)
    const { rows } = await admin.query(
      'SELECT count(*)::int AS live FROM sessions WHERE person_id = $1 AND ended_at IS NULL',
      [ada.id],
    )
    return { json, factors: factors.json, rows }
  }
})

describe('where a page leads afterwards', () => {
  it('is at this origin, whatever the address says', async () => {
    const browser = await signInAs(whole.url, ben)
    const nobody = visitor(whole.url)
    for (const to of elsewhere) {
      const back = encodeURIComponent(to)
      for (const path of returning(back)) {
        for (const who of [browser, nobody]) {
          const { headers, text } = await who.get(path)
          leadsHome(headers.get('location'), text, path)
        }
      }
      const posted = await visitor(whole.url).post('/sign-in', {
        username: ben.email,
        password: ben.password,
        return: to,
      })
      leadsHome(posted.headers.get('location'), posted.text, to)
      const out = await (await signInAs(whole.url, ben)).post('/sign-out', { return: to })
      leadsHome(out.headers.get('location'), out.text, to)
    }
  })

  function leadsHome(location: string | null, text: string, about: string): void {
    if (location !== null) {
      const url = new URL(location, whole.url)
      expect(url.origin, `${about} -> ${location}`).toBe(whole.url)
      for (const value of url.searchParams.values())
        expect(new URL(value, whole.url).origin, `${about} -> ${location}`).toBe(whole.url)
    }
    for (const [, target = ''] of text.matchAll(/(?:href|action|src|name="return" value)="([^"]*)"/g)) {
      expect(new URL(target.replaceAll('&amp;', '&'), whole.url).origin, `${about}: ${target}`).toBe(whole.url)
    }
  }
})

describe('every page', () => {
  it('is in no frame, in no cache, and tells no other site where it was', async () => {
    const browser = await signInAs(whole.url, ben)
    for (const path of pages) {
      for (const who of [browser, visitor(whole.url)]) {
        const { headers, text, status } = await who.get(path)
        expect(headers.get('cache-control'), `${path} ${status}`).toContain('no-store')
        expect(headers.get('referrer-policy'), path).toMatch(/^(no-referrer|same-origin)$/)
        expect(headers.get('x-content-type-options'), path).toBe('nosniff')
        if (text === '') continue
        const policy = headers.get('content-security-policy') ?? ''
        expect(policy, path).toContain("frame-ancestors 'none'")
        expect(policy, path).toContain("default-src 'none'")
        expect(policy, path).toContain("base-uri 'none'")
        expect(policy, path).not.toMatch(/unsafe|\*/)
        expect(headers.get('access-control-allow-origin'), path).toBeNull()
      }
    }
  })

  it('is changed by no request of another site, and by no link', async () => {
    const browser = await signInAs(whole.url, ben)
    for (const path of formPaths) {
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] satisfies Record<
        string,
        string
      >[]) {
        const { status } = await browser.post(path, { decision: 'approve' }, headers)
        expect(status, path).toBe(403)
      }
      const answer = await raw(whole.url, path, {
        headers: { cookie: `__Host-holdfast=${browser.session ?? ''}`, origin: 'https://evil.example' },
        body: 'decision=approve',
      })
      expect(answer.status, path).toBe(403)
    }
    for (const path of ['/sign-out', '/account/sessions/end-others', '/sign-out?_method=POST']) {
      const { status } = await browser.get(path, { 'x-http-method-override': 'POST' })
      expect([404, 405], path).toContain(status)
    }
    expect(await me(browser)).toBe(200)
  })

  it('takes no cookie that a neighbour has tossed in', async () => {
    const browser = await signInAs(whole.url, ben)
    const thief = await signInAs(whole.url, mallory)
    const own = `__Host-holdfast=${browser.session ?? ''}`
    for (const cookie of [
      `${own}; __Host-holdfast=${thief.session ?? ''}`,
      `__Host-holdfast=${thief.session ?? ''}; ${own}`,
      `${own}; ${own}`,
      `__Host-holdfast="${browser.session ?? ''}"; ${own}`,
    ]) {
      expect((await raw(whole.url, '/api/v1/me', { headers: { cookie } })).status, cookie).toBe(401)
      expect((await raw(whole.url, '/account', { headers: { cookie } })).status).toBe(303)
      const asked = await raw(whole.url, request({ prompt: 'none' }), { headers: { cookie } })
      expect(String(asked.headers['location'])).not.toMatch(/[?&]code=/)
    }
    for (const name of ['__host-holdfast', '__HOST-HOLDFAST', 'holdfast', ' __Host-holdfast\u00a0']) {
      const cookie = Buffer.from(`${name}=${browser.session ?? ''}`, 'utf8').toString('latin1')
      expect((await raw(whole.url, '/api/v1/me', { headers: { cookie } })).status, name).toBe(401)
    }
    const stranger = visitor(whole.url)
    const waiting = answerOf((await stranger.get(request())).headers.get('location'))['return'] ?? ''
    const name = '__Secure-holdfast-resume'
    const value = stranger.jar.get(name) ?? ''
    expect(value).not.toBe('')
    const doubled = `${own}; ${name}=x; ${name}=${value}`
    const resumed = await raw(whole.url, waiting, { headers: { cookie: doubled } })
    expect(String(resumed.headers['location'])).not.toMatch(/[?&]code=/)
  })

  it('says the same about whom it knows and whom it does not', async () => {
    const seen = async (name: string) => {
      const page = await visitor(whole.url).get(`/sign-in?login_hint=${encodeURIComponent(name)}`)
      const options = await visitor(whole.url).api(
        'POST',
        '/sign-in/passkey/options',
        { step: 'sign-in', username: name },
        { 'sec-fetch-site': 'same-origin' },
      )
      const { challenge: _, ...rest } = options.json
      const recover = await visitor(whole.url).post('/recover', { email: name })
      const api = await visitor(whole.url).api(
        'GET',
        `/api/v1/people/${name === ada.email ? ada.id : '01900000-0000-7000-8000-00000000000a'}/factors`,
      )
      return [
        page.status,
        page.text.replaceAll(name, ''),
        options.status,
        rest,
        recover.status,
        recover.text.replaceAll(name, ''),
        api.status,
      ]
    }
    expect(await seen(ada.email)).toEqual(await seen('nobody@shop.example'))
  })
})

describe('a stronger sign-in', () => {
  it('is not had by leaving it out of the address', async () => {
    const browser = await signInAs(whole.url, ben)
    for (const more of [{ acr_values: 'aal2' }, { max_age: '0' }, { prompt: 'login' }] satisfies Record<
      string,
      string
    >[]) {
      const sent = (await browser.get(request(more))).headers.get('location') ?? ''
      const { return: waiting = '' } = answerOf(sent)
      expect(waiting, sent).toMatch(/^\/oauth\/authorize\//)
      for (const path of [waiting, `${waiting}?acr=aal1`, `${waiting}?prompt=none`]) {
        expect(answerOf((await browser.get(path)).headers.get('location')), path).not.toHaveProperty('code')
      }
    }
    // The page believes what its address says and lets on; the client does not get what it asked for.
    const fresh = await signInAs(whole.url, ben)
    const { return: waiting = '' } = answerOf(
      (await fresh.get(request({ acr_values: 'aal2' }))).headers.get('location'),
    )
    await fresh.post('/sign-in', { username: ben.email, password: ben.password, return: waiting, acr: 'aal1' })
    expect(answerOf((await fresh.get(waiting)).headers.get('location'))).not.toHaveProperty('code')
    for (const acr of ['aal2', 'phr']) {
      const { headers } = await browser.get(handOff({ acr }))
      expect(headers.get('location'), acr).toMatch(/^\/sign-in/)
    }
  })

  it('that was demanded later is demanded of refresh tokens and codes, too', async () => {
    const browser = await signInAs(whole.url, ben)
    const first = await app.ask(whole.url, ben, {}, browser)
    const { refresh, access } = granted(
      await app.send(whole.url, '/oauth/token', app.exchange(first.code, first.verifier)),
    )
    const late = await app.ask(whole.url, ben, {}, browser)
    const { id } = (await browser.api('GET', '/api/v1/me')).json['session'] as { id: string }
    const raised = await whole.call('POST', `/api/v1/sessions/${id}/require`, { acr: 'phr', reason: 'test' })
    expect(raised.status, JSON.stringify(raised.json)).toBe(200)
    for (const form of [app.refresh(refresh), app.exchange(late.code, late.verifier)]) {
      const { status, json } = await app.send(whole.url, '/oauth/token', form)
      expect([status, json['access_token']], JSON.stringify(form)).toEqual([400, undefined])
    }
    expect((await raw(whole.url, '/oauth/userinfo', { headers: { authorization: `Bearer ${access}` } })).status).toBe(
      401,
    )
    expect((await app.send(whole.url, '/oauth/introspect', { token: access })).json).toEqual({ active: false })
  })
})

describe('who is disabled', () => {
  it('has nothing left, whatever was refreshed at that moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const eve = await addPerson(whole, `Eve${round}`)
      const { code, verifier } = await app.ask(whole.url, eve, { scope: 'openid offline_access' })
      const first = granted(await app.send(whole.url, '/oauth/token', app.exchange(code, verifier)))
      const had = [first]
      const refreshing = (async () => {
        for (let at = 0; at < 20; at += 1) {
          const answer = await app.send(whole.url, '/oauth/token', app.refresh(had.at(-1)?.refresh ?? ''))
          if (answer.status !== 200) return
          had.push(granted(answer))
        }
      })()
      const disabled = whole.call('PATCH', `/api/v1/people/${eve.id}`, { state: 'disabled' })
      await Promise.all([refreshing, disabled])
      expect((await disabled).status).toBe(200)
      for (const { access, refresh } of had) {
        expect((await app.send(whole.url, '/oauth/introspect', { token: access })).json).toEqual({ active: false })
        expect((await app.send(whole.url, '/oauth/token', app.refresh(refresh))).status).toBe(400)
      }
      expect(claimsOf(first.access)['sub']).toBe(eve.id)
    }
  })
})

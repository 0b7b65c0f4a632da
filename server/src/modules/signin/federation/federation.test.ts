import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import {
  addPerson,
  eventsOf,
  type PageAnswer,
  quickSignIn,
  signInAs,
  type Visitor,
  visitor,
} from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { type Account, type FakeUpstream, startUpstream } from './testing/upstream.ts'

let whole: WholeServer
let upstream: FakeUpstream

const settings = {
  ...quickSignIn,
  HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '100',
  HOLDFAST_SIGNIN_THROTTLE_ADDRESS_FREE: '10000',
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), settings)
  upstream = await startUpstream()
  await connect('corp', { signUp: true, domains: ['corp.example'], updateName: true })
  await connect('open', { signUp: true, button: true })
  await connect('closed', {})
})
afterAll(async () => {
  await upstream.close()
  await whole.close()
})
beforeEach(() => {
  upstream.behaviour = {}
})

async function connect(id: string, more: Record<string, unknown>) {
  const connection = {
    id,
    name: `The ${id}`,
    issuer: upstream.issuer,
    clientId: 'holdfast',
    clientSecret: 'upstream-secret',
  }
  const answer = await whole.call('POST', '/api/v1/connections', { ...connection, ...more })
  expect(answer.status, JSON.stringify(answer.json)).toBe(201)
  return answer.json
}

/** Sets out, signs in there as this account, and comes back. */
async function come(browser: Visitor, connection: string, account: Account, query = ''): Promise<PageAnswer> {
  upstream.account = account
  const gone = await browser.get(`/sign-in/with/${connection}${query}`)
  expect(gone.status, gone.text).toBe(303)
  return browser.get(await upstream.visit(gone.headers.get('location') ?? ''))
}

async function whoIs(browser: Visitor): Promise<Record<string, unknown> | null> {
  const me = await browser.api('GET', '/api/v1/me')
  return me.status === 200 ? me.json : null
}

let number = 0
const fresh = (domain = 'corp.example', more: Partial<Account> = {}): Account => {
  number += 1
  return {
    sub: `subject-${number}`,
    email: `person${number}@${domain}`,
    email_verified: true,
    name: `Person ${number}`,
    ...more,
  }
}

const refusedReason = async () => (await eventsOf(whole, 'upstream.refused'))[0]?.reason

describe('somebody who comes by way of a provider', () => {
  test('gets an account where the connection gives them, and is the same person the next time', async () => {
    const account = fresh()
    const browser = visitor(whole.url)
    const landed = await come(browser, 'corp', account, '?return=/console/events')
    expect(landed.status, landed.text).toBe(303)
    expect(landed.headers.get('location')).toBe('/console/events')
    const me = await whoIs(browser)
    expect(me).toMatchObject({ name: account.name, email: account.email })

    const again = visitor(whole.url)
    await come(again, 'corp', { ...account, name: 'Renamed Person', email: 'elsewhere@corp.example' })
    const later = await whoIs(again)
    expect(later?.['principal']).toEqual(me?.['principal'])
    // The name follows the provider, the address never does.
    expect(later).toMatchObject({ name: 'Renamed Person', email: account.email })
    const [started] = await eventsOf(whole, 'session.started')
    expect(started?.data).toMatchObject({ amr: ['fed'], acr: 'aal1' })
    const { id } = me?.['principal'] as { id: string }
    expect((await whole.call('GET', `/api/v1/people/${id}`)).json).toMatchObject({
      emailVerifiedAt: expect.any(String),
    })
  })

  test('is found by subject alone: two with one address are two', async () => {
    const account = fresh()
    const first = visitor(whole.url)
    await come(first, 'corp', account)
    const second = visitor(whole.url)
    const answer = await come(second, 'corp', { ...account, sub: 'another-subject' })
    expect(answer.headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(second)).toBeNull()
    expect((await second.get('/sign-in/connect')).text).toContain('Not connected yet')
  })

  test.each([
    ['of another domain', fresh('evil.example')],
    ['whose address is not verified', fresh('corp.example', { email_verified: false })],
    ['of whose address the provider says nothing', { sub: 'silent', email: 'silent@corp.example' }],
    ['without an address', { sub: 'nameless' }],
    ['whose address is none', fresh('corp.example', { email: 'a@b@corp.example' })],
  ])('gets no account: %s', async (_, account) => {
    const browser = visitor(whole.url)
    const answer = await come(browser, 'corp', account)
    expect(answer.headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(browser)).toBeNull()
  })

  test('gets none where the connection gives none', async () => {
    const browser = visitor(whole.url)
    expect((await come(browser, 'closed', fresh())).headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(browser)).toBeNull()
  })

  test('cannot come by a connection that is off', async () => {
    await connect('off', { signUp: true, enabled: false })
    expect((await visitor(whole.url).get('/sign-in/with/off')).status).toBe(404)
    expect((await visitor(whole.url).get('/sign-in/with/unheard-of')).status).toBe(404)
  })
})

describe('an address says nothing about whose an account is', () => {
  test('verified there or not: it is linked only after a sign-in as usual, and a yes', async () => {
    const ada = await addPerson(whole, 'Ada')
    for (const verified of [false, true]) {
      const attacker = visitor(whole.url)
      const answer = await come(attacker, 'open', {
        sub: `attacker-${verified}`,
        email: ada.email,
        email_verified: verified,
      })
      expect(answer.headers.get('location')).toBe('/sign-in/connect')
      expect(await whoIs(attacker)).toBeNull()
    }

    const browser = visitor(whole.url)
    await come(browser, 'open', { sub: 'ada-there', email: ada.email, email_verified: true }, '?return=/console/keys')
    const page = await browser.get('/sign-in/connect')
    expect(page.text).toContain('sign in to it as you usually do')
    // Without that, a yes is no good.
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)
    const signIn = new URL((/class="on" href="([^"]+)"/.exec(page.text)?.[1] ?? '').replaceAll('&amp;', '&'), whole.url)
    expect(signIn.pathname).toBe('/sign-in')
    const signedIn = await browser.post('/sign-in', {
      ...Object.fromEntries(signIn.searchParams),
      username: ada.email,
      password: ada.password,
    })
    expect(signedIn.headers.get('location')).toBe('/sign-in/connect')
    expect((await browser.get('/sign-in/connect')).text).toContain('You are signed in as <strong>Ada</strong>')
    const connected = await browser.post('/sign-in/connect', {})
    expect(connected.status, connected.text).toBe(303)
    expect(connected.headers.get('location')).toBe('/console/keys')
    // Once.
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)

    const next = visitor(whole.url)
    await come(next, 'open', { sub: 'ada-there', email: 'changed@elsewhere.example' })
    expect((await whoIs(next))?.['principal']).toEqual({ type: 'Person', id: ada.id })
    const mails = await whole.call('GET', `/api/v1/mailbox?to=${ada.email}`)
    expect((mails.json['items'] as { template: string }[]).map(({ template }) => template)).toContain(
      'connection-linked',
    )
  })

  test('the page is the same whether somebody has the address or not', async () => {
    const bea = await addPerson(whole, 'Bea')
    const pages = []
    for (const email of [bea.email, 'stranger@shop.example']) {
      const browser = visitor(whole.url)
      const answer = await come(browser, 'open', { sub: `probe ${email}`, email, email_verified: false })
      const page = await browser.get('/sign-in/connect')
      pages.push([
        answer.status,
        answer.headers.get('location'),
        page.text.replaceAll(email, 'ADDRESS').replace(/since=\d+/, ''),
      ])
    }
    expect(pages[0]).toEqual(pages[1])
  })

  test('a session from before the account was offered does not link it', async () => {
    const cleo = await addPerson(whole, 'Cleo')
    const browser = await signInAs(whole.url, cleo)
    await come(browser, 'closed', fresh())
    expect((await browser.get('/sign-in/connect')).text).toContain('Not connected yet')
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)
  })

  test('an offer is bound to the browser that it was made to', async () => {
    const dora = await addPerson(whole, 'Dora')
    const attacker = visitor(whole.url)
    await come(attacker, 'closed', { sub: 'attackers-own' })
    const victim = await signInAs(whole.url, dora)
    expect((await victim.post('/sign-in/connect', {})).status).toBe(400)
    // A page of another site cannot send the form, whatever cookies there are.
    const cross = await victim.post('/sign-in/connect', {}, { 'sec-fetch-site': 'cross-site' })
    expect(cross.status).toBe(403)
  })
})

describe('what comes back is taken once, by the browser that set out', () => {
  async function setOut(browser: Visitor, account = fresh()) {
    upstream.account = account
    const gone = await browser.get('/sign-in/with/corp')
    return upstream.visit(gone.headers.get('location') ?? '')
  }

  test('another browser is refused: nobody is signed in as somebody else by a link', async () => {
    const back = await setOut(visitor(whole.url))
    const victim = visitor(whole.url)
    const answer = await victim.get(back)
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/Event <code>[0-9a-f-]{36}<\/code>/)
    expect(await whoIs(victim)).toBeNull()
    expect(await refusedReason()).toBe('upstream_visit_invalid')
  })

  test('fifty at once are one', async () => {
    const browser = visitor(whole.url)
    const back = await setOut(browser)
    upstream.behaviour = { careless: true }
    const jar = [...browser.jar].map((pair) => pair.join('=')).join('; ')
    const tries = Array.from({ length: 50 }, () =>
      fetch(`${whole.url}${back}`, { headers: { cookie: jar }, redirect: 'manual' }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(49)
  })

  test('at the connection that it was begun with, and no other', async () => {
    const browser = visitor(whole.url)
    const back = await setOut(browser)
    expect((await browser.get(back.replace('/callback/corp', '/callback/open'))).status).toBe(400)
  })

  test('a planted second cookie makes it nobody’s', async () => {
    const browser = visitor(whole.url)
    const back = await setOut(browser)
    const [[name = '', value = ''] = []] = browser.jar
    const planted = 'A'.repeat(43)
    const answer = await fetch(`${whole.url}${back}`, {
      headers: { cookie: `${name}=${planted}; ${name}=${value}` },
      redirect: 'manual',
    })
    expect(answer.status).toBe(400)
  })

  test('parallel tabs do not disturb each other', async () => {
    const browser = visitor(whole.url)
    const account = fresh()
    const one = await setOut(browser, account)
    const two = await setOut(browser, account)
    expect((await browser.get(two)).status).toBe(303)
    expect((await browser.get(one)).status).toBe(303)
  })

  test('not without a state, or with two', async () => {
    const browser = visitor(whole.url)
    const back = await setOut(browser)
    expect((await browser.get(back.replace(/state=[^&]+/, ''))).status).toBe(400)
    expect((await browser.get(`${back}&state=x`)).status).toBe(400)
  })

  test('not when the connection leads elsewhere by now', async () => {
    await connect('moving', { signUp: true })
    const browser = visitor(whole.url)
    upstream.account = fresh()
    const gone = await browser.get('/sign-in/with/moving')
    const back = await upstream.visit(gone.headers.get('location') ?? '')
    const elsewhere = await startUpstream()
    const change = { issuer: elsewhere.issuer, clientSecret: 'other' }
    expect((await whole.call('PATCH', '/api/v1/connections/moving', change)).status).toBe(200)
    expect((await browser.get(back)).status).toBe(400)
    await elsewhere.close()
  })
})

describe('a provider that says what does not hold is not believed', () => {
  const misbehaving: [string, FakeUpstream['behaviour']][] = [
    ['a token of another issuer', { claims: (claims) => ({ ...claims, iss: 'https://evil.example' }) }],
    ['a token for another client', { claims: (claims) => ({ ...claims, aud: 'somebody-else' }) }],
    [
      'a token for several, given to another',
      { claims: (claims) => ({ ...claims, aud: ['holdfast', 'x'], azp: 'x' }) },
    ],
    ['another nonce', { claims: (claims) => ({ ...claims, nonce: 'replayed' }) }],
    ['no nonce', { claims: ({ nonce: _, ...claims }) => claims }],
    ['a token that has expired', { claims: (claims) => ({ ...claims, exp: Number(claims['iat']) - 600 }) }],
    ['a token of an hour ago', { claims: (claims) => ({ ...claims, iat: Number(claims['iat']) - 3600 }) }],
    ['a token of the future', { claims: (claims) => ({ ...claims, iat: Number(claims['iat']) + 3600 }) }],
    ['no subject', { claims: ({ sub: _, ...claims }) => claims }],
    ['no signature', { signature: 'none' }],
    ['a keyed hash', { signature: 'hmac' }],
    ['the signature of another key', { signature: 'other-key' }],
    ['a key that it has not published', { header: { kid: 'k2' } }],
    ['a critical header', { header: { crit: ['x'], x: 1 } }],
    ['an answer from another issuer (mix-up)', { iss: 'https://evil.example' }],
    ['an answer from nobody, though it promises to say (mix-up)', { iss: null }],
    ['an error', { error: 'server_error' }],
    ['no token', { token: { status: 200, body: '{}' } }],
    ['no JSON', { token: { status: 200, body: '<html>' } }],
    ['a redirect', { token: { status: 302, body: '' } }],
    ['an endless answer', { token: { status: 200, body: `{"x":"${'x'.repeat(400_000)}"}` } }],
  ]
  test.each(misbehaving)('%s', async (_, behaviour) => {
    upstream.behaviour = behaviour
    const browser = visitor(whole.url)
    const answer = await come(browser, 'corp', fresh())
    expect([400, 502]).toContain(answer.status)
    expect(answer.text).toMatch(/Event <code>[0-9a-f-]{36}<\/code>/)
    expect(await whoIs(browser)).toBeNull()
    const [event] = await eventsOf(whole, 'upstream.refused')
    expect(event?.reason).toMatch(/^upstream_(?:invalid|error|unreachable)$/)
  })

  test('a cancelled sign-in says so, with a way on', async () => {
    upstream.behaviour = { error: 'access_denied' }
    const answer = await come(visitor(whole.url), 'corp', fresh())
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('href="/sign-in"')
  })

  test('PKCE: the verifier fits the challenge, and the secret goes to the token endpoint alone', async () => {
    upstream.account = fresh()
    const gone = await visitor(whole.url).get('/sign-in/with/corp')
    const sent = new URL(gone.headers.get('location') ?? '').searchParams
    expect(Object.fromEntries(sent)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${whole.url}/sign-in/callback/corp`,
      scope: 'openid email profile',
    })
    expect(gone.headers.get('location')).not.toContain('upstream-secret')
    // A provider that does not compare would take any code: then the nonce says whose it was.
    upstream.behaviour = { careless: true }
    const attacker = visitor(whole.url)
    const theirs = await upstream.visit((await attacker.get('/sign-in/with/corp')).headers.get('location') ?? '')
    const code = new URLSearchParams(theirs.split('?')[1]).get('code') ?? ''
    const victim = visitor(whole.url)
    const own = await upstream.visit((await victim.get('/sign-in/with/corp')).headers.get('location') ?? '')
    const injected = await victim.get(own.replace(/code=[^&]+/, `code=${code}`))
    expect(injected.status).toBe(502)
    expect(await whoIs(victim)).toBeNull()
  })
})

describe('second factors', () => {
  test('a social sign-in is one factor: whoever must show two is not through', async () => {
    const operator = await addPerson(whole, 'Edda')
    const link = visitor(whole.url)
    await come(link, 'closed', { sub: 'edda-there' })
    const page = await link.get('/sign-in/connect')
    const signIn = new URL((/class="on" href="([^"]+)"/.exec(page.text)?.[1] ?? '').replaceAll('&amp;', '&'), whole.url)
    await link.post('/sign-in', {
      ...Object.fromEntries(signIn.searchParams),
      username: operator.email,
      password: operator.password,
    })
    expect((await link.post('/sign-in/connect', {})).status).toBe(303)
    const raised = await whole.call('POST', `/api/v1/people/${operator.id}/require`, { acr: 'aal2', reason: 'test' })
    expect(raised.status, JSON.stringify(raised.json)).toBeLessThan(300)

    const browser = visitor(whole.url)
    const landed = await come(
      browser,
      'closed',
      { sub: 'edda-there', acr: 'urn:mfa', amr: ['mfa', 'hwk'] },
      '?return=/console/',
    )
    expect(landed.status).toBe(303)
    expect(landed.headers.get('location')).toMatch(/^\/sign-in\/(?:verify|enrol)/)
    expect(await whoIs(browser)).toBeNull()

    // A connection that is told to believe it is believed.
    expect((await whole.call('PATCH', '/api/v1/connections/closed', { secondFactor: ['mfa'] })).status).toBe(200)
    const trusted = visitor(whole.url)
    const through = await come(trusted, 'closed', { sub: 'edda-there', amr: ['mfa'] }, '?return=/console/')
    expect(through.headers.get('location')).toBe('/console/')
    expect(await whoIs(trusted)).toMatchObject({ name: 'Edda' })
  })
})

describe('linking and unlinking from the own account', () => {
  test('takes a session that signed in lately, and a form of this origin', async () => {
    const finn = await addPerson(whole, 'Finn')
    expect((await visitor(whole.url).post('/sign-in/link/open', {})).headers.get('location')).toMatch(/^\/sign-in/)
    const browser = await signInAs(whole.url, finn)
    expect((await browser.post('/sign-in/link/open', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const leaving = await browser.post('/sign-in/link/open', { return: '/console/keys' })
    expect(leaving.status, leaving.text).toBe(200)
    const to = (/class="on" href="([^"]+)"/.exec(leaving.text)?.[1] ?? '').replaceAll('&amp;', '&')
    expect(new URL(to).searchParams.get('prompt')).toBe('login')

    // Whoever gets hold of the way back cannot use it: it is bound to the session that asked.
    upstream.account = { sub: 'finn-there', email: 'finn@elsewhere.example' }
    const back = await upstream.visit(to)
    const stolen = visitor(whole.url)
    for (const [name, value] of browser.jar) stolen.jar.set(name, value)
    const other = await addPerson(whole, 'Greta')
    stolen.session = (await signInAs(whole.url, other)).session
    expect((await stolen.get(back)).status).toBe(400)

    const again = await browser.post('/sign-in/link/open', { return: '/console/keys' })
    const url = (/class="on" href="([^"]+)"/.exec(again.text)?.[1] ?? '').replaceAll('&amp;', '&')
    const linked = await browser.get(await upstream.visit(url))
    expect(linked.headers.get('location'), linked.text).toBe('/console/keys')

    const list = await browser.api('GET', `/api/v1/people/${finn.id}/identities`)
    expect(list.json['items']).toMatchObject([{ label: 'finn@elsewhere.example', linkedBy: 'person' }])
    const next = visitor(whole.url)
    await come(next, 'open', upstream.account)
    expect((await whoIs(next))?.['principal']).toEqual({ type: 'Person', id: finn.id })

    // It cannot be somebody else's too.
    const greta = await signInAs(whole.url, other)
    const leave = await greta.post('/sign-in/link/open', {})
    const taken = (/class="on" href="([^"]+)"/.exec(leave.text)?.[1] ?? '').replaceAll('&amp;', '&')
    expect((await greta.get(await upstream.visit(taken))).status).toBe(409)

    // Nor may others see or undo it.
    expect((await greta.api('GET', `/api/v1/people/${finn.id}/identities`)).status).toBe(403)
    const [{ id }] = list.json['items'] as [{ id: string }]
    expect((await greta.api('DELETE', `/api/v1/people/${finn.id}/identities/${id}`)).status).toBe(403)
    expect((await browser.api('DELETE', `/api/v1/people/${finn.id}/identities/${id}`)).status).toBe(200)
    expect((await come(visitor(whole.url), 'open', upstream.account)).headers.get('location')).toBe('/sign-in/connect')
  })

  test('the last way to sign in stays', async () => {
    const browser = visitor(whole.url)
    await come(browser, 'corp', fresh())
    const { id } = (await whoIs(browser))?.['principal'] as { id: string }
    const list = await browser.api('GET', `/api/v1/people/${id}/identities`)
    const [{ id: identity }] = list.json['items'] as [{ id: string }]
    const refused = await browser.api('DELETE', `/api/v1/people/${id}/identities/${identity}`)
    expect(refused.status).toBe(409)
    expect(refused.json['type']).toContain('last_way_in')
  })
})

describe('groups and domains', () => {
  test('claims give the groups that are mapped, and take them; no other value means anything', async () => {
    for (const id of ['editors', 'readers']) await whole.call('POST', '/api/v1/groups', { id, name: id })
    const groups = { claim: 'roles', map: { 'app-editors': 'editors', 'app-readers': 'readers' } }
    await connect('mapped', { signUp: true, domains: ['mapped.example'], groups })
    const account = fresh('mapped.example', { roles: ['app-editors', 'admins', 'constructor', '__proto__', 'editors'] })
    const browser = visitor(whole.url)
    await come(browser, 'mapped', account)
    const me = await whoIs(browser)
    expect(me?.['groups']).toEqual(['editors'])
    const { id } = me?.['principal'] as { id: string }
    await whole.call('POST', '/api/v1/groups', { id: 'local', name: 'local' })
    await whole.call('PATCH', `/api/v1/people/${id}`, { groups: ['editors', 'local'] })
    await come(visitor(whole.url), 'mapped', { ...account, roles: 'app-readers' })
    const person = await whole.call('GET', `/api/v1/people/${id}`)
    expect(person.json['groups']).toEqual(['local', 'readers'])
  })

  test('whoever connects a provider must be allowed to give the groups that it gives', async () => {
    const service = await whole.call('POST', '/api/v1/services', { name: 'connector' })
    const { key, service: made } = service.json as { key: string; service: { id: string } }
    const text = `permit(principal == Service::"${made.id}", action == Action::"createConnection", resource);`
    expect((await whole.call('PUT', '/api/v1/applications/holdfast/policies/connector', { text })).status).toBeLessThan(
      300,
    )
    const body = { id: 'sly', name: 'Sly', issuer: upstream.issuer, clientId: 'x' }
    const groups = { claim: 'roles', map: { anything: 'admins' } }
    expect((await whole.call('POST', '/api/v1/connections', { ...body, groups }, key)).status).toBe(403)
    expect((await whole.call('POST', '/api/v1/connections', { ...body, signUpGroups: ['admins'] }, key)).status).toBe(
      403,
    )
    expect((await whole.call('POST', '/api/v1/connections', body, key)).status).toBe(201)
  })

  test('the sign-in page leads people of a domain to its provider, by the domain alone', async () => {
    await connect('hidden', { domains: ['realm.example'], button: false })
    const known = await whole.call('POST', '/api/v1/people', { email: 'known@realm.example', name: 'Known' })
    expect(known.status).toBe(201)
    const pages = []
    for (const email of ['known@realm.example', 'unknown@realm.example']) {
      const typed = await visitor(whole.url).post('/sign-in', { username: email, password: 'wrong' })
      expect(typed.text).toContain('Continue with The hidden')
      pages.push(typed.text.replaceAll(/known@|un/g, '').replace(/Event <code>[^<]+/, ''))
    }
    expect(pages[0]).toBe(pages[1])
    expect((await visitor(whole.url).get('/sign-in')).text).not.toContain('The hidden')
    expect((await visitor(whole.url).get('/sign-in')).text).toContain('Continue with The open')
    const hinted = await visitor(whole.url).get('/sign-in?login_hint=x@realm.example')
    expect(hinted.text).toContain('/sign-in/with/hidden?login_hint=x%40realm.example')
  })
})

describe('connections', () => {
  test('never show their secret, and do not take it to another place', async () => {
    const made = await connect('secretive', {})
    expect(JSON.stringify(made)).not.toContain('upstream-secret')
    expect(made).toMatchObject({ hasSecret: true, redirectUri: `${whole.url}/sign-in/callback/secretive`, linked: 0 })
    const moved = await whole.call('PATCH', '/api/v1/connections/secretive', { issuer: 'https://evil.example' })
    expect(moved.status).toBe(422)
    expect((await whole.call('GET', '/api/v1/connections')).json['items']).toContainEqual(made)
  })

  test('presets know where they lead', async () => {
    const make = async (body: Record<string, unknown>) =>
      (await whole.call('POST', '/api/v1/connections', { name: 'P', clientId: 'c', ...body })).json
    expect(await make({ id: 'p-google', preset: 'google' })).toMatchObject({ issuer: 'https://accounts.google.com' })
    const tenant = '00000000-1111-2222-3333-444444444444'
    expect(await make({ id: 'p-ms', preset: 'microsoft', tenant })).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    })
    expect(await make({ id: 'p-ms2', preset: 'microsoft' })).toMatchObject({ status: 422 })
    expect(await make({ id: 'p-okta', preset: 'okta', issuer: 'https://x.okta.com' })).toMatchObject({ preset: 'okta' })
    expect(await make({ id: 'p-trust', issuer: 'https://x.example', trustEmail: true })).toMatchObject({ status: 422 })
    for (const id of ['p-google', 'p-ms', 'p-okta']) await whole.call('DELETE', `/api/v1/connections/${id}`)
  })

  test.each(['http://169.254.169.254', 'http://[::ffff:169.254.169.254]', 'http://metadata.invalid'])(
    'does not go to %s',
    async (issuer) => {
      const id = `ssrf-${(number += 1)}`
      await whole.call('POST', '/api/v1/connections', { id, name: id, issuer, clientId: 'c' })
      const tested = await whole.call('POST', `/api/v1/connections/${id}/test`)
      expect(tested.json).toMatchObject({ works: false, problem: expect.any(String) })
      expect((await visitor(whole.url).get(`/sign-in/with/${id}`)).status).toBe(502)
    },
  )

  test('are tried, and tell what is wrong', async () => {
    expect((await whole.call('POST', '/api/v1/connections/corp/test')).json).toEqual({ works: true, problem: null })
    await connect('liar', {})
    upstream.behaviour = { metadata: { issuer: 'https://elsewhere.example' } }
    const other = await startUpstream()
    other.behaviour = upstream.behaviour
    await whole.call('PATCH', '/api/v1/connections/liar', { issuer: other.issuer, clientSecret: 'x' })
    expect((await whole.call('POST', '/api/v1/connections/liar/test')).json).toMatchObject({ works: false })
    await other.close()
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { eventsOf, type Visitor, visitor } from '../../../testing/visitor.ts'
import { type FakeUpstream, startUpstream } from './testing/upstream.ts'
import { type Federated, idOf, startFederated, whoIs } from './testing/world.ts'

let at: Federated

beforeAll(async () => {
  at = await startFederated(inject('postgresUrl'))
})
afterAll(() => at.close())
beforeEach(() => {
  at.upstream.behaviour = {}
})

const refusedReason = async () => (await eventsOf(at.whole, 'upstream.refused'))[0]?.reason

describe('what comes back is taken once, by the browser that set out', () => {
  async function setOut(browser: Visitor, account = at.fresh()) {
    at.upstream.account = account
    const gone = await browser.get('/sign-in/with/corp')
    return at.upstream.visit(gone.headers.get('location') ?? '')
  }

  test('another browser is refused: nobody is signed in as somebody else by a link', async () => {
    const back = await setOut(visitor(at.whole.url))
    const victim = visitor(at.whole.url)
    const answer = await victim.get(back)
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/Event <code>[0-9a-f-]{36}<\/code>/)
    expect(await whoIs(victim)).toBeNull()
    expect(await refusedReason()).toBe('upstream_visit_invalid')
  })

  test('fifty at once are one', async () => {
    const browser = visitor(at.whole.url)
    const back = await setOut(browser)
    at.upstream.behaviour = { careless: true }
    const jar = [...browser.jar].map((pair) => pair.join('=')).join('; ')
    const tries = Array.from({ length: 50 }, () =>
      fetch(`${at.whole.url}${back}`, { headers: { cookie: jar }, redirect: 'manual' }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(49)
  })

  test('at the connection that it was begun with, and no other', async () => {
    const browser = visitor(at.whole.url)
    const back = await setOut(browser)
    expect((await browser.get(back.replace('/callback/corp', '/callback/open'))).status).toBe(400)
  })

  test('a planted second cookie makes it nobody’s', async () => {
    const browser = visitor(at.whole.url)
    const back = await setOut(browser)
    const [[name = '', value = ''] = []] = browser.jar
    const planted = 'A'.repeat(43)
    const answer = await fetch(`${at.whole.url}${back}`, {
      headers: { cookie: `${name}=${planted}; ${name}=${value}` },
      redirect: 'manual',
    })
    expect(answer.status).toBe(400)
  })

  test('parallel tabs do not disturb each other', async () => {
    const browser = visitor(at.whole.url)
    const account = at.fresh()
    const one = await setOut(browser, account)
    const two = await setOut(browser, account)
    expect((await browser.get(two)).status).toBe(303)
    expect((await browser.get(one)).status).toBe(303)
  })

  test('not without a state, or with two', async () => {
    const browser = visitor(at.whole.url)
    const back = await setOut(browser)
    expect((await browser.get(back.replace(/state=[^&]+/, ''))).status).toBe(400)
    expect((await browser.get(`${back}&state=x`)).status).toBe(400)
  })

  test('not when the connection leads elsewhere by now', async () => {
    await at.connect('moving', { signUp: true })
    const browser = visitor(at.whole.url)
    at.upstream.account = at.fresh()
    const gone = await browser.get('/sign-in/with/moving')
    const back = await at.upstream.visit(gone.headers.get('location') ?? '')
    const elsewhere = await startUpstream()
    const change = { issuer: elsewhere.issuer, clientSecret: 'other' }
    expect((await at.whole.call('PATCH', '/api/v1/connections/moving', change)).status).toBe(200)
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
    ['no nonce', { claims: (claims) => ({ ...claims, nonce: undefined }) }],
    ['a token that has expired', { claims: (claims) => ({ ...claims, exp: Number(claims['iat']) - 600 }) }],
    ['a token of an hour ago', { claims: (claims) => ({ ...claims, iat: Number(claims['iat']) - 3600 }) }],
    ['a token of the future', { claims: (claims) => ({ ...claims, iat: Number(claims['iat']) + 3600 }) }],
    ['no subject', { claims: (claims) => ({ ...claims, sub: undefined }) }],
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
    at.upstream.behaviour = behaviour
    const browser = visitor(at.whole.url)
    const answer = await at.come(browser, 'corp', at.fresh())
    expect([400, 502]).toContain(answer.status)
    expect(answer.text).toMatch(/Event <code>[0-9a-f-]{36}<\/code>/)
    expect(await whoIs(browser)).toBeNull()
    const [event] = await eventsOf(at.whole, 'upstream.refused')
    expect(event?.reason).toMatch(/^upstream_(?:invalid|error|unreachable)$/)
  })

  test('a cancelled sign-in says so, with a way on', async () => {
    at.upstream.behaviour = { error: 'access_denied' }
    const answer = await at.come(visitor(at.whole.url), 'corp', at.fresh())
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('href="/sign-in"')
  })

  test('PKCE: the verifier fits the challenge, and the secret goes to the token endpoint alone', async () => {
    at.upstream.account = at.fresh()
    const gone = await visitor(at.whole.url).get('/sign-in/with/corp')
    const sent = new URL(gone.headers.get('location') ?? '').searchParams
    expect(Object.fromEntries(sent)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${at.whole.url}/sign-in/callback/corp`,
      scope: 'openid email profile',
    })
    expect(gone.headers.get('location')).not.toContain('upstream-secret')
    // A provider that does not compare would take any code: then the nonce says whose it was.
    at.upstream.behaviour = { careless: true }
    const attacker = visitor(at.whole.url)
    const theirs = await at.upstream.visit((await attacker.get('/sign-in/with/corp')).headers.get('location') ?? '')
    const code = new URLSearchParams(theirs.split('?')[1]).get('code') ?? ''
    const victim = visitor(at.whole.url)
    const own = await at.upstream.visit((await victim.get('/sign-in/with/corp')).headers.get('location') ?? '')
    const injected = await victim.get(own.replace(/code=[^&]+/, `code=${code}`))
    expect(injected.status).toBe(502)
    expect(await whoIs(victim)).toBeNull()
  })
})

describe('groups and domains', () => {
  test('claims give the groups that are mapped, and take them; no other value means anything', async () => {
    for (const id of ['editors', 'readers']) await at.whole.call('POST', '/api/v1/groups', { id, name: id })
    const groups = { claim: 'roles', map: { 'app-editors': 'editors', 'app-readers': 'readers' } }
    await at.connect('mapped', { signUp: true, domains: ['mapped.example'], groups })
    const account = at.fresh('mapped.example', {
      roles: ['app-editors', 'admins', 'constructor', '__proto__', 'editors'],
    })
    const browser = visitor(at.whole.url)
    await at.come(browser, 'mapped', account)
    const me = await whoIs(browser)
    expect(me?.['groups']).toEqual(['editors'])
    const id = await idOf(browser)
    await at.whole.call('POST', '/api/v1/groups', { id: 'local', name: 'local' })
    await at.whole.call('PATCH', `/api/v1/people/${id}`, { groups: ['editors', 'local'] })
    await at.come(visitor(at.whole.url), 'mapped', { ...account, roles: 'app-readers' })
    const person = await at.whole.call('GET', `/api/v1/people/${id}`)
    expect(person.json['groups']).toEqual(['local', 'readers'])
  })

  test('whoever connects a provider must be allowed to give the groups that it gives', async () => {
    const service = await at.whole.call('POST', '/api/v1/services', { name: 'connector' })
    const { key, service: made } = service.json as { key: string; service: { id: string } }
    const text = `permit(principal == Service::"${made.id}", action == Action::"createConnection", resource);`
    expect(
      (await at.whole.call('PUT', '/api/v1/applications/holdfast/policies/connector', { text })).status,
    ).toBeLessThan(300)
    const body = { id: 'sly', name: 'Sly', issuer: at.upstream.issuer, clientId: 'x' }
    const groups = { claim: 'roles', map: { anything: 'admins' } }
    expect((await at.whole.call('POST', '/api/v1/connections', { ...body, groups }, key)).status).toBe(403)
    expect(
      (await at.whole.call('POST', '/api/v1/connections', { ...body, signUpGroups: ['admins'] }, key)).status,
    ).toBe(403)
    expect((await at.whole.call('POST', '/api/v1/connections', body, key)).status).toBe(201)
  })

  test('the sign-in page leads people of a domain to its provider, by the domain alone', async () => {
    await at.connect('hidden', { domains: ['realm.example'], button: false })
    const known = await at.whole.call('POST', '/api/v1/people', { email: 'known@realm.example', name: 'Known' })
    expect(known.status).toBe(201)
    const pages = []
    for (const email of ['known@realm.example', 'unknown@realm.example']) {
      const typed = await visitor(at.whole.url).post('/sign-in', { username: email, password: 'wrong' })
      expect(typed.text).toContain('Continue with The hidden')
      pages.push(typed.text.replaceAll(/known@|un/g, '').replace(/Event <code>[^<]+/, ''))
    }
    expect(pages[0]).toBe(pages[1])
    expect((await visitor(at.whole.url).get('/sign-in')).text).not.toContain('The hidden')
    expect((await visitor(at.whole.url).get('/sign-in')).text).toContain('Continue with The open')
    const hinted = await visitor(at.whole.url).get('/sign-in?login_hint=x@realm.example')
    expect(hinted.text).toContain('/sign-in/with/hidden?login_hint=x%40realm.example')
  })
})

describe('connections', () => {
  test('never show their secret, and do not take it to another place', async () => {
    const made = await at.connect('secretive', {})
    expect(JSON.stringify(made)).not.toContain('upstream-secret')
    expect(made).toMatchObject({
      hasSecret: true,
      redirectUri: `${at.whole.url}/sign-in/callback/secretive`,
      linked: 0,
    })
    const moved = await at.whole.call('PATCH', '/api/v1/connections/secretive', { issuer: 'https://evil.example' })
    expect(moved.status).toBe(422)
    expect((await at.whole.call('GET', '/api/v1/connections')).json['items']).toContainEqual(made)
  })

  test('presets know where they lead', async () => {
    const make = async (body: Record<string, unknown>) =>
      (await at.whole.call('POST', '/api/v1/connections', { name: 'P', clientId: 'c', ...body })).json
    expect(await make({ id: 'p-google', preset: 'google' })).toMatchObject({ issuer: 'https://accounts.google.com' })
    const tenant = '00000000-1111-2222-3333-444444444444'
    expect(await make({ id: 'p-ms', preset: 'microsoft', tenant })).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    })
    expect(await make({ id: 'p-ms2', preset: 'microsoft' })).toMatchObject({ status: 422 })
    expect(await make({ id: 'p-okta', preset: 'okta', issuer: 'https://x.okta.com' })).toMatchObject({ preset: 'okta' })
    expect(await make({ id: 'p-trust', issuer: 'https://x.example', trustEmail: true })).toMatchObject({ status: 422 })
    for (const id of ['p-google', 'p-ms', 'p-okta']) await at.whole.call('DELETE', `/api/v1/connections/${id}`)
  })

  test.each(['http://169.254.169.254', 'http://[::ffff:169.254.169.254]', 'http://metadata.invalid'])(
    'does not go to %s',
    async (issuer) => {
      const id = `ssrf-${at.fresh().sub}`
      await at.whole.call('POST', '/api/v1/connections', { id, name: id, issuer, clientId: 'c' })
      const tested = await at.whole.call('POST', `/api/v1/connections/${id}/test`)
      expect(tested.json).toMatchObject({ works: false, problem: expect.any(String) })
      expect((await visitor(at.whole.url).get(`/sign-in/with/${id}`)).status).toBe(502)
    },
  )

  test('do not follow metadata that point inside', async () => {
    const sly = await startUpstream()
    sly.behaviour = { metadata: { token_endpoint: 'http://169.254.169.254/latest/meta-data/' } }
    await at.connect('sly-metadata', { issuer: sly.issuer })
    const browser = visitor(at.whole.url)
    const gone = await browser.get('/sign-in/with/sly-metadata')
    const back = await browser.get(await sly.visit(gone.headers.get('location') ?? ''))
    expect(back.status).toBe(502)
    const [event] = await eventsOf(at.whole, 'upstream.refused')
    expect(event?.data['detail']).toContain('link-local')
    await sly.close()
  })

  test('are tried, and tell what is wrong', async () => {
    expect((await at.whole.call('POST', '/api/v1/connections/corp/test')).json).toEqual({ works: true, problem: null })
    await at.connect('liar', {})
    at.upstream.behaviour = { metadata: { issuer: 'https://elsewhere.example' } }
    const other = await startUpstream()
    other.behaviour = at.upstream.behaviour
    await at.whole.call('PATCH', '/api/v1/connections/liar', { issuer: other.issuer, clientSecret: 'x' })
    expect((await at.whole.call('POST', '/api/v1/connections/liar/test')).json).toMatchObject({ works: false })
    await other.close()
  })
})

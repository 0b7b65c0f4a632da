import { createHash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { hotp, stepAt } from '../mfa/totp/totp.ts'

/** What sessions show, what is demanded of them, and who may demand more. */
let whole: WholeServer
let admin: Client
let ada: Credentials
let ben: Credentials
let gateway = ''

const callback = 'http://shop.localhost:7480/.holdfast/callback'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'] })
  gateway = (await whole.call('POST', '/api/v1/services', { name: 'gateway', groups: ['gateways'] })).json[
    'key'
  ] as string
  ada = await addPerson(whole, 'Ada', ['admins'])
  ben = await addPerson(whole, 'Ben')
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

interface Me {
  readonly id: string
  readonly acr: string
  readonly amr: readonly string[]
  readonly authenticatedAt: string
}
const me = async (browser: Visitor) => (await browser.api('GET', '/api/v1/me')).json['session'] as Me
const isIn = async (browser: Visitor) => (await browser.api('GET', '/api/v1/me')).status === 200

/** As if everything had been shown so much earlier. */
const age = async (browser: Visitor, minutes: number) => {
  const { id } = await me(browser)
  await admin.query(
    `UPDATE sessions SET authenticated_at = authenticated_at - make_interval(mins => $2),
      proofs = (SELECT jsonb_object_agg(key, value::bigint - $2 * 60000) FROM jsonb_each_text(proofs)) WHERE id = $1`,
    [id, minutes],
  )
}

/** The code of an authenticator app, of a step that was not used yet. */
const codeOf = (key: Buffer, later: number) => hotp(key, stepAt(new Date()) + later)

function fromBase32(text: string): Buffer {
  const bits = text
    .replace(/=+$/, '')
    .split('')
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

async function withApp(name: string): Promise<Credentials & { readonly key: Buffer }> {
  const person = await addPerson(whole, name)
  const browser = await signInAs(whole.url, person)
  const path = `/api/v1/people/${person.id}/factors/totp`
  const { json } = await browser.api('POST', path)
  const key = fromBase32(json['secret'] as string)
  const confirmed = await browser.api('POST', `${path}/${json['id'] as string}`, { code: codeOf(key, -1) })
  expect(confirmed.status, JSON.stringify(confirmed.json)).toBe(200)
  return { ...person, key }
}

async function handOff(browser: Visitor, more: Readonly<Record<string, string>> = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const query = new URLSearchParams({ application: 'shop', redirect_uri: callback, state: 's', challenge, ...more })
  const answer = await browser.get(`/sign-in/for?${query.toString()}`)
  const to = new URL(answer.headers.get('location') ?? '', whole.url)
  return { path: to.pathname, query: to.searchParams, code: to.searchParams.get('code'), verifier }
}

async function hostSession(browser: Visitor): Promise<string> {
  const { code, verifier } = await handOff(browser)
  const body = { code, verifier, redirectUri: callback }
  const { status, json } = await whole.call('POST', '/api/v1/edge/exchange', body, gateway)
  expect(status, JSON.stringify(json)).toBe(200)
  return json['session'] as string
}

const introspect = async (credential: string) =>
  (await whole.call('POST', '/api/v1/edge/introspect', { credential, application: 'shop' }, gateway)).json

describe('what a session shows', () => {
  it('is told to its holder, to operators and to edges', async () => {
    const browser = await signInAs(whole.url, ben)
    const { id, authenticatedAt, ...shown } = await me(browser)
    expect(shown).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
    expect(Math.abs(Date.now() - Date.parse(authenticatedAt))).toBeLessThan(60_000)
    const { json } = await whole.call('GET', `/api/v1/sessions?person=${ben.id}`)
    const listed = (json['items'] as { id: string }[]).find((one) => one.id === id)
    expect(listed).toMatchObject({ acr: 'aal1', amr: ['pwd'], requiredAcr: null, preset: 'standard' })
    const at = Math.floor(Date.parse(authenticatedAt) / 1000)
    expect(await introspect(await hostSession(browser))).toMatchObject({
      active: true,
      acr: 'aal1',
      amr: ['pwd'],
      authTime: at,
    })
  })

  it('grows with a second factor, under a token that nobody had before', async () => {
    const cara = await withApp('Cara')
    const browser = await signInAs(whole.url, cara)
    // Somebody who planted the token, or took it: it must not be lifted with the session.
    const planted = browser.session ?? ''
    expect(await isIn(browser)).toBe(false)
    const refused = await browser.api('GET', '/api/v1/me')
    expect(refused.json).toMatchObject({ status: 401, code: 'insufficient_user_authentication', acrValues: 'aal2' })
    const { path } = await handOff(browser)
    expect(path).toBe('/sign-in')
    const verified = await browser.post('/sign-in/verify', { code: codeOf(cara.key, 0) })
    expect(verified.status, verified.text).toBe(303)
    expect(browser.session).not.toBe(planted)
    expect(await me(browser)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
    browser.session = planted
    expect(await isIn(browser)).toBe(false)
    expect((await eventsOf(whole, 'session.token_reused')).filter(({ data }) => data['person'] === cara.id)).toEqual([])
  })

  it('that is not finished authenticates nobody, is in no list, and ends after a quarter of an hour', async () => {
    const dan = await withApp('Dan')
    const { rows: before } = await admin.query('SELECT 1 FROM sessions WHERE person_id = $1 AND NOT pending', [dan.id])
    const browser = await signInAs(whole.url, dan)
    const { rows } = await admin.query<{ id: string; left: number }>(
      `SELECT id, extract(epoch FROM expires_at - started_at)::int AS left FROM sessions WHERE person_id = $1 AND pending`,
      [dan.id],
    )
    expect(rows).toMatchObject([{ left: 900 }])
    const { json } = await whole.call('GET', `/api/v1/sessions?person=${dan.id}`)
    expect((json['items'] as { id: string }[]).map(({ id }) => id)).not.toContain(rows[0]?.id)
    expect(before.length).toBeGreaterThan(0)
    const as = (method: string, path: string) => browser.api(method, path).then(({ status }) => status)
    expect(await as('GET', `/api/v1/people/${dan.id}`)).toBe(401)
    expect(await as('DELETE', '/api/v1/me/sessions')).toBe(401)
    await admin.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [rows[0]?.id])
    const late = await browser.post('/sign-in/verify', { code: codeOf(dan.key, 0) })
    expect(late.headers.get('location')).toMatch(/^\/sign-in(\?|$)/)
    expect(await isIn(browser)).toBe(false)
  })
})

describe('a route that wants a recent sign-in', () => {
  it('refuses an old one as RFC 9470 says, and tells browsers where to go', async () => {
    const [operator, victim] = [await signInAs(whole.url, ada), await signInAs(whole.url, ben)]
    const { id } = await me(victim)
    await age(operator, 16)
    const answer = await operator.api('DELETE', `/api/v1/sessions/${id}`, undefined, {
      referer: `${whole.url}/console/sessions?person=x`,
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="holdfast", error="insufficient_user_authentication", max_age=900',
    )
    expect(answer.json).toMatchObject({ code: 'insufficient_user_authentication', maxAge: 900 })
    const step = new URL(answer.json['stepUp'] as string, whole.url)
    expect([step.pathname, step.searchParams.get('return')]).toEqual(['/sign-in/verify', '/console/sessions?person=x'])
    expect((await eventsOf(whole, 'access.denied'))[0]).toMatchObject({
      id: answer.json['eventId'],
      reason: 'insufficient_user_authentication',
      actor: ada.id,
    })
    expect(await isIn(victim)).toBe(true)

    // As the page says: the password again, in the same session, and back.
    const asked = await operator.get(`${step.pathname}${step.search}`)
    expect([asked.status, asked.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in\?/)])
    const form = Object.fromEntries(new URL(asked.headers.get('location') ?? '', whole.url).searchParams)
    const before = await me(operator)
    const again = await operator.post('/sign-in', { ...form, username: ada.email, password: ada.password })
    expect(again.headers.get('location')).toBe('/console/sessions?person=x')
    expect((await me(operator)).id).toBe(before.id)
    expect((await operator.api('DELETE', `/api/v1/sessions/${id}`)).status).toBe(200)
  })

  it('refuses whom no policy permits as such, and asks no machine for it', async () => {
    const [browser, victim] = [await signInAs(whole.url, ben), await signInAs(whole.url, ben)]
    await age(browser, 16)
    const { id } = await me(await signInAs(whole.url, ada))
    expect((await browser.api('DELETE', `/api/v1/sessions/${id}`)).status).toBe(403)
    expect((await whole.call('DELETE', `/api/v1/sessions/${(await me(victim)).id}`)).status).toBe(200)
  })

  it.each([
    ['another site', 'https://evil.example/console/'],
    ['a scheme that runs', 'javascript:alert(1)'],
    ['no address', '//evil.example'],
  ])('leads back to no page of %s', async (_, referer) => {
    const browser = await signInAs(whole.url, ben)
    await age(browser, 16)
    const { json } = await browser.api('DELETE', '/api/v1/me/sessions', undefined, { referer })
    expect(new URL(json['stepUp'] as string, whole.url).searchParams.get('return')).toBe('/console/')
  })

  it('is not deceived by one factor of two', async () => {
    const fay = await withApp('Fay')
    const browser = await signInAs(whole.url, fay)
    await browser.post('/sign-in/verify', { code: codeOf(fay.key, 0) })
    await age(browser, 16)
    expect((await browser.api('DELETE', '/api/v1/me/sessions?except=current')).status).toBe(401)
    await browser.post('/sign-in', { username: fay.email, password: fay.password })
    expect((await me(browser)).acr).toBe('aal2')
    expect((await browser.api('DELETE', '/api/v1/me/sessions?except=current')).status).toBe(401)
  })
})

describe('what is demanded can be raised', () => {
  const raise = (path: string, body: object, bearer?: string) => whole.call('POST', path, body, bearer)

  it('of a session: it is good for nothing any more, here and at its hosts, until it shows more', async () => {
    const gil = await withApp('Gil')
    // From before the app was set up everywhere: a session of one factor, as a detection finds it.
    const browser = await signInAs(whole.url, gil)
    await browser.post('/sign-in/verify', { code: codeOf(gil.key, 0) })
    const host = await hostSession(browser)
    const { id } = await me(browser)
    expect(await introspect(host)).toMatchObject({ active: true, acr: 'aal2' })
    const sync = async (cursor: number) =>
      (
        await whole.call(
          'POST',
          '/api/v1/edge/sync',
          { epoch: 0, cursor, waitSeconds: 0, edge: { kind: 'gateway', version: '1', id: 'e'.repeat(8) } },
          gateway,
        )
      ).json
    const { cursor } = await sync(0)
    const answer = await raise(`/api/v1/sessions/${id}/require`, { acr: 'phr', reason: 'impossible travel' })
    expect([answer.status, answer.json]).toEqual([200, { acr: 'phr', below: 2 }])
    expect(Number(answer.headers.get('holdfast-epoch'))).toBeGreaterThan(0)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ acrValues: 'phr' })
    expect(await introspect(host)).toEqual({
      active: false,
      reason: 'insufficient_user_authentication',
      acr: 'phr',
    })
    const told = (await sync(cursor as number))['revoked'] as { session: string; acr?: string }[]
    expect(told).toHaveLength(2)
    expect(told).toContainEqual({ session: id, acr: 'phr' })
    expect((await eventsOf(whole, 'session.required'))[0]).toMatchObject({
      resource: id,
      data: { acr: 'phr', why: 'impossible travel' },
    })
    // Less than that changes nothing.
    expect((await raise(`/api/v1/sessions/${id}/require`, { acr: 'aal2', reason: 'less' })).status).toBe(200)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ acrValues: 'phr' })
  })

  it('of a session that shows enough, without a word to it', async () => {
    const hal = await withApp('Hal')
    const browser = await signInAs(whole.url, hal)
    await browser.post('/sign-in/verify', { code: codeOf(hal.key, 0) })
    const { id } = await me(browser)
    expect((await raise(`/api/v1/sessions/${id}/require`, { acr: 'aal2', reason: 'x' })).json).toMatchObject({
      below: 0,
    })
    expect(await isIn(browser)).toBe(true)
  })

  it('of a person, at later sign-ins too, until it is lifted', async () => {
    const ida = await addPerson(whole, 'Ida')
    const first = await signInAs(whole.url, ida)
    const host = await hostSession(first)
    const path = `/api/v1/people/${ida.id}/require`
    expect((await raise(path, { acr: 'aal2', reason: 'incident 7' })).json).toEqual({ acr: 'aal2', below: 2 })
    expect((await introspect(host))['reason']).toBe('insufficient_user_authentication')
    const later = await signInAs(whole.url, ida)
    expect([await isIn(first), await isIn(later)]).toEqual([false, false])
    // Less than that lifts nothing.
    expect((await raise(path, { acr: 'aal1', reason: 'less' })).json).toMatchObject({ acr: 'aal2' })
    expect(await isIn(later)).toBe(false)
    expect((await whole.call('GET', path)).json).toMatchObject({ required: { acr: 'aal2', reason: 'incident 7' } })
    expect((await whole.call('DELETE', path)).json).toEqual({ lifted: true })
    expect(await isIn(first)).toBe(true)
    expect((await introspect(host))['active']).toBe(true)
    expect((await whole.call('DELETE', path)).json).toEqual({ lifted: false })
  })

  it('by operators only, and of what there is', async () => {
    const browser = await signInAs(whole.url, ben)
    const body = { acr: 'phr', reason: 'mischief' }
    expect((await browser.api('POST', `/api/v1/people/${ada.id}/require`, body)).status).toBe(403)
    expect((await browser.api('POST', `/api/v1/people/${ben.id}/require`, body)).status).toBe(403)
    const { id } = await me(browser)
    expect((await browser.api('POST', `/api/v1/sessions/${id}/require`, body)).status).toBe(403)
    const none = '01900000-0000-7000-8000-00000000dead'
    expect((await raise(`/api/v1/sessions/${none}/require`, body)).status).toBe(404)
    expect((await raise(`/api/v1/people/${none}/require`, body)).status).toBe(404)
    expect((await raise(`/api/v1/sessions/${id}/require`, { acr: 'none', reason: 'x' })).status).toBe(422)
  })
})

describe('a hand-off', () => {
  it('waits for what the host asks for, and then hands on what is stronger under a new token', async () => {
    const jon = await withApp('Jon')
    // Before the second factor was asked of him: pretended, since it is asked of everybody who has one.
    const browser = await signInAs(whole.url, jon)
    await browser.post('/sign-in/verify', { code: codeOf(jon.key, 0) })
    const weak = await hostSession(browser)
    const { path, query } = await handOff(browser, { acr: 'phr', max_age: '300' })
    expect([path, query.get('acr'), query.get('max_age')]).toEqual(['/sign-in/verify', 'phr', '300'])
    expect(query.get('return')).toMatch(/^\/sign-in\/for\?.*acr=phr&max_age=300$/)
    expect((await handOff(browser, { acr: 'aal2' })).code).toMatch(/^hfc_/)
    await age(browser, 6)
    expect((await handOff(browser, { max_age: '300' })).path).toBe('/sign-in/verify')
    expect((await handOff(browser, { max_age: '400' })).code).toMatch(/^hfc_/)
    const { id } = await me(browser)
    await admin.query("UPDATE sessions SET acr = 'phr' WHERE id = $1", [id])
    const strong = await hostSession(browser)
    expect(await introspect(strong)).toMatchObject({ active: true, acr: 'phr' })
    expect(await introspect(weak)).toEqual({ active: false, reason: 'ended' })
  })

  it.each([{ acr: 'aal9' }, { max_age: '-1' }, { max_age: 'x' }])('refuses what it does not know: %o', async (more) => {
    expect((await handOff(await signInAs(whole.url, ben), more)).code).toBeNull()
  })
})

describe('the limits of an application', () => {
  const path = '/api/v1/applications/shop/session-limits'

  it('shorten its sessions, those that are live too, and never lengthen them', async () => {
    const browser = await signInAs(whole.url, ben)
    const before = await hostSession(browser)
    const put = await whole.call('PUT', path, { preset: 'pci' })
    expect(put.json).toMatchObject({
      own: { preset: 'pci', idleSeconds: 900, absoluteSeconds: 43_200 },
      effective: { preset: 'pci', idleSeconds: 900, absoluteSeconds: 43_200 },
    })
    const hosts = await admin.query(
      "SELECT DISTINCT idle_seconds FROM sessions WHERE kind = 'application' AND ended_at IS NULL AND application = 'shop'",
    )
    expect(hosts.rows).toEqual([{ idle_seconds: 900 }])
    expect((await introspect(before))['expiresAt']).toBeLessThan(Date.now() / 1000 + 901)

    // Unused for too long: it is over, and signing in at Holdfast some time ago does not revive it.
    await admin.query(
      `UPDATE sessions SET last_seen_at = now() - interval '16 minutes', idle_at = now() - interval '1 minute'
       WHERE kind = 'application' AND person_id = $1`,
      [ben.id],
    )
    expect(await introspect(before)).toEqual({ active: false, reason: 'expired' })
    await age(browser, 17)
    const { path: to, query } = await handOff(browser)
    expect([to, query.get('max_age')]).toEqual(['/sign-in/verify', '0'])
    // Asking again does not help; showing the password does.
    expect((await handOff(browser)).code).toBeNull()
    await browser.post('/sign-in', { username: ben.email, password: ben.password })
    expect((await handOff(browser)).code).toMatch(/^hfc_/)

    const long = await whole.call('PUT', path, { preset: 'standard', idleMinutes: 40_000, absoluteHours: 2000 })
    expect(long.json).toMatchObject({ effective: { idleSeconds: 43_200, absoluteSeconds: 604_800 } })
    expect((await whole.call('DELETE', path)).json).toMatchObject({ own: null })
    expect((await whole.call('PUT', '/api/v1/applications/nothing/session-limits', { preset: 'pci' })).status).toBe(404)
    expect((await browser.api('PUT', path, { preset: 'standard' })).status).toBe(403)
  })
})

describe('one’s own devices', () => {
  const agent = (name: string) => ({
    'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 ${name}/140.0`,
  })

  interface Own {
    readonly id: string
    readonly current: boolean
    readonly device: { readonly name: string | null; readonly label: string }
    readonly place: string | null
    readonly applications: readonly { readonly id: string }[]
  }
  const own = async (browser: Visitor) => (await browser.api('GET', '/api/v1/me/sessions')).json['items'] as Own[]

  it('are listed, named and ended, and nobody else’s are', async () => {
    const kim = await addPerson(whole, 'Kim')
    const [phone, laptop] = [await signInAs(whole.url, kim), await signInAs(whole.url, kim)]
    await hostSession(laptop)
    const { id } = await me(phone)
    expect((await phone.api('PATCH', `/api/v1/me/sessions/${id}`, { name: '  My phone ' })).json).toEqual({
      id,
      name: 'My phone',
    })
    const items = await own(laptop)
    expect(items.map(({ current, device, place, applications }) => ({ current, device, place, applications }))).toEqual(
      [
        {
          current: true,
          device: { name: null, label: 'Node.js' },
          place: '127.0.0.0/24',
          applications: [expect.objectContaining({ id: 'shop' })],
        },
        { current: false, device: { name: 'My phone', label: 'Node.js' }, place: '127.0.0.0/24', applications: [] },
      ],
    )
    const other = await signInAs(whole.url, ben)
    for (const attempt of [
      other.api('PATCH', `/api/v1/me/sessions/${id}`, { name: 'mine' }),
      other.api('DELETE', `/api/v1/me/sessions/${id}`),
    ])
      expect((await attempt).status).toBe(404)
    expect((await phone.api('PATCH', `/api/v1/me/sessions/${id}`, { name: 'a\u0007b' })).status).toBe(422)
    expect((await laptop.api('DELETE', `/api/v1/me/sessions/${id}`)).json).toEqual({ revoked: 1 })
    expect([await isIn(phone), await isIn(laptop)]).toEqual([false, true])
    expect((await whole.call('GET', '/api/v1/me/sessions')).json).toEqual({ items: [] })
    expect((await whole.call('DELETE', '/api/v1/me/sessions')).status).toBe(403)
  })

  it('are ended all but this one, or all', async () => {
    const lea = await addPerson(whole, 'Lea')
    const browsers = [await signInAs(whole.url, lea), await signInAs(whole.url, lea), await signInAs(whole.url, lea)]
    const [last] = browsers as [Visitor]
    expect((await last.api('DELETE', '/api/v1/me/sessions?except=current')).json).toEqual({ revoked: 2 })
    expect(await Promise.all(browsers.map(isIn))).toEqual([true, false, false])
    expect((await last.api('DELETE', '/api/v1/me/sessions?except=mine')).status).toBe(422)
    expect((await last.api('DELETE', '/api/v1/me/sessions')).json).toEqual({ revoked: 1 })
    expect(last.session).toBeUndefined()
  })

  it('that are new are told to their person, and the first is not', async () => {
    const mia = await addPerson(whole, 'Mia')
    const told = async () => (await eventsOf(whole, 'session.new_device')).filter(({ resource }) => resource === mia.id)
    const form = { username: mia.email, password: mia.password }
    const browser = await signInAs(whole.url, mia)
    expect(await told()).toHaveLength(0)
    await browser.post('/sign-in', form, agent('Firefox'))
    await browser.post('/sign-out', {})
    expect((await browser.post('/sign-in', form, agent('Firefox'))).status).toBe(303)
    await browser.post('/sign-out', {})
    expect((await browser.post('/sign-in', form, agent('Firefox'))).status).toBe(303)
    expect((await told()).map(({ data }) => data['device'])).toEqual(['Firefox on Linux'])
  })
})

describe('every session of everybody', () => {
  it('is ended by an operator, save their own', async () => {
    const [operator, browser] = [await signInAs(whole.url, ada), await signInAs(whole.url, ben)]
    expect((await browser.api('DELETE', '/api/v1/sessions')).status).toBe(403)
    const { status, json } = await operator.api('DELETE', '/api/v1/sessions')
    expect([status, (json['revoked'] as number) > 0]).toEqual([200, true])
    expect([await isIn(operator), await isIn(browser)]).toEqual([true, false])
  })
})

describe('a policy', () => {
  it('of Holdfast’s own can demand what a session shows', async () => {
    const text = `@doc("Letters are for passkeys.") forbid (principal, action == Action::"listPeople", resource)
      when { context has session && context.session.level < 3 };`
    const put = await whole.call('PUT', '/api/v1/applications/holdfast/policies/strong', { text })
    expect([200, 201], JSON.stringify(put.json)).toContain(put.status)
    const operator = await signInAs(whole.url, ada)
    expect((await operator.api('GET', '/api/v1/people')).status).toBe(403)
    await admin.query("UPDATE sessions SET acr = 'phr' WHERE id = $1", [(await me(operator)).id])
    expect((await operator.api('GET', '/api/v1/people')).status).toBe(200)
    expect((await whole.call('GET', '/api/v1/people')).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { registered, signedIn, tokenRequest } from '../../oauth/testing/flows.ts'
import { softAuthenticator } from '../../../testing/authenticator.ts'
import { codeOf, hiddenOn, recoveryCodesOn, secretOn } from '../../../testing/factors.ts'
import {
  addPerson,
  type Credentials,
  eventsOf,
  quickSignIn,
  signInAs,
  type Visitor,
  visitor,
} from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

// Each page of the account and each of its forms, by its own person and by others.

let whole: WholeServer
let ada: Credentials
let mallory: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn })
  ada = await addPerson(whole, 'Ada')
  mallory = await addPerson(whole, 'Mallory')
})
afterAll(() => whole?.close())

const pages = ['', '/password', '/security', '/linked', '/sessions', '/applications', '/data'].map(
  (path) => `/account${path}`,
)
const forms = [
  ['/account/name', { name: 'Eve' }],
  ['/account/email', { email: 'eve@evil.example' }],
  ['/account/email/verify', {}],
  ['/account/password', { current: 'x', password: 'x', again: 'x' }],
  ['/account/security/totp', {}],
  ['/account/security/totp/confirm', { enrolment: 'x', code: '000000' }],
  ['/account/security/totp/remove', {}],
  ['/account/security/passkeys', { name: 'x', credential: '{}' }],
  ['/account/security/passkeys/x/rename', { name: 'x' }],
  ['/account/security/passkeys/x/remove', {}],
  ['/account/security/recovery-codes', {}],
  ['/account/sessions/x/name', { name: 'x' }],
  ['/account/sessions/x/end', {}],
  ['/account/sessions/end-others', {}],
  ['/account/applications/x/withdraw', {}],
  ['/account/linked/x/unlink', {}],
  ['/account/data', {}],
] as const satisfies readonly (readonly [string, Readonly<Record<string, string>>])[]

const idsOn = ({ text }: { text: string }, pattern: RegExp) => [...text.matchAll(pattern)].map(([, id = '']) => id)
const otherSession = /\/account\/sessions\/([0-9a-f-]{36})\/end/g
const passkeyId = /\/account\/security\/passkeys\/([0-9a-f-]{36})\/remove/g

async function addPasskeyOnPage(browser: Visitor, person: Credentials) {
  const authenticator = softAuthenticator({ origin: whole.url })
  const { json } = await browser.api('POST', `/api/v1/people/${person.id}/factors/passkeys/options`, undefined, {
    'sec-fetch-site': 'same-origin',
  })
  const credential = JSON.stringify(authenticator.create(json as never))
  return browser.post('/account/security/passkeys', { name: 'Laptop', credential })
}

describe('who is nobody', () => {
  test('is sent to sign in, and back', async () => {
    for (const path of pages) {
      const { status, headers } = await visitor(whole.url).get(path)
      expect([path, status, headers.get('location')]).toEqual([
        path,
        303,
        `/sign-in?return=${encodeURIComponent(path)}`,
      ])
    }
    for (const [path, form] of forms) {
      const { status, headers } = await visitor(whole.url).post(path, form)
      expect([path, status, headers.get('location')?.startsWith('/sign-in?return=%2Faccount')]).toEqual([
        path,
        303,
        true,
      ])
    }
  })

  test("has no page by a bearer: it is nobody's browser", async () => {
    const { status, headers } = await visitor(whole.url).get('/account', { authorization: `Bearer ${whole.token}` })
    expect([status, headers.get('location')]).toEqual([303, '/sign-in?return=%2Faccount'])
  })

  test('a page of another site makes nobody do anything', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const [path, form] of forms) {
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] satisfies Readonly<
        Record<string, string>
      >[]) {
        expect((await browser.post(path, form, headers)).status, path).toBe(403)
      }
    }
  })
})

describe('the pages', () => {
  test('show their own person, under a strict policy, without a script', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const path of pages) {
      const { status, text, headers } = await browser.get(path)
      expect(status, text).toBe(200)
      expect(text).toContain('ada@shop.example')
      expect(text).not.toMatch(/ style=| on[a-z]+=|<style/)
      expect(text).toContain('aria-current="page"')
      expect(text).toContain('action="/sign-out"')
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
      if (path !== '/account/security') expect(text).not.toContain('<script')
    }
  })

  test('say nothing that an address puts into their mouth', async () => {
    const browser = await signInAs(whole.url, ada)
    for (const done of ['Call 555-0199 now', '<b>x</b>', '__proto__', 'constructor', 'toString']) {
      const { text } = await browser.get(`/account?done=${encodeURIComponent(done)}`)
      expect(text).not.toContain('role="status"')
    }
    expect((await browser.get('/account?done=name')).text).toContain('Your name was changed.')
  })

  test('escape what people call themselves', async () => {
    const eve = await addPerson(whole, 'Eve')
    const browser = await signInAs(whole.url, eve)
    const name = '<img src=x onerror=alert(1)>"\''
    expect((await browser.post('/account/name', { name })).headers.get('location')).toBe('/account?done=name')
    for (const path of pages) expect((await browser.get(path)).text).not.toContain('<img src=x')
  })

  test('offer the console only to whoever has something to do there', async () => {
    const olga = await addPerson(whole, 'Olga', ['auditors'])
    expect((await (await signInAs(whole.url, olga)).get('/account')).text).toContain('href="/console/"')
    expect((await (await signInAs(whole.url, ada)).get('/account')).text).not.toContain('href="/console/"')
  })
})

describe('a refusal before the page was asked', () => {
  test('is a page for people, with its way on, and problem details for programs', async () => {
    const browser = await signInAs(whole.url, ada)
    const cross = { 'sec-fetch-site': 'cross-site' }
    const people = await browser.post('/account/name', { name: 'Eve' }, { ...cross, accept: 'text/html,*/*;q=0.8' })
    expect([people.status, people.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8'])
    expect(people.text).toMatch(/Request <code>[0-9a-f-]{36}<\/code>[^]*href="\/"/)
    expect(people.headers.get('content-security-policy')).toContain("default-src 'none'")
    const program = await browser.post('/account/name', { name: 'Eve' }, cross)
    expect(JSON.parse(program.text)).toMatchObject({ code: 'cross_site_request' })
  })
})

describe('the front door', () => {
  test('leads whoever has nothing to do at the console to their account', async () => {
    const person = await signInAs(whole.url, ada)
    const operator = await signInAs(whole.url, await addPerson(whole, 'Uma', ['auditors']))
    for (const path of ['/', '/console', '/console/']) {
      expect((await person.get(path)).headers.get('location'), path).toBe('/account')
      expect((await operator.get(path)).headers.get('location'), path).not.toBe('/account')
      expect((await visitor(whole.url).get(path)).headers.get('location'), path).not.toBe('/account')
    }
  })
})

describe('the profile', () => {
  test('changes the name, with its event; nothing without one', async () => {
    const grace = await addPerson(whole, 'Grace')
    const browser = await signInAs(whole.url, grace)
    expect((await browser.post('/account/name', { name: '  Grace Hopper ' })).status).toBe(303)
    expect((await browser.get('/account')).text).toContain('value="Grace Hopper"')
    const [event] = await eventsOf(whole, 'person.updated')
    expect(event).toMatchObject({ actor: grace.id, resource: grace.id, data: { changed: ['name'] } })
    const refused = await browser.post('/account/name', { name: ' ' })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('role="alert"')
  })

  test('an address changes when its letter was followed', async () => {
    const nora = await addPerson(whole, 'Nora')
    const browser = await signInAs(whole.url, nora)
    const asked = await browser.post('/account/email', { email: 'nora@new.example' })
    expect(asked.headers.get('location')).toBe('/account?done=email-asked')
    expect((await browser.get('/account')).text).toContain('nora@shop.example')
    const { json } = await whole.call('GET', '/api/v1/mailbox?to=nora@new.example')
    const [letter] = json['items'] as { links: string[] }[]
    const link = new URL(letter?.links.find((each) => each.includes('/verify-email')) ?? '')
    await browser.post('/verify-email', { token: link.searchParams.get('token') ?? '' })
    expect((await browser.get('/account')).text).toContain('nora@new.example')
  })

  test('whether somebody else has an address is not said', async () => {
    const browser = await signInAs(whole.url, mallory)
    const taken = await browser.post('/account/email', { email: ada.email })
    expect(taken.headers.get('location')).toBe('/account?done=email-asked')
  })
})

describe('the password', () => {
  test('changes with the current one, and ends the other sign-ins', async () => {
    const mary = await addPerson(whole, 'Mary')
    const [browser, other] = [await signInAs(whole.url, mary), await signInAs(whole.url, mary)]
    const password = 'lantern harbour 8 violin meadow'
    const differ = await browser.post('/account/password', { current: mary.password, password, again: 'x' })
    expect([differ.status, differ.text.includes('aria-invalid')]).toEqual([422, true])
    const wrong = await browser.post('/account/password', { current: 'no', password, again: password })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toMatch(/Event <code>[0-9a-f-]{36}/)
    const right = await browser.post('/account/password', { current: mary.password, password, again: password })
    expect(right.headers.get('location')).toBe('/account/password?done=password')
    expect((await browser.get('/account')).status).toBe(200)
    expect((await other.get('/account')).status).toBe(303)
    await signInAs(whole.url, { ...mary, password })
  })
})

describe('second factors', () => {
  test('an authenticator app: begun, mistaken, confirmed, with recovery codes this once; and removed', async () => {
    const rosa = await addPerson(whole, 'Rosa')
    const browser = await signInAs(whole.url, rosa)
    const begun = await browser.post('/account/security/totp', {})
    expect(begun.text).toContain('QR code of the key')
    const secret = secretOn(begun)
    const enrolment = hiddenOn(begun, 'enrolment')
    const wrong = await browser.post('/account/security/totp/confirm', { enrolment, code: '12' })
    expect(wrong.status).toBe(401)
    expect(secretOn(wrong)).toBe(secret)
    const right = await browser.post('/account/security/totp/confirm', { enrolment, code: codeOf(secret) })
    expect(recoveryCodesOn(right)).toHaveLength(10)
    const page = await browser.get('/account/security')
    expect(page.status).toBe(200)
    expect(page.text).toContain('10 left')
    expect(recoveryCodesOn(page)).toHaveLength(0)
    const made = await browser.post('/account/security/recovery-codes', {})
    expect(recoveryCodesOn(made)).toHaveLength(10)
    const removed = await browser.post('/account/security/totp/remove', {})
    expect(removed.headers.get('location')).toBe('/account/security?done=removed')
  })

  test("another's enrolment confirms nothing", async () => {
    const begun = await (await signInAs(whole.url, ada)).post('/account/security/totp', {})
    const code = codeOf(secretOn(begun))
    const attacker = await signInAs(whole.url, mallory)
    const answer = await attacker.post('/account/security/totp/confirm', {
      enrolment: hiddenOn(begun, 'enrolment'),
      code,
    })
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain(secretOn(begun).slice(0, 4))
  })

  test("a passkey: added, renamed, removed; another's stays as it is", async () => {
    const ines = await addPerson(whole, 'Ines')
    const browser = await signInAs(whole.url, ines)
    expect(recoveryCodesOn(await addPasskeyOnPage(browser, ines))).toHaveLength(10)
    const [id = ''] = idsOn(await browser.get('/account/security'), passkeyId)
    const attacker = await signInAs(whole.url, mallory)
    expect((await attacker.post(`/account/security/passkeys/${id}/rename`, { name: 'Mine' })).status).toBe(404)
    expect((await attacker.post(`/account/security/passkeys/${id}/remove`, {})).status).toBe(404)
    const renamed = await browser.post(`/account/security/passkeys/${id}/rename`, { name: 'Blue key' })
    expect(renamed.headers.get('location')).toBe('/account/security?done=renamed')
    expect((await browser.get('/account/security')).text).toContain('<strong>Blue key</strong>')
    expect((await browser.post(`/account/security/passkeys/${id}/remove`, {})).status).toBe(303)
    expect((await browser.get('/account/security')).text).not.toContain('Blue key')
  })
})

describe('devices', () => {
  test("are named and ended; another's are not there", async () => {
    const tess = await addPerson(whole, 'Tess')
    const [browser, other] = [await signInAs(whole.url, tess), await signInAs(whole.url, tess)]
    const [id = ''] = idsOn(await browser.get('/account/sessions'), otherSession)
    const attacker = await signInAs(whole.url, mallory)
    expect((await attacker.post(`/account/sessions/${id}/end`, {})).status).toBe(404)
    expect((await attacker.post(`/account/sessions/${id}/name`, { name: 'Mine' })).status).toBe(404)
    expect((await other.get('/account')).status).toBe(200)
    await browser.post(`/account/sessions/${id}/name`, { name: 'Old tablet' })
    expect((await browser.get('/account/sessions')).text).toContain('<strong>Old tablet</strong>')
    expect((await browser.post(`/account/sessions/${id}/end`, {})).status).toBe(303)
    expect((await other.get('/account')).status).toBe(303)
    const third = await signInAs(whole.url, tess)
    expect((await browser.post('/account/sessions/end-others', {})).status).toBe(303)
    expect((await third.get('/account')).status).toBe(303)
    expect((await browser.get('/account')).status).toBe(200)
  })
})

describe('what is connected', () => {
  test('an application is disconnected by its person alone, and its tokens end', async () => {
    const client = await registered(whole, { client_name: 'Planner', redirect_uris: ['https://planner.example/cb'] })
    const greta = await addPerson(whole, 'Greta')
    const browser = await signInAs(whole.url, greta)
    const { access_token: token } = await signedIn(whole, browser, client)
    const active = async () =>
      (await tokenRequest(whole, client, { token }, { path: '/oauth/introspect' })).json['active']
    const listed = async () => (await browser.get('/account/applications')).text.includes('Planner')
    const attacker = await signInAs(whole.url, mallory)
    expect((await attacker.get('/account/applications')).text).not.toContain('Planner')
    expect((await attacker.post(`/account/applications/${client.id}/withdraw`, {})).status).toBe(404)
    expect([await active(), await listed()]).toEqual([true, true])
    const gone = await browser.post(`/account/applications/${client.id}/withdraw`, {})
    expect(gone.headers.get('location')).toBe('/account/applications?done=withdrawn')
    expect([await active(), await listed()]).toEqual([false, false])
  })

  test("another's identity or client is not there", async () => {
    const browser = await signInAs(whole.url, mallory)
    expect((await browser.post(`/account/linked/${ada.id}/unlink`, {})).status).toBe(404)
    expect((await browser.post('/account/applications/shop/withdraw', {})).status).toBe(404)
  })
})

describe('the copy of everything', () => {
  test('holds what is kept on its person, and no secret; that it was taken is recorded', async () => {
    const lise = await addPerson(whole, 'Lise')
    const browser = await signInAs(whole.url, lise)
    await addPasskeyOnPage(browser, lise)
    const { status, text, headers } = await browser.post('/account/data', {})
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="my-data-/)
    const held = JSON.parse(text)
    expect(held).toMatchObject({
      profile: { id: lise.id, name: 'Lise', email: lise.email },
      signIn: { password: true, factors: { passkeys: [{ name: 'Laptop' }], recoveryCodes: { left: 10 } } },
      applications: [],
      roles: [],
    })
    expect(held.signIn.sessions).toHaveLength(1)
    expect(held.events.items.map((event: { kind: string }) => event.kind)).toContain('session.started')
    expect(text).not.toMatch(/argon2|hfs_|publicKey|secret/i)
    const [event] = await eventsOf(whole, 'person.data_taken')
    expect(event).toMatchObject({ actor: lise.id, resource: lise.id, outcome: 'success' })
  })
})

describe('a sign-in that is not new', () => {
  test('shows again who it is before anything that takes an account over', async () => {
    const iris = await addPerson(whole, 'Iris')
    const browser = await signInAs(whole.url, iris)
    await age(iris.id)
    expect((await browser.get('/account')).status).toBe(200)
    for (const [path, form] of forms) {
      const { status, headers, text } = await browser.post(path, form)
      const free = /\/(?:name|rename|verify|withdraw)$/.test(path)
      const to = headers.get('location') ?? ''
      const back =
        to.startsWith('/sign-in/verify?return=%2Faccount%2F') || to.startsWith('/sign-in/verify?return=%2Faccount&')
      expect([path, free ? status !== 200 : back], text).toEqual([path, true])
    }
    expect((await browser.get('/account/data')).text).toContain('Confirm that it is you')
    expect((await browser.get('/account/security')).text).toContain('Confirm that it is you')
    // And back, when they have.
    const verify = await browser.get('/sign-in/verify?return=%2Faccount%2Fdata&max_age=900')
    const signIn = verify.headers.get('location') ?? ''
    const since = new URL(signIn, whole.url).searchParams.get('since') ?? ''
    const fields = { username: iris.email, password: iris.password, return: '/account/data', since }
    expect((await browser.post('/sign-in', fields)).headers.get('location')).toBe('/account/data')
    expect((await browser.post('/account/data', {})).status).toBe(200)
  })
})

/** As if everything had been shown an hour ago. */
async function age(person: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: whole.server.database.url })
  await client.connect()
  await client.query(
    `UPDATE sessions SET authenticated_at = authenticated_at - interval '1 hour',
       proofs = (SELECT jsonb_object_agg(key, value::bigint - 3600000) FROM jsonb_each_text(proofs))
     WHERE person_id = $1`,
    [person],
  )
  await client.end()
}

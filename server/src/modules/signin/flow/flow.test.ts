import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { softAuthenticator } from '../../../testing/authenticator.ts'
import {
  addPasskey,
  addTotp,
  codeOf,
  enrolPasskey,
  hiddenOn,
  recoveryCodesOn,
  secretOn,
  showPasskey,
} from '../../../testing/factors.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_SIGNIN_MFA_ADMINS: 'phr',
    HOLDFAST_SIGNIN_MFA_MAIL_CODES: 'true',
    HOLDFAST_SIGNIN_MFA_PROOFS: '["in_person","video"]',
  })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const forget = () => admin.query('DELETE FROM sign_in_throttles')
const me = async (browser: ReturnType<typeof visitor>) => (await browser.api('GET', '/api/v1/me')).status
const first = async ({ email, password }: Credentials, fields: Readonly<Record<string, string>> = {}) => {
  const browser = visitor(whole.url)
  const answer = await browser.post('/sign-in', { username: email, password, ...fields })
  return { browser, answer, to: answer.headers.get('location') ?? '' }
}
const lettersTo = async ({ email }: Credentials) =>
  ((await whole.call('GET', `/api/v1/mailbox?to=${encodeURIComponent(email)}`)).json['items'] ?? []) as readonly {
    readonly template: string
    readonly text: string
  }[]

describe('an authenticator app', () => {
  let ada: Credentials
  let secret: string
  let codes: string[]

  beforeAll(async () => {
    ada = await addPerson(whole, 'Ada')
  })

  it('is enrolled in a session, with recovery codes, a letter and an event', async () => {
    const browser = await signInAs(whole.url, ada)
    const made = await addTotp(browser, ada.id)
    secret = made.secret
    expect(made.answer.status).toBe(200)
    codes = made.answer.json['recoveryCodes'] as string[]
    expect(codes).toHaveLength(10)
    const [event] = await eventsOf(whole, 'factor.enrolled')
    expect(event).toMatchObject({ actor: ada.id, resource: ada.id, data: { factor: 'recovery codes' } })
    expect((await lettersTo(ada)).map(({ template }) => template)).toEqual(
      expect.arrayContaining(['factor-added', 'recovery-codes-made']),
    )
    // Whoever has just shown it stays in; under another token.
    const listed = await browser.api('GET', `/api/v1/people/${ada.id}/factors`)
    expect(listed.json).toMatchObject({ totp: { lastUsedAt: expect.any(String) }, recoveryCodes: { left: 10 } })
  })

  it('must be shown from then on: a password alone is nobody', async () => {
    const { browser, to } = await first(ada, { return: '/console/people?x=1' })
    expect(to).toBe('/sign-in/verify?return=%2Fconsole%2Fpeople%3Fx%3D1')
    const refused = await browser.api('GET', '/api/v1/me')
    expect(refused.status).toBe(401)
    expect(refused.json).toMatchObject({ code: 'insufficient_user_authentication', acrValues: 'aal2' })
    const page = await browser.get(to)
    expect(page.status).toBe(200)
    expect(page.text).toContain('autocomplete="one-time-code"')
    expect((await browser.get('/sign-in')).headers.get('location')).toBe('/sign-in/verify')
    const before = browser.session
    const right = await browser.post('/sign-in/verify', {
      code: codeOf(secret, new Date(), 1),
      return: hiddenOn(page, 'return').replaceAll('&amp;', '&'),
    })
    expect(right.status, right.text).toBe(303)
    expect(right.headers.get('location')).toBe('/console/people?x=1')
    expect(browser.session).not.toBe(before)
    expect(await me(browser)).toBe(200)
    const stolen = visitor(whole.url)
    stolen.session = before
    expect(await me(stolen)).toBe(401)
  })

  it('takes a code once, and none from before it', async () => {
    await admin.query('UPDATE authenticator_apps SET last_step = 0')
    await forget()
    const one = await first(ada)
    const [code, earlier] = [codeOf(secret), codeOf(secret, new Date(), -1)]
    expect((await one.browser.post('/sign-in/verify', { code })).status).toBe(303)
    for (const used of [code, earlier]) {
      const again = await first(ada)
      const answer = await again.browser.post('/sign-in/verify', { code: used })
      expect(answer.status).toBe(401)
      const [event] = await eventsOf(whole, 'factor.refused')
      expect(event).toMatchObject({ resource: ada.id, reason: 'totp_wrong' })
      expect(answer.text).toContain(`<code>${event?.id}</code>`)
    }
  })

  it('is not to be guessed: attempts are counted per person, in however many sessions', async () => {
    await forget()
    await admin.query('UPDATE authenticator_apps SET last_step = 0')
    for (let at = 0; at < 5; at++) {
      const { browser } = await first(ada)
      expect((await browser.post('/sign-in/verify', { code: '000000' })).status).toBe(401)
    }
    // A second's wait may be over before the next try; what is waited for is not looked at.
    const { rowCount } = await admin.query(
      `UPDATE sign_in_throttles SET blocked_until = blocked_until + interval '1 hour' WHERE attempts = 5`,
    )
    expect(rowCount).toBe(1)
    const { browser } = await first(ada)
    const right = await browser.post('/sign-in/verify', { code: codeOf(secret) })
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    await forget()
  })

  it('is replaced by a recovery code, each once, with a letter', async () => {
    const { browser } = await first(ada)
    const code = (codes[0] ?? '').toUpperCase().replaceAll('-', ' ')
    const answer = await browser.post('/sign-in/verify', { code })
    expect(answer.status, answer.text).toBe(303)
    expect(await me(browser)).toBe(200)
    const again = await first(ada)
    expect((await again.browser.post('/sign-in/verify', { code })).status).toBe(401)
    expect((await lettersTo(ada)).some(({ template }) => template === 'recovery-code-used')).toBe(true)
    const [event] = await eventsOf(whole, 'recovery_code.used')
    expect(event).toMatchObject({ actor: ada.id, data: { left: 9 } })
    const made = await browser.api('POST', `/api/v1/people/${ada.id}/factors/recovery-codes`)
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    const old = await first(ada)
    expect((await old.browser.post('/sign-in/verify', { code: codes[1] ?? '' })).status).toBe(401)
    codes = made.json['codes'] as string[]
  })

  it('or by a code that is sent, where the settings allow it: for this session, once', async () => {
    await forget()
    const { browser } = await first(ada)
    const other = await first(ada)
    expect((await browser.post('/sign-in/verify/mail', {})).text).toContain('A code was sent')
    const letter = (await lettersTo(ada)).find(({ template }) => template === 'sign-in-code')
    const code = /\b\d{8}\b/.exec(letter?.text ?? '')?.[0] ?? ''
    expect(code).toMatch(/^\d{8}$/)
    expect((await other.browser.post('/sign-in/verify', { code })).status).toBe(401)
    expect((await browser.post('/sign-in/verify', { code })).status).toBe(303)
    expect((await browser.post('/sign-in/verify', { code })).status).toBe(401)
    const { rows } = await admin.query<{ all: string }>("SELECT string_agg(m::text, '') AS all FROM mailed_codes m")
    expect(rows[0]?.all).not.toContain(code)
  })

  it('is removed only by who has just shown it; nobody can enrol for another', async () => {
    await forget()
    await admin.query('UPDATE authenticator_apps SET last_step = 0')
    const { browser } = await first(ada)
    await browser.post('/sign-in/verify', { code: codeOf(secret) })
    const path = `/api/v1/people/${ada.id}/factors`
    for (const [method, at] of [
      ['POST', `${path}/totp`],
      ['POST', `${path}/recovery-codes`],
      ['POST', `${path}/passkeys/options`],
      ['DELETE', `${path}/totp`],
    ] as const) {
      expect((await whole.call(method, at)).json, `${method} ${at}`).toMatchObject({ code: 'not_ones_own' })
    }
    const ago = 20 * 60_000
    await admin.query(
      `UPDATE sessions SET authenticated_at = authenticated_at - $1 * interval '1 millisecond' WHERE person_id = $2`,
      [ago, ada.id],
    )
    const stale = await browser.api('DELETE', `${path}/totp`)
    expect(stale.status).toBe(401)
    expect(stale.json).toMatchObject({ code: 'insufficient_user_authentication', acrValues: 'aal2', maxAge: 900 })
    expect(stale.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"')
    const fresh = await first(ada)
    await admin.query('UPDATE authenticator_apps SET last_step = 0')
    await fresh.browser.post('/sign-in/verify', { code: codeOf(secret) })
    const removed = await fresh.browser.api('DELETE', `${path}/totp?endOtherSessions=true`)
    expect(removed.json).toMatchObject({ removed: true })
    expect(removed.json['revoked']).toBeGreaterThan(0)
    expect(await me(browser)).toBe(401)
    expect((await first(ada)).to).toBe('/console/')
    const { rows } = await admin.query('SELECT FROM recovery_codes WHERE person_id = $1', [ada.id])
    expect(rows).toHaveLength(0)
  })
})

describe('an operator', () => {
  const authenticator = () => softAuthenticator({ origin: whole.url })

  it('registers a passkey before anything else, and comes by it from then on, without a name or a password', async () => {
    const olga = await addPerson(whole, 'Olga', ['admins'])
    const { browser, to } = await first(olga)
    expect(to).toBe('/sign-in/enrol')
    expect(await me(browser)).toBe(401)
    expect((await browser.get(to)).text).toContain('Register a passkey')
    const key = authenticator()
    const enrolled = await enrolPasskey(browser, key)
    expect(enrolled.status, enrolled.text).toBe(200)
    expect(recoveryCodesOn(enrolled)).toHaveLength(10)
    expect(enrolled.text).toContain('href="/console/"')
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id: olga.id } })

    const next = visitor(whole.url)
    const signedIn = await showPasskey(next, key, { return: '/console/people' })
    expect(signedIn.status, signedIn.text).toBe(303)
    expect(signedIn.headers.get('location')).toBe('/console/people')
    expect(await me(next)).toBe(200)
    const [event] = await eventsOf(whole, 'session.started')
    expect(event).toMatchObject({ actor: olga.id, data: { amr: ['hwk', 'user'], acr: 'phr' } })

    // By password first, then the passkey.
    const slow = await first(olga)
    expect(slow.to).toBe('/sign-in/verify')
    expect((await showPasskey(slow.browser, key, {}, {}, 'verify')).headers.get('location')).toBe('/console/')
    expect(await me(slow.browser)).toBe(200)

    // The last one that is demanded stays.
    const passkeys = (await slow.browser.api('GET', `/api/v1/people/${olga.id}/factors`)).json['passkeys'] as {
      id: string
    }[]
    const removed = await slow.browser.api('DELETE', `/api/v1/people/${olga.id}/factors/${passkeys[0]?.id}`)
    expect(removed.json).toMatchObject({ code: 'factor_demanded' })
    const second = await addPasskey(slow.browser, olga.id, authenticator(), 'Spare key')
    expect(second.json).toMatchObject({ recoveryCodes: null })
    expect((await slow.browser.api('DELETE', `/api/v1/people/${olga.id}/factors/${passkeys[0]?.id}`)).status).toBe(200)
    expect((await showPasskey(visitor(whole.url), key)).status).toBe(401)
  })

  it('who has lost the passkey comes by a recovery code, only to register another', async () => {
    const pia = await addPerson(whole, 'Pia', ['admins'])
    const { browser } = await first(pia)
    const [code = ''] = recoveryCodesOn(await enrolPasskey(browser, authenticator()))
    const lost = await first(pia)
    const verified = await lost.browser.post('/sign-in/verify', { code })
    expect(verified.headers.get('location')).toBe('/sign-in/enrol')
    expect(await me(lost.browser)).toBe(401)
    const again = await enrolPasskey(lost.browser, authenticator())
    expect(again.headers.get('location'), again.text).toBe('/console/')
    expect(await me(lost.browser)).toBe(200)
  })

  it('with an app shows it first: a password alone adds no passkey', async () => {
    const quin = await addPerson(whole, 'Quin')
    const browser = await signInAs(whole.url, quin)
    const { secret } = await addTotp(browser, quin.id)
    await whole.call('PATCH', `/api/v1/people/${quin.id}`, { groups: ['admins'] })
    const half = await first(quin)
    expect(half.to).toBe('/sign-in/verify')
    expect((await half.browser.get('/sign-in/enrol')).headers.get('location')).toBe('/sign-in/verify')
    const options = await half.browser.api(
      'POST',
      '/sign-in/enrol/passkey/options',
      {},
      { 'sec-fetch-site': 'same-origin' },
    )
    expect(options.status).toBe(401)
    const shown = await half.browser.post('/sign-in/verify', { code: codeOf(secret, new Date(), 1) })
    expect(shown.headers.get('location')).toBe('/sign-in/enrol')
    expect((await enrolPasskey(half.browser, authenticator())).status).toBe(303)
  })

  it('resets another’s factors: sessions end, and they enrol anew', async () => {
    const rae = await addPerson(whole, 'Rae', ['admins'])
    const { browser } = await first(rae)
    await enrolPasskey(browser, authenticator())
    const path = `/api/v1/people/${rae.id}/factors/reset`
    const proof = { method: 'in_person', reason: 'at the front desk, with her card: ticket 4711' }
    expect((await browser.api('POST', path, proof)).json).toMatchObject({ code: 'ones_own' })
    // Nothing is reset for whom nobody has made sure of, by a way that is taken here.
    for (const less of [{}, { method: 'in_person' }, { ...proof, reason: ' ' }, { ...proof, method: 'mail' }]) {
      expect((await whole.call('POST', path, less)).status, JSON.stringify(less)).toBe(422)
    }
    const refused = await whole.call('POST', path, { ...proof, method: 'vouched' })
    expect(refused.json).toMatchObject({ code: 'proof_not_accepted' })
    const reset = await whole.call('POST', path, proof)
    expect(reset.json).toMatchObject({ passkeys: 1, totp: false, revoked: 1 })
    expect(await me(browser)).toBe(401)
    expect((await lettersTo(rae)).some(({ template }) => template === 'factors-reset')).toBe(true)
    const [event] = await eventsOf(whole, 'factor.reset')
    expect(event).toMatchObject({ resource: rae.id, data: { proof } })

    const next = await first(rae)
    expect(next.to).toBe('/sign-in/enrol')
    const page = await next.browser.post('/sign-in/enrol/totp', {})
    expect(page.text).toContain('<svg')
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe')
    const enrolment = hiddenOn(page, 'enrolment')
    const wrong = await next.browser.post('/sign-in/enrol/totp/confirm', { enrolment, code: '000000' })
    expect(wrong.status).toBe(401)
    expect(secretOn(wrong)).toBe(secretOn(page))
    const code = codeOf(secretOn(page))
    const done = await next.browser.post('/sign-in/enrol/totp/confirm', { enrolment, code })
    expect(done.status, done.text).toBe(200)
    expect(recoveryCodesOn(done)).toHaveLength(10)
    expect(done.text).toContain('href="/sign-in/enrol"')
    expect(await me(next.browser)).toBe(401)
    expect((await next.browser.post('/sign-in/enrol/totp/confirm', { enrolment, code })).text).toContain('unknown')
    expect((await enrolPasskey(next.browser, authenticator())).status).toBe(303)
    expect(await me(next.browser)).toBe(200)
  })

  it('who was never demanded a second factor, and had one, has to have one after a reset', async () => {
    const ray = await addPerson(whole, 'Ray')
    await addTotp(await signInAs(whole.url, ray), ray.id)
    const proof = { method: 'video', reason: 'by his team lead' }
    expect((await whole.call('POST', `/api/v1/people/${ray.id}/factors/reset`, proof)).status).toBe(200)
    // Here a code that is sent will do.
    expect((await first(ray)).to).toBe('/sign-in/verify')
  })
})

describe('signing in again', () => {
  it('is asked for where the application wants it, in the same session, with everything that is demanded', async () => {
    const sam = await addPerson(whole, 'Sam')
    const browser = await signInAs(whole.url, sam)
    expect((await browser.get('/sign-in?return=/console/x')).headers.get('location')).toBe('/console/x')
    const page = await browser.get('/sign-in?return=/console/x&max_age=0')
    expect(page.status).toBe(200)
    expect(page.text).toContain(`value="${sam.email}"`)
    const { rows: before } = await admin.query<{ id: string }>('SELECT id FROM sessions WHERE person_id = $1', [sam.id])
    const again = { username: sam.email, password: sam.password, return: '/console/x', since: hiddenOn(page, 'since') }
    expect((await browser.post('/sign-in', again)).headers.get('location')).toBe('/console/x')
    const { rows: after } = await admin.query<{ id: string }>('SELECT id FROM sessions WHERE person_id = $1', [sam.id])
    expect(after).toEqual(before)

    const weak = await signInAs(whole.url, sam)
    const { secret } = await addTotp(browser, sam.id)
    const half = await weak.get('/sign-in?acr=aal2&return=/console/x')
    expect(half.headers.get('location')).toBe('/sign-in/verify?return=%2Fconsole%2Fx&acr=aal2')
    expect((await weak.post('/sign-in/verify', { code: codeOf(secret, new Date(), 1) })).status).toBe(303)
    expect(await me(weak)).toBe(200)
    const anew = await browser.get('/sign-in/verify?max_age=0')
    expect(anew.headers.get('location')).toMatch(/^\/sign-in\?since=\d+$/)
    const since = new URL(anew.headers.get('location') ?? '', whole.url).searchParams.get('since') ?? ''
    const word = await browser.post('/sign-in', { username: sam.email, password: sam.password, since })
    expect(word.headers.get('location')).toBe(`/sign-in/verify?since=${since}`)
  })

  it('prefills whom the application expects', async () => {
    const { text } = await visitor(whole.url).get('/sign-in?login_hint=%22%3E%3Cb%3Eada@shop.example')
    expect(text).toContain('value="&quot;&gt;&lt;b&gt;ada@shop.example"')
  })

  it('looks the same for everybody until the password is right', async () => {
    const plain = await addPerson(whole, 'Tom')
    const strong = await addPerson(whole, 'Uma')
    const browser = await signInAs(whole.url, strong)
    await addPasskey(browser, strong.id, softAuthenticator({ origin: whole.url }))
    const shape = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '').replaceAll(/value="[^"]*"/g, '')
    const pages = []
    const options = []
    for (const username of [plain.email, strong.email, 'nobody@shop.example']) {
      pages.push(shape((await visitor(whole.url).post('/sign-in', { username, password: 'not the password' })).text))
      const own = visitor(whole.url)
      const { json } = await own.api('POST', '/sign-in/passkey/options', { step: 'verify', username })
      options.push(JSON.stringify({ ...json, challenge: '' }))
    }
    expect(new Set(pages).size).toBe(1)
    expect(new Set(options).size).toBe(1)
    expect(options[0]).toContain('"allowCredentials":[]')
  })
})

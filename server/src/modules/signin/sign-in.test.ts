import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startServer } from '../../serve.ts'
import { freePort } from '../../testing/free-port.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let ada: Credentials
let ben: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada', ['admins'])
  ben = await addPerson(whole, 'Ben')
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

const forget = () => admin.query('DELETE FROM sign_in_throttles')

describe('the page', () => {
  it('is a form that needs no script, under a policy that allows our own one and nothing else', async () => {
    const { status, text, headers } = await visitor(whole.url).get('/sign-in')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/passkeys.js">'])
    expect(text).not.toMatch(/style=|\son\w+=|<script[^>]*>[^<]/i)
    expect(text).toMatch(/<label for="username">/)
    expect(text).toMatch(/<input id="username"[^>]*autocomplete="username webauthn"/)
    expect(text).toMatch(/<input id="password"[^>]*type="password" autocomplete="current-password"/)
    const style = await fetch(`${whole.url}/signin.css`)
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  it('escapes what is typed, and never shows the password again', async () => {
    const evil = '"><script>alert(1)</script>@x.example'
    const { status, text } = await visitor(whole.url).post('/sign-in', { username: evil, password: 'hunter2 <b>' })
    expect(status).toBe(401)
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@x.example"')
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('hunter2')
  })
})

describe('an address that nobody answers at', () => {
  const at = (accept: string) => fetch(`${whole.url}/sing-in`, { headers: { accept } })

  it('is a page with a way on for a browser, and problem details for a program', async () => {
    const page = await at('text/html,application/xhtml+xml;q=0.9,*/*;q=0.8')
    expect(page.status).toBe(404)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await page.text()).toContain('<a href="/">To the start page</a>')
    expect(await (await at('*/*')).json()).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('signing in', () => {
  it('leads on with a session in a cookie that scripts, other hosts and plain connections do not get', async () => {
    const browser = visitor(whole.url)
    const answer = await browser.post('/sign-in', { username: ' ADA@shop.example ', password: ada.password })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/console/')
    expect(answer.cookies).toHaveLength(1)
    expect(answer.cookies[0]).toMatch(
      /^__Host-holdfast=hfs_[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    const { json } = await browser.api('GET', '/api/v1/me')
    expect(json).toMatchObject({
      principal: { type: 'Person', id: ada.id },
      name: 'Ada',
      email: 'ada@shop.example',
      groups: ['admins'],
      installation: { publicUrl: whole.url },
    })
    expect(json['actions']).toContain('createPerson')
    const onShop = await browser.api('GET', '/api/v1/me/applications/shop')
    expect(onShop.json['actions']).toContain('grantAccess')
    const [event] = await eventsOf(whole, 'session.started')
    expect(event).toMatchObject({ outcome: 'success', actor: ada.id })
  })

  it('keeps only the hash of the token', async () => {
    const { session = '' } = await signInAs(whole.url, ada)
    const { rows } = await admin.query<{ all: string }>("SELECT string_agg(sessions::text, '') AS all FROM sessions")
    expect(rows[0]?.all).not.toContain(session)
    expect(rows[0]?.all).not.toContain(Buffer.from(session).toString('hex'))
  })

  it('gives a new token each time: one that was planted before is worth nothing after', async () => {
    const eve = await signInAs(whole.url, ben)
    const planted = eve.session
    const victim = visitor(whole.url)
    victim.session = planted
    await victim.post('/sign-in', { username: ada.email, password: ada.password })
    expect(victim.session).not.toBe(planted)
    expect((await victim.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id: ada.id } })
    // Nor does the planted session, which was another's, go on: the browser has left it.
    expect((await eve.api('GET', '/api/v1/me')).status).toBe(401)
    const invented = visitor(whole.url)
    invented.session = `hfs_${'A'.repeat(43)}`
    await invented.post('/sign-in', { username: ada.email, password: ada.password })
    expect(invented.session).not.toBe(`hfs_${'A'.repeat(43)}`)
  })

  it('leads to the path that was asked for, at this origin only', async () => {
    const browser = visitor(whole.url)
    const to = async (path: string) =>
      (await browser.post('/sign-in', { username: ada.email, password: ada.password, return: path })).headers.get(
        'location',
      )
    expect(await to('/console/people?x=1')).toBe('/console/people?x=1')
    for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', '/.//evil.example']) {
      expect(await to(evil), evil).toBe('/console/')
    }
    expect((await browser.get('/sign-in?return=//evil.example')).headers.get('location')).toBe('/console/')
    const page = await visitor(whole.url).get('/sign-in?return=%22%3E%3Cb%3E//evil.example')
    expect(page.text).not.toContain('evil.example')
  })

  it('is refused to a page of another site, with or without a session', async () => {
    const browser = visitor(whole.url)
    const form = { username: ada.email, password: ada.password }
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const { status, cookies } = await browser.post('/sign-in', form, headers)
      expect(status).toBe(403)
      expect(cookies).toEqual([])
    }
    const old = await fetch(`${whole.url}/sign-in`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
    expect(old.status).toBe(403)
  })

  it('is refused when another password was set after this one was recognised, and is no sign-in of the person', async () => {
    const eve = await addPerson(whole, 'Eve')
    const person = async () =>
      (await admin.query('SELECT last_sign_in_at AS at FROM people WHERE id = $1', [eve.id])).rows[0] as { at: unknown }
    await admin.query('BEGIN')
    await admin.query('SELECT FROM people WHERE id = $1 FOR UPDATE', [eve.id])
    const answer = visitor(whole.url).post('/sign-in', { username: eve.email, password: eve.password })
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    await expect.poll(async () => (await admin.query(waiting)).rowCount).toBe(1)
    await admin.query("UPDATE passwords SET hash = hash || '\\x00' WHERE person_id = $1", [eve.id])
    await admin.query('COMMIT')
    expect((await answer).status).toBe(401)
    expect((await eventsOf(whole, 'session.refused'))[0]).toMatchObject({ reason: 'password_changed' })
    expect(await person()).toEqual({ at: null })
  })

  it('makes a hash anew when the parameters have changed since', async () => {
    const port = await freePort()
    const other = await startServer({
      env: { ...quickSignIn, HOLDFAST_SIGNIN_ARGON2_MEMORY_KIB: '8192' },
      logFile: join(whole.dataDir, 'other.log'),
      flags: {
        data: whole.dataDir,
        publicUrl: `http://localhost:${port}`,
        'http.listen': `127.0.0.1:${port}`,
        'database.url': whole.databaseUrl,
      },
    })
    // What is stored is encrypted: that it was written anew is all that can be seen, and all that is wanted.
    const stored = async () =>
      (await admin.query<{ hash: Buffer }>('SELECT hash FROM passwords WHERE person_id = $1', [ada.id])).rows[0]?.hash
    const first = await stored()
    try {
      await signInAs(whole.url, ada)
      expect(await stored()).toEqual(first)
      await signInAs(other.url, ada)
      const second = await stored()
      expect(second).not.toEqual(first)
      await signInAs(other.url, ada)
      expect(await stored()).toEqual(second)
    } finally {
      await other.stop()
    }
    await signInAs(whole.url, ada)
    expect(await stored()).not.toEqual(first)
  })
})

describe('a refusal', () => {
  const without = (text: string) =>
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'EVENT').replaceAll(/value="[^"]*"/g, '')

  it('says the same whether the address is somebody’s, nobody’s, or disabled; the event knows', async () => {
    await forget()
    const cara = await addPerson(whole, 'Cara')
    await whole.call('PATCH', `/api/v1/people/${cara.id}`, { state: 'disabled' })
    const dora = await whole.call('POST', '/api/v1/people', { email: 'dora@shop.example', name: 'Dora' })
    expect(dora.status).toBe(201)
    const pages = []
    for (const [email, password, reason] of [
      [ada.email, 'not the password', 'password_wrong'],
      ['nobody@shop.example', 'not the password', 'person_unknown'],
      [cara.email, cara.password, 'person_disabled'],
      ['dora@shop.example', 'not the password', 'password_missing'],
      [ada.email, 'x'.repeat(5000), 'password_wrong'],
      ['not an address', '', 'person_unknown'],
      ['ada\0@shop.example', '\0', 'person_unknown'],
    ] as const) {
      const { status, text, cookies } = await visitor(whole.url).post('/sign-in', { username: email, password })
      expect(status).toBe(401)
      expect(cookies).toEqual([])
      const [event] = await eventsOf(whole, 'session.refused')
      expect(event).toMatchObject({ outcome: 'refused', reason })
      expect(text).toContain(`<code>${event?.id}</code>`)
      pages.push(without(text))
    }
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('role="alert"')
  })

  it('does not keep what was typed: it may be a password in the wrong field', async () => {
    await visitor(whole.url).post('/sign-in', { username: 'my secret password', password: '' })
    const { rows } = await admin.query<{ found: number }>(
      "SELECT (SELECT count(*) FROM events WHERE events::text LIKE '%my secret%') + (SELECT count(*) FROM sign_in_throttles t WHERE t::text LIKE '%my secret%') AS found",
    )
    expect(Number(rows[0]?.found)).toBe(0)
    expect(JSON.stringify(await eventsOf(whole, 'session.refused'))).not.toContain('my secret')
  })
})

describe('guessing', () => {
  const guess = (email: string, password = 'not the password') =>
    visitor(whole.url).post('/sign-in', { username: email, password })
  const later = (seconds: number) =>
    admin.query(
      `UPDATE sign_in_throttles SET blocked_until = blocked_until - $1 * interval '1 second', last_at = last_at - $1 * interval '1 second'`,
      [seconds],
    )

  it.each([['somebody’s'], ['nobody’s']])('is slowed down more and more, on %s account', async (whose) => {
    await forget()
    const eve = await addPerson(whole, `Eve${whose.length}`)
    const email = whose === 'nobody’s' ? 'nobody@shop.example' : eve.email
    for (let at = 0; at < 5; at++) expect((await guess(email)).status).toBe(401)
    const waits = []
    for (let at = 0; at < 4; at++) {
      const blocked = await guess(email)
      expect(blocked.status).toBe(429)
      waits.push(Number(blocked.headers.get('retry-after')))
      expect(blocked.text).toContain('Too many attempts')
      await later(Number(blocked.headers.get('retry-after')))
      expect((await guess(email)).status).toBe(401)
    }
    expect(waits).toEqual([1, 2, 4, 8])
    // While it is blocked even the right password is not looked at.
    expect((await guess(email, eve.password)).status).toBe(429)
    // And for ever it is not: the longest wait is a quarter of an hour.
    await admin.query('UPDATE sign_in_throttles SET attempts = 1000')
    await later(900)
    expect((await guess(email)).status).toBe(401)
    expect(Number((await guess(email)).headers.get('retry-after'))).toBeLessThanOrEqual(900)
  })

  it('is counted before it is looked at: fifty at once are not fifty guesses', async () => {
    await forget()
    const began = performance.now()
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess('ada@shop.example')))
    const looked = answers.filter(({ status }) => status === 401)
    // Five are free; the next after one second, the one after that after two more, then after four.
    const later = Math.floor(Math.log2((performance.now() - began) / 1000 + 1))
    expect(looked.length).toBeLessThanOrEqual(5 + later)
    expect(answers.filter(({ status }) => status === 429).length).toBe(50 - looked.length)
  })

  it('does not keep the person out where they signed in before', async () => {
    await forget()
    const fay = await addPerson(whole, 'Fay')
    await signInAs(whole.url, fay)
    // Guesses from elsewhere count on the account, not on the address that Fay is known at.
    const { rows } = await admin.query<{ key: Buffer }>(
      'SELECT address_key AS key FROM sessions WHERE person_id = $1',
      [fay.id],
    )
    await admin.query('UPDATE sessions SET address_key = sha256(address_key) WHERE person_id = $1', [fay.id])
    for (let at = 0; at < 5; at++) expect((await guess(fay.email)).status).toBe(401)
    expect((await guess(fay.email, fay.password)).status).toBe(429)
    await admin.query('UPDATE sessions SET address_key = $1 WHERE person_id = $2', [rows[0]?.key, fay.id])
    await signInAs(whole.url, fay)
  })

  it('is forgotten once the person has proved themselves', async () => {
    await forget()
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 4; at++) expect((await guess(ben.email)).status).toBe(401)
      await signInAs(whole.url, ben)
    }
  })
})

describe('signing out', () => {
  it('ends the session: whoever kept the cookie has nothing', async () => {
    const browser = await signInAs(whole.url, ada)
    const kept = browser.session
    const answer = await browser.post('/sign-out', {})
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/sign-in')
    expect(answer.cookies).toEqual(['__Host-holdfast=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'])
    browser.session = kept
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await whole.call('GET', '/api/v1/me', undefined, kept)).status).toBe(401)
    expect((await browser.get('/sign-in')).status).toBe(200)
    // A second time there is nothing to end, and the cookie goes all the same.
    expect((await browser.post('/sign-out', {})).status).toBe(303)
    const [event] = await eventsOf(whole, 'session.ended')
    expect(event).toMatchObject({ outcome: 'success', reason: 'signed_out', actor: ada.id })
  })

  it('is not for other sites to do', async () => {
    const browser = await signInAs(whole.url, ada)
    expect((await browser.post('/sign-out', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(200)
  })
})

describe('a cookie that is not ours', () => {
  it.each(['', 'x', `hfs_${'A'.repeat(43)}`, `hfk_${'A'.repeat(43)}`, "hfs_' OR 1=1 --", `hfs_${'é'.repeat(43)}`])(
    'is nobody: %j',
    async (value) => {
      const { status } = await visitor(whole.url).api('GET', '/api/v1/me', undefined, {
        cookie: `__Host-holdfast=${encodeURI(value)}`,
      })
      expect(status).toBe(401)
    },
  )

  it('is nobody when there are two of them', async () => {
    const { session = '' } = await signInAs(whole.url, ada)
    const cookie = `__Host-holdfast=${session}; __Host-holdfast=hfs_${'A'.repeat(43)}`
    expect((await visitor(whole.url).api('GET', '/api/v1/me', undefined, { cookie })).status).toBe(401)
  })

  it('is no service key, and no bootstrap token', async () => {
    const browser = visitor(whole.url)
    browser.session = whole.token
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
  })
})

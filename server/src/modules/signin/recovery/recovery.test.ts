import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { letterTo, lettersTo, linkIn } from '../../../testing/mailbox.ts'
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

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_SIGNIN_THROTTLE_ADDRESS_FREE: '10000',
  })
})
afterAll(() => whole.close())

const newPassword = 'thistle harbour lamp 42 oven'

/** Asks for a link, and reads it in the mailbox. */
async function recoveryLink(
  { email }: Pick<Credentials, 'email'>,
  browser: Visitor = visitor(whole.url),
): Promise<string> {
  const had = (await lettersTo(whole, email)).filter(({ template }) => template === 'recovery').length
  expect((await browser.post('/recover', { email })).status).toBe(200)
  return linkIn(await letterTo(whole, email, 'recovery', had))
}

const tokenOf = (link: string) => new URL(link, whole.url).searchParams.get('token') ?? ''
const choose = (browser: Visitor, token: string, password = newPassword, again = password) =>
  browser.post('/recover/new', { token, password, again })

async function trySignIn(email: string, password: string): Promise<number> {
  return (await visitor(whole.url).post('/sign-in', { username: email, password })).status
}

describe('recovering an account', () => {
  test('by a link that was mailed: a new password, every session ended, nobody signed in', async () => {
    const ada = await addPerson(whole, 'Ada')
    const before = await signInAs(whole.url, ada)
    const browser = visitor(whole.url)
    const link = await recoveryLink(ada, browser)
    const page = await browser.get(link)
    expect(page.status).toBe(200)
    expect(page.text).toContain(ada.email)
    const done = await choose(browser, tokenOf(link))
    expect(done.status, done.text).toBe(200)
    expect(done.text).toContain('href="/sign-in"')
    expect(browser.session).toBeUndefined()
    expect((await before.api('GET', '/api/v1/me')).status).toBe(401)
    expect(await trySignIn(ada.email, ada.password)).toBe(401)
    expect(await trySignIn(ada.email, newPassword)).toBe(303)
    await letterTo(whole, ada.email, 'password-changed')
    const person = await whole.call('GET', `/api/v1/people/${ada.id}`)
    expect(person.json['emailVerifiedAt']).not.toBeNull()
    const [event] = await eventsOf(whole, 'recovery.completed')
    expect(event).toMatchObject({ outcome: 'success', resource: ada.id, data: { sessions: 1 } })
  })

  test('is started by an operator, who neither chooses nor learns the new password', async () => {
    const gil = await addPerson(whole, 'Gil')
    const reset = `/api/v1/people/${gil.id}/password-reset`
    const sent = await whole.call('POST', reset)
    expect([sent.status, sent.json]).toEqual([202, { sent: true }])
    const [event] = await eventsOf(whole, 'recovery.started')
    expect(event).toMatchObject({ outcome: 'success', resource: gil.id })
    expect(JSON.stringify(event)).not.toContain('hfl_')
    // What they have goes on until they follow the link.
    expect(await trySignIn(gil.email, gil.password)).toBe(303)
    const token = tokenOf(linkIn(await letterTo(whole, gil.email, 'recovery')))
    expect((await choose(visitor(whole.url), token)).status).toBe(200)
    expect(await trySignIn(gil.email, gil.password)).toBe(401)
    expect(await trySignIn(gil.email, newPassword)).toBe(303)

    const ordinary = await signInAs(whole.url, await addPerson(whole, 'Hera'))
    expect((await ordinary.api('POST', reset)).status).toBe(403)
    expect((await whole.call('POST', reset.replace(gil.id, crypto.randomUUID()))).status).toBe(404)
    await whole.call('PATCH', `/api/v1/people/${gil.id}`, { state: 'disabled' })
    expect((await whole.call('POST', reset)).json).toMatchObject({ code: 'person_disabled' })
  })

  test('works once: of fifty at once one sets its password', async () => {
    const bea = await addPerson(whole, 'Bea')
    const token = tokenOf(await recoveryLink(bea))
    const passwords = Array.from({ length: 50 }, (_, at) => `${newPassword} number ${at}`)
    const answers = await Promise.all(passwords.map((password) => choose(visitor(whole.url), token, password)))
    const won = answers.flatMap(({ status }, at) => (status === 200 ? [at] : []))
    expect(won).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 410, 429, 503].includes(status))).toBe(true)
    expect(await trySignIn(bea.email, passwords[won[0] ?? 0] ?? '')).toBe(303)
  })

  test('never touches the second factor, and never signs in past it', async () => {
    const cleo = await addPerson(whole, 'Cleo')
    const required = await whole.call('POST', `/api/v1/people/${cleo.id}/require`, { acr: 'aal2', reason: 'test' })
    expect(required.status).toBeLessThan(300)
    await choose(visitor(whole.url), tokenOf(await recoveryLink(cleo)))
    const browser = visitor(whole.url)
    const signedIn = await browser.post('/sign-in', { username: cleo.email, password: newPassword })
    expect(signedIn.headers.get('location')).toMatch(/^\/sign-in\/(?:verify|enrol)/)
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
  })

  test('a weak password, or two that differ, leaves the link as it was', async () => {
    const dora = await addPerson(whole, 'Dora')
    const token = tokenOf(await recoveryLink(dora))
    expect((await choose(visitor(whole.url), token, 'short')).status).toBe(422)
    expect((await choose(visitor(whole.url), token, newPassword, 'another one')).status).toBe(422)
    expect((await choose(visitor(whole.url), token)).status).toBe(200)
    expect((await choose(visitor(whole.url), token)).status).toBe(410)
  })

  test('a newer link, another address or being disabled ends it', async () => {
    const edda = await addPerson(whole, 'Edda')
    const first = tokenOf(await recoveryLink(edda))
    const second = tokenOf(await recoveryLink(edda))
    expect((await choose(visitor(whole.url), first)).status).toBe(410)
    await whole.call('PATCH', `/api/v1/people/${edda.id}`, { state: 'disabled' })
    expect((await visitor(whole.url).get(`/recover/new?token=${second}`)).status).toBe(410)
    expect((await choose(visitor(whole.url), second)).status).toBe(410)
    expect(await eventsOf(whole, 'recovery.completed')).toContainEqual(
      expect.objectContaining({ outcome: 'refused', reason: 'mailed_link_invalid' }),
    )
  })

  test('does not work after its time', async () => {
    const finn = await addPerson(whole, 'Finn')
    const token = tokenOf(await recoveryLink(finn))
    const client = new Client({ connectionString: whole.databaseUrl })
    await client.connect()
    const { rows } = await client.query<{ minutes: string }>(
      'SELECT extract(epoch FROM expires_at - created_at) / 60 AS minutes FROM mailed_links WHERE person_id = $1',
      [finn.id],
    )
    expect(Number(rows[0]?.minutes)).toBe(30)
    await client.query("UPDATE mailed_links SET expires_at = now() - interval '1 second' WHERE person_id = $1", [
      finn.id,
    ])
    await client.end()
    expect((await choose(visitor(whole.url), token)).status).toBe(410)
  })

  test('goes on to where the person was going, at this origin alone', async () => {
    const greta = await addPerson(whole, 'Greta')
    const browser = visitor(whole.url)
    await browser.post('/recover', { email: greta.email, return: '/console/events' })
    const link = linkIn(await letterTo(whole, greta.email, 'recovery'))
    const token = tokenOf(link)
    expect(new URL(link, whole.url).searchParams.get('return')).toBe('/console/events')
    const done = await browser.post('/recover/new', {
      token,
      password: newPassword,
      again: newPassword,
      return: '//evil.example',
    })
    expect(done.text).not.toContain('evil.example')
  })
})

describe('whether somebody has an account', () => {
  test('is told neither by the answer nor by what was done for it', async () => {
    const hana = await addPerson(whole, 'Hana')
    const pages = []
    for (const email of [hana.email, 'nobody@shop.example', 'no address at all', '']) {
      const { status, text } = await visitor(whole.url).post('/recover', { email })
      pages.push({ status, text })
    }
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1)
    await letterTo(whole, hana.email, 'recovery')
    await eventually(async () => (await eventsOf(whole, 'recovery.unsent')).at(2))
    expect(await lettersTo(whole, 'nobody@shop.example')).toEqual([])
    // The work of the request itself is one and the same: what was asked, and a job.
    const asked = await eventsOf(whole, 'recovery.asked')
    expect(
      new Set(asked.slice(0, 4).map(({ data, resource, outcome }) => JSON.stringify([data, resource, outcome]))).size,
    ).toBe(1)
  })

  test('asking again and again is slowed down, for every address the same', async () => {
    const ilse = await addPerson(whole, 'Ilse')
    const emails = [ilse.email, 'unknown@shop.example']
    const ask = async (email: string) => (await visitor(whole.url).post('/recover', { email })).status
    const began = new Date()
    for (const email of emails) for (let at = 0; at < 3; at += 1) expect(await ask(email)).toBe(200)
    // Both wait from here on, a second; however slow this machine is, it is not over before the next one.
    const client = new Client({ connectionString: whole.databaseUrl })
    await client.connect()
    const { rowCount } = await client.query(
      "UPDATE sign_in_throttles SET blocked_until = now() + interval '1 hour' WHERE blocked_until > last_at AND last_at >= $1",
      [began],
    )
    await client.end()
    expect(rowCount).toBe(emails.length)
    for (const email of emails) expect(await ask(email)).toBe(429)
    await letterTo(whole, ilse.email, 'recovery', 2)
    expect(await lettersTo(whole, ilse.email)).toHaveLength(3)
  })

  test('a page of another site cannot ask', async () => {
    const answer = await visitor(whole.url).post(
      '/recover',
      { email: 'x@y.example' },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect(answer.status).toBe(403)
  })
})

describe('e-mail addresses', () => {
  test('are verified by a link, which a mail program that follows it does not use up', async () => {
    const jana = await addPerson(whole, 'Jana')
    const browser = await signInAs(whole.url, jana)
    expect((await browser.api('POST', `/api/v1/people/${jana.id}/email-verification`)).status).toBe(202)
    const link = linkIn(await letterTo(whole, jana.email, 'email-verification'))
    for (let at = 0; at < 3; at += 1) expect((await visitor(whole.url).get(link)).status).toBe(200)
    const before = await whole.call('GET', `/api/v1/people/${jana.id}`)
    expect(before.json['emailVerifiedAt']).toBeNull()
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(link) })).status).toBe(200)
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(link) })).status).toBe(410)
    const after = await whole.call('GET', `/api/v1/people/${jana.id}`)
    expect(after.json['emailVerifiedAt']).not.toBeNull()
    expect((await browser.api('POST', `/api/v1/people/${jana.id}/email-verification`)).status).toBe(409)
    const other = await addPerson(whole, 'Kaja')
    expect((await browser.api('POST', `/api/v1/people/${other.id}/email-verification`)).status).toBe(403)
  })

  test('change when the new one is confirmed, and the old one is told', async () => {
    const lena = await addPerson(whole, 'Lena')
    const browser = await signInAs(whole.url, lena)
    const asked = await browser.api('POST', `/api/v1/people/${lena.id}/email`, { email: 'Lena@New.example' })
    expect(asked.status, JSON.stringify(asked.json)).toBe(202)
    await letterTo(whole, lena.email, 'email-change-asked')
    const recovery = tokenOf(await recoveryLink(lena))
    const link = linkIn(await letterTo(whole, 'lena@new.example', 'email-change'))
    expect(await trySignIn('lena@new.example', lena.password)).toBe(401)
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(link) })).status).toBe(200)
    expect(await trySignIn('lena@new.example', lena.password)).toBe(303)
    expect(await trySignIn(lena.email, lena.password)).toBe(401)
    await letterTo(whole, lena.email, 'email-changed')
    // A link that was sent to the old mailbox opens nothing any more.
    expect((await choose(visitor(whole.url), recovery)).status).toBe(410)
    expect((await whole.call('GET', `/api/v1/people/${lena.id}`)).json).toMatchObject({ email: 'Lena@New.example' })
  })

  test('do not change by a link that was asked for before the password did', async () => {
    const oda = await addPerson(whole, 'Oda')
    const thief = await signInAs(whole.url, oda)
    expect((await thief.api('POST', `/api/v1/people/${oda.id}/email`, { email: 'thief@evil.example' })).status).toBe(
      202,
    )
    const link = linkIn(await letterTo(whole, 'thief@evil.example', 'email-change'))
    const recovery = tokenOf(await recoveryLink(oda))
    const browser = await signInAs(whole.url, oda)
    const changed = await browser.api('PUT', `/api/v1/people/${oda.id}/password`, {
      password: newPassword,
      current: oda.password,
    })
    expect(changed.status, JSON.stringify(changed.json)).toBe(200)
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(link) })).status).toBe(410)
    expect((await choose(visitor(whole.url), recovery, 'gravel teapot 99 invoice')).status).toBe(410)
    expect(await trySignIn(oda.email, newPassword)).toBe(303)
  })

  test('of somebody else are not taken, which is said in that mailbox alone', async () => {
    const mara = await addPerson(whole, 'Mara')
    const nina = await addPerson(whole, 'Nina')
    const browser = await signInAs(whole.url, mara)
    const taken = await browser.api('POST', `/api/v1/people/${mara.id}/email`, { email: nina.email })
    const free = await browser.api('POST', `/api/v1/people/${mara.id}/email`, { email: 'free@shop.example' })
    expect([taken.status, taken.json]).toEqual([free.status, free.json])
    // The newer request has replaced the older.
    const link = linkIn(await letterTo(whole, nina.email, 'email-change'))
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(link) })).status).toBe(410)
    await browser.api('POST', `/api/v1/people/${mara.id}/email`, { email: nina.email })
    const again = linkIn(await letterTo(whole, nina.email, 'email-change', 1))
    expect((await visitor(whole.url).post('/verify-email', { token: tokenOf(again) })).status).toBe(409)
    expect(await trySignIn(nina.email, nina.password)).toBe(303)
    expect((await browser.api('POST', `/api/v1/people/${nina.id}/email`, { email: 'evil@shop.example' })).status).toBe(
      403,
    )
  })

  test('change only in a session that signed in lately', async () => {
    const olga = await addPerson(whole, 'Olga')
    const browser = await signInAs(whole.url, olga)
    const client = new Client({ connectionString: whole.databaseUrl })
    await client.connect()
    await client.query(
      "UPDATE sessions SET authenticated_at = authenticated_at - interval '1 hour' WHERE person_id = $1",
      [olga.id],
    )
    await client.end()
    const refused = await browser.api('POST', `/api/v1/people/${olga.id}/email`, { email: 'olga@new.example' })
    expect(refused.status).toBe(401)
    expect(refused.json['type']).toContain('insufficient_user_authentication')
  })
})

test('links of another kind, of another shape, or made up open nothing', async () => {
  const petra = await addPerson(whole, 'Petra')
  const recovery = tokenOf(await recoveryLink(petra))
  expect((await visitor(whole.url).post('/verify-email', { token: recovery })).status).toBe(410)
  for (const token of ['', 'hfl_', `hfl_${'A'.repeat(43)}`, `hfs_${recovery.slice(4)}`, 'x'.repeat(5000)]) {
    expect((await visitor(whole.url).get(`/recover/new?token=${token}`)).status).toBe(410)
    expect((await choose(visitor(whole.url), token)).status).toBe(410)
    expect((await visitor(whole.url).post('/verify-email', { token })).status).toBe(410)
  }
})

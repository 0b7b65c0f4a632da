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
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

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

/** A well-formed id that nobody has: a real one with a digit changed may be the real one, one time in sixteen. */
const unknown = '01900000-0000-7000-8000-00000000dead'

const isIn = async (browser: Visitor) => (await browser.api('GET', '/api/v1/me')).status === 200
const sessionOf = async (browser: Visitor) =>
  ((await browser.api('GET', '/api/v1/me')).json['session'] as { id: string }).id

interface Listed {
  readonly id: string
  readonly current: boolean
  readonly kind: string
  readonly person: { readonly email: string }
}
const list = async (browser: Visitor, query = '') => {
  const { status, json } = await browser.api('GET', `/api/v1/sessions${query}`)
  return { status, items: (json['items'] ?? []) as Listed[], next: json['next'] as string | null }
}

describe('the list', () => {
  it('shows an operator all live sessions, newest first, in pages', async () => {
    const [browser] = [await signInAs(whole.url, ada), await signInAs(whole.url, ben), await signInAs(whole.url, ben)]
    const all = await list(browser)
    expect(all.items.length).toBeGreaterThanOrEqual(3)
    expect(all.items.filter(({ current }) => current).map(({ id }) => id)).toEqual([await sessionOf(browser)])
    expect(all.items[0]).toMatchObject({ kind: 'sign-in', person: { id: ben.id, name: 'Ben', email: ben.email } })
    const paged: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(browser, `?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
      paged.push(...page.items.map(({ id }) => id))
      cursor = page.next
    }
    expect(paged).toEqual(all.items.map(({ id }) => id))
  })

  it('shows everybody their own, and nobody else’s', async () => {
    const browser = await signInAs(whole.url, ben)
    expect((await list(browser)).status).toBe(403)
    expect((await list(browser, `?person=${ada.id}`)).status).toBe(403)
    const own = await list(browser, `?person=${ben.id}`)
    expect(own.status).toBe(200)
    expect(own.items.every(({ person }) => person.email === ben.email)).toBe(true)
  })

  it.each(['?limit=0', '?limit=1000', '?cursor=x', '?person=%27', '?limit=NaN'])('refuses %s', async (query) => {
    expect((await list(await signInAs(whole.url, ada), query)).status).toBe(422)
  })
})

describe('revoking', () => {
  it('ends the session, and no other', async () => {
    const [operator, first, second] = [
      await signInAs(whole.url, ada),
      await signInAs(whole.url, ben),
      await signInAs(whole.url, ben),
    ]
    const id = await sessionOf(first)
    expect(await operator.api('DELETE', `/api/v1/sessions/${id}`)).toMatchObject({ status: 200, json: { revoked: 1 } })
    expect(await isIn(first)).toBe(false)
    expect(await isIn(second)).toBe(true)
    const [event] = await eventsOf(whole, 'session.revoked')
    expect(event).toMatchObject({ actor: ada.id, resource: id, reason: 'revoked' })
    expect(await operator.api('DELETE', `/api/v1/sessions/${id}`)).toMatchObject({ status: 404 })
  })

  it('is for one’s own sessions only, unless one is an operator', async () => {
    const [operator, browser] = [await signInAs(whole.url, ada), await signInAs(whole.url, ben)]
    const foreign = await browser.api('DELETE', `/api/v1/sessions/${await sessionOf(operator)}`)
    const unknown = await browser.api('DELETE', '/api/v1/sessions/01900000-0000-7000-8000-000000000000')
    expect([foreign.status, unknown.status]).toEqual([403, 403])
    expect((await browser.api('DELETE', '/api/v1/sessions/%27')).status).toBe(403)
    expect((await browser.api('DELETE', `/api/v1/people/${ada.id}/sessions`)).status).toBe(403)
    expect(await isIn(operator)).toBe(true)
    const own = await browser.api('DELETE', `/api/v1/sessions/${await sessionOf(browser)}`)
    expect(own.status).toBe(200)
    expect(browser.session).toBeUndefined()
  })

  it('of a person ends them all', async () => {
    const browsers = [await signInAs(whole.url, ben), await signInAs(whole.url, ben)]
    const operator = await signInAs(whole.url, ada)
    const { json } = await operator.api('DELETE', `/api/v1/people/${ben.id}/sessions`)
    expect(json['revoked']).toBeGreaterThanOrEqual(2)
    for (const browser of browsers) expect(await isIn(browser)).toBe(false)
    expect((await operator.api('DELETE', `/api/v1/people/${ben.id}/sessions`)).json).toEqual({ revoked: 0 })
    expect((await operator.api('DELETE', `/api/v1/people/${unknown}/sessions`)).status).toBe(404)
  })

  it('happens with disabling and with deleting, in the same transaction', async () => {
    for (const [at, act] of [
      (id: string) => whole.call('PATCH', `/api/v1/people/${id}`, { state: 'disabled' }),
      (id: string) => whole.call('DELETE', `/api/v1/people/${id}`),
    ].entries()) {
      const gone = await addPerson(whole, `Gone${at}`)
      const browser = await signInAs(whole.url, gone)
      const id = await sessionOf(browser)
      expect((await act(gone.id)).status).toBe(200)
      expect(await isIn(browser)).toBe(false)
      const told = await admin.query('SELECT 1 FROM session_revocations WHERE session_id = $1', [id])
      expect(told.rowCount).toBe(1)
    }
  })

  it('a sign-in at the same time as the disabling leaves no session behind', async () => {
    for (let round = 0; round < 5; round++) {
      const racer = await addPerson(whole, `Racer${round}`)
      const browsers = Array.from({ length: 6 }, () => visitor(whole.url))
      await Promise.all([
        ...browsers.map((browser) => browser.post('/sign-in', { username: racer.email, password: racer.password })),
        whole.call('PATCH', `/api/v1/people/${racer.id}`, { state: 'disabled' }),
      ])
      const live = await admin.query('SELECT 1 FROM sessions WHERE person_id = $1 AND ended_at IS NULL', [racer.id])
      expect(live.rowCount).toBe(0)
    }
  })
})

describe('a new password', () => {
  it('ends the other sessions, so that whoever had the old one is out', async () => {
    const cara = await addPerson(whole, 'Cara')
    const [own, browser] = [await signInAs(whole.url, cara), await signInAs(whole.url, cara)]
    const password = 'another teapot entirely 4'
    const change = { password, current: cara.password }
    const { status, json } = await own.api('PUT', `/api/v1/people/${cara.id}/password`, change)
    expect([status, json['revoked']]).toEqual([200, 1])
    expect(await isIn(browser)).toBe(false)
    const old = await visitor(whole.url).post('/sign-in', { username: cara.email, password: cara.password })
    expect(old.status).toBe(401)
    await signInAs(whole.url, { email: cara.email, password })
  })

  it('of one’s own needs the current one: an open session is not enough to take the account', async () => {
    const dora = await addPerson(whole, 'Dora', ['admins'])
    const [browser, other] = [await signInAs(whole.url, dora), await signInAs(whole.url, dora)]
    const path = `/api/v1/people/${dora.id}/password`
    const password = 'another teapot entirely 5'
    expect((await browser.api('PUT', path, { password })).json).toMatchObject({ code: 'current_password_required' })
    const wrong = await browser.api('PUT', path, { password, current: 'wrong' })
    expect(wrong.json).toMatchObject({ code: 'current_password_wrong' })
    expect((await browser.api('PUT', path, { password, current: dora.password })).status).toBe(200)
    expect(await isIn(browser)).toBe(true)
    expect(await isIn(other)).toBe(false)
  })

  it('is everybody’s own to set, and guesses at the current one are braked as at the sign-in', async () => {
    const fay = await addPerson(whole, 'Fay')
    const browser = await signInAs(whole.url, fay)
    const path = `/api/v1/people/${fay.id}/password`
    const password = 'another teapot entirely 6'
    const guesses = []
    for (let at = 0; at < 6; at++) guesses.push((await browser.api('PUT', path, { password, current: 'wrong' })).status)
    expect(guesses).toEqual([422, 422, 422, 422, 422, 429])
    await admin.query('DELETE FROM sign_in_throttles')
    expect((await browser.api('PUT', path, { password, current: fay.password })).status).toBe(200)
    await signInAs(whole.url, { email: fay.email, password })
  })

  it('must be a good one, and is set by its person and nobody else, whatever else they may', async () => {
    const gus = await addPerson(whole, 'Gus', ['admins'])
    const browser = await signInAs(whole.url, gus)
    const weak = await browser.api('PUT', `/api/v1/people/${gus.id}/password`, {
      password: 'gus@shop.example!',
      current: gus.password,
    })
    expect([weak.status, weak.json['code'], weak.json['reason']]).toEqual([422, 'password_weak', 'personal'])
    expect(weak.json['eventId']).toBeDefined()
    const password = 'another teapot entirely 7'
    const foreign = `/api/v1/people/${ben.id}/password`
    for (const answer of [
      await browser.api('PUT', foreign, { password }),
      await whole.call('PUT', foreign, { password }),
    ]) {
      expect([answer.status, answer.json['code']]).toEqual([403, 'password_not_ones_own'])
    }
    const ordinary = await signInAs(whole.url, ben)
    expect((await ordinary.api('PUT', `/api/v1/people/${ada.id}/password`, { password })).status).toBe(403)
    expect((await whole.call('PUT', `/api/v1/people/${unknown}/password`, { password })).status).toBe(404)
    await signInAs(whole.url, ben)
  })

  it('takes the place of the first one, where an operator gave that for a time', async () => {
    const hal = { email: 'hal@shop.example', password: 'first given teapot 8', name: 'Hal' }
    expect((await whole.call('POST', '/api/v1/people', { ...hal, temporary: true })).status).toBe(201)
    const browser = visitor(whole.url)
    const first = await browser.post('/sign-in', { username: hal.email, password: hal.password })
    expect([first.status, first.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in\/password/)])
    expect(await isIn(browser)).toBe(false)
    const same = await browser.post('/sign-in/password', { current: hal.password, password: hal.password })
    expect([same.status, same.text]).toEqual([422, expect.stringContaining('it is the one that you have')])
    const password = 'my very own teapot 9'
    const changed = await browser.post('/sign-in/password', { current: hal.password, password })
    expect(changed.status, changed.text).toBe(303)
    expect(await isIn(browser)).toBe(true)
    await signInAs(whole.url, { email: hal.email, password })
    // Without that word a first password is one like any other.
    await signInAs(whole.url, await addPerson(whole, 'Ida'))
  })
})

describe('time', () => {
  const set = (column: string, id: string, ago: string) =>
    admin.query(
      `UPDATE sessions SET ${column} = now() - $1::interval,
        idle_at = ${column === 'last_seen_at' ? 'now() - $1::interval + make_interval(secs => idle_seconds)' : 'idle_at'}
      WHERE id = $2`,
      [ago, id],
    )

  it('ends a session that is not used, and one that is too old', async () => {
    const [unused, old, fresh] = [
      await signInAs(whole.url, ada),
      await signInAs(whole.url, ada),
      await signInAs(whole.url, ada),
    ]
    await set('last_seen_at', await sessionOf(unused), '12 hours')
    await set('expires_at', await sessionOf(old), '0 seconds')
    await set('last_seen_at', await sessionOf(fresh), '11 hours 59 minutes')
    expect([await isIn(unused), await isIn(old), await isIn(fresh)]).toEqual([false, false, true])
  })

  it('is written down once a minute at most', async () => {
    const browser = await signInAs(whole.url, ada)
    const id = await sessionOf(browser)
    const seen = async () =>
      (await admin.query<{ at: Date }>('SELECT last_seen_at AS at FROM sessions WHERE id = $1', [id])).rows[0]?.at
    const first = await seen()
    await isIn(browser)
    expect(await seen()).toEqual(first)
    await set('last_seen_at', id, '61 seconds')
    await isIn(browser)
    expect(Number(await seen())).toBeGreaterThanOrEqual(Number(first))
  })

  it('is recorded, an event each, by the job', async () => {
    const id = await sessionOf(await signInAs(whole.url, ada))
    await set('last_seen_at', id, '13 hours')
    await admin.query(
      `UPDATE jobs SET run_at = now() WHERE kind = 'sessions.expire' AND finished_at IS NULL; NOTIFY holdfast_jobs`,
    )
    const expired = async () => (await eventsOf(whole, 'session.expired')).filter(({ resource }) => resource === id)
    await expect.poll(expired, { interval: 100 }).toHaveLength(1)
    const { rows } = await admin.query('SELECT end_reason FROM sessions WHERE id = $1', [id])
    expect(rows).toEqual([{ end_reason: 'expired' }])
  })
})

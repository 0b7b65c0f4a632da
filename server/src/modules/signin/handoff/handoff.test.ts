import { createHash, randomBytes } from 'node:crypto'
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
let gateway = ''
let shopKey = ''
let otherKey = ''

const callback = 'http://shop.localhost:7480/.holdfast/callback'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  for (const id of ['shop', 'other']) {
    await whole.call('POST', '/api/v1/applications', { id, name: `The ${id}`, hosts: [`${id}.localhost:7480`] })
  }
  const service = async (body: object) => (await whole.call('POST', '/api/v1/services', body)).json['key'] as string
  gateway = await service({ name: 'gateway', groups: ['gateways'] })
  shopKey = await service({ name: 'shop', application: 'shop' })
  otherKey = await service({ name: 'other', application: 'other' })
  ada = await addPerson(whole, 'Ada', ['admins'])
  ben = await addPerson(whole, 'Ben')
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

interface Flow {
  readonly verifier: string
  readonly path: string
}

function newFlow(more: Readonly<Record<string, string>> = {}): Flow {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const query = { application: 'shop', redirect_uri: callback, state: 'a state', challenge, ...more }
  return {
    verifier,
    path: `/sign-in/for?${new URLSearchParams({ ...query, state: query.state.replace(' ', '-') }).toString()}`,
  }
}

/** Signed in: the browser is sent on with a code. */
async function codeFor(browser: Visitor): Promise<{ code: string; verifier: string }> {
  const { verifier, path } = newFlow()
  const answer = await browser.get(path)
  expect(answer.status, answer.text).toBe(303)
  const to = new URL(answer.headers.get('location') ?? '')
  expect(to.origin + to.pathname).toBe(callback)
  expect(to.searchParams.get('state')).toBe('a-state')
  return { code: to.searchParams.get('code') ?? '', verifier }
}

const exchange = (body: object, key = gateway) =>
  whole.call('POST', '/api/v1/edge/exchange', { redirectUri: callback, ...body }, key)
const introspect = async (credential: string, application = 'shop', key = gateway) =>
  (await whole.call('POST', '/api/v1/edge/introspect', { credential, application }, key)).json

async function hostSession(browser: Visitor): Promise<string> {
  const { status, json } = await exchange(await codeFor(browser))
  expect(status, JSON.stringify(json)).toBe(200)
  return json['session'] as string
}

describe('a hand-off to a guarded host', () => {
  it('goes by the sign-in page and ends in a session of that host', async () => {
    const browser = visitor(whole.url)
    const { path, verifier } = newFlow()
    const sent = await browser.get(path)
    expect(sent.status).toBe(303)
    const page = await browser.get(sent.headers.get('location') ?? '')
    expect(page.text).toContain('to continue to <strong>The shop</strong>')
    // Browsers hold form-action against the redirects that follow the form, so the host has to be named.
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://shop.localhost:7480;")
    const back = /name="return" value="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''

    const refused = await browser.post('/sign-in', { username: ben.email, password: 'wrong', return: back })
    expect(refused.headers.get('content-security-policy')).toContain('http://shop.localhost:7480;')
    const signedIn = await browser.post('/sign-in', { username: ben.email, password: ben.password, return: back })
    expect(signedIn.headers.get('location')).toBe(path)
    const handed = await browser.get(path)
    const code = new URL(handed.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect(code).toMatch(/^hfc_/)

    const { json } = await exchange({ code, verifier })
    expect(json['session']).toMatch(/^hfs_/)
    const seen = await introspect(json['session'] as string)
    expect(seen).toMatchObject({ active: true, principal: { type: 'Person', id: ben.id } })
    const [event] = await eventsOf(whole, 'handoff.exchanged')
    expect(event).toMatchObject({ actor: ben.id, application: 'shop', resource: seen['session'] })
    // Who it was for can be read in both: the page that issued it, and the gateway that came for it.
    for (const kind of ['handoff.exchanged', 'handoff.issued']) {
      expect((await eventsOf(whole, kind)).at(0)).toMatchObject({ outcome: 'success', actor: ben.id, actorName: 'Ben' })
    }
  })

  it.each([
    ['another host', { redirect_uri: 'https://evil.example/.holdfast/callback' }],
    ['another application’s host', { redirect_uri: 'http://other.localhost:7480/.holdfast/callback' }],
    ['another path', { redirect_uri: 'http://shop.localhost:7480/open?to=//evil.example' }],
    ['an unknown application', { application: 'nothing' }],
    ['Holdfast’s own application', { application: 'holdfast', redirect_uri: 'http://localhost/.holdfast/callback' }],
    ['a plain challenge', { challenge: 'plain' }],
    ['a state with a line end', { state: 'a\r\nlocation: x' }],
  ])('is refused for %s, signed in or not, and goes nowhere', async (_, wrong) => {
    for (const browser of [visitor(whole.url), await signInAs(whole.url, ben)]) {
      const answer = await browser.get(newFlow(wrong).path)
      expect(answer.status).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
      expect(answer.headers.get('content-security-policy')).not.toContain('evil')
      expect(answer.text).not.toContain('evil.example')
    }
    const page = await visitor(whole.url).get(
      `/sign-in?${new URLSearchParams({ return: newFlow(wrong).path }).toString()}`,
    )
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self';")
    expect((await eventsOf(whole, 'handoff.refused'))[0]).toMatchObject({ outcome: 'refused' })
  })
})

describe('a code', () => {
  it('is used once', async () => {
    const { code, verifier } = await codeFor(await signInAs(whole.url, ben))
    expect((await exchange({ code, verifier })).status).toBe(200)
    const again = await exchange({ code, verifier })
    expect([again.status, again.json['code']]).toEqual([400, 'handoff_code_invalid'])
    expect((await eventsOf(whole, 'handoff.refused'))[0]).toMatchObject({ reason: 'used', id: again.json['eventId'] })
  })

  it.each([
    ['verifier_wrong', { verifier: 'x'.repeat(43) }, undefined],
    ['other_address', { redirectUri: 'http://shop.localhost:7480/elsewhere' }, undefined],
    ['other_application', {}, 'other'],
  ])('is worth nothing any more after one try that does not fit: %s', async (reason, wrong, who) => {
    const right = await codeFor(await signInAs(whole.url, ben))
    expect((await exchange({ ...right, ...wrong }, who === 'other' ? otherKey : gateway)).status).toBe(400)
    expect((await eventsOf(whole, 'handoff.refused'))[0]).toMatchObject({ reason })
    expect((await exchange(right)).status).toBe(400)
  })

  it('holds for a minute', async () => {
    const right = await codeFor(await signInAs(whole.url, ben))
    await admin.query("UPDATE handoff_codes SET expires_at = expires_at - interval '60 seconds'")
    expect((await exchange(right)).status).toBe(400)
    expect((await eventsOf(whole, 'handoff.refused'))[0]).toMatchObject({ reason: 'expired' })
  })

  it('ends with the sign-in, and with the person', async () => {
    const browser = await signInAs(whole.url, ben)
    const right = await codeFor(browser)
    await browser.post('/sign-out', {})
    expect((await exchange(right)).status).toBe(400)
    expect((await eventsOf(whole, 'handoff.refused'))[0]).toMatchObject({ reason: 'session_ended' })
  })

  it('is for edges: a person has no use for it', async () => {
    const browser = await signInAs(whole.url, ben)
    const right = await codeFor(browser)
    const { status } = await browser.api('POST', '/api/v1/edge/exchange', { ...right, redirectUri: callback })
    expect(status).toBe(403)
  })
})

describe('a host session', () => {
  it('is good at its host only: not at another, not at the management API', async () => {
    const session = await hostSession(await signInAs(whole.url, ada))
    expect(await introspect(session)).toMatchObject({ active: true })
    expect(await introspect(session, 'other')).toEqual({ active: false, reason: 'other_application' })
    expect((await whole.call('GET', '/api/v1/me', undefined, session)).status).toBe(401)
    const thief = visitor(whole.url)
    thief.session = session
    expect((await thief.api('GET', '/api/v1/people')).status).toBe(401)
    expect((await thief.get(newFlow().path)).headers.get('location')).toMatch(/^\/sign-in\?/)
  })

  it('and the control plane’s own session is good at no host', async () => {
    const { session = '' } = await signInAs(whole.url, ada)
    expect(await introspect(session)).toEqual({ active: false, reason: 'other_application' })
  })

  it('ends with the sign-in; edges are told of both', async () => {
    const browser = await signInAs(whole.url, ben)
    const session = await hostSession(browser)
    const { session: id } = await introspect(session)
    await browser.post('/sign-out', {})
    expect(await introspect(session)).toEqual({ active: false, reason: 'ended' })
    const edge = { kind: 'gateway', version: '1', id: 'test' }
    const body = { epoch: 0, cursor: 0, waitSeconds: 0, edge }
    const { json } = await whole.call('POST', '/api/v1/edge/sync', body, gateway)
    expect(json['revoked']).toContainEqual({ session: id })
  })

  it('ends the whole sign-in when it is signed out', async () => {
    const browser = await signInAs(whole.url, ben)
    const [one, two] = [await hostSession(browser), await hostSession(browser)]
    const out = (key: string) => whole.call('POST', '/api/v1/edge/sign-out', { session: one }, key)
    expect((await out(otherKey)).json).toEqual({ ended: false })
    expect(await introspect(two)).toMatchObject({ active: true })
    expect((await out(shopKey)).json).toEqual({ ended: true })
    expect(await introspect(two)).toEqual({ active: false, reason: 'ended' })
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await out(gateway)).json).toEqual({ ended: false })
  })

  it('can be ended alone by an operator', async () => {
    const [operator, browser] = [await signInAs(whole.url, ada), await signInAs(whole.url, ben)]
    const session = await hostSession(browser)
    const { session: id } = await introspect(session)
    expect((await operator.api('DELETE', `/api/v1/sessions/${String(id)}`)).json).toEqual({ revoked: 1 })
    expect(await introspect(session)).toEqual({ active: false, reason: 'ended' })
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(200)
  })

  it('is of nobody who is disabled', async () => {
    const gone = await addPerson(whole, 'Gone')
    const session = await hostSession(await signInAs(whole.url, gone))
    await whole.call('PATCH', `/api/v1/people/${gone.id}`, { state: 'disabled' })
    expect(await introspect(session)).toMatchObject({ active: false })
  })

  it('does not outlive its sign-in, and keeps it awake', async () => {
    const browser = await signInAs(whole.url, ben)
    const session = await hostSession(browser)
    const { session: id } = await introspect(session)
    await admin.query(
      `UPDATE sessions SET last_seen_at = now() - interval '11 hours' WHERE id = $1 OR id = (SELECT parent_id FROM sessions WHERE id = $1)`,
      [id],
    )
    expect(await introspect(session)).toMatchObject({ active: true })
    const { rows } = await admin.query<{ fresh: boolean }>(
      `SELECT parent.last_seen_at > now() - interval '1 minute' AS fresh FROM sessions child JOIN sessions parent ON parent.id = child.parent_id WHERE child.id = $1`,
      [id],
    )
    expect(rows).toEqual([{ fresh: true }])
    await admin.query(
      'UPDATE sessions SET expires_at = now() WHERE id = (SELECT parent_id FROM sessions WHERE id = $1)',
      [id],
    )
    expect(await introspect(session)).toEqual({ active: false, reason: 'expired' })
  })
})

describe('a service key', () => {
  it('is introspected for its own application, or for any where it is bound to none', async () => {
    expect(await introspect(shopKey)).toMatchObject({ active: true, principal: { type: 'Service' }, session: null })
    expect(await introspect(shopKey, 'other')).toEqual({ active: false, reason: 'other_application' })
    const made = await whole.call('POST', '/api/v1/services', { name: 'script' })
    expect(await introspect(made.json['key'] as string)).toMatchObject({ active: true })
    expect(await introspect(`hfk_${'A'.repeat(43)}`)).toEqual({ active: false, reason: 'unknown' })
    expect(await introspect('something else')).toEqual({ active: false, reason: 'unknown' })
  })
})

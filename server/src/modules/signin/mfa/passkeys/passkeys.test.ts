import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  type Creation,
  type Deviation,
  softAuthenticator,
  type SoftAuthenticator,
} from '../../../../testing/authenticator.ts'
import { addPasskey, showPasskey } from '../../../../testing/factors.ts'
import {
  addPerson,
  type Credentials,
  eventsOf,
  quickSignIn,
  signInAs,
  type Visitor,
  visitor,
} from '../../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let ada: Credentials
let browser: Visitor
let key: SoftAuthenticator

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada')
  browser = await signInAs(whole.url, ada)
  key = softAuthenticator({ origin: whole.url })
  expect((await addPasskey(browser, ada.id, key)).status).toBe(200)
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const sameOrigin = { 'sec-fetch-site': 'same-origin' }
const optionsFor = async (who: Visitor) => {
  const { json } = await who.api('POST', '/sign-in/passkey/options', {}, sameOrigin)
  return json as unknown as Parameters<SoftAuthenticator['get']>[0]
}
const refusal = async () => (await eventsOf(whole, 'session.refused'))[0]

describe('a passkey', () => {
  it('signs its person in', async () => {
    const own = visitor(whole.url)
    expect((await showPasskey(own, key)).status).toBe(303)
    expect((await own.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id: ada.id } })
    const { rows } = await admin.query('SELECT sign_count::int AS count, name FROM passkeys')
    expect(rows[0]).toMatchObject({ count: 2 })
    expect(String(rows[0].name)).not.toContain('Test key')
  })

  const attacks: readonly (readonly [string, Deviation])[] = [
    ['at another origin', { origin: 'http://localhost:1' }],
    ['at an origin that looks like ours', { origin: 'https://localhost.evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['with a challenge of its own', { challenge: Buffer.alloc(70).toString('base64url') }],
    ['within a foreign frame', { crossOrigin: true }],
    ['without a finger, a face or a PIN', { userVerified: false }],
    ['without anybody there', { userPresent: false, userVerified: false }],
    ['with the signature of another key', { forged: true }],
    ['in the name of somebody else', { userHandle: Buffer.alloc(16, 7).toString('base64url') }],
    ['in nobody’s name', { userHandle: null }],
    ['as a registration', { type: 'webauthn.create' }],
  ]
  it.each(attacks)('is refused %s', async (_, deviation) => {
    const own = visitor(whole.url)
    const answer = await showPasskey(own, key, {}, deviation)
    expect(answer.status).toBe(401)
    expect(own.session).toBeUndefined()
    expect(answer.text).toContain('This passkey is not accepted here.')
    expect((await refusal())?.reason).toMatch(/^(?:passkey_invalid|challenge_foreign)$/)
    // And it is not given up for what nobody has signed.
    const { rows } = await admin.query('SELECT FROM passkeys WHERE cloned_at IS NOT NULL')
    expect(rows).toHaveLength(0)
  })

  it('answers a challenge once, in the browser that asked, for five minutes', async () => {
    const own = visitor(whole.url)
    const credential = JSON.stringify(key.get(await optionsFor(own)))
    const thief = visitor(whole.url)
    await optionsFor(thief)
    expect((await thief.post('/sign-in/passkey', { credential })).status).toBe(401)
    expect((await refusal())?.reason).toBe('challenge_foreign')
    const cookieless = visitor(whole.url)
    expect((await cookieless.post('/sign-in/passkey', { credential })).status).toBe(401)
    expect((await own.post('/sign-in/passkey', { credential })).status).toBe(303)
    const again = visitor(whole.url)
    for (const [name, value] of own.jar) again.jar.set(name, value)
    const lastSignIn = async () =>
      (await admin.query('SELECT last_sign_in_at::text AS at FROM people WHERE id = $1', [ada.id])).rows[0].at
    const before = await lastSignIn()
    expect((await again.post('/sign-in/passkey', { credential })).status).toBe(401)
    expect((await refusal())?.reason).toBe('challenge_replayed')
    // Who was refused has not signed in.
    expect(await lastSignIn()).toBe(before)
  })

  it('is not to be planted by another site', async () => {
    const own = visitor(whole.url)
    const credential = JSON.stringify(key.get(await optionsFor(own)))
    expect((await own.post('/sign-in/passkey', { credential }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(own.jar.size).toBe(1)
    const { headers } = await own.api('POST', '/sign-in/passkey/options', {}, sameOrigin)
    expect(headers.getSetCookie()[0]).toMatch(
      /^__Host-holdfast-passkey=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
  })

  it.each([
    '',
    'null',
    '{}',
    '[]',
    '{"id":"x"}',
    'x'.repeat(50_000),
    '{"type":"public-key","id":"AA","rawId":"AA","response":{}}',
  ])('is not %.40j', async (credential) => {
    const own = visitor(whole.url)
    await optionsFor(own)
    expect((await own.post('/sign-in/passkey', { credential })).status).toBe(401)
  })

  it('of somebody who is disabled signs nobody in', async () => {
    const ben = await addPerson(whole, 'Ben')
    const bens = softAuthenticator({ origin: whole.url })
    await addPasskey(await signInAs(whole.url, ben), ben.id, bens)
    await whole.call('PATCH', `/api/v1/people/${ben.id}`, { state: 'disabled' })
    expect((await showPasskey(visitor(whole.url), bens)).status).toBe(401)
    expect(await refusal()).toMatchObject({ reason: 'person_disabled', resource: ben.id })
  })

  it('that does not count may be used again and again', async () => {
    const cara = await addPerson(whole, 'Cara')
    const synced = softAuthenticator({ origin: whole.url, counts: false, synced: true })
    await addPasskey(await signInAs(whole.url, cara), cara.id, synced)
    for (let at = 0; at < 3; at++) expect((await showPasskey(visitor(whole.url), synced)).status).toBe(303)
    const [event] = await eventsOf(whole, 'session.started')
    expect(event?.data).toMatchObject({ amr: ['swk', 'user'], acr: 'phr' })
  })

  it('of which a copy is used is given up: neither is accepted, and an event says so', async () => {
    const dora = await addPerson(whole, 'Dora')
    const original = softAuthenticator({ origin: whole.url })
    const session = await signInAs(whole.url, dora)
    await addPasskey(session, dora.id, original)
    const copy = original.clone()
    expect((await showPasskey(visitor(whole.url), original)).status).toBe(303)
    expect((await showPasskey(visitor(whole.url), copy)).status).toBe(401)
    const [event] = await eventsOf(whole, 'passkey.cloned')
    expect(event).toMatchObject({ outcome: 'refused', resource: dora.id, data: { count: 2, stored: 2 } })
    expect((await showPasskey(visitor(whole.url), original)).status).toBe(401)
    expect(await refusal()).toMatchObject({ reason: 'passkey_cloned', resource: dora.id })
    // A password alone is not enough now, either.
    const half = visitor(whole.url)
    const answer = await half.post('/sign-in', { username: dora.email, password: dora.password })
    expect(answer.headers.get('location')).toBe('/sign-in/verify')
  })
})

describe('a registration', () => {
  const path = () => `/api/v1/people/${ada.id}/factors/passkeys`
  const fresh = async () => {
    const own = visitor(whole.url)
    await showPasskey(own, key)
    return own
  }
  const begin = async (own: Visitor) => (await own.api('POST', `${path()}/options`)).json as unknown as Creation

  it('asks for a discoverable passkey with verification, and for none that is there', async () => {
    const options = await begin(await fresh())
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Holdfast' },
      user: { name: ada.email, displayName: 'Ada' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: key.held[0]?.id, type: 'public-key' }],
      attestation: 'none',
    })
    expect(() => key.create(options)).toThrow('InvalidStateError')
  })

  const attacks: readonly (readonly [string, Deviation])[] = [
    ['at another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without verification', { userVerified: false }],
    ['as an assertion', { type: 'webauthn.get' }],
    ['within a foreign frame', { crossOrigin: true }],
    ['with a challenge of its own', { challenge: Buffer.alloc(70).toString('base64url') }],
  ]
  it.each(attacks)('is refused %s', async (_, deviation) => {
    const own = await fresh()
    const response = softAuthenticator({ origin: whole.url }).create(await begin(own), deviation)
    const answer = await own.api('POST', path(), { name: 'x', response })
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({ code: 'passkey_invalid' })
  })

  it('holds once, in the session that began it, for its person; a credential is one person’s', async () => {
    const own = await fresh()
    const options = await begin(own)
    const made = softAuthenticator({ origin: whole.url })
    const response = made.create(options)
    const other = await fresh()
    expect((await other.api('POST', path(), { name: 'x', response })).json).toMatchObject({ code: 'passkey_invalid' })
    expect((await own.api('POST', path(), { name: 'x', response })).status).toBe(200)
    expect((await own.api('POST', path(), { name: 'x', response })).json['detail']).toContain('completed already')
    const eve = await addPerson(whole, 'Eve')
    const eves = await signInAs(whole.url, eve)
    expect((await eves.api('POST', `${path()}/options`)).status).toBe(403)
    // The same credential in a registration of Eve's own: known to nobody twice.
    const evil = softAuthenticator({ origin: whole.url })
    const own2 = (await eves.api('POST', `/api/v1/people/${eve.id}/factors/passkeys/options`))
      .json as unknown as Creation
    const twice = evil.create(own2)
    await admin.query('UPDATE passkeys SET credential_id = $1 WHERE credential_id = $2', [
      Buffer.from(evil.held[0]?.id ?? '', 'base64url'),
      Buffer.from(made.held[0]?.id ?? '', 'base64url'),
    ])
    const refused = await eves.api('POST', `/api/v1/people/${eve.id}/factors/passkeys`, { name: 'x', response: twice })
    expect(refused.json['detail']).toContain('registered already')
  })

  it('is listed under its name, which can be changed', async () => {
    const own = await fresh()
    const list = async () => (await own.api('GET', `/api/v1/people/${ada.id}/factors`)).json
    const { passkeys, ...rest } = (await list()) as { passkeys: { id: string; name: string }[] }
    expect(passkeys[0]).toMatchObject({ name: 'Test key', attestation: 'none', backedUp: false, cloned: false })
    expect(rest).toMatchObject({ totp: null, policy: 'aal1', mailCodes: false, passkeysAvailable: true })
    const at = `/api/v1/people/${ada.id}/factors/${passkeys[0]?.id}`
    expect((await own.api('PATCH', at, { name: ' Laptop ' })).json).toEqual({ name: 'Laptop' })
    expect(((await list())['passkeys'] as { name: string }[])[0]?.name).toBe('Laptop')
    expect((await own.api('PATCH', at, { name: '\n' })).status).toBe(422)
    expect((await own.api('PATCH', `/api/v1/people/${ada.id}/factors/totp`, { name: 'x' })).status).toBe(404)
  })

  it('is not removed where nothing else would let its person in', async () => {
    const zoe = await addPerson(whole, 'Zoe')
    const own = await signInAs(whole.url, zoe)
    const only = softAuthenticator({ origin: whole.url })
    const { id } = (await addPasskey(own, zoe.id, only)).json as { id: string }
    await admin.query(`CREATE TEMP TABLE kept AS SELECT * FROM passwords WHERE person_id = '${zoe.id}'`)
    await admin.query('DELETE FROM passwords WHERE person_id = $1', [zoe.id])
    const at = `/api/v1/people/${zoe.id}/factors/${id}`
    expect((await own.api('DELETE', at)).json).toMatchObject({ status: 409, code: 'last_way_in' })
    await showPasskey(visitor(whole.url), only)
    await admin.query('INSERT INTO passwords SELECT * FROM kept')
    expect((await own.api('DELETE', at)).status).toBe(200)
  })
})

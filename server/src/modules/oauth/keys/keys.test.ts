import { Client } from 'pg'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Answer } from '../../../testing/whole-server.ts'
import { installation, type Installation, type OwnProcess } from '../../../testing/own-process.ts'
import { claimsOf, headOf, registered, type RegisteredClient, tokenRequest } from '../testing/flows.ts'

type Listed = { kid: string; alg: string; state: string; nextChangeAt: string }
type Jwk = JsonWebKey & { kid: string; alg: string }

/** Both open the same seal. */
const settings = { HOLDFAST_SEAL_KIND: 'passphrase', HOLDFAST_SEAL_PASSPHRASE: 'gravel teapot 99 invoices' }

let installed: Installation
let one: OwnProcess
let two: OwnProcess
let worker: RegisteredClient
let watcher: RegisteredClient
let database: Client

beforeAll(async () => {
  installed = await installation(inject('postgresUrl'), 'here')
  one = await installed.start(settings, 'one')
  two = await installed.start(settings, 'two', one.url)
  await Promise.all([one.ready(), two.ready()])
  database = new Client({ connectionString: installed.databaseUrl })
  await database.connect()
  watcher = await registered(one, { client_name: 'Watcher', grant_types: ['client_credentials'] })
  const resources = [{ identifier: `urn:holdfast:application:${watcher.id}` }]
  worker = await registered(one, { client_name: 'Worker', grant_types: ['client_credentials'], resources })
}, 240_000)
afterAll(async () => {
  await database.end()
  await installed.close()
})

const keysAt = async ({ url }: OwnProcess) =>
  ((await (await fetch(`${url}/oauth/jwks`)).json()) as { keys: readonly Jwk[] }).keys
const list = async () => (await one.call('GET', '/api/v1/signing-keys')).json['items'] as readonly Listed[]
const current = async (alg = 'ES256') => (await list()).find((key) => key.alg === alg && key.state === 'current')?.kid
const rotate = (body: object = {}): Promise<Answer> => one.call('POST', '/api/v1/signing-keys/rotate', body)
const tokenAt = async (at: OwnProcess) => {
  const resource = `urn:holdfast:application:${watcher.id}`
  const { status, json } = await tokenRequest(at, worker, { grant_type: 'client_credentials', resource })
  expect(status, JSON.stringify(json)).toBe(200)
  return String(json['access_token'])
}
const isActive = async (at: OwnProcess, token: string) =>
  (await tokenRequest(at, watcher, { token }, { path: '/oauth/introspect' })).json['active']

function isSignedBy(keys: readonly Jwk[], token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.')
  const jwk = keys.find(({ kid }) => kid === headOf(token)['kid'])
  if (jwk === undefined) return false
  const key = { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
  return verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
}

/** As if time had gone by since the next keys were published. */
const age = () =>
  database.query("UPDATE oauth_signing_keys SET created_at = created_at - interval '2 hours' WHERE state = 'next'")

describe('the keys that sign tokens', () => {
  it('are published with what the next ones will be, for less time than they are published ahead', async () => {
    const answer = await fetch(`${one.url}/oauth/jwks`)
    expect(answer.headers.get('content-type')).toContain('application/jwk-set+json')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const { keys } = (await answer.json()) as { keys: readonly Jwk[] }
    expect(keys.map(({ alg }) => alg)).toEqual(expect.arrayContaining(['ES256', 'EdDSA', 'RS256']))
    expect(keys.filter(({ alg }) => alg === 'ES256')).toHaveLength(2)
    for (const key of keys)
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret)
    const etag = answer.headers.get('etag') ?? ''
    const again = await fetch(`${one.url}/oauth/jwks`, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    // Sealed: a PKCS#8 key begins with this when it lies open.
    const { rows } = await database.query(
      "SELECT count(*)::int AS open FROM oauth_signing_keys WHERE substring(sealed_private from 1 for 1) = '\\x30'::bytea",
    )
    expect(rows).toEqual([{ open: 0 }])
  })

  it('are the same on every replica, and verify there', async () => {
    expect(await keysAt(two)).toEqual(await keysAt(one))
    const token = await tokenAt(two)
    expect(isSignedBy(await keysAt(one), token)).toBe(true)
    expect(await isActive(one, token)).toBe(true)
  })

  it('rotate on all replicas without a restart, and nobody misses one', async () => {
    const cached = await keysAt(one)
    const [before, old] = [await tokenAt(one), await current()]
    const { status, json } = await rotate()
    expect(status, JSON.stringify(json)).toBe(201)
    const kid = await current()
    expect(kid).not.toBe(old)
    await vi.waitFor(async () => expect(headOf(await tokenAt(two))['kid']).toBe(kid), { timeout: 60_000 })
    await vi.waitFor(async () => expect(headOf(await tokenAt(one))['kid']).toBe(kid), { timeout: 60_000 })
    // Whoever kept the old set has the new key in it, and the new set still has the old key.
    const after = await tokenAt(two)
    expect(isSignedBy(cached, after)).toBe(true)
    expect(isSignedBy(await keysAt(one), before)).toBe(true)
    for (const at of [one, two]) for (const token of [before, after]) expect(await isActive(at, token)).toBe(true)
    const event = await one.event('signing_key.rotated')
    expect(event).toMatchObject({ reason: 'asked' })
    // The one that signs no longer cannot any more.
    const { rows } = await database.query('SELECT sealed_private FROM oauth_signing_keys WHERE kid = $1', [old])
    expect(rows).toEqual([{ sealed_private: null }])
  })

  it('do not rotate before everybody can have seen the next one', async () => {
    const kid = await current()
    const refused = await rotate()
    expect([refused.status, refused.json['code']]).toEqual([409, 'signing_key_too_young'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000)
    expect(await current()).toBe(kid)
    await age()
    expect((await rotate({ alg: 'ES256' })).status).toBe(201)
    expect(await current()).not.toBe(kid)
  })

  it('are dropped at once when one is compromised, with all that it signed', async () => {
    const [stolen, kid] = [await tokenAt(two), await current()]
    expect(headOf(stolen)['kid']).toBe(kid)
    expect(await isActive(two, stolen)).toBe(true)
    const { status, json } = await rotate({ alg: 'ES256', compromised: true })
    expect(status, JSON.stringify(json)).toBe(201)
    for (const at of [one, two]) {
      await vi.waitFor(async () => expect(await isActive(at, stolen)).toBe(false), { timeout: 60_000 })
      await vi.waitFor(async () => expect((await keysAt(at)).some((key) => key.kid === kid)).toBe(false), {
        timeout: 60_000,
      })
      expect(claimsOf(await tokenAt(at))['aud']).toBe(`urn:holdfast:application:${watcher.id}`)
    }
    expect((await list()).find((key) => key.kid === kid)?.state).toBe('compromised')
    expect(await one.event('signing_key.compromised')).toBeDefined()
  })

  it('are rotated by the job when they are old, and deleted when nobody needs them', async () => {
    const kid = await current('EdDSA')
    await age()
    await database.query(
      "UPDATE oauth_signing_keys SET current_at = current_at - interval '91 days' WHERE alg = 'EdDSA'",
    )
    await database.query(
      "UPDATE oauth_signing_keys SET retired_at = retired_at - interval '9 days' WHERE retired_at IS NOT NULL",
    )
    await database.query(
      "UPDATE jobs SET run_at = now() - interval '1 second' WHERE kind = 'oauth.rotate-keys' AND finished_at IS NULL; NOTIFY holdfast_jobs",
    )
    await vi.waitFor(async () => expect(await current('EdDSA')).not.toBe(kid), { timeout: 60_000 })
    const states = (await list()).filter(({ state }) => state === 'retired').map((key) => key.kid)
    expect(states).toEqual([kid])
    expect(await one.event('signing_key.deleted')).toBeDefined()
  })

  it('race: two replicas that rotate at once rotate one after the other, and one key signs', async () => {
    await age()
    const asked = [one, two].map((at) => at.call('POST', '/api/v1/signing-keys/rotate', { alg: 'ES256' }))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    // The second finds a next key that is too young.
    expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 409])
    const { rows } = await database.query(
      "SELECT count(*)::int AS n FROM oauth_signing_keys WHERE alg = 'ES256' AND state = 'current'",
    )
    expect(rows).toEqual([{ n: 1 }])
  })
})

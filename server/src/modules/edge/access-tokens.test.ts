import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicJwk } from '@holdfast/bundle'
import { createHoldfast, type Holdfast } from '@holdfast/sdk'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { addPerson, type Credentials, quickSignIn } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { claimsOf, granted, plainClient, redirectUri } from '../oauth/testing/client.ts'

// The real server issues, a real SDK believes: what one calls a token's parts the other must read so.
let whole: WholeServer
let ada: Credentials
let holdfast: Holdfast
const secrets = new Map<string, string>()

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  const grant_types = ['authorization_code', 'refresh_token', 'client_credentials']
  const auth = { token_endpoint_auth_method: 'client_secret_post' }
  for (const id of ['shop', 'other']) {
    const body = { id, client_name: id, redirect_uris: [redirectUri], grant_types, ...auth }
    const { status, json } = await whole.call('POST', '/api/v1/applications', body)
    expect(status, JSON.stringify(json)).toBe(201)
    secrets.set(id, json['client_secret'] as string)
  }
  const made = await whole.call('POST', '/api/v1/services', { name: 'shop-sdk', application: 'shop' })
  const { key, trust } = made.json as { key: string; trust: { keys: PublicJwk[] } }
  const credentials = { url: whole.url, application: 'shop', token: key, trust }
  holdfast = await createHoldfast({ credentials, accept: ['bearer'], onProblem: () => {} })
})
afterAll(async () => {
  await holdfast.close()
  await whole.close()
})

const client = (id = 'shop') => plainClient({ client_id: id, client_secret: secrets.get(id) ?? '' })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const service = async (id = 'shop') =>
  granted(await client(id).send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })).access

async function person(more: Readonly<Record<string, string>> = {}) {
  const { code, verifier } = await client().ask(whole.url, ada, more)
  return granted(await client().send(whole.url, '/oauth/token', client().exchange(code, verifier)))
}

const lets = (token: string): Promise<boolean> =>
  holdfast.authenticate(bearer(token)).then(
    () => true,
    () => false,
  )

async function refused(token: string): Promise<void> {
  while (await lets(token)) await sleep(20)
}

const kidOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid

test('a service is let in by its token, at the application that it is for', async () => {
  const token = await service()
  expect(await holdfast.authenticate(bearer(token))).toMatchObject({
    type: 'Service',
    id: claimsOf(token)['sub'],
    client: 'shop',
    via: 'token',
  })
  await expect(holdfast.authenticate(bearer(await service('other')))).rejects.toMatchObject({ status: 401 })
})

test('a person is let in by theirs, with what the sign-in has shown', async () => {
  const { access } = await person()
  const principal = await holdfast.authenticate(bearer(access))
  expect(principal).toMatchObject({ type: 'Person', id: ada.id, acr: 'aal1', amr: ['pwd'], via: 'token' })
  expect(() => holdfast.demand(principal, { acr: 'aal1', maxAge: 300 })).not.toThrow()
  expect(() => holdfast.demand(principal, { acr: 'phr' })).toThrow('stronger')
})

test('a token that is revoked is refused, and only it', async () => {
  const [one, two] = [await service(), await service()]
  for (const token of [one, two]) await holdfast.authenticate(bearer(token))
  expect((await client().send(whole.url, '/oauth/revoke', { token: one })).status).toBe(200)
  await refused(one)
  await holdfast.authenticate(bearer(two))
})

test('a refresh token that is revoked takes along what was issued by it', async () => {
  const first = await person()
  const second = granted(await client().send(whole.url, '/oauth/token', client().refresh(first.refresh)))
  for (const { access } of [first, second]) await holdfast.authenticate(bearer(access))
  expect((await client().send(whole.url, '/oauth/revoke', { token: second.refresh })).status).toBe(200)
  for (const { access } of [first, second]) await refused(access)
})

test('offline access has no session, and ends by itself', async () => {
  const { access, refresh } = await person({ scope: 'openid offline_access' })
  const found = await holdfast.authenticate(bearer(access))
  expect(found).toMatchObject({ type: 'Person', id: ada.id, session: null, acr: 'aal1', via: 'token' })
  expect((await client().send(whole.url, '/oauth/revoke', { token: refresh })).status).toBe(200)
  await refused(access)
})

test('a person who is disabled takes theirs along', async () => {
  const { access } = await person()
  await holdfast.authenticate(bearer(access))
  expect((await whole.call('PATCH', `/api/v1/people/${ada.id}`, { state: 'disabled' })).status).toBe(200)
  await refused(access)
})

test('keys that are rotated break nothing: the next one was known before', async () => {
  const before = await service()
  await holdfast.authenticate(bearer(before))
  // As if an hour had gone by: before that the next key may not sign.
  const database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  await database.query(`UPDATE oauth_signing_keys SET created_at = created_at - interval '1 day' WHERE state = 'next'`)
  await database.end()
  const rotated = await whole.call('POST', '/api/v1/signing-keys/rotate', {})
  expect(rotated.status, JSON.stringify(rotated.json)).toBeLessThan(300)
  let after = await service()
  // Each replica hears of it for itself; until then the old key signs, and is believed.
  while (kidOf(after) === kidOf(before)) after = await service()
  await holdfast.authenticate(bearer(after))
  await holdfast.authenticate(bearer(before))
})

test('a key that was compromised takes along everything that it signed', async () => {
  const stolen = await service()
  await holdfast.authenticate(bearer(stolen))
  const rotated = await whole.call('POST', '/api/v1/signing-keys/rotate', { compromised: true })
  expect(rotated.status, JSON.stringify(rotated.json)).toBe(201)
  await refused(stolen)
  const after = await service()
  // The key that signs now came with the change itself, so that this one waits for the news.
  while (!(await lets(after))) await sleep(20)
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type PasskeyBrowser, startPasskeyBrowser } from '../../../../testing/chromium.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, visitor } from '../../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'

// A real Chromium with its own (virtual) authenticator, at our own pages.

let whole: WholeServer
let own: PasskeyBrowser
let olga: Credentials
let phisher: Server

const landing = '/api/openapi.json'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn, HOLDFAST_SIGNIN_MFA_ADMINS: 'phr' })
  olga = await addPerson(whole, 'Olga', ['admins'])
  own = await startPasskeyBrowser()
  phisher = createServer((_, response) => response.end('<!doctype html><title>Almost Holdfast</title>'))
  await new Promise<void>((done) => phisher.listen(0, 'localhost', done))
})
afterAll(async () => {
  await own?.browser.close()
  phisher?.close()
  await whole?.close()
})

const landed = () => own.page.waitForURL(`${whole.url}${landing}`)
const signOut = () => own.page.context().clearCookies({ name: '__Host-holdfast' })
const held = async () => {
  const { credentials } = await own.devtools.send('WebAuthn.getCredentials', { authenticatorId: own.authenticatorId })
  return credentials
}
const touched = (enabled: boolean) =>
  own.devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: own.authenticatorId, enabled })
/**
 * The offer in the field was made untouched, and stays so; the button's request is touched. Where the offer comes only now,
 * it signs in by itself, and there is no button any more.
 */
async function press(): Promise<void> {
  await own.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
  await touched(true)
  await own.page
    .getByRole('button', { name: 'Sign in with a passkey' })
    .click({ timeout: 10_000 })
    .catch(() => {})
}

test('an operator registers a passkey after the password', async () => {
  const { page } = own
  await page.goto(`${whole.url}/sign-in?return=${landing}`)
  await page.getByLabel('E-mail address').fill(olga.email)
  await page.getByLabel('Password').fill(olga.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Register a passkey' }).waitFor()
  await page.getByLabel('Name of the passkey').fill('Laptop')
  await page.getByRole('button', { name: 'Register a passkey' }).click()
  await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor()
  expect(await page.getByRole('listitem').count()).toBe(10)
  await page.getByRole('link', { name: 'continue' }).click()
  await landed()
  expect(await held()).toHaveLength(1)
  expect((await held())[0]).toMatchObject({ rpId: 'localhost', isResidentCredential: true })
})

test('and comes by it: with the button, and where the browser offers it in the field of the name', async () => {
  const { page } = own
  await signOut()
  await touched(false)
  await page.goto(`${whole.url}/sign-in?return=${landing}`)
  await press()
  await landed()
  const [event] = await eventsOf(whole, 'session.started')
  expect(event).toMatchObject({ actor: olga.id, data: { amr: ['hwk', 'user'], acr: 'phr' } })
  await signOut()
  // The offer is taken as soon as it is made: nobody presses anything.
  await page.goto(`${whole.url}/sign-in?return=${landing}`)
  await landed()
  expect((await page.context().cookies()).some(({ name }) => name === '__Host-holdfast')).toBe(true)
})

test('what was signed for another page is refused here', async () => {
  const { page } = own
  await signOut()
  const { port } = phisher.address() as AddressInfo
  await page.goto(`http://localhost:${port}/`)
  // The phisher asks us for a challenge, has the browser answer it on a page of its own, and hands the answer in.
  const relay = visitor(whole.url)
  const { json } = await relay.api('POST', '/sign-in/passkey/options', {}, { 'sec-fetch-site': 'same-origin' })
  const credential = await page.evaluate<string>(`(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(json)})
    return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON())
  })()`)
  expect((await relay.post('/sign-in/passkey', { credential })).status).toBe(401)
  const [event] = await eventsOf(whole, 'session.refused')
  expect(event).toMatchObject({ reason: 'passkey_invalid', resource: olga.id })
  expect(event?.data['detail']).toContain('origin')
})

test('a copy of the passkey, whose counter is behind, ends both', async () => {
  const { page, devtools, authenticatorId } = own
  const [credential] = await held()
  if (credential === undefined) throw new Error('there is no passkey')
  await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
  await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount: 1 } })
  await touched(false)
  await page.goto(`${whole.url}/sign-in?return=${landing}`)
  await press()
  await page.getByText('This passkey is not accepted here.').waitFor()
  const [event] = await eventsOf(whole, 'passkey.cloned')
  expect(event).toMatchObject({ outcome: 'refused', resource: olga.id })
})

test('the pages complained of nothing', () => {
  // What is refused is answered 401, which Chromium tells its console.
  expect(own.complaints.filter((text) => !text.includes('401'))).toEqual([])
})

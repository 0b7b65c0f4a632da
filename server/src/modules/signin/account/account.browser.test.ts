import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type PasskeyBrowser, startPasskeyBrowser } from '../../../testing/chromium.ts'
import { addPerson, type Credentials, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

// From the password to none: a person adds a passkey at their account, and comes by it alone.

let whole: WholeServer
let own: PasskeyBrowser
let ada: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  await whole.call('PUT', '/api/v1/branding', { name: 'Northwind', accent: '#8a1c4d' })
  own = await startPasskeyBrowser()
})
afterAll(async () => {
  await own?.browser.close()
  await whole?.close()
})

test('whoever has no business at the console comes to their account, in the colours of the house', async () => {
  const { page } = own
  await page.goto(`${whole.url}/sign-in`)
  await page.getByLabel('E-mail address').fill(ada.email)
  await page.getByLabel('Password').fill(ada.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${whole.url}/account`)
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
  const colour = "getComputedStyle(document.querySelector('main button')).backgroundColor"
  expect(await page.evaluate<string>(colour)).toBe('rgb(138, 28, 77)')
})

test('adds a passkey, names it anew, and signs in by it alone', async () => {
  const { page, devtools, authenticatorId } = own
  await page.getByRole('link', { name: 'Second factors' }).click()
  await page.getByLabel('Name of the new passkey').fill('Laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor()
  await page.getByRole('link', { name: 'continue' }).click()
  await page.getByLabel('Rename Laptop').click()
  await page.getByLabel('Name', { exact: true }).fill('Blue laptop')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').filter({ hasText: 'The name was changed.' }).waitFor()
  await page.getByText('Blue laptop').waitFor()
  // The offer in the field would sign in by itself.
  const presence = { authenticatorId, enabled: false }
  await devtools.send('WebAuthn.setAutomaticPresenceSimulation', presence)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${whole.url}/sign-in`)
  await page.goto(`${whole.url}/sign-in?return=/account/sessions`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
  await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { ...presence, enabled: true })
  await page
    .getByRole('button', { name: 'Sign in with a passkey' })
    .click({ timeout: 10_000 })
    .catch(() => {})
  await page.waitForURL(`${whole.url}/account/sessions`)
  await page.getByText('passkey').waitFor()
})

test('works in a narrow window, and complains of nothing', async () => {
  const { page } = own
  await page.setViewportSize({ width: 420, height: 800 })
  for (const path of ['', '/password', '/security', '/linked', '/sessions', '/applications', '/data']) {
    await page.goto(`${whole.url}/account${path}`)
    const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect([path, over]).toEqual([path, 0])
  }
  expect(own.complaints).toEqual([])
})

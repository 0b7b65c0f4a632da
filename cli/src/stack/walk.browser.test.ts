import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, go as goIn, rowOf, tell, type Walk } from './testing/walk.ts'

// One walk of an operator through the console, in a real browser, on the whole stack: each test goes on where the one
// before it has stopped.

let walk: Walk
let stack: Stack
let operator: Page
let customer: Page

beforeAll(async () => {
  walk = await beginWalk()
  stack = walk.stack
  operator = await walk.page({ viewport: { width: 1360, height: 850 } })
  customer = await walk.page()
}, 120_000)

afterAll(() => walk?.end())

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tell(operator)
})

const go = (to: string) => goIn(operator, to)
const row = (text: string | RegExp) => rowOf(operator, text)

test('a wrong password is refused with an event to name; the right one leads to the overview', async () => {
  await operator.goto(`${stack.url}/console/`)
  await operator.getByLabel('E-mail address').fill('ada@shop.example')
  await operator.getByLabel('Password').fill('not her password at all')
  await operator.getByRole('button', { name: 'Sign in', exact: true }).click()
  await operator.getByRole('alert').waitFor()
  expect(await operator.getByRole('alert').innerText()).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
  await walk.signIn(operator, 'ada')
  await operator.getByRole('heading', { name: 'Overview' }).waitFor()
  await operator.getByText('The Small Shop').waitFor()
})

test('a customer signs in at the shop through the gateway, and is refused at the console', async () => {
  await customer.goto(`${stack.shop.url}/account`)
  await walk.signIn(customer, 'mia')
  await customer.waitForURL(`${stack.shop.url}/account`)
  await customer.getByText('mia@shop.example').waitFor()
  await customer.goto(`${stack.url}/console/people`)
  await customer
    .getByText(/may not|not permitted|it needs/i)
    .first()
    .waitFor()
})

test('people are found, and what is known of one is shown beside them', async () => {
  await go('People')
  await operator.getByRole('searchbox').fill('mia')
  await row('mia@shop.example').click()
  await operator.getByRole('complementary').getByText('mia@shop.example').first().waitFor()
  expect(operator.url()).toMatch(/\/people\/[0-9a-f-]{36}/)
})

test("revoking a customer's sign-in ends her session at the shop", async () => {
  await customer.goto(`${stack.shop.url}/`)
  const wallet = async () => {
    await customer.goto(`${stack.shop.url}/wallet`)
    return customer.url().startsWith(`${stack.url}/sign-in`) ? 'sign in' : 'mine'
  }
  expect(await wallet()).toBe('mine')
  await go('Sessions')
  await row('Mia')
    .filter({ hasText: /sign-in/i })
    .first()
    .click()
  await operator.getByRole('button', { name: 'Revoke', exact: true }).click()
  await operator.getByRole('button', { name: 'Revoke session' }).click()
  await operator
    .getByText(/revoked/)
    .first()
    .waitFor()
  await expect.poll(wallet, { timeout: 5_000 }).toBe('sign in')
})

test('a mistake in a policy is shown in its place and cannot be saved', async () => {
  await go('Permissions')
  await operator.getByRole('link', { name: /authors-delete-reviews/ }).click()
  const editor = operator.getByRole('textbox', { name: 'Policy authors-delete-reviews' })
  const text = await editor.inputValue()
  await editor.fill(text.replace('resource.author', 'resource.autor'))
  await operator.getByText('did you mean `author`?').waitFor()
  await operator.getByText('7:8').waitFor()
  await operator.getByRole('button', { name: 'Save' }).click()
  await operator.getByText('policy_invalid').waitFor()
  await operator.getByRole('button', { name: 'Back to the text' }).click()
  await operator.getByRole('button', { name: 'Discard' }).click()
  expect(await editor.inputValue()).toBe(text)
})

test('a decision is tried, and its refusal says which condition failed', async () => {
  await operator.getByRole('button', { name: 'Try a decision' }).click()
  await operator.getByRole('combobox', { name: 'Principal' }).fill('ben')
  await operator.getByRole('option', { name: /Ben/ }).first().click()
  await operator.getByLabel('Action').fill('deleteReview')
  await operator.getByLabel('Resource type').fill('Review')
  await operator.getByLabel('Resource id').fill('r1')
  const author = { __entity: { type: 'Person', id: '01900000-0000-7000-8000-00000000dead' } }
  await operator.getByLabel('Resource attributes (JSON)').fill(JSON.stringify({ author }))
  await operator
    .getByRole('button', { name: /decide|evaluate|try/i })
    .last()
    .click()
  await operator
    .getByText(/resource\.author == principal/)
    .last()
    .waitFor()
})

test('an attack is in the live log within a second of its answer, with its evidence', async () => {
  await go('Events')
  await operator.getByText('Live').first().waitFor()
  const attack = await fetch(`${stack.shop.upstream}/wallet`, { headers: { 'Holdfast-Identity': 'e30.e30.forged' } })
  expect(attack.status).toBe(401)
  const { eventId } = (await attack.json()) as { eventId: string }
  const answered = performance.now()
  const entry = row('request.unauthenticated').first()
  await entry.waitFor()
  expect(performance.now() - answered).toBeLessThan(3_000)
  await entry.click()
  await operator.getByRole('complementary').getByText(eventId.slice(-8)).first().waitFor()
})

test('the pages work by keyboard, in the dark, and in a narrow window', async () => {
  await operator.goto(`${stack.url}/console/people`)
  await row('mia@shop.example').waitFor()
  await operator.keyboard.press('/')
  expect(await operator.evaluate<string>(`document.activeElement?.getAttribute('type')`)).toBe('search')
  await operator.emulateMedia({ colorScheme: 'dark' })
  await operator.setViewportSize({ width: 390, height: 800 })
  for (const page of [
    'people',
    'invitations/new',
    'sessions',
    'applications',
    'applications/shop/clients/+',
    'applications/shop/resources',
    'sign-in/connections/+',
    'sign-in/signing-keys',
    'sign-in/mail?view=mailbox',
    'sign-in/branding',
    'permissions/policies',
    'permissions/who-can',
    'permissions/grants',
    'permissions/grants/shop/new',
    'permissions/roles',
    'permissions/roles/shop/+',
    'permissions/entities',
    'permissions/requests',
    'permissions/shadow',
    'permissions/decisions',
    'events',
    'events/searches',
    'ledger',
    'ledger/retention',
    'ledger/holds/+',
    'ledger/erase',
    'ledger/sinks/+',
    'keys',
    'keys/versions',
    'keys/wrapping',
    'keys/seal',
    'controls',
    '',
  ]) {
    await operator.goto(`${stack.url}/console/${page}`)
    await operator
      .getByRole('heading', { level: /new|searches|\+/.test(page) ? 2 : 1 })
      .first()
      .waitFor()
    const wide = await operator.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(wide, page).toBeLessThanOrEqual(0)
  }
})

test('signing out ends the session: going back shows nothing', async () => {
  await operator.setViewportSize({ width: 1360, height: 850 })
  await operator.getByRole('button', { name: /sign out/i }).click()
  await operator.getByRole('heading', { name: 'Sign in' }).waitFor()
  await operator.goto(`${stack.url}/console/people`)
  await operator.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

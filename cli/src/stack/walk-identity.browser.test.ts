import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, rowOf, tell, type Walk } from './testing/walk.ts'

// An operator goes through what concerns sign-in: each test goes on where the one before it has stopped.

let walk: Walk
let stack: Stack
let operator: Page

beforeAll(async () => {
  walk = await beginWalk()
  stack = walk.stack
  operator = await walk.page({ viewport: { width: 1360, height: 850 } })
  await operator.goto(`${stack.url}/console/applications/shop/clients`)
  await walk.signIn(operator, 'ada')
  await operator.getByText('No client yet').waitFor()
}, 120_000)

afterAll(() => walk?.end())

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tell(operator)
})

const row = (text: string | RegExp) => rowOf(operator, text)
const panel = () => operator.getByRole('complementary', { name: 'Details' })
const open = (path: string) => operator.goto(`${stack.url}/console/${path}`)

test('a client is registered, and its secret is shown once and never again', async () => {
  await operator.getByRole('button', { name: 'Register client' }).click()
  await panel().getByLabel('Name').fill('Wholesale')
  await panel().getByLabel('Redirect URIs').fill('https://wholesale.example/callback')
  await panel().getByRole('button', { name: 'Register client' }).click()
  const secret = await panel().getByRole('status').locator('pre').innerText()
  expect(secret.length).toBeGreaterThan(20)
  await panel().getByRole('button', { name: 'I have copied it' }).click()
  await panel().getByText('https://wholesale.example/callback').waitFor()
  await operator.reload()
  await panel().getByText('client_secret_basic').waitFor()
  expect(await operator.content()).not.toContain(secret)
})

test('a second secret comes while the first one still holds; a disabled client can be enabled again', async () => {
  await panel().getByRole('button', { name: 'New secret' }).click()
  await panel().getByText('shown now and never again').waitFor()
  await expect.poll(() => panel().getByRole('button', { name: 'Delete' }).count(), { timeout: 60_000 }).toBe(3)
  await panel().getByRole('button', { name: 'Disable' }).click()
  await panel().getByRole('button', { name: 'Disable Wholesale' }).click()
  await row('Wholesale').getByText('disabled').waitFor()
  await panel().getByRole('button', { name: 'Enable' }).click()
  await row('Wholesale').getByText('active').waitFor()
})

test('signing keys take their turn on demand', async () => {
  await open('sign-in/signing-keys')
  await row('next').first().waitFor()
  expect(await row('retired').count()).toBe(0)
  await operator.getByRole('button', { name: 'Rotate now' }).click()
  await operator.getByRole('button', { name: /^Rotate \d keys?$/ }).click()
  await row('retired').first().waitFor()
  await row(/ES256.*signs/).waitFor()
})

test('whoever is invited finds the letter in the development mailbox, and its link leads in', async () => {
  await open('invitations/new')
  await panel().getByLabel('Email').fill('grace@shop.example')
  await panel().getByLabel('Support').check()
  await panel().getByRole('button', { name: 'Send invitation' }).click()
  await row('grace@shop.example').getByText('waits').waitFor()
  await panel().getByRole('link', { name: 'Open in the mailbox' }).click()
  await row('grace@shop.example').click()
  const link = await panel().locator('a[href*="/invitation?token="]').getAttribute('href')
  const guest = await walk.page()
  await guest.goto(link ?? '')
  await guest.getByRole('heading', { name: /invited/i }).waitFor()
  await open('invitations')
  await row('grace@shop.example').click()
  await panel().getByRole('button', { name: 'Take back' }).click()
  await panel().getByRole('button', { name: 'Take the invitation back' }).click()
  await row('grace@shop.example').getByText('revoked').waitFor()
})

test('more is demanded of a person, for a reason, and lifted again', async () => {
  const mia = stack.people.find(({ name }) => name === 'mia')
  await open(`people/${mia?.id}`)
  await panel().getByRole('button', { name: 'Require more' }).click()
  await panel().getByLabel('Why').fill('lost her telephone')
  await panel().getByRole('button', { name: 'Require aal2' }).click()
  await panel()
    .getByText(/At least aal2.*lost her telephone/)
    .waitFor()
  await panel().getByRole('button', { name: 'Lift it' }).click()
  await panel().getByRole('button', { name: 'Lift the demand' }).click()
  await panel().getByText('nothing beyond').waitFor()
})

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

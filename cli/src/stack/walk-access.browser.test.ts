import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, rowOf, tell, type Walk } from './testing/walk.ts'

// One walk through who may do what: each test goes on where the one before it has stopped.

let walk: Walk
let stack: Stack
let operator: Page
let auditor: Page

beforeAll(async () => {
  walk = await beginWalk()
  stack = walk.stack
  operator = await walk.page({ viewport: { width: 1360, height: 850 } })
  await operator.goto(`${stack.url}/console/permissions/policies/shop`)
  await walk.signIn(operator, 'ada')
  await operator.getByRole('heading', { name: 'Permissions' }).waitFor()
}, 120_000)

afterAll(() => walk?.end())

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tell(operator)
})

const tab = (name: string) =>
  operator.getByRole('navigation', { name: 'Permissions' }).getByRole('link', { name, exact: true }).click()
const row = (text: string | RegExp) => rowOf(operator, text)
const button = (name: string | RegExp) => operator.getByRole('button', { name, exact: true })
/** As the operator who is signed in. @returns the status */
const call = async (method: string, path: string, data: object) => {
  const headers = { origin: stack.url, 'sec-fetch-site': 'same-origin' }
  return (await operator.request.fetch(`${stack.url}/api/v1${path}`, { method, data, headers })).status()
}
const panel = () => operator.getByRole('complementary')

test('before a policy is added, it is shown who gains what; then it is added', async () => {
  await button('Add policy').first().click()
  await operator.getByLabel('Name').fill('editors-see-all-orders')
  await operator
    .getByRole('textbox', { name: 'Policy text' })
    .fill('permit (principal in Group::"support", action == Action::"viewAllOrders", resource);')
  await operator.getByText('Valid against the schema').waitFor()
  await button('Add policy').last().click()
  const preview = operator.getByRole('group', { name: 'What adding this would change' })
  await preview.getByText('1 person gains viewAllOrders').first().waitFor()
  await preview.getByRole('link', { name: 'Sam' }).waitFor()
  await preview.getByText(/only the application has/).waitFor()
  await button('Add editors-see-all-orders').click()
  await operator.getByRole('heading', { name: 'editors-see-all-orders' }).waitFor()
})

test('a change says who loses and who gains, is saved, and its first version comes back', async () => {
  const editor = operator.getByRole('textbox', { name: 'Policy editors-see-all-orders' })
  const first = await editor.inputValue()
  await editor.fill(first.replace('Group::"support"', 'Role::"editor"'))
  await operator.getByText('Valid against the schema').waitFor()
  await button('Save').click()
  const preview = operator.getByRole('group', { name: 'What saving this would change' })
  await preview.getByText('1 person loses viewAllOrders').first().waitFor()
  await button('Save as version 2').click()
  await operator.getByText('saved as version 2').waitFor()
  await button('Versions').click()
  await operator.getByRole('button', { name: /^Version 1/ }).click()
  await button('Bring version 1 into the editor').click()
  await expect.poll(() => editor.inputValue()).toBe(first)
  await button('Discard').click()
})

test('a role is added and given for a reason; the one who has it can do what it permits', async () => {
  await tab('Roles')
  await button('Add role').first().click()
  await operator.getByLabel('Name').fill('Editor')
  await panel().getByRole('button', { name: 'Add role' }).click()
  await panel().getByRole('link', { name: 'Give it' }).click()
  await operator.getByRole('combobox', { name: 'Who', exact: true }).fill('ben')
  await operator.getByRole('option', { name: /Ben/ }).first().click()
  await operator.getByLabel('Why').fill('joins the team')
  await panel().getByRole('button', { name: 'Give access' }).click()
  await row('Ben').getByText('In force').waitFor()
  await tab('Who can')
  await operator.getByLabel('Action').fill('viewAllOrders')
  await operator.getByLabel('Resource type').fill('Shop')
  await operator.getByLabel('Resource id').fill('main')
  await button('Ask').click()
  await row('Ben').getByRole('link', { name: 'editors-see-all-orders' }).waitFor()
})

test('a refusal says what is missing, and is in the log of decisions', async () => {
  await tab('Policies')
  await button('Try a decision').click()
  await operator.getByRole('combobox', { name: 'Principal' }).fill('mia')
  await operator.getByRole('option', { name: /Mia/ }).first().click()
  await operator.getByLabel('Action').fill('viewAllOrders')
  await operator.getByLabel('Resource type').fill('Shop')
  await operator.getByLabel('Resource id').fill('main')
  await button('Decide').click()
  await panel().getByText('Denied').waitFor()
  await panel()
    .getByText(/^Missing:/)
    .waitFor()
  await tab('Decisions')
  // Decisions are written to the log in batches.
  const denied = row('Mia').filter({ hasText: 'viewAllOrders' })
  const seen = async () => {
    await button('Refresh').click()
    return denied.count()
  }
  await expect.poll(seen, { timeout: 60_000, interval: 500 }).toBe(1)
  await denied.click()
  await panel().getByText('the management API').waitFor()
})

test('an ended grant stays in the list of those that are over, with all that was said of it', async () => {
  await tab('Grants')
  await row('Ben').click()
  await panel().getByLabel('Why', { exact: true }).fill('moved on')
  await button('End the grant').click()
  await button('End it').click()
  await panel().getByText('Over', { exact: true }).waitFor()
  await panel().getByText('joins the team').waitFor()
  await row('Ben').waitFor({ state: 'detached' })
  await operator.getByLabel('Also those that are over').check()
  await row('Ben').getByText('moved on').waitFor()
})

test('an auditor sees all of it, and is offered nothing that she may not do', async () => {
  const eva = { email: 'eva@shop.example', name: 'Eva', password: 'thirty copper kettles', groups: ['auditors'] }
  expect(await call('POST', '/people', eva)).toBe(201)
  auditor = await walk.page({ viewport: { width: 1360, height: 850 } })
  await auditor.goto(`${stack.url}/console/permissions/grants/shop`)
  await auditor.getByLabel('E-mail address').fill(eva.email)
  await auditor.getByLabel('Password').fill(eva.password)
  await auditor.getByRole('button', { name: 'Sign in', exact: true }).click()
  await auditor.getByText('Nobody was given anything here').waitFor()
  expect(await auditor.getByRole('button', { name: 'Give access' }).count()).toBe(0)
  await auditor.goto(`${stack.url}/console/permissions/policies/shop/editors-see-all-orders`)
  await auditor.getByRole('button', { name: 'Versions' }).waitFor()
  for (const name of ['Save', 'Delete', 'Add policy']) {
    expect(await auditor.getByRole('button', { name, exact: true }).count(), name).toBe(0)
  }
})

test('a role for a time is asked for by one, and approved by another', async () => {
  const rule = {
    eligible: [{ type: 'Group', id: 'admins' }],
    approvers: [{ type: 'Group', id: 'auditors' }],
    maximumSeconds: 3600,
  }
  expect(await call('PUT', '/applications/shop/elevation-rules/editor', rule)).toBe(201)
  await operator.goto(`${stack.url}/console/permissions/requests/shop/new`)
  await operator.getByLabel('Why').fill('month end')
  await button('Ask').click()
  await panel().getByText('Waits for an answer').waitFor()
  expect(await button('Approve').count()).toBe(0)
  await auditor.goto(`${stack.url}/console/permissions/requests/shop?show=approve`)
  await rowOf(auditor, 'month end').click()
  await auditor.getByRole('button', { name: 'Approve', exact: true }).click()
  await auditor.getByText('has it from now on for 1 hour').waitFor()
  await auditor.getByRole('button', { name: 'Approve', exact: true }).click()
  await auditor.getByRole('complementary').getByText('In force').waitFor()
  await operator.reload()
  await panel().getByRole('link', { name: 'Eva' }).waitFor()
  await button('End now').waitFor()
})

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, rowOf, tell, type Walk } from './testing/walk.ts'

// One walk through who may do what: each test goes on where the one before it has stopped.

let walk: Walk
let stack: Stack
let operator: Page

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

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

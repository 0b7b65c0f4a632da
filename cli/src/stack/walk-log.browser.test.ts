import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyEventProof } from '@holdfast/merkle'
import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, go as goIn, rowOf, tell, type Walk } from './testing/walk.ts'

// An operator goes through what concerns the log and the keys; in the end somebody forges the database.

let walk: Walk
let stack: Stack
let operator: Page

beforeAll(async () => {
  walk = await beginWalk()
  stack = walk.stack
  const customer = await walk.page()
  await customer.goto(`${stack.shop.url}/account`)
  await walk.signIn(customer, 'mia')
  await customer.getByText('mia@shop.example').waitFor()
  operator = await walk.page({ viewport: { width: 1360, height: 850 } })
  await operator.goto(`${stack.url}/console/events`)
  await walk.signIn(operator, 'ada')
  await operator.getByRole('heading', { name: 'Events' }).waitFor()
}, 120_000)

afterAll(() => walk?.end())

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tell(operator)
})

const go = (to: string) => goIn(operator, to)
const row = (text: string | RegExp) => rowOf(operator, text)
const button = (name: string | RegExp) => operator.getByRole('button', { name })
const tab = (name: string) => operator.getByRole('tab', { name }).click()
const panel = () => operator.getByRole('complementary', { name: 'Details' })
const open = (path: string) => operator.goto(`${stack.url}/console/${path}`)
const mia = () => stack.people.find(({ name }) => name === 'mia')

test('an event is found by words, narrowed by facets, and the address says what is shown', async () => {
  await operator.getByText('Live').first().waitFor()
  await operator.getByRole('searchbox').fill('mia')
  await expect.poll(() => operator.url()).toMatch(/query=mia/)
  const facets = operator.getByRole('complementary', { name: 'Facets' })
  await facets.getByRole('button', { name: /^session\.started/ }).click()
  await expect.poll(() => operator.url()).toMatch(/kind=session\.started/)
  await row('session.started').first().waitFor()
  const address = operator.url()
  await operator.goto('about:blank')
  await operator.goto(address)
  await row('session.started').first().click()
  await panel().getByText('Authentication, Logon').waitFor()
})

test('its OCSF document folds and is there to be copied', async () => {
  await tab('OCSF')
  await panel().getByText('class_uid').first().waitFor()
  await panel().getByText('3002').first().waitFor()
})

test('its proof is verified in the browser, and the downloaded one by our own verifier', async () => {
  await tab('Proof')
  await panel().getByText('Verified in this browser').waitFor()
  expect(await panel().getByText('holds.').count()).toBe(5)
  await panel()
    .getByRole('img', { name: /hashes lead from its leaf to the root/ })
    .waitFor()
  const download = operator.waitForEvent('download')
  await button('Download proof').click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.tlog-proof$/)
  const proof = readFileSync(await file.path(), 'utf8')
  const { vkey } = await stack.api.get<{ vkey: string }>('/ledger/head')
  expect(verifyEventProof(proof, { trustedKeys: [vkey] })).toMatchObject({ ok: true, keyTrusted: true, events: 1 })
})

test('what comes while the page is paused waits, and is counted', async () => {
  await open('events?kind=search.*')
  await operator.getByText('Live').first().waitFor()
  await button('Pause').click()
  await stack.api.post('/ledger/searches', { name: 'By the way', filter: { kind: 'policy.*' } })
  await button('Resume, 1 waiting').click()
  await row('search.saved').waitFor()
})

test('a search is saved, shared, and taken up again', async () => {
  await open('events?outcome=refused')
  await button('Save').click()
  await operator.getByLabel('Name').fill('Refusals')
  await operator.getByLabel(/Share it with everybody/).check()
  await button('Save this search').click()
  await panel().getByText('shared by you').waitFor()
  await open('events')
  await operator.getByRole('combobox', { name: 'Saved search' }).click()
  await operator.getByRole('option', { name: 'Refusals' }).click()
  await expect.poll(() => operator.url()).toMatch(/outcome=refused/)
})

test('a way out is added, and delivers', async () => {
  await open('ledger/sinks/+')
  await operator.getByLabel('Name').fill('audit-files')
  await operator.getByRole('combobox', { name: 'Kind' }).click()
  await operator.getByRole('option', { name: /^File/ }).click()
  await operator.getByLabel('File', { exact: true }).fill('audit/events.ndjson')
  await operator.getByRole('combobox', { name: 'Begin' }).click()
  await operator.getByRole('option', { name: /the oldest event/ }).click()
  await button('Add way out').last().click()
  await row('audit-files').getByText('Delivering').waitFor()
  const file = join(stack.folder, 'sinks/audit/events.ndjson')
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0)
  await expect.poll(lines, { timeout: 20_000 }).toBeGreaterThan(50)
  await panel()
    .getByText(/^\d+ events$/)
    .waitFor()
  await button('Send a test').click()
  await panel()
    .getByText(/test message arrived/)
    .waitFor()
  await button('Pause').click()
  await row('audit-files').getByText('Paused').waitFor()
})

test('a key is replaced by its next version', async () => {
  await go('Keys')
  await row(/^ledger\b(?!-)/)
    .first()
    .click()
  await panel().getByText('version 1, since').waitFor()
  await button('Make the next version').click()
  await panel()
    .getByText(/Version 1 still opens what it closed/)
    .waitFor()
  await button('Make the next version').click()
  await panel().getByText('version 2, since').waitFor()
})

test('shares are shown one after the other, and seal when enough of them came back', async () => {
  await open('keys/seal')
  await button('Show 5 shares, once').click()
  const shares: string[] = []
  for (let number = 1; number <= 5; number++) {
    await operator.getByRole('heading', { name: `Share ${number} of 5` }).waitFor()
    shares.push(await operator.getByRole('status').locator('pre').innerText())
    await operator.getByRole('checkbox').check()
    await button(number === 5 ? 'All shares are handed out' : `Next: share ${number + 1}`).click()
  }
  expect(new Set(shares).size).toBe(5)
  for (const [at, share] of shares.slice(2).entries()) await operator.getByPlaceholder('hfu_…').nth(at).fill(share)
  await button('Seal it by these shares').click()
  await operator.getByText('any 3 of 5 open it').waitFor()
})

test('a legal hold keeps a person from being erased, until it is released', async () => {
  const { id = '', email = '' } = mia() ?? {}
  await open('ledger/holds/+')
  await operator.getByLabel('Why').fill('Case 2026-7')
  await operator.getByLabel('Id, empty for everybody').fill(id)
  await button('Place the hold').click()
  await row('Case 2026-7').getByText('In force').waitFor()

  await open('people')
  await row(email).click()
  await button('Delete').click()
  await button('Delete Mia').click()
  await operator.getByText('Mia deleted').waitFor()

  await open(`ledger/erase/${id}`)
  await erase(id)
  await operator.getByText('subject_held').waitFor()

  await open('ledger/holds')
  await row('Case 2026-7').click()
  await button('Release').click()
  await button('Release the hold').click()
  await row('Case 2026-7').getByText('Released').waitFor()
})

test('an erased person is gone from what events say, and every proof of them still holds', async () => {
  const { id = '' } = mia() ?? {}
  await open(`ledger/erase/${id}`)
  await erase(id)
  await operator.getByText(/^Erased from \d+ events/).waitFor()
  await operator.getByRole('link', { name: 'Look at what the events say now' }).click()
  await row('session.started').first().click()
  await panel().getByRole('heading', { name: 'Erased' }).waitFor()
  expect(await panel().innerText()).not.toMatch(/mia/i)
  await tab('Proof')
  await panel().getByText('Verified in this browser').waitFor()
  await panel()
    .getByText(/fields were erased/)
    .waitFor()
})

test('a forged event says so wherever it is shown, and the check of the log names it', async () => {
  await open('events?kind=policy.written')
  await row('policy.written').nth(1).click()
  const id = eventInAddress()
  await forge(
    "UPDATE events SET body = set_byte(body, length(body) - 1, get_byte(body, length(body) - 1) # 1), outcome = 'failure' WHERE id = $1",
    id,
  )
  await operator.reload()
  await panel()
    .getByText(/was changed in the database/)
    .waitFor()
  await tab('Proof')
  await panel().getByText('Not what was recorded', { exact: true }).waitFor()
  await open('ledger')
  await button('Check the whole log').click()
  await operator.getByText('Damaged').waitFor({ timeout: 30_000 })
  await operator
    .getByRole('region', { name: 'Checked at the server' })
    .getByRole('link', { name: 'Event' })
    .first()
    .click()
  await expect.poll(() => operator.url()).toContain(id)
})

test('another key than the one that the browser knows is told, and taken only by whoever types it', async () => {
  await open('ledger')
  await operator.getByRole('region', { name: 'Verified in this browser' }).getByText('Holds', { exact: true }).waitFor()
  await operator.evaluate(`
    const known = JSON.parse(localStorage.getItem('holdfast.log'))
    known.vkey = 'another.example/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
    localStorage.setItem('holdfast.log', JSON.stringify(known))`)
  await operator.reload()
  await operator.getByText(/It has changed: this browser has known another one/).waitFor()
  await button('Take the new key').click()
  expect(await button('Forget the old key').isDisabled()).toBe(true)
  await operator.getByLabel(/Type new log/).fill('new log')
  await button('Forget the old key').click()
  await operator.getByText('Met for the first time').waitFor()
})

test('a forged entry of the log is not in the tree that was signed', async () => {
  await open('events?kind=policy.written')
  await row('policy.written').first().click()
  await forge('UPDATE log_entries SET commitment = sha256(commitment) WHERE event_id = $1', eventInAddress())
  await tab('Proof')
  await panel().getByText('Not what was recorded', { exact: true }).waitFor()
  await panel()
    .getByText(/not in the tree that was signed/)
    .waitFor()
})

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

async function erase(id: string): Promise<void> {
  await operator
    .getByText(/\d+ events/)
    .first()
    .waitFor()
  await button(/^Erase /).click()
  await operator.getByLabel(/to go on$/).fill(id.slice(-8))
  await button(/^Erase .* from \d+ events/).click()
}

function eventInAddress(): string {
  return /events\/([0-9a-f-]{36})/.exec(operator.url())?.[1] ?? ''
}

/** As somebody does who owns the database: they switch off what holds everybody else. */
async function forge(statement: string, id: string): Promise<void> {
  const client = new Client({ connectionString: stack.controlPlane.databaseUrl })
  await client.connect()
  try {
    await client.query('ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE log_entries DISABLE TRIGGER USER')
    expect((await client.query(statement, [id])).rowCount).toBe(1)
  } finally {
    await client.end()
  }
}

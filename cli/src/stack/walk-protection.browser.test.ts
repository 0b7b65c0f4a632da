import { request } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Stack } from './index.ts'
import { beginWalk, rowOf, tell, type Walk } from './testing/walk.ts'

// One walk through what a gateway refuses: each test goes on where the one before it has stopped.

let walk: Walk
let stack: Stack
let operator: Page

beforeAll(async () => {
  walk = await beginWalk()
  stack = walk.stack
  operator = await walk.page({ viewport: { width: 1360, height: 900 } })
  await operator.goto(`${stack.url}/console/protection/blocked/shop`)
  await walk.signIn(operator, 'ada')
  await operator.getByText('Nothing was blocked').waitFor()
}, 120_000)

afterAll(() => walk?.end())

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tell(operator)
})

const tab = (name: string) =>
  operator.getByRole('navigation', { name: 'Protection' }).getByRole('link', { name, exact: true }).click()
const part = (name: string) =>
  operator.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('button', { name }).click()
const button = (name: string | RegExp) => operator.getByRole('button', { name, exact: true })
const panel = () => operator.getByRole('complementary')
const settings = '/applications/shop/protection'
/** As the operator who is signed in. */
const call = async (method: string, path: string, data?: object) => {
  const headers = { origin: stack.url, 'sec-fetch-site': 'same-origin' }
  const answer = await operator.request.fetch(`${stack.url}/api/v1${path}`, { method, headers, ...(data && { data }) })
  return (await answer.json()) as Record<string, unknown>
}

/** To the shop through the gateway, byte for byte as it stands here. @returns the status */
function send(target: string, body?: object, type = 'application/json'): Promise<number> {
  const { host, port } = new URL(stack.shop.url)
  const text = body === undefined ? '' : JSON.stringify(body)
  const method = body === undefined ? 'GET' : 'POST'
  const headers = { host, ...(body && { 'content-type': type, 'content-length': Buffer.byteLength(text) }) }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers })
    sent.on('error', reject)
    sent.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
    sent.end(text)
  })
}

const search = (text: string) => `/products?query=${encodeURIComponent(text)}`
const attack = "' OR 1=1 --"
/** Events are shipped in batches: the page is asked until it has the row. */
async function row(text: string | RegExp) {
  const found = rowOf(operator, text)
  const seen = async () => {
    await operator.reload()
    await operator.getByRole('heading', { name: 'Protection' }).waitFor()
    return found
      .first()
      .waitFor({ timeout: 2000 })
      .then(
        () => true,
        () => false,
      )
  }
  await expect.poll(seen, { timeout: 60_000, interval: 500 }).toBe(true)
  return found.first()
}

test('an attack is refused, and the operator sees what was found in it', async () => {
  expect(await send(search(attack))).toBe(403)
  await (await row('GET /products')).click()
  await panel().getByRole('heading', { name: 'Finding 1' }).waitFor()
  await panel().getByText('query parameter').first().waitFor()
  expect(await panel().locator('mark').first().innerText()).toContain('OR 1=1')
  await panel().getByRole('link', { name: 'Event in the log' }).waitFor()
})

test('an exception says what it will let pass, is made, and that passes; another attack there does not', async () => {
  await button('This was honest: make an exception').click()
  const ask = operator.getByRole('form', { name: 'Make an exception' })
  await ask.getByText(/query parameter query may hold what reads as SQL/).waitFor()
  await ask.getByLabel('Why').fill('a shop of quotes')
  await button('Let such requests pass').click()
  await panel().getByText('Excepted: such requests pass').waitFor()
  await expect.poll(() => send(search(attack)), { timeout: 60_000 }).toBe(200)
  expect(await send(search('<script>alert(1)</script>'))).toBe(403)
  expect(await send(`/products?other=${encodeURIComponent(attack)}`)).toBe(403)
})

test('it stands in the settings with its reason, and is taken back where it was made', async () => {
  await operator.goto(`${stack.url}/console/protection/settings/shop?part=exceptions`)
  const inForce = operator.getByRole('list', { name: 'In force' })
  await inForce.getByText('“a shop of quotes”').waitFor()
  await inForce.getByRole('link', { name: 'for this request' }).click()
  await button('Take the exception back').click()
  await button('This was honest: make an exception').waitFor()
  await expect.poll(() => send(search(attack)), { timeout: 60_000 }).toBe(403)
})

test('what an attacker wrote is text: nothing of it runs, moves or hides', async () => {
  const hostile = '<img src="\u202Ex" onerror="document.title=\'owned\'"><b>\u200B'
  expect(await send(search(hostile))).toBe(403)
  await operator.goto(`${stack.url}/console/protection/blocked/shop?view=single&detector=html`)
  await (await row(/html/)).click()
  await panel().getByText('U+202E').first().waitFor()
  expect(await panel().locator('mark').first().innerText()).toContain('<img src=')
  expect(await operator.locator('main img, main b').count()).toBe(0)
  expect(await operator.title()).toBe('Protection · Holdfast')
})

test('settings are changed part by part, shown as a difference before they are saved, and never over somebody else’s', async () => {
  await operator.goto(`${stack.url}/console/protection/settings/shop?part=inspection`)
  await operator.getByRole('group', { name: 'What happens to what is found' }).getByText('Report only').click()
  const { version: _, changedAt: __, ...theirs } = await call('GET', settings)
  await call('PUT', settings, { ...theirs, addresses: { allow: [], deny: ['192.0.2.1'] } })
  await button('Review and save').click()
  const review = operator.getByRole('group', { name: 'What saving this would change' })
  await review.getByText(/Requests with an attack will reach the application/).waitFor()
  await review.getByText('+     "mode": "report",').waitFor()
  await button(/^Save as version/).click()
  await operator.getByText('Addresses: Refused addresses').waitFor()
  await button('Put my changes on top of theirs').click()
  await button('Review and save').click()
  await button(/^Save as version/).click()
  await operator.getByText('Nothing to save').waitFor()
  expect(await call('GET', settings)).toMatchObject({
    inspection: { mode: 'report' },
    addresses: { deny: ['192.0.2.1'] },
  })
  await expect.poll(() => send(search(attack)), { timeout: 60_000 }).toBe(200)
  await tab('Blocked requests')
  await (await row('Let through')).waitFor()
})

test('one route has a mode of its own: attacks pass there and nowhere else, as is foreseen', async () => {
  await tab('Settings')
  await operator.getByRole('group', { name: 'What happens to what is found' }).getByText('Block').click()
  await part('Routes')
  await button('Add route').click()
  await operator.getByLabel('Path').first().fill('/products')
  await operator.getByRole('combobox', { name: 'Inspection' }).click()
  await operator.getByRole('option', { name: 'Report only' }).click()
  await button('Review and save').click()
  await button(/^Save as version/).click()
  await operator.getByText('Nothing to save').waitFor()
  await expect.poll(() => send(`/?query=${encodeURIComponent(attack)}`), { timeout: 60_000 }).toBe(403)
  expect(await send(search(attack))).toBe(200)
  const box = operator.getByRole('region', { name: 'Try a request' })
  await box.getByLabel('Path').fill('/products?query=chair')
  await box.getByRole('button', { name: 'Foresee' }).click()
  await box.getByText('inspection Report only').waitFor()
})

test('a document of the API is checked as it is written, and what is wrong is shown at its line', async () => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    paths: { '/products': { get: { parameters: [{ $ref: '#/nowhere' }], responses: {} } } },
  }
  await tab('Settings')
  await part('Document of the API')
  await button('Paste it').click()
  const editor = operator.getByRole('textbox', { name: 'Document of the API' })
  await editor.fill('{\n"openapi" "3.1.0"\n}')
  await operator.getByRole('list', { name: 'What is wrong' }).getByText('line 2').waitFor()
  await editor.fill(JSON.stringify(document, null, 2))
  await operator.getByText('1 mistake: it cannot be used like this').waitFor()
  await operator.getByRole('list', { name: 'What is wrong' }).getByRole('button', { name: 'line 11' }).waitFor()
  await editor.fill(JSON.stringify({ ...document, paths: { '/products': { get: { responses: {} } } } }, null, 2))
  await operator.getByText('It compiles: 1 operation').waitFor()
  await button('Use this document').click()
  await operator.getByText('1 setting changed, not saved').waitFor()
  await button('Discard').click()
  await operator.getByText('Nothing to save').waitFor()
})

test('what browsers report becomes a policy by one click', async () => {
  const report = {
    'document-uri': `${stack.shop.url}/cart`,
    'effective-directive': 'img-src',
    'blocked-uri': 'https://pictures.example/a.png',
    disposition: 'report',
  }
  for (let sent = 0; sent < 3; sent++) {
    expect(await send('/.holdfast/csp-reports', { 'csp-report': report }, 'application/csp-report')).toBe(204)
  }
  await tab('CSP reports')
  await (await row('https://pictures.example')).waitFor()
  await button('Take it over, report only').click()
  await button('Add 1 origin').click()
  await operator.getByText('All that can be allowed is allowed.').waitFor()
  const { csp } = (await call('GET', settings)) as { csp: object }
  expect(csp).toMatchObject({
    mode: 'report',
    directives: { 'img-src': ["'self'", 'data:', 'https://pictures.example'] },
  })
})

test('live traffic counts what came, by route, and tails it', async () => {
  await tab('Traffic')
  const tail = operator.getByRole('table', { name: 'Recent requests' })
  await send(search('kettle'))
  await tail.getByText('/products').first().waitFor({ timeout: 60_000 })
  const route = operator
    .getByRole('table', { name: 'Routes', exact: true })
    .getByRole('row')
    .filter({ hasText: 'GET /products' })
    .first()
  await route.first().waitFor({ timeout: 60_000 })
  await operator.getByText('Requests a second, as a table').click()
  await operator.getByRole('columnheader', { name: 'refused' }).first().waitFor()
})

test('no page complained, and none broke its content security policy', () => {
  expect(walk.complaints).toEqual([])
})

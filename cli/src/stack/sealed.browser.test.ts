import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '@holdfast/server/main'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureConsole } from './console.ts'
import { freePort } from './ports.ts'
import { startBrowser, tell, type Walker } from './testing/walk.ts'

// A server that was started sealed, opened in a browser by those who have its shares.

let data: string
let url: string
let walker: Walker
let page: Page
let shares: string[]
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'holdfast-sealed-'))
  await ensureConsole()
  const port = await freePort()
  url = `http://localhost:${port}`
  const options = {
    env: {},
    logFile: join(data, 'server.log'),
    flags: { mode: 'development', data, publicUrl: url, 'http.listen': `127.0.0.1:${port}` },
  }
  server = await startServer(options)
  const prepared = await call('/api/v1/seal/change', { to: 'shamir', shares: 3, threshold: 2 })
  shares = (prepared['shares'] as { share: string }[]).map(({ share }) => share)
  expect(await call('/api/v1/seal/change/confirm', { shares: shares.slice(0, 2) })).toMatchObject({ changed: true })
  await server.stop()
  server = await startServer(options)
  walker = await startBrowser()
  page = await walker.page()
}, 120_000)

afterAll(async () => {
  await walker?.browser.close()
  await server?.stop()
  rmSync(data, { recursive: true, force: true })
})

async function call(path: string, body: unknown): Promise<Record<string, unknown>> {
  const { token } = JSON.parse(readFileSync(join(data, 'bootstrap.json'), 'utf8')) as { token: string }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Record<string, unknown>
}

const give = async (share: string) => {
  await page.getByLabel('A share').fill(share)
  await page.getByRole('button', { name: 'Give this share' }).click()
}

test('every page says that the server is sealed, and takes the shares that open it', async () => {
  try {
    await page.goto(`${url}/console/events?outcome=refused`)
    await page.getByRole('heading', { name: 'This server is sealed' }).waitFor()
    await page.getByText('0 of 2 shares given').waitFor()
    await give('hfu_not_a_share')
    await page.getByText('seal_share_malformed').waitFor()
    await give(shares[2] ?? '')
    await page.getByText('1 of 2 shares given').waitFor()
    await give(shares[2] ?? '')
    await page.getByText('seal_share_repeated').waitFor()
    // As it is read out from paper.
    await give((shares[0] ?? '').replaceAll(/(.{4})/g, '$1 '))
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 30_000 })
    expect(decodeURIComponent(page.url())).toContain('return=/console/events?outcome=refused')
  } catch (error) {
    await tell(page)
    throw error
  }
})

test('nothing complained, and nothing broke the content security policy', () => {
  expect(walker.complaints).toEqual([])
})

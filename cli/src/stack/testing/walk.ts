import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { ensureConsole } from '../console.ts'
import { type Stack, startStack } from '../index.ts'
import type { Name } from '../people.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

/** A real browser, and what its pages complained of. */
export interface Walker {
  readonly browser: Browser
  /** Whatever a page complains of, a violation of its content security policy above all. */
  readonly complaints: string[]
  page(options?: Parameters<Browser['newContext']>[0]): Promise<Page>
}

/** The whole stack with its people, and somebody to walk through it. */
export interface Walk extends Walker {
  readonly stack: Stack
  signIn(page: Page, name: Name): Promise<void>
  end(): Promise<void>
}

export async function startBrowser(): Promise<Walker> {
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine.')
  const browser = await chromium.launch({
    executablePath,
    args: [...quiet, '--disable-component-update', '--disable-sync'],
  })
  const complaints: string[] = []
  return {
    browser,
    complaints,
    page: async (options = {}) => listening(await browser.newContext(options), complaints),
  }
}

export async function beginWalk(): Promise<Walk> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-walk-'))
  await ensureConsole()
  const stack = await startStack({ data, ports: 'free' })
  const walker = await startBrowser()
  return {
    ...walker,
    stack,
    async signIn(page, name) {
      const person = stack.people.find((each) => each.name === name)
      await page.getByLabel('E-mail address').fill(person?.email ?? '')
      await page.getByLabel('Password').fill(person?.password ?? '')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    },
    async end() {
      await walker.browser.close()
      await stack.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** What somebody saw when it failed is what one wants to know first. */
export async function tell(page: Page): Promise<void> {
  const seen = await page.locator('body').innerText()
  console.log(`${page.url()}\n${seen.slice(0, 3_000)}`)
}

export function rowOf(page: Page, text: string | RegExp): Locator {
  return page.getByRole('row').filter({ hasText: text })
}

/** By the navigation of the console. */
export function go(page: Page, to: string): Promise<void> {
  return page.getByRole('navigation').getByRole('link', { name: to, exact: true }).click()
}

async function listening(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (?:4\d\d|503)/.test(message.text())) complaints.push(message.text())
  })
  return page
}

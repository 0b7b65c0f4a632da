import { existsSync } from 'node:fs'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
export const hasChromium: boolean = executablePath !== undefined
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

/** A real browser with an authenticator that is always touched, and what its pages complained of. */
export interface PasskeyBrowser {
  readonly browser: Browser
  readonly page: Page
  readonly devtools: CDPSession
  readonly authenticatorId: string
  /** violations of the content security policy above all */
  readonly complaints: readonly string[]
}

export async function startPasskeyBrowser(): Promise<PasskeyBrowser> {
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine.')
  const browser = await chromium.launch({ executablePath, args: [...quiet, '--disable-component-update'] })
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { browser, page, devtools, authenticatorId, complaints }
}

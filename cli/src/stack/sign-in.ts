import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import { openBrowser } from '../lab/browser.ts'
import type { Stack } from './index.ts'

const cookieName = '__Host-holdfast'

/**
 * Signs a person in at a guarded host as a browser would: the gateway's sign-in, the control plane's form, the hand-off
 * back. There is no other way to a host session, for a demonstration neither.
 * @param origin of the guarded host at the gateway, as `http://shop.localhost:7480`
 * @returns the host session's secret
 */
export async function signInAt(origin: string, email: string, password: string): Promise<string> {
  const browser = openBrowser()
  const form = await browser.open(`${origin}/.holdfast/sign-in?return=/`)
  const landed = await browser.submit(form, { email, password })
  const session = browser.cookie(origin, cookieName)
  if (session !== undefined && new URL(landed.url).origin === origin) return session
  throw new Failure({
    code: 'sign_in_failed',
    detail: `${email} could not sign in at ${origin}: ${landed.url} answered ${landed.answer.status}.`,
    mend: 'Perhaps the password was changed; the demonstration only knows the one that it set.',
  })
}

/**
 * Signs the customers in at the shop, afresh at each start, and leaves a file of each for `curl -H @file`.
 * @returns the path of each one's file
 */
export async function freshCookies({ shop, people, folder }: Stack): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {}
  for (const { name, email, password } of people.filter(({ role }) => role === 'customer')) {
    const path = join(folder, `${name}.cookies`)
    writeCookies(path, await signInAt(shop.url, email, password))
    files[name] = path
  }
  return files
}

/**
 * A file for `curl -H @file`: the secret is then in nobody's process list, and curl, which sends Secure cookies over http
 * to `localhost` alone and not below it, has no say.
 */
function writeCookies(path: string, session: string): void {
  writeFileSync(path, `Cookie: ${cookieName}=${session}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
}

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import { openBrowser } from '../lab/browser.ts'
import { send } from '../lab/http.ts'
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
  const landed = await browser.submit(form, { username: email, password })
  const session = browser.cookie(origin, cookieName)
  if (session !== undefined && new URL(landed.url).origin === origin) return session
  throw new Failure({
    code: 'sign_in_failed',
    detail: `${email} could not sign in at ${origin}: ${new URL(landed.url).pathname} answered ${landed.answer.status}.`,
    mend: 'Perhaps the password was changed, or a second factor was set up; the demonstration knows the password that it set, and no more.',
  })
}

/**
 * Sees to it that there is a file of each customer for `curl -H @file` with a live session at the shop: the one of an
 * earlier start where that still holds, a new sign-in otherwise. Who has taken another password or a second factor meanwhile is
 * signed in by nobody else: that is told, and the rest goes on.
 * @returns the path of each one's file
 */
export async function liveCookies(
  { shop, people, folder }: Stack,
  warn: (sentence: string) => void,
): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {}
  for (const { name, email, password } of people.filter(({ role }) => role === 'customer')) {
    const path = join(folder, `${name}.cookies`)
    files[name] = path
    if (await isLive(shop.url, path)) continue
    try {
      writeCookies(path, await signInAt(shop.url, email, password))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      warn(`${error.message} What is sent as ${name} below is sent by nobody.`)
    }
  }
  return files
}

/** Whether the shop still knows who comes with this file; what its policies let them do is another question. */
async function isLive(origin: string, path: string): Promise<boolean> {
  const [, cookie] = /^Cookie: ([\w-]+=[\w-]+)\n$/.exec(existsSync(path) ? readFileSync(path, 'utf8') : '') ?? []
  if (cookie === undefined) return false
  const { status } = await send(origin, { method: 'GET', path: '/wallet', headers: { cookie } })
  return status === 200 || status === 403
}

/**
 * A file for `curl -H @file`: the secret is then in nobody's process list, and curl, which sends Secure cookies over http
 * to `localhost` alone and not below it, has no say.
 */
function writeCookies(path: string, session: string): void {
  writeFileSync(path, `Cookie: ${cookieName}=${session}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
}

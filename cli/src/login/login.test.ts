import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../lab/browser.ts'
import { start } from '../testing/process.ts'
import { holdfast } from '../testing/run.ts'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
const password = 'gravel teapot Ben 71 invoice'
const email = 'ben@example.com'
const kept = () => join(real.folder, 'holdfast', 'logins.json')
/** A command line of somebody who has no token of the data directory. */
const own = (...words: string[]) => holdfast([...words, '--url', real.url], { env: { XDG_CONFIG_HOME: real.folder } })

beforeAll(async () => {
  real = await startReal()
  const create = ['people', 'create', email, '--name', 'Ben', '--group', 'auditors', '--password-stdin']
  const { code, error } = await real.cli(create, { stdin: `${password}\n` })
  expect(code, error).toBe(0)
})
afterAll(() => real.stop())

/** Begins to sign in. @returns the command, and the page that its address leads to once the person has signed in */
async function begun() {
  const command = start(['login', '--web', '--url', real.url], {
    cwd: real.folder,
    env: { XDG_CONFIG_HOME: real.folder },
  })
  const [address = ''] = /http\S+\/oauth\/authorize\?\S+/.exec(await command.saying(/authorize\?\S+\n/)) ?? []
  const browser = openBrowser()
  const form = await browser.open(address)
  const asked = await browser.submit(form, { username: email, password })
  expect(asked.answer.text).toContain('Holdfast on the command line asks for access')
  expect(asked.answer.text).toContain('Do in Holdfast itself whatever you may')
  return { command, browser, asked }
}

describe('holdfast login --web', () => {
  it('says what an operator must do first', async () => {
    const { code, error } = await own('login', '--web')
    expect([code, error]).toEqual([1, expect.stringContaining('holdfast login --set-up')])
    for (const round of ['once', 'again']) expect((await real.cli(['login', '--set-up'])).code, round).toBe(0)
  })

  it('signs in at the browser, and what is run from then on is run as that person', async () => {
    const { command, browser, asked } = await begun()
    const back = await browser.submit(asked, { decision: 'allow' })
    expect(back.answer.text).toContain('You can close this page')
    expect(await command.ended()).toBe(0)
    expect(command.said()).toContain('as Ben')
    expect(statSync(kept()).mode & 0o777).toBe(0o600)
    expect((await own('whoami')).out).toMatch(/name +Ben\n/)
    expect((await own('people', 'list')).code).toBe(0)
    expect((await own('groups', 'create', 'mine', '--name', 'Mine')).error).toContain('forbidden')
    // A token that is about to end is renewed, and the new one kept.
    const before = readFileSync(kept(), 'utf8')
    writeFileSync(kept(), before.replace(/"expiresAt": \d+/, '"expiresAt": 0'))
    expect((await own('whoami')).code).toBe(0)
    expect(readFileSync(kept(), 'utf8')).not.toContain(
      (JSON.parse(before) as Record<string, { access: string }>)[real.url]?.access,
    )

    expect((await own('logout')).out).toContain('Signed out')
    expect(() => statSync(kept())).toThrow('ENOENT')
    expect((await own('whoami')).code).toBe(1)
  })

  it('takes no answer that it did not ask for, and no sign-in that was refused', async () => {
    const { command, browser, asked } = await begun()
    const said = await browser.submit(asked, { decision: 'deny' })
    const port = new URL(said.url).port
    expect(said.answer.text).toContain('Not signed in')
    expect(await command.ended()).toBe(1)
    expect(command.said()).toContain('sign_in_refused')
    expect(Number(port)).toBeGreaterThan(0)

    const other = await begun()
    const redirect = /127\.0\.0\.1:(\d+)/.exec(other.asked.answer.text)?.[1] ?? ''
    const forged = await fetch(`http://127.0.0.1:${redirect}/callback?code=stolen&state=guessed`)
    expect(forged.status).toBe(404)
    other.command.child.kill('SIGTERM')
    await other.command.ended()
    expect(() => statSync(kept())).toThrow('ENOENT')
  })
})

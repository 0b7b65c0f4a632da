import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { hashSecret } from '../../../platform/random.ts'
import { type RunningServer, startServer } from '../../../serve.ts'
import { startChild } from '../../../testing/processes/child.ts'
import { raceInTwoProcesses } from '../../../testing/race.ts'
import { createTestDatabase, type TestDatabase } from '../../../testing/test-database.ts'
import { softAuthenticator } from '../../../testing/authenticator.ts'
import { enrolPasskey, recoveryCodesOn } from '../../../testing/factors.ts'
import { eventsOf, quickSignIn, setupSecret, visitor } from '../../../testing/visitor.ts'
import { freePort } from '../../../testing/free-port.ts'

let database: TestDatabase
let admin: Client
let dataDir: string
let port: number
let url: string
let running: RunningServer[] = []
const directories: string[] = []

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'))
  admin = new Client({ connectionString: database.url })
  await admin.connect()
  dataDir = newDirectory()
  port = await freePort()
  url = `http://localhost:${port}`
})

afterEach(async () => {
  await stop()
  await admin.end()
  await database.drop()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bootstrap-'))
  directories.push(directory)
  return directory
}

const flagsOf = (directory: string, at: number) => ({
  data: directory,
  publicUrl: url,
  'http.listen': `127.0.0.1:${at}`,
  'database.url': database.url,
  'log.level': 'silent',
  // Replicas share the seal.
  'seal.keyFile': join(dataDir, 'seal.key'),
})

async function start(directory = dataDir, env: Record<string, string> = {}, at = port): Promise<RunningServer> {
  const server = await startServer({ env: { ...quickSignIn, ...env }, flags: flagsOf(directory, at) })
  running.push(server)
  return server
}

async function stop(): Promise<void> {
  for (const server of running) await server.stop()
  running = []
}

/** The server that was started last. */
function last(): { server: RunningServer } {
  const server = running.at(-1)
  if (server === undefined) throw new Error('nothing runs')
  return { server }
}

const file = (directory = dataDir) => readFileSync(join(directory, 'bootstrap.json'), 'utf8')
const tokenOf = (directory = dataDir) => (JSON.parse(file(directory)) as { token: string }).token
const me = async (token: string, at = url) =>
  (await fetch(`${at}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status
const operator = { email: 'op@example.org', name: 'Op', password: 'gravel teapot invoice 71' }
const setUp = (token: string, more: Partial<typeof operator> = {}, at = url) =>
  visitor(at).post('/setup', { token, ...operator, ...more })

describe('the first start', () => {
  it('writes a link and a token that only the owner can read, and keeps their hashes', async () => {
    const { setup } = await start()
    expect(JSON.parse(file())).toEqual({
      setupUrl: expect.stringMatching(/^http:\/\/localhost:\d+\/setup\?token=hfi_[\w-]{43}$/),
      token: expect.stringMatching(/^hfb_[\w-]{43}$/),
      expiresAt: setup?.expiresAt.toISOString(),
    })
    expect(statSync(join(dataDir, 'bootstrap.json')).mode & 0o777).toBe(0o600)
    expect(setup?.url).toBe((JSON.parse(file()) as { setupUrl: string }).setupUrl)
    const hours = (Number(setup?.expiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(71)
    expect(hours).toBeLessThanOrEqual(72)
    const { rows } = await admin.query<{ all: string }>('SELECT bootstraps::text AS all FROM bootstraps')
    expect(rows[0]?.all).not.toContain(setupSecret(dataDir))
    expect(await me(tokenOf())).toBe(200)
    const [used] = await eventsOf(last(), 'bootstrap.used')
    expect(used).toMatchObject({ outcome: 'success' })
  })

  it('is the first only: a second one leaves file and expiry as they are', async () => {
    await start()
    const before = file()
    await stop()
    const { setup } = await start()
    expect(file()).toBe(before)
    expect(setup?.expiresAt.toISOString()).toBe((JSON.parse(before) as { expiresAt: string }).expiresAt)
    expect(await eventsOf(last(), 'bootstrap.issued')).toHaveLength(1)
  })

  it('takes a token that it is given, and no short one', async () => {
    await expect(start(dataDir, { HOLDFAST_BOOTSTRAP_TOKEN: 'short' })).rejects.toThrow('20 to 200 visible characters')
    const token = 'given-by-an-automation-0123'
    await start(dataDir, { HOLDFAST_BOOTSTRAP_TOKEN: token })
    expect(tokenOf()).toBe(token)
    expect(await me(token)).toBe(200)
    const before = JSON.parse(file()) as { setupUrl: string; expiresAt: string }
    await stop()
    await start(dataDir, { HOLDFAST_BOOTSTRAP_TOKEN: `${token}-rotated` })
    expect(await me(token)).toBe(401)
    expect(await me(`${token}-rotated`)).toBe(200)
    expect(JSON.parse(file())).toMatchObject({ setupUrl: before.setupUrl, expiresAt: before.expiresAt })
  })

  it('happens again when the file was lost and nobody has enrolled', async () => {
    await start()
    const token = tokenOf()
    await stop()
    rmSync(join(dataDir, 'bootstrap.json'))
    await start()
    expect(await me(token)).toBe(401)
    expect(await me(tokenOf())).toBe(200)
    const [again] = await eventsOf(last(), 'bootstrap.issued')
    expect(again?.data).toMatchObject({ reason: 'file_lost' })
    await stop()
    writeFileSync(join(dataDir, 'bootstrap.json'), '{ cut off')
    await start()
    expect(await me(tokenOf())).toBe(200)
  })

  it('is not made by a replica elsewhere: the first one’s secrets hold', async () => {
    await start()
    const token = tokenOf()
    const other = await start(newDirectory(), {}, await freePort())
    expect(other.setup).toBeNull()
    expect(await me(token)).toBe(200)
    expect(await me(token, other.url)).toBe(200)
  })
})

describe('an operator who needs a passkey', () => {
  const strict = { HOLDFAST_SIGNIN_MFA_ADMINS: 'phr' }

  it('registers a passkey after the password, and is nobody before', async () => {
    await start(dataDir, strict)
    const browser = visitor(url)
    const answer = await browser.post('/setup', { token: setupSecret(dataDir), ...operator })
    expect(answer.headers.get('location')).toBe('/sign-in/enrol')
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    const enrolled = await enrolPasskey(browser, softAuthenticator({ origin: url }))
    expect(recoveryCodesOn(enrolled)).toHaveLength(10)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ groups: ['admins'] })
  })

  it('keeps the link where browsers have no passkeys', async () => {
    const flags = { ...flagsOf(dataDir, port), publicUrl: 'http://holdfast.test' }
    running.push(await startServer({ env: { ...quickSignIn, ...strict }, flags }))
    const answer = await setUp(setupSecret(dataDir))
    expect(answer.status).toBe(409)
    expect(answer.text).toContain('only over https')
    expect(await me(tokenOf())).toBe(200)
  })
})

describe('the end', () => {
  it('comes with the first operator, everywhere and for good', async () => {
    await start()
    const token = tokenOf()
    const secret = setupSecret(dataDir)
    const elsewhere = await freePort()
    const replica = startChild('replica.ts', [JSON.stringify(flagsOf(dataDir, elsewhere)), JSON.stringify(quickSignIn)])
    const other = await replica.line('listening ')
    try {
      const browser = visitor(other)
      const answer = await browser.post('/setup', { token: secret, ...operator })
      expect(answer.status, answer.text).toBe(303)
      expect(answer.headers.get('location')).toBe('/console/')
      const { json } = await browser.api('GET', '/api/v1/me')
      expect(json).toMatchObject({ name: 'Op', email: 'op@example.org', groups: ['admins'] })
      expect([await me(token), await me(token, other)]).toEqual([401, 401])
      await expect.poll(() => existsSync(join(dataDir, 'bootstrap.json'))).toBe(false)
      expect((await eventsOf(last(), 'bootstrap.used'))[0]).toMatchObject({ outcome: 'refused', reason: 'completed' })
      expect(await eventsOf(last(), 'setup.completed')).toHaveLength(1)
      expect((await visitor(url).get(`/setup?token=${secret}`)).status).toBe(410)
      expect((await setUp(secret, { email: 'eve@example.org' })).status).toBe(410)
    } finally {
      replica.process.stdin?.end()
      await replica.ended
    }
    await stop()
    expect((await start()).setup).toBeNull()
    expect(() => file()).toThrow()
  })

  it('comes by itself, and a start after the file is gone begins anew', async () => {
    await start()
    const token = tokenOf()
    const secret = setupSecret(dataDir)
    await admin.query("UPDATE bootstraps SET expires_at = now() - interval '1 second'")
    expect(await me(token)).toBe(401)
    expect((await visitor(url).get(`/setup?token=${secret}`)).status).toBe(410)
    expect((await setUp(secret)).status).toBe(410)
    expect((await eventsOf(last(), 'bootstrap.used'))[0]).toMatchObject({ outcome: 'refused', reason: 'expired' })
    await stop()
    rmSync(join(dataDir, 'bootstrap.json'))
    await start()
    expect(await me(tokenOf())).toBe(200)
  })
})

describe('the link', () => {
  it('is not used up by what is refused', async () => {
    await start()
    const secret = setupSecret(dataDir)
    const token = tokenOf()
    for (const [wrong, field] of [
      [{ password: 'short' }, 'password'],
      [{ password: 'op@example.org-op' }, 'password'],
      [{ email: 'no address' }, 'email'],
      [{ name: '\u0000' }, 'name'],
    ] as const) {
      const { status, text } = await setUp(secret, wrong)
      expect(status).toBe(422)
      expect(text).toMatch(new RegExp(`<input id="${field}"[^>]*aria-invalid="true"[^>]*autofocus`))
      expect(text).toContain('role="alert"')
    }
    await fetch(`${url}/api/v1/people`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'OP@example.org', name: 'Somebody else' }),
    })
    const taken = await setUp(secret)
    expect(taken.status).toBe(409)
    expect(taken.text).toContain('Another person has this e-mail address')
    expect((await setUp(secret, { email: 'other@example.org' })).status).toBe(303)
  })

  it.each(['', 'x', `hfi_${'A'.repeat(43)}`, '"><script>alert(1)</script>'])(
    'has no other secret: %j',
    async (wrong) => {
      await start()
      const page = await visitor(url).get(`/setup?token=${encodeURIComponent(wrong)}`)
      expect(page.status).toBe(410)
      expect(page.text).not.toContain('<script')
      expect((await setUp(wrong)).status).toBe(410)
      expect((await eventsOf(last(), 'setup.completed'))[0]).toMatchObject({ reason: 'setup_link_invalid' })
    },
  )

  it('makes one operator of fifty who follow it at two control planes', async () => {
    await start()
    const secret = setupSecret(dataDir)
    const replica = startChild('replica.ts', [
      JSON.stringify(flagsOf(newDirectory(), await freePort())),
      JSON.stringify(quickSignIn),
    ])
    try {
      const origins = [url, await replica.line('listening ')]
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) => setUp(secret, { email: `op${at}@example.org` }, origins[at % 2])),
      )
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 410]))
      const { rows } = await admin.query('SELECT email FROM people')
      expect(rows).toHaveLength(1)
    } finally {
      replica.process.stdin?.end()
      await replica.ended
    }
  })

  it('the twin that looks before it consumes makes several', async () => {
    await start()
    const hash = hashSecret(setupSecret(dataDir)).toString('hex')
    const { rows } = await admin.query<{ tenant_id: string }>('SELECT tenant_id FROM bootstraps')
    const race = async (which: 'right' | 'twin') => {
      await admin.query('UPDATE bootstraps SET completed_at = NULL')
      const tenant = rows[0]?.tenant_id ?? ''
      const won = await raceInTwoProcesses(database.url, tenant, 'setup', which, [hash, hash])
      return won.reduce((sum, times) => sum + times, 0)
    }
    expect(await race('right')).toBe(1)
    expect(await race('twin')).toBeGreaterThan(1)
  })
})

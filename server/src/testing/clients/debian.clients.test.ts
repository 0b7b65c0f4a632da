import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceGrant } from '../../modules/oauth/clients/metadata/defaults.ts'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { signInAs } from '../visitor.ts'
import { type Apache, hasApache, startApache } from './apache.ts'
import { startBrowser } from './browser.ts'
import { folder, type House, type Program, startHouse } from './house.ts'

const python = '/usr/bin/python3'
const hasAuthlib = spawnSync(python, ['-c', 'import requests, authlib']).status === 0
const hasAgent = existsSync('/usr/bin/oidc-agent')

let house: House
beforeAll(async () => {
  house = await startHouse()
}, 120_000)
afterAll(() => house.close())

/** A person who has signed in types what a device shows, and lets it in. */
async function letIn(code: string): Promise<void> {
  const browser = await signInAs(house.whole.url, house.ada)
  const { text } = await browser.post('/oauth/device', { user_code: code, decision: 'approve' })
  expect(text).toContain('The device is connected')
}

describe.skipIf(!hasAuthlib)('Authlib', () => {
  async function start(does: string, metadata: object, more: NodeJS.ProcessEnv = {}) {
    const env = { ...house.environment(await house.register(metadata)), AUTHLIB_INSECURE_TRANSPORT: '1', ...more }
    const stdio = ['pipe', 'pipe', 'pipe'] as const
    return house.start([python, 'apps/authlib_client.py', does], '', { cwd: folder, env, stdio: [...stdio] })
  }

  it('gets a token for a service, asks about it and revokes it', async () => {
    const program = await start('service', { client_name: 'Reports', grant_types: ['client_credentials'] })
    const { before, after } = JSON.parse(await program.line('done ')) as Record<string, object>
    expect(before).toMatchObject({ active: true, token_type: 'Bearer', iss: house.whole.url })
    expect(after).toEqual({ active: false })
  })

  it('signs a person in with PKCE, checks the ID token, and refreshes', async () => {
    const redirectUri = 'http://127.0.0.1:9/callback'
    const metadata = {
      client_name: 'Flask',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'RS256',
    }
    const program = await start('code', metadata, { REDIRECT_URI: redirectUri })
    const browser = startBrowser(redirectUri)
    const back = await house.signIn(browser, await browser.open(await program.line('open ')))
    program.process.stdin?.write(`${back.url.href}\n`)
    const done = JSON.parse(await program.line('done ')) as object
    expect(done).toMatchObject({
      alg: 'RS256',
      claims: { sub: house.ada.id, acr: 'aal1', amr: ['pwd'] },
      told: { sub: house.ada.id, name: 'Ada', email: house.ada.email },
      refreshed: true,
    })
  })

  it('gets in as a device', async () => {
    const metadata = { client_name: 'Screen', grant_types: [deviceGrant], token_endpoint_auth_method: 'none' }
    const program = await start('device', metadata)
    await letIn(await program.line('code '))
    expect(JSON.parse(await program.line('done '))).toMatchObject({ told: { email: house.ada.email } })
  })
})

describe.skipIf(!hasAgent)('oidc-agent', () => {
  const home = join(tmpdir(), `holdfast-agent-${process.pid}`)
  const env = { PATH: '/usr/bin:/bin', HOME: home, OIDC_CONFIG_DIR: join(home, 'config'), OIDC_SOCK: join(home, 's') }
  let agent: Program | undefined
  beforeAll(async () => {
    mkdirSync(env.OIDC_CONFIG_DIR, { recursive: true })
    agent = await house.start(['/usr/bin/oidc-agent', '--console', '--no-autoload', '-a', env.OIDC_SOCK], '', { env })
    await eventually(() => existsSync(env.OIDC_SOCK) || undefined)
  })
  afterAll(async () => {
    await agent?.stop()
    rmSync(home, { recursive: true, force: true })
  })

  /** Configures an account of the agent, as a client that has no secret. */
  async function generate(account: string, metadata: object, options: readonly string[], says: string) {
    const { id } = await house.register({ preset: 'native', client_name: 'oidc-agent', ...metadata })
    const own = [`--iss=${house.whole.url}`, `--client-id=${id}`, '--client-secret=']
    const quiet = ['--no-save', '--prompt=none', '--confirm-default', '--scope=openid profile offline_access']
    return house.start(['/usr/bin/oidc-gen', ...options, ...own, ...quiet, account], says, { env })
  }

  it('gets in as a device, and fetches fresh tokens for programs', async () => {
    const grants = { grant_types: [deviceGrant, 'refresh_token'] }
    const gen = await generate('television', grants, ['--flow=device'], 'enter the code')
    await letIn(await gen.line('And enter the code: '))
    await gen.ended
    expect(gen.output()).toContain('Everything setup correctly!')
    const token = () => promisify(execFile)('/usr/bin/oidc-token', ['--force-new', 'television'], { env })
    const tokens = [await token(), await token()].map(({ stdout }) => stdout.trim())
    expect(new Set(tokens).size).toBe(2)
    for (const each of tokens) {
      const told = await fetch(`${house.whole.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${each}` } })
      expect(await told.json()).toMatchObject({ sub: house.ada.id, name: 'Ada' })
    }
  })

  it('gets in by a browser on its own machine, at whatever port it listens', async () => {
    const uri = `http://localhost:${await freePort()}`
    const options = ['--flow=code', `--redirect-uri=${uri}`, '--no-url-call', '--no-scheme']
    const gen = await generate('desktop', { redirect_uris: ['http://localhost'] }, options, 'code_challenge=')
    const browser = startBrowser()
    const asked = await house.signIn(browser, await browser.open(`http://${await gen.line('http://')}`))
    expect(asked.text).toContain('oidc-agent asks for access')
    const page = await browser.submit(asked, { decision: 'allow' })
    expect(page.text).toContain('Successfully performed code exchange')
  })
})

describe.skipIf(!hasApache)('Apache with mod_auth_openidc before a page', () => {
  let apache: Apache | undefined
  afterAll(() => apache?.close())

  it('shows it to who signs in, tells it who that is, and signs out', async () => {
    apache = await startApache(house, (at) =>
      house.register({
        client_name: 'Apache',
        redirect_uris: [`${at}/guarded/callback`],
        post_logout_redirect_uris: [`${at}/bye.html`],
        backchannel_logout_uri: `${at}/guarded/callback?logout=backchannel`,
      }),
    )
    const { at, program } = apache
    const browser = startBrowser()
    const page = await house.signIn(browser, await browser.open(`${at}/guarded/`))
    expect(page.url.href, page.text + program.output()).toBe(`${at}/guarded/`)
    expect(page.text).toBe(`${house.ada.id}@${house.whole.url}|${house.ada.email}|aal1`)
    const bye = await browser.open(`${at}/guarded/callback?logout=${encodeURIComponent(`${at}/bye.html`)}`)
    expect([bye.url.href, bye.text]).toEqual([`${at}/bye.html`, 'Goodbye'])
    const again = await house.signIn(browser, await browser.open(`${at}/guarded/`))
    expect(again.text).toBe(page.text)
    // An operator ends the sign-in: Apache hears of it behind the person's back, and its own session ends too.
    await house.whole.call('DELETE', `/api/v1/people/${house.ada.id}/sessions`)
    const isAsked = async () => (await browser.open(`${at}/guarded/`)).text.includes('name="username"')
    await expect.poll(isAsked, { interval: 200 }).toBe(true)
  })
})

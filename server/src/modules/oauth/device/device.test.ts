import * as openid from 'openid-client'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { installation, type Installation, type OwnProcess } from '../../../testing/own-process.ts'
import { quickSignIn, signInAs, type Visitor, visitor } from '../../../testing/visitor.ts'
import type { Answer } from '../../../testing/whole-server.ts'
import { claimsOf, registered, type RegisteredClient, tokenRequest } from '../testing/flows.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
/** Both open the same seal. */
const settings = {
  ...quickSignIn,
  HOLDFAST_SEAL_KIND: 'passphrase',
  HOLDFAST_SEAL_PASSPHRASE: 'gravel teapot 99 invoices',
}

interface Device {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri_complete: string
}

let house: Installation
let one: OwnProcess
let two: OwnProcess
let television: RegisteredClient
let database: Client

beforeAll(async () => {
  house = await installation(inject('postgresUrl'), 'here')
  one = await house.start(settings, 'one')
  two = await house.start(settings, 'two', one.url)
  database = new Client({ connectionString: house.databaseUrl })
  await database.connect()
  television = await registered(one, {
    client_name: 'Television',
    grant_types: [deviceGrant, 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: 'openid profile offline_access films:watch',
  })
}, 240_000)
afterAll(async () => {
  await database.end()
  await house.close()
})

async function person(name: string) {
  const own = { email: `${name.toLowerCase()}@shop.example`, name, password: `gravel teapot ${name} 71 invoice` }
  const { status, json } = await one.call('POST', '/api/v1/people', own)
  expect(status, JSON.stringify(json)).toBe(201)
  return { ...own, id: String(json['id']) }
}
async function begin(
  scope = 'openid profile films:watch',
  more: Readonly<Record<string, string>> = {},
): Promise<Device> {
  const { status, json } = await tokenRequest(one, television, { scope, ...more }, { path: '/oauth/device/authorize' })
  expect(status, JSON.stringify(json)).toBe(200)
  return json as unknown as Device
}
const poll = (device: Device, at = one): Promise<Answer> =>
  tokenRequest(at, television, { grant_type: deviceGrant, device_code: device.device_code })
const answer = (browser: Visitor, device: Device, decision: 'approve' | 'deny') =>
  browser.post('/oauth/device', { user_code: device.user_code, decision })

describe('a device that openid-client stands for', () => {
  it('gets tokens of the person who types its code, without a script', async () => {
    const ada = await person('Ada')
    const config = await openid.discovery(new URL(one.url), television.id, undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    })
    const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid profile films:watch' })
    expect(device).toMatchObject({ verification_uri: `${one.url}/oauth/device`, interval: 5 })
    const browser = await signInAs(one.url, ada)
    const form = await browser.get('/oauth/device')
    expect(form.text).toContain('name="user_code"')
    expect(form.headers.get('content-security-policy')).not.toContain('script-src')
    // Small letters and other dashes are the same code.
    const typed = await browser.post('/oauth/device', { user_code: device.user_code.toLowerCase().replace('-', ' ') })
    for (const said of ['Television', device.user_code, ada.email, 'read your name', 'films:watch', 'turn it away']) {
      expect(typed.text).toContain(said)
    }
    const done = await browser.post('/oauth/device', { user_code: device.user_code, decision: 'approve' })
    expect(done.text).toContain('The device is connected')
    const tokens = await openid.pollDeviceAuthorizationGrant(config, device)
    expect(tokens.claims()).toMatchObject({ sub: ada.id, acr: 'aal1', amr: ['pwd'], name: 'Ada' })
    expect(await openid.fetchUserInfo(config, tokens.access_token, ada.id)).toMatchObject({ name: 'Ada' })
    expect(claimsOf(tokens.access_token)['scope']).toContain('films:watch')
    expect(claimsOf((await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token)['sub']).toBe(
      ada.id,
    )
    // It ends with the sign-in that let it in.
    await browser.post('/sign-out', {})
    await expect(openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toThrow()
  })
})

describe('a device', () => {
  it('waits while nobody has answered, and is told to slow down when it asks too often, on any replica', async () => {
    const device = await begin()
    expect((await poll(device)).json['error']).toBe('authorization_pending')
    // However slow this machine is: the next question comes before the interval is over.
    await database.query("UPDATE oauth_device_polls SET polled_at = now() + interval '1 hour'")
    expect((await poll(device, two)).json['error']).toBe('slow_down')
    const { rows } = await database.query<{ interval_seconds: number }>(
      'SELECT interval_seconds FROM oauth_device_polls ORDER BY polled_at DESC LIMIT 1',
    )
    expect(rows[0]?.interval_seconds).toBe(10)
    await database.query("UPDATE oauth_device_polls SET polled_at = now() - interval '11 seconds'")
    expect((await poll(device, two)).json['error']).toBe('authorization_pending')
  })

  it('is answered after the person has signed in, where they must first', async () => {
    const bea = await person('Bea')
    const device = await begin()
    const browser = visitor(one.url)
    const to = URL.parse(device.verification_uri_complete)
    const sent = await browser.get(`${to?.pathname ?? ''}${to?.search ?? ''}`)
    const signIn = new URL(sent.headers.get('location') ?? '', one.url)
    expect(signIn.pathname).toBe('/sign-in')
    const back = signIn.searchParams.get('return') ?? ''
    expect(back).toBe(`/oauth/device?user_code=${device.user_code.replace('-', '')}`)
    const signedIn = await browser.post('/sign-in', { username: bea.email, password: bea.password, return: back })
    expect(signedIn.headers.get('location')).toBe(back)
    const page = await browser.get(back)
    // The link may be somebody else's: it fills in the code, and a person still says yes.
    expect(page.text).toContain('Let this device in?')
    expect((await poll(device)).json['error']).toBe('authorization_pending')
    await answer(browser, device, 'approve')
    expect(claimsOf(String((await poll(device)).json['id_token']))['sub']).toBe(bea.id)
  })

  it('may want more than the sign-in has shown', async () => {
    const browser = await signInAs(one.url, await person('Cara'))
    const device = await begin('openid', { acr_values: 'phr' })
    const sent = await answer(browser, device, 'approve')
    const to = new URL(sent.headers.get('location') ?? '', one.url)
    expect([to.pathname, to.searchParams.get('acr')]).toEqual(['/sign-in', 'phr'])
    expect((await poll(device)).json['error']).toBe('authorization_pending')
  })

  it('that is turned away gets nothing', async () => {
    const browser = await signInAs(one.url, await person('Dora'))
    const device = await begin()
    expect((await answer(browser, device, 'deny')).text).toContain('turned away')
    expect((await poll(device)).json['error']).toBe('access_denied')
    expect((await answer(browser, device, 'approve')).status).toBe(400)
    expect((await one.event('device.denied')).data['signIn']).toBeDefined()
  })

  it('of a client that is changed between the question and the answer is asked for once more', async () => {
    const browser = await signInAs(one.url, await person('Lea'))
    const device = await begin()
    expect((await browser.post('/oauth/device', { user_code: device.user_code })).text).toContain('Let this device in?')
    // Nobody has told this control plane of it yet.
    await database.query('UPDATE oauth_clients SET version = version + 1')
    const page = await answer(browser, device, 'approve')
    expect([page.status, page.headers.get('content-type')]).toEqual([409, 'text/html; charset=utf-8'])
    expect(page.text).toContain('was changed just now')
    expect((await poll(device)).json['error']).toBe('authorization_pending')
    await database.query('UPDATE oauth_clients SET version = version - 1')
    expect((await answer(browser, device, 'approve')).text).toContain('The device is connected')
  })

  it('uses its code once, whoever else has it', async () => {
    const browser = await signInAs(one.url, await person('Eve'))
    const device = await begin()
    await answer(browser, device, 'approve')
    // Another client, and a page of another site.
    const stranger = await registered(one, {
      client_name: 'S',
      grant_types: [deviceGrant],
      token_endpoint_auth_method: 'none',
    })
    const stolen = await tokenRequest(one, stranger, { grant_type: deviceGrant, device_code: device.device_code })
    expect(stolen.json['error']).toBe('invalid_grant')
    const forged = { user_code: device.user_code, decision: 'approve' }
    expect((await browser.post('/oauth/device', forged, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await poll(device)).status).toBe(200)
    expect((await poll(device)).json['error']).toBe('invalid_grant')
  })

  it('that has waited too long is over', async () => {
    const browser = await signInAs(one.url, await person('Fay'))
    const device = await begin()
    await database.query(
      "UPDATE oauth_artifacts SET expires_at = now() - interval '1 second' WHERE kind = 'DeviceCode'",
    )
    expect((await answer(browser, device, 'approve')).status).toBe(400)
    expect((await poll(device)).status).toBe(400)
  })

  it('is not found by guessing', async () => {
    const guesser = await person('Gil')
    const browser = await signInAs(one.url, guesser)
    const device = await begin()
    const statuses: number[] = []
    for (let n = 0; n < 25; n += 1) {
      statuses.push(
        (await browser.post('/oauth/device', { user_code: `BCDF-GHJ${'BCDFGHJKLM'[n % 10] ?? ''}` })).status,
      )
    }
    expect(new Set(statuses)).toEqual(new Set([400, 429]))
    expect(statuses.at(-1)).toBe(429)
    // Even the right one is not looked at any more.
    expect((await browser.post('/oauth/device', { user_code: device.user_code })).status).toBe(429)
    expect((await one.event('device.code_refused', 'throttled')).outcome).toBe('refused')
  })
})

describe('races over two control planes', () => {
  it('forty questions for one code: one gets the tokens', async () => {
    const browser = await signInAs(one.url, await person('Hal'))
    const device = await begin()
    await answer(browser, device, 'approve')
    const asked = Array.from({ length: 40 }, (_, at) => poll(device, at % 2 === 0 ? one : two))
    const answers = await Promise.all(asked)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const others = new Set(answers.filter(({ status }) => status !== 200).map(({ json }) => json['error']))
    expect(others).toEqual(new Set(['invalid_grant']))
  })

  it('two people who let the same device in: it is one’s', async () => {
    const people = await Promise.all(['Ida', 'Jon'].map((name) => person(name)))
    const [ida, jon] = await Promise.all(people.map((each, at) => signInAs((at === 0 ? one : two).url, each)))
    if (ida === undefined || jon === undefined) throw new Error('they did not sign in')
    for (let n = 0; n < 5; n += 1) {
      const device = await begin('openid')
      const both = await Promise.all([answer(ida, device, 'approve'), answer(jon, device, 'approve')])
      const won = both.map(({ text }) => text.includes('The device is connected'))
      expect(won.filter((each) => each)).toHaveLength(1)
      const winner = people[won.indexOf(true)]
      expect(claimsOf(String((await poll(device)).json['id_token']))['sub']).toBe(winner?.id)
    }
  })

  it('approving and denying at once: one of them counts', async () => {
    const kim = await person('Kim')
    const [yes, no] = await Promise.all([one, two].map(({ url }) => signInAs(url, kim)))
    if (yes === undefined || no === undefined) throw new Error('Kim did not sign in')
    const device = await begin('openid')
    const both = await Promise.all([answer(yes, device, 'approve'), answer(no, device, 'deny')])
    const approved = both[0]?.text.includes('The device is connected') ?? false
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await poll(device)).status).toBe(approved ? 200 : 400)
  })
})

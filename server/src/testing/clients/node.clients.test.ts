import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, type Seen, startBrowser } from './browser.ts'
import { type House, startHouse } from './house.ts'

let house: House

beforeAll(async () => {
  house = await startHouse()
}, 120_000)
afterAll(() => house.close())

const json = (page: Seen) => JSON.parse(page.text) as Record<string, unknown>
/** Whether Holdfast knows the browser. */
async function isSignedIn(browser: Browser): Promise<boolean> {
  return (await browser.open(`${house.whole.url}/api/v1/me`)).status === 200
}

describe('passport-openidconnect in an Express application', () => {
  it('signs in and out', async () => {
    const { at } = await house.app('passport.js', (at) => ({
      client_name: 'Express',
      redirect_uris: [`${at}/callback`],
      post_logout_redirect_uris: [`${at}/bye`],
    }))
    const browser = startBrowser()
    const home = await house.signIn(browser, await browser.open(at))
    expect(json(home)).toMatchObject({
      issuer: house.whole.url,
      id: house.ada.id,
      name: 'Ada',
      email: house.ada.email,
    })
    expect(await isSignedIn(browser)).toBe(true)
    const bye = await browser.open(`${at}/sign-out`)
    expect([bye.url.href, bye.text]).toEqual([`${at}/bye`, 'Goodbye'])
    expect(await isSignedIn(browser)).toBe(false)
    // Without PKCE nobody gets in: the client is told why.
    const refused = await browser.open(`${at}/without-pkce`)
    expect(json(refused)).toMatchObject({ error: 'invalid_request', message: expect.stringContaining('PKCE') })
  })
})

describe('Auth.js (@auth/core) with a provider of type oidc', () => {
  it('signs in and out', async () => {
    const { at } = await house.app('auth-core.js', (at) => ({
      client_name: 'Auth.js',
      redirect_uris: [`${at}/auth/callback/holdfast`],
      post_logout_redirect_uris: [`${at}/bye`],
    }))
    const browser = startBrowser()
    const asked = await browser.submit(await browser.open(`${at}/auth/signin`))
    const home = await house.signIn(browser, asked)
    expect(home.url.origin, home.text).toBe(at)
    expect(json(await browser.open(`${at}/auth/session`))).toMatchObject({
      sub: house.ada.id,
      user: { name: 'Ada', email: house.ada.email },
    })
    expect(await isSignedIn(browser)).toBe(true)
    const bye = await browser.open(`${at}/sign-out`)
    expect([bye.url.href, bye.text]).toEqual([`${at}/bye`, 'Goodbye'])
    expect(await isSignedIn(browser)).toBe(false)
    expect((await browser.open(`${at}/auth/session`)).text).toBe('null')
  })
})

describe('better-auth with its generic OAuth plugin', () => {
  it('signs in and out', async () => {
    const { at } = await house.app('better-auth.js', (at) => ({
      client_name: 'better-auth',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [`${at}/api/auth/callback/holdfast`],
      post_logout_redirect_uris: [`${at}/bye`],
    }))
    const browser = startBrowser()
    const begun = await browser.script(`${at}/api/auth/sign-in/social`, { provider: 'holdfast', callbackURL: '/' })
    const home = await house.signIn(browser, await browser.open(String(json(begun)['url'])))
    expect([home.url.href, home.text]).toEqual([`${at}/`, 'Hello'])
    expect(json(await browser.open(`${at}/api/auth/get-session`))).toMatchObject({
      user: { name: 'Ada', email: house.ada.email },
    })
    const accounts = JSON.parse((await browser.open(`${at}/api/auth/list-accounts`)).text) as { id: string }[]
    const refreshed = await browser.script(`${at}/api/auth/refresh-token`, { accountId: accounts[0]?.id })
    expect(json(refreshed)).toMatchObject({ accessToken: expect.any(String), providerId: 'holdfast' })
    expect(await isSignedIn(browser)).toBe(true)
    const ended = await browser.script(`${at}/api/auth/sign-out`, { callbackURL: '/bye' })
    expect((await browser.open(`${at}/api/auth/get-session`)).text).toBe('null')
    const bye = await browser.open(String(json(ended)['url']))
    expect(bye.url.href).toBe(`${at}/bye`)
    expect(await isSignedIn(browser)).toBe(false)
  })
})

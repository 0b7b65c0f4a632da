import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Apache, hasApache, startApache } from './apache.ts'
import { startBrowser } from './browser.ts'
import { type House, startHouse } from './house.ts'

describe.skipIf(!hasApache)('Apache with mod_auth_openidc before a page', () => {
  let house: House
  let apache: Apache

  beforeAll(async () => {
    house = await startHouse()
    apache = await startApache(house, (at) =>
      house.register({
        client_name: 'Apache',
        redirect_uris: [`${at}/guarded/callback`],
        post_logout_redirect_uris: [`${at}/bye.html`],
      }),
    )
  }, 120_000)
  afterAll(async () => {
    await apache?.close()
    await house.close()
  })

  it('shows it to who signs in, tells it who that is, and signs out', async () => {
    const browser = startBrowser()
    const page = await house.signIn(browser, await browser.open(`${apache.at}/guarded/`))
    expect(page.url.href, page.text + apache.program.output()).toBe(`${apache.at}/guarded/`)
    expect(page.text).toBe(`${house.ada.id}@${house.whole.url}|${house.ada.email}|aal1`)
    const back = encodeURIComponent(`${apache.at}/bye.html`)
    const bye = await browser.open(`${apache.at}/guarded/callback?logout=${back}`)
    expect([bye.url.href, bye.text]).toEqual([`${apache.at}/bye.html`, 'Goodbye'])
    const again = await browser.open(`${apache.at}/guarded/`)
    expect(again.text).toContain('name="username"')
  })
})

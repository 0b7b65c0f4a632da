import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, type PasskeyBrowser, startPasskeyBrowser } from '../chromium.ts'
import { type House, startHouse } from './house.ts'

describe.skipIf(!hasChromium)('in Chromium', () => {
  let house: House
  let chromium: PasskeyBrowser
  const servers: Server[] = []

  beforeAll(async () => {
    house = await startHouse()
    chromium = await startPasskeyBrowser()
  }, 120_000)
  afterAll(async () => {
    await chromium.browser.close()
    for (const server of servers) server.close()
    await house.close()
  })

  /** A front end at an origin of its own. @returns where it is */
  async function frontEnd(): Promise<string> {
    const server = createServer((_request, response) => response.end('The front end'))
    servers.push(server)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  it('a client signs in, and leads on to an origin that nobody here has heard of', async () => {
    const landing = await frontEnd()
    const more = { LANDING: landing }
    const { at } = await house.app('passport.js', (at) => ({ redirect_uris: [`${at}/callback`] }), more)
    const { page, complaints } = chromium
    await page.goto(at)
    await page.fill('input[name=username]', house.ada.email)
    await page.fill('input[name=password]', house.ada.password)
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL(landing)
    expect(await page.textContent('body')).toBe('The front end')
    // Once more: signed in already, no form and no page is between.
    await page.goto(`${at}/sign-in`)
    await page.waitForURL(landing)
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  })
})

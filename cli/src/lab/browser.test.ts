import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from './browser.ts'

// A small site with what the sign-in hand-off needs: a redirect, a cookie, a form with a hidden field, a sign-out.
let server: Server
let origin: string
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { url, headers } = request
      if (url === '/start') response.writeHead(303, { location: '/form', 'set-cookie': 'a=1; Path=/' }).end()
      else if (url === '/form') {
        response.end(`<form action="/other"><input name="query"></form>
          <form method="post" action="/in?x=1&amp;y=2"><input type="hidden" name="token" value="&lt;&quot;t">
          <input name="email"><input type="password" name="password"></form>`)
      } else if (url === '/out') response.writeHead(303, { location: '/seen', 'set-cookie': 'a=; Max-Age=0' }).end()
      else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else response.end(JSON.stringify({ url, cookie: headers.cookie ?? null, body, origin: headers.origin ?? null }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://shop.localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

describe('the browser of the lab', () => {
  it('follows, keeps cookies, and sends a form with its hidden fields', async () => {
    const browser = openBrowser()
    const form = await browser.open(`${origin}/start`)
    const page = await browser.submit(form, { email: 'a@b.example', password: 'x&y' })
    expect(page.answer.json).toEqual({
      url: '/in?x=1&y=2',
      cookie: 'a=1',
      body: 'token=%3C%22t&email=a%40b.example&password=x%26y',
      origin,
    })
    expect(browser.cookie(origin, 'a')).toBe('1')
    expect((await browser.post(`${origin}/out`)).answer.json).toMatchObject({ cookie: null })
  })

  it('keeps the cookies of hosts apart', async () => {
    const browser = openBrowser()
    await browser.open(`${origin}/start`)
    const other = await browser.open(`${origin.replace('shop.', '')}/seen`)
    expect(other.answer.json).toMatchObject({ cookie: null })
  })

  it('gives up on a redirect without end, and on a page without the form', async () => {
    const browser = openBrowser()
    await expect(browser.open(`${origin}/loop`)).rejects.toThrow('redirects without end')
    await expect(browser.submit(await browser.open(`${origin}/seen`), { email: '' })).rejects.toThrow(
      'no form with email',
    )
  })
})

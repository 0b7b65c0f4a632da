import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from './testing/world.ts'

let upstream: Upstream
let world: World
let cookie: string
beforeAll(async () => {
  upstream = await startUpstream()
  world = await startWorld({ upstream: upstream.origin })
  cookie = `Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const post = (headers: readonly string[], path = '/orders', method = 'POST') =>
  world.send(`${method} ${path}`, [...headers, 'Content-Length: 2'], '{}')

describe('a request that another site makes a browser send is refused before the upstream hears of it', () => {
  test.each([
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Sec-Fetch-Site: nonsense'],
    ['Sec-Fetch-Site: cross-site', 'Origin: http://shop.localhost:7480'],
    ['Origin: https://evil.example'],
    ['Origin: null'],
    ['Origin: http://shop.localhost:7481'],
    ['Origin: https://shop.localhost:7480'],
    ['Origin: http://shop.localhost:7480.evil.example'],
    ['Origin: http://evil.example#http://shop.localhost:7480'],
  ])('%j', async (...headers) => {
    const seen = upstream.requests.length
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await post([cookie, ...headers], '/orders', method)
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'cross_site_request' })
    }
    expect((await post([cookie, ...headers], '/public/x')).status).toBe(403)
    expect(upstream.requests.length).toBe(seen)
  })
})

test('the event names who was to be abused', async () => {
  const answer = await post([cookie, 'Origin: https://evil.example'])
  const { eventId } = JSON.parse(answer.body) as { eventId: string }
  const event = await world.controlPlane.event(({ id }) => id === eventId)
  expect(event).toMatchObject({ reason: 'cross_site_request', actor: { type: 'Person' }, application: 'shop' })
})

describe('what is no forgery passes', () => {
  test.each([
    [],
    ['Sec-Fetch-Site: same-origin'],
    ['Sec-Fetch-Site: none'],
    ['Origin: http://shop.localhost:7480'],
    // A page under `Referrer-Policy: no-referrer` posts a form to its own site.
    ['Sec-Fetch-Site: same-origin', 'Origin: null'],
  ])('%j', async (...headers) => {
    expect((await post([cookie, ...headers])).status).toBe(200)
  })

  test('a bearer, which no page can make a browser send', async () => {
    const bearer = `Authorization: Bearer ${world.controlPlane.signIn().credential}`
    expect((await post([bearer, 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'])).status).toBe(200)
  })

  test('following a link', async () => {
    expect((await world.send('GET /orders', [cookie, 'Sec-Fetch-Site: cross-site'])).status).toBe(200)
  })

  test('nobody, on a public path', async () => {
    expect((await post(['Origin: https://evil.example'], '/public/x')).status).toBe(200)
  })
})

import { defaultProtection, type Protection } from '@holdfast/http-guard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World
let cookie: string
const origin = 'http://shop.localhost:7480'

type Parts = Omit<Protection, 'routes'>
type Change = { [K in keyof Parts]?: Partial<Parts[K]> }

let changes = 0

/** The application's protection is another from now on; a path that is public since then tells that it is. */
async function protect(change: Change): Promise<void> {
  const { routes, ...parts } = defaultProtection
  const merged = Object.entries(parts).map(([name, value]) => [name, { ...value, ...change[name as keyof Parts] }])
  const protection = { ...Object.fromEntries(merged), routes } as Protection
  const sign = `/changed-${++changes}`
  world.controlPlane.update([{ ...world.application, publicPaths: ['/', '/public/*', sign], protection }])
  await expect.poll(async () => (await world.send(`GET ${sign}`)).status).toBe(200)
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.setHeader('Content-Type', 'text/html').setHeader('X-Powered-By', 'Express')
    response.end(JSON.stringify({ url: request.url, nonce: request.headers['holdfast-csp-nonce'] ?? null }))
  })
  world = await startWorld({ upstream: upstream.origin })
  cookie = `Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const post = (headers: readonly string[], path = '/orders', method = 'POST') =>
  world.send(`${method} ${path}`, [...headers, 'Content-Length: 2'], '{}')

describe('forged requests', () => {
  test.each([
    ['a form of a sibling subdomain', ['Sec-Fetch-Site: same-site', `Origin: http://evil.localhost:7480`]],
    ['no Origin, a Referer of another site', ['Referer: https://evil.example/shop.localhost:7480']],
    ['a Referer that begins like ours', ['Referer: http://shop.localhost:7480.evil.example/']],
    ['two Referers', [`Referer: ${origin}/`, 'Referer: https://evil.example/']],
    ['an opaque origin with our Referer', ['Origin: null', `Referer: ${origin}/`]],
    ['text/plain, which needs no preflight', ['Origin: https://evil.example', 'Content-Type: text/plain']],
    ['a form', ['Origin: https://evil.example', 'Content-Type: application/x-www-form-urlencoded']],
  ])('%s', async (_, headers) => {
    const seen = upstream.requests.length
    const answer = await post([cookie, ...headers])
    expect([answer.status, answer.headers.get('vary')]).toEqual([403, 'Sec-Fetch-Site, Origin'])
    expect(upstream.requests.length).toBe(seen)
  })

  test.each(['X-HTTP-Method-Override: DELETE', 'X-Method-Override: PUT', 'x-http-method: POST'])(
    'a GET with %s',
    async (field) => {
      expect((await world.send('GET /orders', [cookie, 'Sec-Fetch-Site: cross-site', field])).status).toBe(403)
      expect((await world.send('GET /orders?_method=delete', [cookie, 'Sec-Fetch-Site: cross-site'])).status).toBe(403)
      expect((await world.send('GET /orders', [cookie, 'Sec-Fetch-Site: same-origin', field])).status).toBe(200)
    },
  )

  test('with a cookie of the application itself, or HTTP Basic, on a public path', async () => {
    for (const field of ['Cookie: sid=1', 'Authorization: Basic YTpi']) {
      expect((await post([field, 'Origin: https://evil.example'], '/public/x')).status).toBe(403)
      expect((await post([field, `Origin: ${origin}`], '/public/x')).status).toBe(200)
    }
    expect((await post(['Origin: https://evil.example'], '/public/x')).status).toBe(200)
  })

  test('what the application allows: siblings, other origins, routes; and a mode that only reports', async () => {
    await protect({ csrf: { sameSite: true, trustedOrigins: ['https://app.example'], exempt: [{ path: '/hooks' }] } })
    expect((await post([cookie, 'Sec-Fetch-Site: same-site'])).status).toBe(200)
    expect((await post([cookie, 'Sec-Fetch-Site: cross-site', 'Origin: https://app.example'])).status).toBe(200)
    expect((await post([cookie, 'Origin: https://evil.example'], '/hooks')).status).toBe(200)
    expect((await post([cookie, 'Origin: https://evil.example'], '/hooks;x')).status).toBe(403)
    expect(
      (await post([cookie, 'Sec-Fetch-Site: cross-site', 'Origin: https://app.example.evil.example'])).status,
    ).toBe(403)
    await protect({ csrf: { mode: 'report' } })
    expect((await post([cookie, 'Origin: https://evil.example'])).status).toBe(200)
    const event = await world.controlPlane.event(({ kind }) => kind === 'request.reported')
    expect(event).toMatchObject({ reason: 'cross_site_request', data: { cause: 'other_origin', path: '/orders' } })
    await protect({})
  })
})

test('a token bound to the session: given by cookie, sent back in a header', async () => {
  await protect({ csrf: { doubleSubmit: 'required' } })
  const given = async (session: string) =>
    /__Host-holdfast-csrf=([^;]+)/.exec(
      (await world.send('GET /orders', [session])).headers.get('set-cookie') ?? '',
    )?.[1] ?? ''
  const token = await given(cookie)
  const both = `${cookie}; __Host-holdfast-csrf=${token}`
  const mine = [`Origin: ${origin}`]
  expect((await post([both, ...mine, `X-CSRF-Token: ${token}`])).status).toBe(200)
  expect((await world.send('GET /orders', [both])).headers.has('set-cookie')).toBe(false)
  expect((await post([both, ...mine])).status).toBe(403)
  expect((await post([cookie, ...mine, `X-CSRF-Token: ${token}`])).status).toBe(403)
  expect((await post([both, 'Origin: https://evil.example', `X-CSRF-Token: ${token}`])).status).toBe(403)
  const other = `Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`
  const planted = `${other}; __Host-holdfast-csrf=${token}`
  expect((await post([planted, ...mine, `X-CSRF-Token: ${token}`])).status).toBe(403)
  expect(upstream.requests.at(-1)?.headers['cookie']).toBeUndefined()
  await protect({})
})

test('headers and nonce', async () => {
  const plain = await world.send('GET /', ['Holdfast-Csp-Nonce: mine'])
  expect(plain.headers.get('x-powered-by')).toBeUndefined()
  expect(plain.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  expect(plain.headers.get('content-security-policy-report-only')).toContain("script-src 'self'")
  expect(JSON.parse(plain.body)).toMatchObject({ nonce: null })
  await protect({ csp: { mode: 'block', nonce: true } })
  const nonces = new Set<unknown>()
  for (let i = 0; i < 5; i++) {
    const answer = await world.send('GET /', ['Holdfast-Csp-Nonce: mine', 'holdfast_csp_nonce: mine'])
    const { nonce } = JSON.parse(answer.body) as { nonce: string }
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(answer.headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonce}' 'strict-dynamic'`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(5)
})

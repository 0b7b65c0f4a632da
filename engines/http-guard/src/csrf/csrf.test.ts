import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../routes.ts'
import { type CsrfRules, isCsrfRefusal, judgeOrigin, type Provenance } from './judge.ts'
import { CSRF_PERIOD_MS, csrfTokenState, holdsCsrfToken, issueCsrfToken } from './token.ts'

const rules: CsrfRules = {
  sameSite: false,
  trustedOrigins: new Set(['https://app.example']),
  withoutCookies: 'pass',
  withoutOrigin: 'pass',
  exempt: compileRoutes([{ path: '/hooks/*', methods: ['POST'] }]),
}
const request: Provenance = {
  method: 'POST',
  readings: ['/orders'],
  query: '',
  scheme: 'https',
  host: 'shop.example',
  fetchSite: null,
  origin: null,
  referer: null,
  override: null,
  upgrade: false,
  ambient: true,
}
const judge = (change: Partial<Provenance>, other: Partial<CsrfRules> = {}) =>
  judgeOrigin({ ...request, ...change }, { ...rules, ...other })

test.each<[Partial<Provenance>, string]>([
  [{ fetchSite: 'same-origin' }, 'same_origin'],
  [{ fetchSite: 'none' }, 'user'],
  [{ fetchSite: 'same-site' }, 'cross_site'],
  [{ fetchSite: 'cross-site' }, 'cross_site'],
  [{ fetchSite: 'cross-site', origin: 'https://shop.example' }, 'cross_site'],
  [{ fetchSite: 'cross-site', origin: 'https://app.example' }, 'trusted_origin'],
  [{ fetchSite: 'sAme-origin', origin: 'https://app.example' }, 'cross_site'],
  [{ fetchSite: '' }, 'cross_site'],
  [{ origin: 'https://shop.example' }, 'same_origin'],
  [{ origin: 'https://SHOP.example' }, 'same_origin'],
  [{ origin: 'http://shop.example' }, 'other_origin'],
  [{ origin: 'https://shop.example:444' }, 'other_origin'],
  [{ origin: 'https://shop.example.evil.example' }, 'other_origin'],
  [{ origin: 'null' }, 'opaque_origin'],
  [{ origin: '' }, 'other_origin'],
  [{ origin: 'null', referer: 'https://shop.example/form' }, 'opaque_origin'],
  [{ referer: 'https://shop.example/form?x=1' }, 'same_origin'],
  [{ referer: 'https://shop.example:443/form' }, 'same_origin'],
  [{ referer: 'https://shop.example' }, 'same_origin'],
  [{ referer: 'https://shop.example@evil.example/' }, 'other_referer'],
  [{ referer: 'https://evil.example/https://shop.example/' }, 'other_referer'],
  [{ referer: 'https://shop.example\\@evil.example/' }, 'other_referer'],
  [{ referer: 'about:blank' }, 'other_referer'],
  [{ referer: '' }, 'other_referer'],
  [{}, 'no_browser'],
  [{ ambient: false, origin: 'https://evil.example' }, 'no_cookie'],
  [{ method: 'GET', fetchSite: 'cross-site' }, 'safe'],
  [{ method: 'get', fetchSite: 'cross-site' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', override: 'DELETE' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', override: 'GET, delete' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?a=1&_method=delete' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?%5fm%65thod=PUT' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?_method=GET' }, 'safe'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?_method=GET&_method=delete' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?.method=delete' }, 'cross_site'],
  [{ method: 'GET', fetchSite: 'cross-site', query: '?my_method=PUT' }, 'safe'],
  [{ method: 'GET', upgrade: true, origin: 'https://evil.example', fetchSite: 'same-origin' }, 'other_origin'],
  [{ method: 'GET', upgrade: true, fetchSite: 'cross-site' }, 'cross_site'],
  [{ readings: ['/hooks/pay'], origin: 'https://evil.example' }, 'exempt'],
  [{ readings: ['/hooks/pay', '/orders'], origin: 'https://evil.example' }, 'other_origin'],
  [{ readings: [], origin: 'https://evil.example' }, 'other_origin'],
  [{ method: 'PUT', readings: ['/hooks/pay'], origin: 'https://evil.example' }, 'other_origin'],
])('%j is %s', (change, reason) => expect(judge(change)).toBe(reason))

test('options', () => {
  expect(judge({ fetchSite: 'same-site' }, { sameSite: true })).toBe('same_site')
  expect(judge({ fetchSite: 'cross-site' }, { sameSite: true })).toBe('cross_site')
  expect(judge({}, { withoutOrigin: 'refuse' })).toBe('unknown_origin')
  expect(judge({ ambient: false, origin: 'https://evil.example' }, { withoutCookies: 'judge' })).toBe('other_origin')
})

test('fuzz: nothing but our own full origin or a trusted one passes an unsafe request with a cookie', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc
      .array(fc.constantFrom('https://', 'http://', 'shop.example', 'app.example', ':443', '/', '@', '.', '#', 'null'))
      .map((a) => a.join('')),
  )
  fc.assert(
    fc.property(text, fc.boolean(), (value, asOrigin) => {
      const reason = judge(asOrigin ? { origin: value } : { referer: value })
      if (isCsrfRefusal(reason)) return
      const origin = asOrigin ? value.toLowerCase() : new URL(value).origin
      expect(['https://shop.example', 'https://app.example']).toContain(origin)
    }),
    { numRuns: 2000 },
  )
})

describe('the token of a session', () => {
  const place = { secret: 'hfs_'.padEnd(47, 'x'), host: 'shop.example' }
  const nonce = Uint8Array.from({ length: 12 }, (_, index) => index)
  const now = 1_800_000_000_000
  const token = issueCsrfToken(place, nonce, now)

  test('holds for it alone, at its host, for its hour and the next', () => {
    expect(csrfTokenState(place, token, now)).toBe('good')
    expect(csrfTokenState(place, token, now + CSRF_PERIOD_MS)).toBe('aging')
    expect(csrfTokenState(place, token, now + 2 * CSRF_PERIOD_MS)).toBe('bad')
    expect(csrfTokenState({ ...place, host: 'evil.shop.example' }, token, now)).toBe('bad')
    expect(csrfTokenState({ ...place, secret: 'hfs_'.padEnd(47, 'y') }, token, now)).toBe('bad')
    const later = `${Number.parseInt(token, 10) + 1}${token.slice(token.indexOf('.'))}`
    expect(csrfTokenState(place, later, now + CSRF_PERIOD_MS)).toBe('bad')
  })

  test('must be what the cookie holds', () => {
    expect(holdsCsrfToken(place, token, token, now)).toBe(true)
    const other = issueCsrfToken(
      place,
      nonce.map((byte) => byte + 1),
      now,
    )
    for (const [cookie, sent] of [
      [token, null],
      [null, token],
      [token, other],
      ['x', 'x'],
      ['\u00e9', '\u0100'],
    ] as const)
      expect(holdsCsrfToken(place, cookie, sent, now)).toBe(false)
  })
})

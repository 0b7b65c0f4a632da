import { describe, expect, test } from 'vitest'
import { valueOf } from './csp/answer.ts'
import { parsePolicy } from './csp/policy.ts'
import { compileGuard } from './guard.ts'
import { defaultProtection, type Protection, Protection as schema } from './settings.ts'

const html = ['Content-Type', 'text/html']
const context = { method: 'GET', readings: ['/'], status: 200, secure: true, nonce: 'bm9uY2U=', judged: true }
type Parts = Omit<Protection, 'routes'>
type Change = { [K in keyof Parts]?: Partial<Parts[K]> }

function answer(own: readonly string[], change: Change = {}, more: Partial<typeof context> = {}): string[] {
  const { routes: _, ...parts } = defaultProtection
  const merged = Object.entries(parts).map(([name, value]) => [name, { ...value, ...change[name as keyof Parts] }])
  const fields = [...own]
  compileGuard(schema.parse(Object.fromEntries(merged))).complete(fields, { ...context, ...more })
  return fields
}

describe('headers', () => {
  test('where the application says nothing, ours stand', () => {
    const fields = answer(html)
    const values = Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]]] : [])))
    expect(values).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'X-Frame-Options': 'SAMEORIGIN',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Strict-Transport-Security': 'max-age=31536000',
      Vary: 'Sec-Fetch-Site, Origin',
    })
    expect(values['Permissions-Policy']).toContain('camera=()')
    expect(valueOf(answer(html, {}, { secure: false }), 'strict-transport-security')).toBeNull()
  })

  test.each([
    ['X-Frame-Options', 'DENY', 'DENY', 'DENY'],
    ['X-Frame-Options', 'ALLOW-FROM https://a', 'SAMEORIGIN', 'SAMEORIGIN'],
    ['x-content-type-options', 'yes', 'nosniff', 'nosniff'],
    ['Referrer-Policy', 'no-referrer', 'no-referrer', 'no-referrer'],
    ['Referrer-Policy', 'unsafe-url', 'unsafe-url', 'strict-origin-when-cross-origin'],
    ['Referrer-Policy', 'no-referrer, future-policy', 'no-referrer, future-policy', 'no-referrer, future-policy'],
    ['Cross-Origin-Opener-Policy', 'unsafe-none', 'unsafe-none', 'same-origin'],
    ['Strict-Transport-Security', 'max-age=5', 'max-age=5', 'max-age=31536000'],
    [
      'Strict-Transport-Security',
      'max-age=63072000; includeSubDomains',
      'max-age=63072000; includeSubDomains',
      'max-age=63072000; includeSubDomains',
    ],
    ['Strict-Transport-Security', 'nonsense', 'max-age=31536000', 'max-age=31536000'],
  ])('%s: %s', (name, theirs, absent, stricter) => {
    expect(valueOf(answer([...html, name, theirs]), name.toLowerCase())).toBe(absent)
    expect(valueOf(answer([...html, name, theirs], { headers: { when: 'stricter' } }), name.toLowerCase())).toBe(
      stricter,
    )
  })

  test('permissions: what either switches off stays off', () => {
    const change: Change = { headers: { when: 'stricter', permissions: { camera: [], usb: ['self'] } } }
    const fields = answer(
      [...html, 'Permissions-Policy', 'camera=(self "https://a.example"), usb=(), fullscreen=*'],
      change,
    )
    expect(valueOf(fields, 'permissions-policy')).toBe('camera=(), usb=(), fullscreen=*')
  })

  test('two of one name become the strictest', () => {
    const fields = answer([...html, 'X-Frame-Options', 'SAMEORIGIN', 'x-frame-options', 'DENY'], {
      headers: { when: 'stricter' },
    })
    expect(fields.filter((field) => field.toLowerCase() === 'x-frame-options')).toHaveLength(1)
    expect(valueOf(fields, 'x-frame-options')).toBe('DENY')
  })

  test('a route has its own, only where every reading of the path is it', () => {
    const change: Change = { headers: { routes: [{ path: '/embed/*', set: { frame: null } }] } }
    expect(valueOf(answer(html, change, { readings: ['/embed/x'] }), 'x-frame-options')).toBeNull()
    expect(valueOf(answer(html, change, { readings: ['/embed/x', '/'] }), 'x-frame-options')).toBe('SAMEORIGIN')
  })

  test('Vary keeps what the application says', () => {
    expect(valueOf(answer([...html, 'vary', 'Accept-Encoding, origin']), 'vary')).toBe(
      'Accept-Encoding, origin, Sec-Fetch-Site',
    )
    expect(valueOf(answer([...html, 'Vary', '*']), 'vary')).toBe('*')
    expect(valueOf(answer(html, {}, { judged: false }), 'vary')).toBeNull()
  })
})

describe('the content security policy', () => {
  const csp = (own: readonly string[], change: Change, more = {}) => answer([...html, ...own], change, more)

  test('only reports at first, to the gateway', () => {
    const fields = csp([], {})
    expect(valueOf(fields, 'content-security-policy')).toBeNull()
    const policy = parsePolicy(valueOf(fields, 'content-security-policy-report-only') ?? '')
    expect(policy.get('script-src')).toEqual(["'self'"])
    expect(policy.get('report-uri')).toEqual(['/.holdfast/csp-reports'])
    expect(valueOf(fields, 'reporting-endpoints')).toBe('holdfast-csp="/.holdfast/csp-reports"')
    expect(valueOf(csp([], {}, { secure: false }), 'content-security-policy-report-only')).not.toContain('report-to')
  })

  test('runs scripts by nonce and what they load', () => {
    const fields = csp([], { csp: { mode: 'block', nonce: true, trustedTypes: true } })
    const policy = parsePolicy(valueOf(fields, 'content-security-policy') ?? '')
    expect(policy.get('script-src')).toEqual(["'nonce-bm9uY2U='", "'strict-dynamic'"])
    expect(policy.get('require-trusted-types-for')).toEqual(["'script'"])
    expect(policy.get('object-src')).toEqual(["'none'"])
  })

  test('is not for what is no document, nor for a 304, whose page has another nonce', () => {
    const change: Change = { csp: { mode: 'block' } }
    for (const [type, status] of [
      ['application/json', 200],
      ['text/html', 304],
    ] as const) {
      expect(valueOf(answer(['Content-Type', type], change, { status }), 'content-security-policy')).toBeNull()
    }
    expect(
      valueOf(answer(['Content-Type', 'image/svg+xml; charset=utf-8'], change), 'content-security-policy'),
    ).not.toBeNull()
  })

  test('one of the application counts alone, or beside ours; frame-ancestors goes before X-Frame-Options', () => {
    const own = ['Content-Security-Policy', "default-src 'self'; frame-ancestors https://a.example"]
    const twice = (when: 'absent' | 'stricter') =>
      csp(own, { csp: { mode: 'block' }, headers: { when } }).filter((field) => field === 'Content-Security-Policy')
        .length
    expect([twice('absent'), twice('stricter')]).toEqual([1, 2])
    expect(valueOf(csp(own, {}), 'x-frame-options')).toBeNull()
  })

  test('no setting gets out of its directive', () => {
    for (const bad of ["'self'; script-src *", "'self' *", 'a,b', "'self'\n", 'x;']) {
      const broken = { ...defaultProtection, csp: { ...defaultProtection.csp, directives: { 'img-src': [bad] } } }
      expect(schema.safeParse(broken).success).toBe(false)
    }
  })
})

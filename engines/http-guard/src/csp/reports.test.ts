import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultProtection } from '../settings.ts'
import { ReportGroups } from './groups.ts'
import { proposePolicy } from './propose.ts'
import { readReports } from './reports.ts'

const legacy = (fields: object) => ({
  'csp-report': {
    'document-uri': 'https://shop.example/orders/4711?token=secret#x',
    'violated-directive': "script-src 'self'",
    'blocked-uri': 'https://cdn.example/lib.js?key=secret',
    ...fields,
  },
})

test('both forms become the same, without queries, ids and secrets', () => {
  const one = readReports(
    legacy({ 'source-file': 'https://shop.example/app.js?v=1', 'line-number': 12 }),
    'shop.example',
  )
  const body = {
    documentURL: 'https://shop.example/orders/0198c9a2-1111-7222-8333-444455556666',
    effectiveDirective: 'script-src',
    blockedURL: 'https://cdn.example/other.js',
    disposition: 'report',
    sourceFile: 'https://shop.example/app.js',
    lineNumber: 12,
    sample: '',
  }
  const two = readReports([{ type: 'csp-violation', url: 'https://shop.example/', body }], 'shop.example')
  expect(one).toEqual(two)
  expect(one).toEqual([
    {
      directive: 'script-src',
      blocked: 'https://cdn.example',
      page: '/orders/:id',
      disposition: 'report',
      sample: '',
      source: '/app.js:12',
    },
  ])
  const [told] = readReports(
    legacy({ 'script-sample': `login("ada@example.com", 'hunter2'); var k=AKIAABCDEFGHIJKLMNOP12` }),
    'shop.example',
  )
  expect(told?.sample).toBe(`login("...", '...'); var ...`)
})

test('what is of another host, or no report, is nothing', () => {
  for (const body of [
    null,
    1,
    'x',
    [],
    {},
    [1, {}],
    { 'csp-report': [] },
    legacy({ 'document-uri': 'https://evil.example/' }),
    legacy({ 'violated-directive': '<b>' }),
  ]) {
    expect(readReports(body, 'shop.example')).toEqual([])
  }
  expect(
    readReports(
      Array.from({ length: 100 }, () => legacy({})),
      'shop.example',
    ),
  ).toHaveLength(20)
  const property = fc.property(fc.anything(), (body) => {
    expect(readReports([body, { 'csp-report': body, type: 'csp-violation', body }], 'shop.example')).toEqual([])
  })
  fc.assert(property)
})

test('groups are bounded', () => {
  const groups = new ReportGroups(2)
  const [report] = readReports(legacy({}), 'shop.example')
  if (report === undefined) throw new Error('no report')
  for (const page of ['/a', '/a', '/b', '/c', '/d']) groups.add({ ...report, page })
  expect(groups.lost).toBe(2)
  expect(groups.take().map(({ page, count }) => [page, count])).toEqual([
    ['/a', 2],
    ['/b', 1],
  ])
  expect(groups.take()).toEqual([])
})

describe('the proposal', () => {
  const group = (directive: string, blocked: string, count = 10, page = '/') => ({
    directive,
    blocked,
    page,
    count,
    disposition: 'report' as const,
    sample: '',
    source: '',
  })
  const { csp } = defaultProtection

  test('allows origins that were seen, and advises about code without a name', () => {
    const groups = [
      group('script-src-elem', 'https://cdn.example'),
      group('script-src-elem', 'https://cdn.example', 5, '/b'),
      group('img-src', 'blob'),
      group('connect-src', 'wss://live.example'),
      group('font-src', 'https://fonts.example', 1),
      group('script-src', 'eval'),
      group('script-src-elem', 'inline', 99),
      group('script-src-attr', 'inline'),
      group('img-src', 'http://plain.example'),
    ]
    const { directives, policy, added, advice } = proposePolicy(groups, { atLeast: 3 }, csp)
    expect(directives).toEqual({
      'script-src': ["'self'", 'https://cdn.example'],
      'img-src': ["'self'", 'data:', 'blob:'],
      'connect-src': ["'self'", 'wss://live.example'],
    })
    expect(policy).toContain("script-src 'self' https://cdn.example;")
    expect(policy).not.toMatch(/unsafe|fonts|plain/)
    expect(added[0]).toEqual({ directive: 'script-src', source: 'https://cdn.example', count: 15, pages: ['/', '/b'] })
    expect(advice.map(({ directive, blocked }) => `${directive} ${blocked}`)).toEqual([
      'script-src-elem inline',
      'script-src eval',
      'script-src-attr inline',
      'img-src http://plain.example',
    ])
    expect(advice[0]?.advice).toContain('nonce')
  })

  test('with nonces no origin of scripts, which browsers would ignore', () => {
    const { directives, advice } = proposePolicy(
      [group('script-src-elem', 'https://cdn.example')],
      { atLeast: 1 },
      { ...csp, nonce: true },
    )
    expect(directives).toEqual({})
    expect(advice[0]?.advice).toContain('Mark the script')
  })
})

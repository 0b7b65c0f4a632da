import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalPath } from './path.ts'

describe('canonicalPath', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/b/', '/a/b'],
    ['/caf%C3%A9/a%20b', '/café/a b'],
    ['/a%2Bb;c=d', '/a+b;c=d'],
    ['/...', '/...'],
  ])('%s is %s', (raw, path) => {
    expect(canonicalPath(raw)).toBe(path)
  })

  it.each([
    '',
    'a',
    '*',
    '//admin',
    '/a//b',
    '/a//',
    '/./admin',
    '/x/../admin',
    '/x/..',
    '/..',
    '/%61dmin',
    '/a%2Fb',
    '/a%2fb',
    '/%2e%2e/admin',
    '/a%5Cb',
    '/a\\b',
    '/a%00',
    '/a%0d%0a',
    '/a\u0000',
    '/a%',
    '/a%4',
    '/a%zz',
    '/%ff',
    '/%c0%ae',
    '/a%C2%85',
    '/a%7E',
    `/${'a'.repeat(9000)}`,
  ])('%s is refused: it can be read in two ways', (raw) => {
    expect(canonicalPath(raw)).toBeNull()
  })

  it('is stable: what it gives, encoded again, gives the same', () => {
    const raw = fc
      .array(
        fc.oneof(fc.string({ unit: 'grapheme' }).map(encodeURIComponent), fc.constantFrom('..', '.', '', '%2f', 'a')),
      )
      .map((s) => `/${s.join('/')}`)
    fc.assert(
      fc.property(raw, (text) => {
        const path = canonicalPath(text)
        if (path === null) return
        expect(path.split('/').slice(1)).not.toContain('..')
        expect(canonicalPath(path.split('/').map(encodeURIComponent).join('/'))).toBe(path)
      }),
    )
  })

  it('takes any text without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const path = canonicalPath(text)
        expect(path === null || path.startsWith('/')).toBe(true)
      }),
    )
  })
})

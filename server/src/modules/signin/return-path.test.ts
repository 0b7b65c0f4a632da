import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { home, returnPath } from './return-path.ts'

const own = 'https://holdfast.example'

describe('where to go after the sign-in', () => {
  it.each(['/console/', '/console/people?query=a%20b#x', '/sign-in/for?application=shop&state=s', '/', '/a/../b//c'])(
    'keeps the path %s',
    (path) => {
      const url = new URL(path, own)
      expect(returnPath(path)).toBe(url.pathname + url.search + url.hash)
    },
  )

  // Each of these takes some browser, or some URL parser, to another origin.
  it.each([
    undefined,
    '',
    'console',
    'https://evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/console\\..\\evil',
    `/${'a'.repeat(3000)}`,
    '/\u2028x',
  ])('goes home instead of %j', (path) => expect(returnPath(path)).toBe(home))

  it('whatever is asked: it is this origin, and a path', () => {
    const pieces = fc.constantFrom('/', '\\', '.', '..', '%2e', '%2f', '%5c', '@', ':', '?', '#', 'evil.example', '\t')
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => `/${all.join('')}`),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(texts, (asked) => {
        const path = returnPath(asked)
        expect(new URL(path, own).origin).toBe(own)
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
      }),
      { numRuns: 2000 },
    )
  })
})

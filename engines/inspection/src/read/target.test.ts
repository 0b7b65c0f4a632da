import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from './problem.ts'
import { readTarget } from './target.ts'

function problemOf(target: string): string | null {
  const problems: Problem[] = []
  readTarget(target, (problem) => void problems.push(problem))
  return problems[0]?.by ?? null
}

describe('a target', () => {
  it.each([
    ['/../etc/passwd', 'dot-segment'],
    ['/a/..', 'dot-segment'],
    ['/a/..;/b', 'dot-segment'],
    ['/a/;x/../b', 'dot-segment'],
    ['/a/.;x=1./b', 'dot-segment'],
    ['/%2e%2e/b', 'dot-segment'],
    ['/a/%2e', 'dot-segment'],
    ['/a/%252e%252e/b', 'dot-segment'],
    ['/a/%25252e%25252e/b', 'dot-segment'],
    ['/a%2fb', 'encoded-separator'],
    ['/a%5Cb', 'encoded-separator'],
    ['/a%252fb', 'encoded-separator'],
    ['/a%25255cb', 'encoded-separator'],
    ['/a%2500b', 'encoded-separator'],
    ['/a%00.png', 'control'],
    ['/a%0d%0ab', 'control'],
    ['/a%c0%aeb', 'not-utf8'],
    ['/a%', 'broken-escape'],
    ['/a%zz', 'broken-escape'],
    ['/a//b', 'empty-segment'],
    ['/a\\b', 'backslash'],
    ['/a#b', 'fragment'],
    ['/a b', 'unescaped'],
    ['/\u00e9', 'unescaped'],
    ['http://x/', 'origin-form'],
  ])('%s has two readings', (target, by) => {
    expect(problemOf(target)).toBe(by)
  })

  it.each([
    '/',
    '/a',
    '/a/',
    '/a.b/..c/c..',
    '/a;v=1/b',
    "/o'brien",
    '/caf%C3%A9',
    '/100%25',
    '/a%20b?x=/../',
    '/a%2Bb',
  ])('%s has one', (target) => {
    expect(problemOf(target)).toBeNull()
  })

  it('never throws', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%2e',
      '%25',
      '2f',
      '%2f',
      ';',
      'a',
      '%c3',
      '%a9',
      '\\',
      '%00',
      '?',
      '#',
      '%',
    )
    fc.assert(fc.property(fc.array(piece), (pieces) => void problemOf(pieces.join(''))))
  })
})

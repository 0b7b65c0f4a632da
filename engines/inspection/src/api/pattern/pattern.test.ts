import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './compile.ts'
import { PatternProblem } from './node.ts'

const patterns = [
  '^[a-z]+$',
  '^\\d{3}-\\d{4}$',
  'a|b',
  '^(?:é|ü)+$',
  '^[^<>]{1,5}$',
  '^.{0,3}$',
  '\\bfoo\\b',
  '^\\p{L}[\\p{L} ]{0,4}$',
  '[\\u{1F600}-\\u{1F64F}]',
  '^[\\w.-]+@[\\w-]+(?:\\.[\\w-]+)+$',
  '^\\S+$',
  '^\\W*$',
  '^(?=.*[A-Z])(?=.*\\d)(?!.*\\s).{4,8}$',
  '^(a|b)?c*?$',
  '^[\\x00-\\x1f]$',
  '^[\\u00e0-\\u4e2d]+$',
  '',
]

describe('a pattern of a schema', () => {
  it('matches what ECMAScript matches', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'c',
      'foo',
      'A',
      '1',
      '123-4567',
      'é',
      'ü',
      '中',
      '😀',
      ' ',
      '\n',
      '\u2028',
      '<',
      '@',
      '.',
      '-',
      '_',
      '\u0007',
      '\u00a0',
    )
    for (const source of patterns) {
      const ours = compilePattern(source)
      const theirs = new RegExp(source, 'u')
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
          const text = pieces.join('')
          expect(ours.test(text), `${source} ${JSON.stringify(text)}`).toBe(theirs.test(text))
        }),
      )
    }
  })

  it.each([
    '(a)\\1',
    '(?<=a)b',
    'a(?=b)',
    '(',
    ')',
    '[a',
    '*',
    'a{3,1}',
    '\\p{Nope}',
    '\\q',
    '(?>a)',
    '^(?:(?=a)b|c)$',
    '(?:a{1000}){1000}',
  ])('%s is refused', (source) => {
    expect(() => compilePattern(source)).toThrow(PatternProblem)
  })

  it('says which characters a text may hold, where it is anchored at both ends', () => {
    const holds = (source: string) => compilePattern(source).alphabet !== null
    expect(holds('^[a-z]+$')).toBe(true)
    expect(holds('^a$|^b$')).toBe(true)
    for (const source of ['[a-z]+', '^[a-z]+', '^a$|b$', '^a|b$', '(?:^a$)*']) expect(holds(source), source).toBe(false)
    const counts = compilePattern('^.{2,3000}$')
    expect([counts.test('é'), counts.test('éé'), counts.test('é'.repeat(3001))]).toEqual([false, true, false])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile, createPatternSet, PatternError } from '../index.ts'
import { runs } from '../testing/arbitrary.ts'
import type { Flags } from '../types.ts'

/** Pattern, flags, texts that match, texts that do not. */
const understood: readonly (readonly [string, Flags, readonly string[], readonly string[]])[] = [
  ['(?i)ab(?-i)C', {}, ['ABC', 'abC'], ['abc']],
  ['a(?i:b)c', {}, ['aBc'], ['ABC', 'abC']],
  ['(?:a(?i)b|c)d', {}, ['aBd', 'Cd'], ['ABd', 'cD']],
  ['(?^:a)', { ignoreCase: true }, ['a'], ['A']],
  ['k', { ignoreCase: true }, ['K'], ['\u00ea']],
  ['\\xe9', { ignoreCase: true }, ['\u00e9'], ['\u00c9']],
  ['[^a]', { ignoreCase: true }, ['b'], ['A', 'a']],
  ['a.b', {}, ['axb', 'a\rb'], ['a\nb']],
  ['(?s)a.b', {}, ['a\nb'], []],
  ['a.b', { dotAll: true }, ['a\nb'], []],
  ['^a$', {}, ['a'], ['a\n', 'b\na']],
  ['^a$', { dollarEndOnly: false }, ['a', 'a\n'], ['a\n\n']],
  ['^a\\Z', {}, ['a', 'a\n'], ['a\n\n']],
  ['^a\\z', { dollarEndOnly: false }, ['a'], ['a\n']],
  ['(?m)^a$', {}, ['b\na\nb'], ['ba']],
  ['(?m)a\\n^', {}, ['a\nb'], ['a\n']],
  ['\\Aa', { multiline: true }, ['a'], ['\na']],
  ['a b # c', { extended: true }, ['ab'], ['a b']],
  ['(?x) a \\  [ ] + # blank\n b', {}, ['a   b'], ['ab']],
  ['a(?#comment)b', {}, ['ab'], []],
  ['^a+?$', { ungreedy: true }, ['aa'], []],
  ['\\x41\\x{42}\\103\\o{104}\\cA\\e', {}, ['ABCD\x01\x1b'], []],
  ['\\0\\x', {}, ['\0\0'], []],
  ['\\x{c3}\\x{a9}', {}, ['\u00c3\u00a9'], ['\u00e9']],
  ['\\Qa.b*\\E+', {}, ['a.b**'], ['aab', 'a.b']],
  ['\\d\\w\\s\\h\\v', {}, ['1_\x0b\u00a0\x85'], ['1_\u00a0  ']],
  ['^\\D\\W\\S\\H\\V\\N$', {}, ['a-----'], ['a----\n']],
  ['^\\R$', {}, ['\r\n', '\r', '\n', '\x85'], ['\n\r']],
  ['\\bfoo\\B', {}, ['food'], ['foo', 'afoo ']],
  ['[]a]b', {}, [']b', 'ab'], ['b']],
  ['[^]a]b', {}, ['cb'], [']b', 'ab']],
  ['^[a\\-c\\]\\b]$', {}, ['a', '-', 'c', ']', '\b'], ['b']],
  ['^[\\d-z]$', {}, ['5', '-', 'z'], ['a']],
  ['^[a-]$', {}, ['a', '-'], ['b']],
  ['^[[:alpha:][:^ascii:]]$', {}, ['a', 'Z', '\u00e9'], ['1', '_']],
  ['^[[:upper:]]$', { ignoreCase: true }, ['a', 'A'], ['1']],
  ['^[[:punct:]]+$', {}, ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'], ['a', ' ']],
  ['^[[]$', {}, ['['], [']']],
  ['^[\\Qa-c\\E]$', {}, ['a', '-', 'c'], ['b']],
  ['^a{2}b{1,2}c{1,}$', {}, ['aabc', 'aabbccc'], ['abc', 'aabbbc', 'aab']],
  ['^a{,2}b{c{1,x}$', {}, ['a{,2}b{c{1,x}'], ['ab']],
  ['^(?:a|)$', {}, ['', 'a'], ['b']],
  ['(?<y>a)(?P<z>b)', {}, ['ab'], []],
  ['^(?:(?:(?:\\b){60000}a){2}|(?:(?:()){60000}){60000})$', {}, [''], ['aa']],
  ['^\\C$', {}, ['\n', '\xff'], ['']],
]

/** Pattern, code. */
const refused: readonly (readonly [string, string])[] = [
  ['(', 'syntax'],
  [')', 'syntax'],
  ['[a', 'syntax'],
  ['[z-a]', 'syntax'],
  ['[[:nothing:]]', 'syntax'],
  ['*a', 'syntax'],
  ['a**', 'syntax'],
  ['a{2}{3}', 'syntax'],
  ['a{3,2}', 'syntax'],
  ['\\', 'syntax'],
  ['\\y', 'syntax'],
  ['\\x{zz}', 'syntax'],
  ['(?<n>a)(?<n>b)', 'syntax'],
  ['(?#', 'syntax'],
  ['(?', 'syntax'],
  ['(a)\\1', 'backreference'],
  ['(?<n>a)\\k<n>', 'backreference'],
  ['(?P<n>a)(?P=n)', 'backreference'],
  ['a\\g{1}', 'backreference'],
  ['a(?=b)', 'lookaround'],
  ['a(?!b)', 'lookaround'],
  ['(?<=a)b', 'lookaround'],
  ['(?<!a)b', 'lookaround'],
  ['(*pla:a)', 'lookaround'],
  ['(?>a)', 'atomic'],
  ['a*+', 'atomic'],
  ['a{1,2}+', 'atomic'],
  ['(?R)', 'recursion'],
  ['(a(?1))', 'recursion'],
  ['(?&n)', 'recursion'],
  ['\\g<1>', 'recursion'],
  ['(?|a|b)', 'unsupported'],
  ['(?(1)a|b)', 'unsupported'],
  ['(*UTF8)a', 'unsupported'],
  ['\\p{L}', 'unsupported'],
  ['\\Ka', 'unsupported'],
  ['(?n)a', 'unsupported'],
  ['\\x{100}', 'unsupported'],
  ['\u0113', 'unsupported'],
  ['[\u0113]', 'unsupported'],
  ['[[.a.]]', 'unsupported'],
  ['a{70000}', 'too_large'],
  ['(?:a()()()()){10000}', 'too_large'],
  ['(?:a{1000}){1000}', 'too_large'],
  ['(?:(?:(?:a|\\b){1000}){1000}){1000}', 'too_large'],
  ['('.repeat(300) + ')'.repeat(300), 'too_large'],
]

describe('the syntax', () => {
  test.each(understood)('%s %o', (source, flags, matching, others) => {
    const matcher = compile(source, { flags })
    for (const text of matching) expect([text, matcher.test(text)]).toEqual([text, true])
    for (const text of others) expect([text, matcher.test(text)]).toEqual([text, false])
  })

  test.each(refused)('refuses %.40s: %s', (source, code) => {
    expect(() => compile(source)).toThrow(expect.objectContaining({ name: 'PatternError', code }))
  })

  test('counts groups and knows their names', () => {
    const matcher = compile('(a)(?:b)(?<year>c)(?P<day>d)')
    expect(matcher.groupCount).toBe(3)
    expect([...matcher.groupNames]).toEqual([
      ['year', 2],
      ['day', 3],
    ])
  })

  test.each([
    ['alternatives', Array.from({ length: 130_000 }, (_, n) => `${n}`).join('|')],
    ['a class', `[${'ab'.repeat(130_000)}]`],
    ['a quotation', `\\Q${'ab'.repeat(130_000)}\\E`],
    ['optional parts', 'a?'.repeat(130_000)],
    ['flags', '(?i)'.repeat(130_000)],
    ['brackets', '['.repeat(130_000)],
  ])('is read however long: %s', (_, source) => {
    try {
      expect(compile(source).test('a')).toBe(true)
    } catch (error) {
      expect(error).toBeInstanceOf(PatternError)
    }
  })

  test('of nearly the most states matches, groups and all', () => {
    const matcher = compile(`(?:a?){14000}(b)`)
    expect(matcher.groups('aaab')?.[1]).toEqual({ start: 3, end: 4 })
    expect(createPatternSet([matcher]).matches('aaab')).toEqual([0])
  })

  test('is understood or refused with a code, whatever is written', () => {
    const piece = fc.constantFrom(...'()[]{}*+?|\\^$.-:,12azAZ#<>=!PQERdwsbx\n '.split(''))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          compile(pieces.join('')).test('a1-\n')
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError)
        }
      }),
      runs(3000),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './json.ts'

const limits = { depth: 64, values: 1000, nameBytes: 512 }
const read = (text: string) => readJson(text, limits)
const codeOf = (text: string) => {
  const result = read(text)
  return 'code' in result ? `${result.code} ${result.by}` : result.value
}

describe('JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (text, blank) => {
        const result = read(`${blank}${text}${blank}`)
        // What fast-check makes may hold what is refused here: numbers too large, names that come twice.
        if ('value' in result) expect(result.value).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is nothing that JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e9"',
      '"\\',
      '1',
      '-',
      '01',
      '.5',
      '1e3',
      'true',
      'nul',
      'NaN',
      ' ',
      '\t',
      '\v',
      '\ufeff',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (list) => {
        const text = list.join('')
        if ('value' in read(text)) expect(() => JSON.parse(text) as unknown).not.toThrow()
      }),
    )
  })

  it.each([
    ['{"a":1,"a":2}', 'json_duplicate_name duplicate-name'],
    ['{"a":1,"\\u0061":2}', 'json_duplicate_name duplicate-name'],
    ['{"__proto__":1,"__proto__":2}', 'json_duplicate_name duplicate-name'],
    ['"\\ud800"', 'json_malformed surrogate'],
    ['"\\udc00\\ud800"', 'json_malformed surrogate'],
    ['"a\\u0000b"', 'json_malformed nul'],
    ['1e400', 'json_malformed number'],
    ['99999999999999999999', 'json_malformed number'],
    ['NaN', 'json_malformed syntax'],
    ['\ufeff1', 'json_malformed syntax'],
    ['[1,]', 'json_malformed syntax'],
    ["{'a':1}", 'json_malformed syntax'],
    ['// x\n1', 'json_malformed syntax'],
    ['1 2', 'json_malformed syntax'],
    ['"\n"', 'json_malformed syntax'],
    ['', 'json_malformed syntax'],
    ['['.repeat(66) + ']'.repeat(66), 'json_too_complex limit'],
    [`[${'1,'.repeat(1000)}1]`, 'json_too_complex limit'],
    [`{"${'a'.repeat(513)}":1}`, 'json_too_complex limit'],
  ])('refuses %s', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it('makes members of every name, and no prototypes', () => {
    const value = codeOf('{"__proto__":{"admin":true},"constructor":1,"😀":"\\ud83d\\ude00"}') as Record<
      string,
      unknown
    >
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', '😀'])
    expect(value['😀']).toBe('😀')
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })
})

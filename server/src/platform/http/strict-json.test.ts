import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonProblem, parseStrictJson } from './strict-json.ts'

/** Values whose integers a double holds exactly, without U+0000; others are refused on purpose. */
const value = fc.jsonValue().filter((each) => !hasLargeInteger(each) && !JSON.stringify(each).includes('u0000'))

function hasLargeInteger(each: unknown): boolean {
  if (typeof each === 'number') return Number.isInteger(each) && !Number.isSafeInteger(each)
  if (typeof each !== 'object' || each === null) return false
  return Object.values(each).some(hasLargeInteger)
}

const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/)

/** Writes JSON with white space wherever it may be, and members in any of the ways that a string can be escaped. */
function write(each: unknown, gap: string, escape: boolean): string {
  const text = (string: string) =>
    escape
      ? `"${Array.from({ length: string.length }, (_, at) => `\\u${string.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(string)
  if (typeof each === 'string') return text(each)
  if (Array.isArray(each)) return `[${gap}${each.map((item) => write(item, gap, escape)).join(`${gap},${gap}`)}${gap}]`
  if (typeof each !== 'object' || each === null) return JSON.stringify(each)
  const members = Object.entries(each).map(([name, item]) => `${text(name)}${gap}:${gap}${write(item, gap, escape)}`)
  return `{${gap}${members.join(`${gap},${gap}`)}${gap}}`
}

describe('parseStrictJson', () => {
  it('agrees with JSON.parse on every value, however it is written', () => {
    fc.assert(
      fc.property(value, space, fc.boolean(), (each, gap, escape) => {
        const text = gap + write(each, gap, escape) + gap
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('accepts nothing that JSON.parse refuses, and refuses with a JsonProblem only', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0041e+-.0 9ntrf')) })
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
        let strict: unknown
        try {
          strict = parseStrictJson(text)
        } catch (error) {
          expect(error).toBeInstanceOf(JsonProblem)
          return
        }
        expect(strict).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses a member name that occurs twice, however deep and however it is written', () => {
    const path = fc.array(fc.constantFrom('object', 'array'), { maxLength: 6 })
    fc.assert(
      fc.property(fc.string(), value, value, path, space, fc.boolean(), (name, one, two, around, gap, escape) => {
        const first = write({ [name]: one }, gap, escape).slice(0, -1)
        const second = write({ [name]: two }, gap, !escape).slice(1)
        const twice = `${first},${second}`
        const text = around.reduce((inner, kind) => (kind === 'array' ? `[0,${inner}]` : `{"x":${inner}}`), twice)
        expect(() => parseStrictJson(text)).toThrow(/occurs twice/)
      }),
    )
  })

  it('lets the same name occur in two objects', () => {
    for (const text of ['{"a":{"a":{"a":1}}}', '[{"a":1},{"a":2}]', '{"a":[{"a":1}],"b":{"a":"a"}}', '{"a":"a"}']) {
      expect(parseStrictJson(text)).toEqual(JSON.parse(text))
    }
  })

  it.each([
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['constructor twice', '{"constructor":1,"constructor":2}'],
    ['an escape that spells the same', String.raw`{"role":"user","r\u006fle":"admin"}`],
    ['U+0000, which PostgreSQL cannot hold', String.raw`{"a":"x\u0000"}`],
    ['U+0000 in a name', String.raw`{"\u0000":1}`],
    ['a lone surrogate', String.raw`{"a":"\ud800"}`],
    ['a lone surrogate in a name', String.raw`{"\udc00":1}`],
    ['an integer past 2^53', '{"balance":9007199254740993}'],
    ['a negative one', '[-9007199254740993]'],
    ['a number past the double', '[1e400]'],
    ['too many levels', '['.repeat(65) + ']'.repeat(65)],
    ['a comment', '{"a":1/*x*/}'],
    ['a trailing comma', '[1,]'],
    ['a byte order mark', '\uFEFF{}'],
    ['NaN', '[NaN]'],
    ['nothing', ''],
    ['two values', '{}{}'],
  ])('refuses %s', (_, text) => {
    expect(() => parseStrictJson(text)).toThrow(JsonProblem)
  })

  it.each(['[9007199254740991]', '[-9007199254740991]', '[1.5e300]', '[0.1]', '['.repeat(64) + ']'.repeat(64)])(
    'accepts %s',
    (text) => expect(parseStrictJson(text)).toEqual(JSON.parse(text)),
  )

  it('never quotes what was sent', () => {
    const secret = 'hunter2hunter2'
    for (const text of [`{"password":"${secret}`, `{"${secret}":1,"${secret}":2}`, secret, `{"a":"${secret}"x}`]) {
      const problem: unknown = (() => {
        try {
          return parseStrictJson(text)
        } catch (error) {
          return error
        }
      })()
      expect(String(problem)).not.toContain('hunter')
    }
  })
})

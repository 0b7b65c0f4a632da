import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../budget.ts'
import { classesOf } from '../classes.ts'
import { inspect } from '../inspect.ts'
import { lines } from '../testing/lines.ts'
import { sql } from './index.ts'

/** Pieces of SQL in any order. */
const piece = fc.constantFrom(
  ...'\' " ` \\ ( ) [ ] { } , ; . -- # /* */ /*! /*!50000 = <> || && + - * / % ! ~ @ @@a $ $a$ 0x 1 1. .5e 1or \n \0 \xa0 \xc2\xa0 é'.split(
    ' ',
  ),
  ...'select union all from where and or not in like between case when then end order by having limit into outfile'.split(
    ' ',
  ),
  ..."null sleep( version() a b.c N' q'[ e' exec declare begin drop table waitfor delay goto if exists match against".split(
    ' ',
  ),
  ' ',
)
const anySql = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
const anyBytes = fc.array(fc.nat(255), { maxLength: 80 }).map((bytes) => String.fromCharCode(...bytes))

/** What repeats well: each must cost twice as much when it is twice as long. */
const REPEATED = [
  "'",
  '"',
  '`',
  '(',
  ')',
  '[',
  ';',
  '--\n',
  '#\n',
  '/*',
  '/**/',
  '/*!',
  '*/',
  '\\',
  '1,',
  '1+',
  '1 or ',
  "'a'",
  "''",
  'a.',
  'a ',
  'select ',
  'union select ',
  '1 union ',
  '@',
  '$a',
  '$a$',
  "q'[",
  '1.e.',
  '0x',
  'not ',
  '-',
  'case when ',
  'f(',
  '1;',
  'begin ',
  ']; ',
  '`;',
  "x' ",
  '%27',
  '&#x27;',
  '\\u0027',
  '\xc0\xa7',
  '+',
  'goto a ',
  "' or '",
]

function workOf(value: string): number {
  const budget = new Budget(Number.MAX_SAFE_INTEGER)
  sql.detect(value, budget, classesOf(value))
  return budget.spent
}

describe('SQL of any kind', () => {
  it('is read without an error, within the bounds of the value', () => {
    fc.assert(
      fc.property(fc.oneof(anySql, anyBytes), (value) => {
        const finding = inspect(value, { detectors: [sql] })
        if (finding === null) return
        expect(finding.start).toBeLessThanOrEqual(finding.end)
        expect(finding.evidence.length).toBeLessThanOrEqual(120)
        if (finding.decoding.length === 0) expect(finding.end).toBeLessThanOrEqual(value.length)
      }),
      { numRuns: 2000 },
    )
  })

  it('costs at most so much a byte, in all contexts and dialects', () => {
    fc.assert(
      fc.property(anySql, (value) => {
        expect(workOf(value)).toBeLessThanOrEqual(24 * (value.length + 1))
      }),
      { numRuns: 1000 },
    )
    for (const text of REPEATED) {
      const value = text.repeat(4000)
      expect(workOf(value), text).toBeLessThanOrEqual(24 * value.length)
      expect(workOf(`1${value}`), text).toBeLessThanOrEqual(24 * (value.length + 1))
      expect(workOf(`x'${value}`), text).toBeLessThanOrEqual(24 * (value.length + 2))
    }
  })

  it('never runs out of the budget that a value gets', () => {
    for (const text of REPEATED) {
      const finding = inspect(text.repeat(4000), { detectors: [sql] })
      expect(finding?.class, text).not.toBe('undecided')
    }
  })

  it('finds an attack behind any text that does not end its quote', () => {
    const before = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^ -~]|['\\]/g, '-'))
    fc.assert(
      fc.property(
        before,
        fc.constantFrom("' union select 1,2-- ", "'; drop table a-- ", "' or sleep(5)-- "),
        (text, attack) => {
          expect(inspect(text + attack, { detectors: [sql] })).not.toBeNull()
        },
      ),
    )
  })

  it('finds an attack with comments and blanks between its words', () => {
    const gap = fc.array(fc.constantFrom(' ', '\t', '\n', '/**/', '/* x */', '\x0b', '\x0c', '--\n'), {
      minLength: 1,
      maxLength: 4,
    })
    const cased = (text: string, bits: number) =>
      text.replace(/./g, (c, at: number) => ((bits >> (at % 30)) & 1 ? c.toUpperCase() : c))
    fc.assert(
      fc.property(fc.array(gap, { minLength: 3, maxLength: 3 }), fc.nat(), ([a, b, c], bits) => {
        const gaps = [a, b, c].map((each) => (each ?? []).join(''))
        expect(
          inspect(cased(`1${gaps[0]}union${gaps[1]}select${gaps[2]}1,2`, bits), { detectors: [sql] }),
        ).not.toBeNull()
      }),
    )
  })

  it('finds nothing in names and sentences, however they are put together', () => {
    const word = fc.constantFrom(
      ...lines('benign/benign-sql.txt').slice(0, 30),
      'and',
      'or',
      'select',
      'union',
      'the',
      'of',
      '5',
      'from',
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 12 }), (words) => {
        const text = `Dear ${words.join(' ').replace(/["']/g, '’')}.`.replaceAll('’', '')
        expect(inspect(text, { detectors: [sql] })).toBeNull()
      }),
    )
    const name = fc.stringMatching(/^[A-Z][a-z]{1,8}'?[A-Z]?[a-z]{1,8}(?:-[A-Z][a-z]{1,8})?$/)
    fc.assert(
      fc.property(name, name, (first, last) => {
        expect(inspect(`${first} ${last}`, { detectors: [sql] })).toBeNull()
      }),
    )
  })
})

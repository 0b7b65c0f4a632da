import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../index.ts'
import { playWith } from '../testing/play.ts'

/** Operators and transformations as rules over the same values. */
const CASES = [
  ['@rx (?i)select.+from', 't:urlDecodeUni,t:lowercase'],
  ['@rx ^[a-z]+$', ''],
  ['!@rx ^[a-z0-9]*$', 't:lowercase'],
  ['@pm script alert onload', 't:htmlEntityDecode,t:removeWhitespace'],
  ['@contains ab', 't:jsDecode'],
  ['@streq aa', 't:compressWhitespace,t:trim'],
  ['!@endsWith a', 't:removeNulls'],
  ['@rx b$', 't:urlDecodeUni,multiMatch'],
  ['@rx a', 't:hexEncode'],
] as const

const TARGETS = [
  'ARGS',
  'ARGS|!ARGS:b',
  'ARGS:/^[ab]$/|!ARGS:a',
  'ARGS_NAMES',
  'REQUEST_HEADERS:X',
  'REQUEST_HEADERS|!REQUEST_HEADERS:/^y/',
]

/** @param suffix of each argument: with a macro in it a rule is asked of each value, one by one */
function engineOf(suffix: string): Engine {
  const rules = TARGETS.flatMap((target, t) =>
    CASES.map(
      ([operator, actions], c) =>
        `SecRule ${target} "${operator}${suffix}" "id:${t * 100 + c + 1},phase:2,pass,log,${actions},setvar:tx.hits=+1,logdata:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`,
    ),
  )
  return createEngine({
    files: new Map([['a', `SecRuleEngine On\n${rules.join('\n')}`]]),
    entries: ['a'],
    clock: () => 0,
  })
}

const piece = fc.constantFrom(
  'a',
  'b',
  'A',
  ' ',
  '%61',
  '%2562',
  '&#97;',
  '\\x61',
  'select 1 from',
  'script',
  '\0',
  'é',
  '9',
)
const value = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''))
const name = fc.constantFrom('a', 'b', 'c', 'B', 'x', 'y1')

describe('the scan for all rules at once', () => {
  const [scanning, asking] = [engineOf(''), engineOf('%{tx.nothing}')]

  it('finds what asking each rule finds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), fc.tuple(name, value), (args, header) => {
        const target = `/?${args.map(([key, text]) => `${key}=${encodeURIComponent(text)}`).join('&')}`
        const sent = { target, headers: [header, ['X', 'script b'] as const] }
        const [scanned, asked] = [playWith(scanning, sent), playWith(asking, sent)]
        expect(scanned.matches.map(({ rule, data }) => [rule.id, data])).toEqual(
          asked.matches.map(({ rule, data }) => [rule.id, data]),
        )
        expect(scanned.variables).toEqual(asked.variables)
      }),
    )
  })
})

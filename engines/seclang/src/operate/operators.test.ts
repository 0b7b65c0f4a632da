import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SecLangError } from '../error.ts'
import { play } from '../testing/play.ts'
import { brokenUtf8 } from './encodings.ts'
import { integerOf } from './numbers.ts'

const FILES: ReadonlyMap<string, string> = new Map([
  ['words.data', '# words\nunion\n\n select \n'],
  ['nets.data', '10.0.0.0/8\n2001:db8::/32\n'],
])

function matched(operator: string, value: string): boolean {
  const rule = `SecRuleEngine On\nSecAction "id:1,phase:1,pass,nolog,setvar:tx.two=2,setvar:tx.word=bee"
SecRule REQUEST_HEADERS:X "${operator.replaceAll('"', '\\"')}" "id:2,phase:1,pass,log"`
  const files = new Map([...FILES, ['main.conf', rule]])
  return play('', { headers: [['X', value]] }, { files }).ids.includes(2)
}

function refusal(operator: string): string {
  try {
    matched(operator, '')
  } catch (error) {
    if (error instanceof SecLangError) return error.code
    throw error
  }
  return 'compiled'
}

describe('operators', () => {
  it.each([
    ['@beginsWith ab', ['abc'], ['cab', 'AB']],
    ['@contains %{tx.word}', ['a bee c'], ['be']],
    ['@containsWord bee', ['a bee c', 'bee', 'beer_bee-'], ['beer', '1bee']],
    ['@endsWith c', ['abc'], ['cab']],
    ['@eq %{tx.two}', ['2', ' 2x'], ['3', '', 'x']],
    ['@ge 2', ['2', '10'], ['1', '-5']],
    ['@gt 2', ['3'], ['2']],
    ['@le 2', ['2', '', '-1'], ['3']],
    ['@lt 2', ['1', 'x'], ['2']],
    [
      '@ipMatch 192.0.2.0/24,::1,198.51.100.7',
      ['192.0.2.200', '::1', '0:0::1', '198.51.100.7', '::ffff:192.0.2.1'],
      ['192.0.3.1', '::2', 'x', ''],
    ],
    ['@ipMatch 10.0.0.0/255.0.0.0', ['10.9.9.9'], ['11.0.0.1']],
    ['@ipMatchFromFile nets.data', ['10.1.2.3', '2001:db8:1::5'], ['2001:db9::1']],
    ['@noMatch', [], ['', 'x']],
    ['@pm union |73 65|lect', ['A UNION b', 'Select'], ['unio', 'sel ect']],
    ['@pmFromFile words.data', ['union', 'SELECTED'], ['# words', 'x']],
    ['@rx (?i)^a.c$', ['ABC', 'a\nc'], ['abc\n', 'abcd']],
    ['@rx ^%{tx.word}s', ['bees'], ['bee']],
    ['^\\d+$', ['12'], ['1a']],
    ['!@rx ^\\d+$', ['1a'], ['12']],
    ['@streq bee', ['bee'], ['Bee', 'bees']],
    ['@strmatch ee', ['bee'], ['be']],
    ['@unconditionalMatch', ['', 'x'], []],
    ['@validateByteRange 32-126, 10', ['\t', '\x7f', 'a\xff'], ['a b~\n', '']],
    ['@validateNid cl \\d{7,8}-[\\dkK]', ['11111111-1', 'x 12345678-5 y'], ['11111111-2']],
    ['@validateUrlEncoding', ['%', '%4', '%zz'], ['%41', '']],
    ['@validateUtf8Encoding', ['\xc3', '\xc0\x80', '\xed\xa0\x80', '\xf5\x80\x80\x80'], ['\xc3\xa9', 'a', '']],
    ['@verifyCC \\d{13,16}', ['4111111111111111', 'a 4111111111111112 4111111111111111'], ['4111111111111112']],
    ['@verifycpf [\\d.-]{11,14}', ['529.982.247-25'], ['529.982.247-26', '111.111.111-11']],
    ['@verifyssn \\d{3}-\\d\\d-\\d{4}', ['219-09-9999'], ['000-12-3456', '666-12-3456', '123-45-6789', '900-12-3456']],
    ['@verifysvnr \\d{10}', ['1237010180'], ['1237010181']],
    ['@within a,%{tx.word},c', ['bee', 'a', ''], ['d', 'bees']],
  ])('%s', (operator, yes, no) => {
    expect(yes.filter((value) => !matched(operator, value))).toEqual([])
    expect(no.filter((value) => matched(operator, value))).toEqual([])
  })

  it.each([
    ['@nothing', 'operator_unknown'],
    ['@rbl example.com', 'operator_refused'],
    ['@geoLookup', 'operator_refused'],
    ['@inspectFile x.lua', 'operator_refused'],
    ['@validateSchema x.xsd', 'operator_refused'],
    ['@rx (', 'regex_invalid'],
    ['@rx (a)\\1', 'regex_invalid'],
    ['@ipMatch 1.2.3', 'argument_invalid'],
    ['@ipMatch 1.2.3.4/33', 'argument_invalid'],
    ['@ipMatch 1.2.3.4/255.0.255.0', 'argument_invalid'],
    ['@validateByteRange 300', 'argument_invalid'],
    ['@validateNid fr .*', 'argument_invalid'],
    ['@pmFromFile nothing.data', 'file_missing'],
    ['@detectSQLi', 'detector_missing'],
    ['@detectXSS', 'detector_missing'],
    ['@eq %{nothing.x}', 'variable_unknown'],
  ])('refuses %s: %s', (operator, code) => {
    expect(refusal(operator)).toBe(code)
  })

  it('asks the detectors, and captures what they say', () => {
    const rules = `SecRule ARGS "@detectSQLi" "id:1,phase:1,pass,log,capture,logdata:'%{TX.0}'"
SecRule ARGS "@detectXSS" "id:2,phase:1,pass,log,capture,logdata:'%{TX.0}'"`
    const detectors = {
      sqli: (value: string) => (value === 'a' ? 's&1' : null),
      xss: (value: string) => value === 'b',
    }
    const told = play(rules, { target: '/?x=a&y=b&z=c' }, { detectors }).matches.map(({ data }) => data)
    expect(told).toEqual(['s&1', 'b'])
  })

  it('captures groups into TX, and forgets those of the match before', () => {
    const rules = `SecRule ARGS:a "@rx (x)(y)?" "id:1,phase:1,pass,log,capture,logdata:'%{TX.0}|%{TX.1}|%{TX.2}'"
SecRule ARGS:b "@rx (x)(y)?" "id:2,phase:1,pass,log,capture,logdata:'%{TX.0}|%{TX.1}|%{TX.2}'"
SecRule ARGS:a "@pm zz Y" "id:3,phase:1,pass,log,capture,logdata:'%{TX.0}|%{TX.1}'"`
    expect(play(rules, { target: '/?a=xy&b=x' }).matches.map(({ data }) => data)).toEqual(['xy|x|y', 'x|x|', 'y|'])
  })

  it('tells broken UTF-8 as the platform does', () => {
    const text = fc.array(
      fc.oneof(fc.integer({ min: 0x7e, max: 255 }), fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x80, 0xa0, 0x90)),
    )
    fc.assert(
      fc.property(text, (codes) => {
        const valid = Buffer.from(codes).equals(Buffer.from(Buffer.from(codes).toString('utf8'), 'utf8'))
        expect(brokenUtf8(String.fromCharCode(...codes))).toBe(!valid)
      }),
    )
  })

  it('reads numbers as C does', () => {
    expect(['', 'x', ' 12', '-3a', '+4', '1e3', '9'.repeat(40)].map(integerOf)).toEqual([
      0,
      0,
      12,
      -3,
      4,
      1,
      Number.MAX_SAFE_INTEGER,
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { SecLangError } from '../error.ts'
import { parse } from './parse.ts'

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  return parse(new Map(Object.entries({ 'a.conf': text, ...files })), ['a.conf'])
}

function refusal(text: string, files?: Readonly<Record<string, string>>): string {
  try {
    read(text, files)
  } catch (error) {
    if (error instanceof SecLangError) return `${error.code} ${error.file}:${error.line}`
    throw error
  }
  return 'read'
}

describe('parse', () => {
  it('joins lines, passes over comments, and tells where a directive begins', () => {
    const [rule, marker] = read(
      '# a comment\n\nSecRule ARGS \\\n  "@rx a\\"b" \\\r\n  "id:1,\\\n   phase:2"\nSecMarker "END"',
    )
    expect(rule).toMatchObject({
      kind: 'rule',
      place: { file: 'a.conf', line: 3 },
      operator: { name: 'rx', argument: 'a"b', negated: false },
      actions: [
        { name: 'id', value: '1' },
        { name: 'phase', value: '2' },
      ],
    })
    expect(marker).toEqual({ kind: 'marker', label: 'END', place: { file: 'a.conf', line: 7 } })
  })

  it('reads what a rule looks at', () => {
    const [rule] = read(
      String.raw`SecRule "ARGS|!ARGS:/^a|b\/c$/|&REQUEST_HEADERS:Host|XML://@*,request_cookies:'/x y/'" x`,
    )
    expect(rule).toMatchObject({
      targets: [
        { variable: 'ARGS', selector: undefined, count: false, exclude: false },
        { variable: 'ARGS', selector: { kind: 'regex', source: '^a|b/c$' }, exclude: true },
        { variable: 'REQUEST_HEADERS', selector: { kind: 'key', key: 'host' }, count: true },
        { variable: 'XML', selector: { kind: 'key', key: '//@*' } },
        { variable: 'REQUEST_COOKIES', selector: { kind: 'regex', source: 'x y' } },
      ],
    })
  })

  it.each([
    ['^a', { negated: false, name: 'rx', argument: '^a' }],
    ['!^a', { negated: true, name: 'rx', argument: '^a' }],
    ['@pm  a b ', { negated: false, name: 'pm', argument: 'a b ' }],
    ['! @beginsWith x', { negated: true, name: 'beginswith', argument: 'x' }],
    ['@unconditionalMatch', { negated: false, name: 'unconditionalmatch', argument: '' }],
    ['a@b c', { negated: false, name: 'rx', argument: 'a@b c' }],
  ])('reads the operator %s', (text, operator) => {
    expect(read(`SecRule ARGS "${text}"`)[0]).toMatchObject({ operator })
  })

  it('divides actions at commas outside of quotes', () => {
    const [rule] = read(`SecAction "id:7,msg:'a, \\'b\\': c',setvar:'tx.x=1',setvar:tx.y='2', nolog,t:none"`)
    expect(rule).toMatchObject({
      actions: [
        { name: 'id', value: '7' },
        { name: 'msg', value: "a, 'b': c" },
        { name: 'setvar', value: 'tx.x=1' },
        { name: 'setvar', value: "tx.y='2'" },
        { name: 'nolog', value: '' },
        { name: 't', value: 'none' },
      ],
    })
  })

  it('includes files by name, beside the file and by wildcard, in order', () => {
    const labels = read('Include rules/*.conf\nIncludeOptional x/*.conf y.conf\nIncludeOptional b.conf', {
      'rules/2.conf': 'SecMarker two\nInclude inner/x.conf',
      'rules/1.conf': 'SecMarker one',
      'rules/inner/x.conf': 'SecMarker inner',
      'b.conf': 'SecMarker b',
    }).map((statement) => (statement.kind === 'marker' ? statement.label : ''))
    expect(labels).toEqual(['one', 'two', 'inner', 'b'])
  })

  it.each([
    ['SecRule ARGS "@rx a', 'syntax a.conf:1'],
    ['SecRule ARGS', 'syntax a.conf:1'],
    ['SecAction a b', 'syntax a.conf:1'],
    ['SecMarker', 'syntax a.conf:1'],
    ['\nSecRule "ARGS|" x\nSecRule "|" y', 'syntax a.conf:3'],
    ['SecRule "ARGS;TX" x', 'syntax a.conf:1'],
    ['Include nothing.conf', 'file_missing a.conf:1'],
    ['Include *.data', 'file_missing a.conf:1'],
    ['Include a.conf', 'include_depth a.conf:1'],
  ])('refuses %j', (text, expected) => {
    expect(refusal(text)).toBe(expected)
  })

  it('refuses an entry that is not there', () => {
    expect(() => parse(new Map(), ['x.conf'])).toThrow('x.conf:1: there is no file x.conf (file_missing)')
  })
})

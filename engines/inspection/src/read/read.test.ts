import { parse } from 'node:querystring'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../limits.ts'
import { readBody } from './body.ts'
import { readContentType } from './content-type.ts'
import { readCookies } from './cookies.ts'
import { readHeaders } from './headers.ts'
import { readPairs } from './pairs.ts'
import type { Problem, Report } from './problem.ts'
import { readXml } from './xml.ts'

function problemsOf(read: (report: Report) => unknown): string[] {
  const problems: Problem[] = []
  read((problem) => void problems.push(problem))
  return problems.map(({ by }) => by)
}

const pairs = (text: string, report: Report) =>
  readPairs(text, { place: 'query', code: 'query_ambiguous', most: 50, nameBytes: 512 }, report)
const bodyOf = (type: string, body: string | Uint8Array) => {
  const read = readContentType(type)
  if ('by' in read) return [read.code]
  const codes: string[] = []
  readBody(typeof body === 'string' ? Buffer.from(body) : body, read, LIMITS, ({ code }) => void codes.push(code))
  return codes
}

describe('pairs', () => {
  it("are read as Node's querystring reads them, where nothing is ambiguous", () => {
    const piece = fc.constantFrom('a', 'b', '=', '&', '+', '%20', '%C3%A9', '%26', '[', ']', 'x', '%', '%c3', ';')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        if (problemsOf((report) => pairs(text, report)).length > 0) return
        const ours: Record<string, string | string[]> = {}
        for (const { name, value } of pairs(text, () => undefined)) {
          const before = ours[name]
          ours[name] = before === undefined ? value : [before, value].flat()
        }
        expect({ ...parse(text) }).toEqual(ours)
      }),
    )
  })

  it.each([
    ['a=%', 'broken-escape'],
    ['a=%zz', 'broken-escape'],
    ['a=%c0%ae', 'not-utf8'],
    ['a=%00', 'nul'],
    ['a=1;b=2', 'semicolon'],
    ['a=1 2', 'unescaped'],
    [`${'a'.repeat(600)}=1`, 'long-name'],
    ['a&'.repeat(51), 'limit'],
  ])('%s is ambiguous', (text, by) => {
    expect(problemsOf((report) => pairs(text, report))).toEqual([by])
  })
})

describe('cookies', () => {
  it.each([
    ['a="1; b=2"', ['quotes', 'quotes']],
    ['$Version=1; a=2', ['attribute']],
    ['__Host-s=1; __Host-s=2', ['duplicate-name']],
    ['a=1; a=2; b="x"; c', []],
  ])('%s', (value, problems) => {
    expect(problemsOf((report) => readCookies([value], 50, report))).toEqual(problems)
  })
})

describe('headers', () => {
  it('that may come once, come once', () => {
    expect(problemsOf((report) => readHeaders(['Content-Type', 'a/b', 'content-type', 'a/b'], report))).toEqual([
      'duplicate-name',
    ])
    expect(problemsOf((report) => readHeaders(['X-A', '1', 'X-A', '2', 'X', 'a\0', 'b c', '1'], report))).toEqual([
      'control',
      'name',
    ])
  })
})

describe('content types', () => {
  it.each([
    ['application/json, text/plain', 'content_type_ambiguous'],
    ['application/json; charset=utf-8; charset=utf-7', 'content_type_ambiguous'],
    ['application/json; charset="utf\\-8"', 'content_type_ambiguous'],
    ['application', 'content_type_ambiguous'],
    ['application/json x', 'content_type_ambiguous'],
    ['application/json; charset=utf-16', 'charset_unsupported'],
    ['text/plain; charset=utf-7', 'charset_unsupported'],
    ['application/json;;', 'json'],
    ['Application/Problem+JSON ; Charset="UTF-8"', 'json'],
    ['multipart/form-data; boundary="a b"', 'multipart'],
    ['image/png', 'opaque'],
  ])('%s is %s', (value, kind) => {
    const type = readContentType(value)
    expect('by' in type ? type.code : type.kind).toBe(kind)
  })
})

describe('bodies', () => {
  it.each<[string, string | Uint8Array, string[]]>([
    ['application/json', '{"a":1}', []],
    ['application/json', '{"a":1,"a":2}', ['json_duplicate_name']],
    ['application/json', Uint8Array.of(0x22, 0xff, 0x22), ['text_not_utf8']],
    ['application/json; charset=iso-8859-1', '"é"', ['charset_unsupported']],
    ['text/plain; charset=iso-8859-1', 'plain', []],
    ['text/plain', Uint8Array.of(0xc0, 0xae), ['text_not_utf8']],
    ['application/x-www-form-urlencoded', 'a=%', ['form_malformed']],
    ['application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', ['xml_document_type']],
    ['text/xml', '<a>&b;</a>', ['xml_malformed']],
    ['application/octet-stream', Uint8Array.of(0xff), []],
  ])('of %s', (type, body, codes) => {
    expect(bodyOf(type, body)).toEqual(codes)
  })
})

describe('XML', () => {
  const limits = { depth: 8, values: 10, nameBytes: 20 }

  it('gives its texts and attributes', () => {
    const text = '<?xml version="1.0" encoding="UTF-8"?><a x="1 &lt; 2"><b>t&#x41;</b><!-- no --><![CDATA[<c>]]></a>'
    expect(readXml(text, limits)).toEqual([
      { name: '/a/@x', text: '1 < 2' },
      { name: '/a/b', text: 'tA' },
      { name: '/a', text: '<c>' },
    ])
  })

  it.each([
    '<a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    'x<a/>',
    '<a x="1" x="2"/>',
    '<a>&amp</a>',
    '<a>&#0;</a>',
    '<?php ?><a/>',
    '<a><!-- </a>',
    '',
    '<?xml version="1.0" encoding="utf-7"?><a/>',
    '<a>'.repeat(9),
    `<a>${'<b>x</b>'.repeat(11)}</a>`,
  ])('refuses %s', (text) => {
    expect(readXml(text, limits)).toHaveProperty('code')
  })

  it('never throws', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '=',
      '"',
      '&',
      ';',
      '#',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?xml',
      '?>',
      '<!DOCTYPE',
    )
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => void readXml(pieces.join(''), limits)))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from './engine.ts'
import { SecLangError } from './error.ts'
import { playWith } from './testing/play.ts'

/** A string of bytes, rich in what parsers stumble over. */
const bytes = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
      fc.constantFrom(
        '%',
        '+',
        '&',
        '=',
        ';',
        '"',
        "'",
        '\\',
        '/',
        '<',
        '>',
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '\r\n',
        '--',
      ),
      fc.constantFrom(
        '%u00e9',
        '&#x27;',
        '\\u0041',
        '/*',
        '*/',
        '<!--',
        'a=1',
        '--b',
        'name="',
        '<a b="c">',
        '{"a":[1]}',
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

const FRAGMENTS = 'SecRule SecAction SecMarker SecRuleUpdateTargetById SecRuleRemoveById SecDefaultAction Include'
  .concat(
    ' ARGS | ! & TX:/a/ XML:/* " \' @rx @within %{tx.a} ( [ \\ , id:1 id:2 phase:2 deny chain skipAfter:END t:lowercase',
  )
  .concat(' setvar:tx.a=+1 ctl:ruleEngine=Off')
  .split(' ')
const fragment = fc.constantFrom(...FRAGMENTS, '@pm a b', ' ', '\n')

const WIDE = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecDefaultAction "phase:2,pass,log"
SecRule ARGS|ARGS_NAMES|REQUEST_COOKIES|XML:/*|XML://@* "@rx (?i)union\\s+select" "id:3,phase:2,pass,capture,t:urlDecodeUni,t:htmlEntityDecode,t:jsDecode,t:cssDecode,setvar:tx.score=+5,logdata:'%{TX.0} %{MATCHED_VAR}'"
SecRule REQUEST_HEADERS|!REQUEST_HEADERS:/^x/ "@pm select script" "id:4,phase:2,pass,multiMatch,t:lowercase,t:removeWhitespace,t:cmdLine,t:normalizePath"
SecRule FILES|FILES_NAMES|MULTIPART_PART_HEADERS "!@validateByteRange 32-126" "id:5,phase:2,pass,t:utf8toUnicode,t:base64DecodeExt"
SecRule REQBODY_ERROR|MULTIPART_STRICT_ERROR "!@eq 0" "id:6,phase:2,pass,setvar:'tx.%{MATCHED_VAR_NAME}=%{REQBODY_ERROR_MSG}'"
SecRule &ARGS "@gt 3" "id:7,phase:2,pass,chain"
  SecRule MATCHED_VARS|TX:/./ "@validateUtf8Encoding" "t:hexEncode,t:sqlHexDecode"
SecRule RESPONSE_BODY "@rx <[a-z]+" "id:8,phase:4,pass"
`
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/json',
  'text/xml',
  'multipart/form-data; boundary=b',
  '',
]

describe('the engine', () => {
  const engine = createEngine({ files: new Map([['a', WIDE]]), entries: ['a'], clock: () => 0 })

  it('reads any request to its end', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, fc.constantFrom(...TYPES), (target, name, value, body, type) => {
        const headers = [['Content-Type', type] as const, [name, value] as const, ['Cookie', value] as const]
        const { verdicts, matches } = playWith(engine, { target, headers, body, responseBody: body })
        expect(verdicts).toHaveLength(4)
        expect(matches.length).toBeLessThan(20)
      }),
    )
  })

  it('answers the same with and without what it remembers', () => {
    const forgetful = createEngine({ files: new Map([['a', WIDE]]), entries: ['a'], clock: () => 0, remembered: 0 })
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom(...TYPES), (target, body, type) => {
        const sent = { target, headers: [['Content-Type', type] as const], body, responseBody: target }
        const fresh = playWith(forgetful, sent)
        for (let again = 0; again < 2; again++) expect(playWith(engine, sent)).toEqual(fresh)
      }),
    )
  })

  it('compiles any configuration, or says where it is wrong', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), fc.boolean(), (parts, spaced) => {
        const text = parts.join(spaced ? ' ' : '')
        try {
          createEngine({ files: new Map([['a', text]]), entries: ['a'], clock: () => 0 })
        } catch (error) {
          if (!(error instanceof SecLangError)) throw error
          expect(error.message).toMatch(/^a:\d+: .* \([a-z_]+\)$/s)
        }
      }),
    )
  })
})

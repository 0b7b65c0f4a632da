import { describe, expect, it } from 'vitest'
import { play } from '../testing/play.ts'

describe('what rules look at', () => {
  it.each([
    ['ARGS', 'x', ['a', 'b', 'a']],
    ['ARGS:a', 'x', ['a', 'a']],
    ['ARGS|!ARGS:a', 'x', ['b']],
    ['ARGS:/^[AB]$/|!ARGS:/b/', 'x', ['a', 'a']],
    ['ARGS_GET', 'x', ['a', 'b']],
    ['ARGS_POST', 'x', ['a']],
  ])('%s', (target, value, names) => {
    const rules = `SecRule ${target} "@streq ${value}" "id:1,phase:2,pass,setvar:'tx.seen=%{tx.seen} %{MATCHED_VAR_NAME}'"`
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    const { variables } = play(rules, { target: '/?a=x&b=x', headers, body: 'a=x' })
    const [variable] = target.split(/[:|]/)
    expect(variables.get('seen')).toBe(names.map((name) => ` ${variable}:${name}`).join(''))
  })

  it.each([
    ['&ARGS', '2'],
    ['&ARGS:a', '1'],
    ['&ARGS:zz', '0'],
    ['&REQUEST_HEADERS:host', '1'],
    ['&TX', '0'],
    ['&TX:x', '0'],
    ['&REMOTE_USER', '0'],
    ['&REMOTE_ADDR', '1'],
    ['ARGS_NAMES', 'b'],
    ['REQUEST_METHOD', 'GET'],
    ['REQUEST_LINE', 'GET http://h/d%41/f.php?a=1&b=2#x HTTP/1.1'],
    ['REQUEST_URI_RAW', 'http://h/d%41/f.php?a=1&b=2#x'],
    ['REQUEST_URI', '/d%41/f.php?a=1&b=2'],
    ['REQUEST_FILENAME', '/dA/f.php'],
    ['REQUEST_BASENAME', 'f.php'],
    ['QUERY_STRING', 'a=1&b=2'],
    ['REQUEST_PROTOCOL', 'HTTP/1.1'],
    ['REQUEST_HEADERS_NAMES', 'Cookie'],
    ['REQUEST_COOKIES:d', '2=3'],
    ['REQUEST_COOKIES_NAMES', 'd'],
    ['REMOTE_ADDR', '192.0.2.7'],
    ['REMOTE_PORT', '50000'],
    ['SERVER_ADDR', '127.0.0.1'],
    ['SERVER_NAME', 'shop.test'],
    ['SERVER_PORT', '443'],
    ['UNIQUE_ID', 'transaction-1'],
    ['ARGS_COMBINED_SIZE', '4'],
    ['TIME', '12:04:05'],
    ['TIME_DAY', '22'],
    ['TIME_EPOCH', '1795349045'],
    ['TIME_MON', '10'],
    ['TIME_WDAY', '0'],
    ['TIME_YEAR', '2026'],
    ['DURATION', '0'],
    ['ENV:stage', 'test'],
    ['FULL_REQUEST_LENGTH', '87'],
    ['REQBODY_ERROR', '0'],
    ['MULTIPART_STRICT_ERROR', '0'],
    ['HIGHEST_SEVERITY', '255'],
  ])('%s is %j', (target, value) => {
    const headers = [
      ['Host', 'shop.test:443'],
      ['Cookie', 'c=1; d=2=3'],
    ] as const
    const rule = `SecRule ${target} "@streq ${value}" "id:1,phase:2,pass,log"`
    const sent = { target: 'http://h/d%41/f.php?a=1&b=2#x', headers }
    expect(play(rule, sent, { environment: new Map([['stage', 'test']]) }).ids).toEqual([1])
  })

  it('sees the response in phases 3 and 4', () => {
    const rules = `SecRule RESPONSE_STATUS "@eq 500" "id:1,phase:3,pass,log"
SecRule RESPONSE_HEADERS:X "@streq y" "id:2,phase:3,pass,log"
SecRule RESPONSE_BODY "@rx stack" "id:3,phase:4,pass,log"
SecRule RESPONSE_CONTENT_TYPE "@beginsWith text/" "id:4,phase:4,pass,log"
SecRule STATUS_LINE "@streq HTTP/1.1 500" "id:5,phase:5,pass,log"`
    const sent = {
      status: 500,
      responseBody: 'a stack',
      responseHeaders: [
        ['X', 'y'],
        ['Content-Type', 'text/html; a=b'],
      ],
    } as const
    expect(play(rules, sent).ids).toEqual([1, 2, 3, 4, 5])
    const image = { ...sent, responseHeaders: [['Content-Type', 'image/png']] } as const
    expect(play(rules, image).ids).toEqual([1, 5])
  })

  it('reads bodies as their processor says', () => {
    const rules = `SecRule REQUEST_HEADERS:Content-Type "@streq x/as-json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "@streq x/raw" "id:3,phase:1,pass,nolog,ctl:forceRequestBodyVariable=On"
SecRule ARGS|XML:/*|XML://@*|FILES|FILES_NAMES|FILES_SIZES|MULTIPART_PART_HEADERS|REQUEST_BODY "@unconditionalMatch" "id:4,phase:2,pass,nolog,setvar:'tx.all=%{tx.all}%{MATCHED_VAR_NAME}=%{MATCHED_VAR};'"
SecRule REQBODY_PROCESSOR|REQBODY_ERROR "@unconditionalMatch" "id:5,phase:2,pass,nolog,setvar:'tx.how=%{tx.how} %{MATCHED_VAR}'"`
    const told = (type: string, body: string) => {
      const { variables } = play(rules, { headers: [['Content-Type', type]], body })
      return [variables.get('how')?.trim(), variables.get('all')]
    }
    expect(told('application/json', '{"a":["x"]}')).toEqual(['JSON 0', 'ARGS:json.a.0=x;'])
    expect(told('application/json', '{"a"')).toEqual(['JSON 1', undefined])
    expect(told('text/xml', '<a b="1">x<c/>y</a>')).toEqual(['XML 0', 'XML:/*=xy;XML://@*=1;'])
    expect(told('x/as-json', '[1]')).toEqual(['JSON 0', 'ARGS:json.0=1;'])
    expect(told('application/vnd.api+json;a=b', '[1]')).toEqual(['JSON 0', 'ARGS:json.0=1;'])
    expect(told('image/svg+xml', '<a>1</a>')).toEqual(['XML 0', 'XML:/*=1;'])
    expect(told('text/xml', '<a>')).toEqual(['XML 1', undefined])
    expect(told('x/raw', 'a=b')).toEqual(['URLENCODED 0', 'ARGS:a=b;REQUEST_BODY=a=b;'])
    expect(told('text/plain', 'a=b')).toEqual(['0', undefined])
    const part = 'Content-Disposition: form-data; name=f; filename=n\r\n\r\n123\r\n'
    expect(told('multipart/form-data; boundary=b', `--b\r\n${part}--b--`)).toEqual([
      'MULTIPART 0',
      'FILES:f=n;FILES_NAMES:f=f;FILES_SIZES:f=3;MULTIPART_PART_HEADERS:f=Content-Disposition: form-data; name=f; filename=n;',
    ])
  })

  it('bounds what it reads', () => {
    const rules = `SecRule REQBODY_ERROR "@eq 1" "id:1,phase:2,pass,log,logdata:'%{REQBODY_ERROR_MSG}'"
SecRule &ARGS "@eq 3" "id:2,phase:2,pass,log"`
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    const limited = play(rules, { target: '/?a', headers, body: 'a&b&c&d' }, { limits: { arguments: 3 } })
    expect(limited.matches.map(({ rule, data }) => [rule.id, data])).toEqual([
      [1, 'SecArgumentsLimit exceeded'],
      [2, ''],
    ])
    const big = play(`SecRequestBodyNoFilesLimit 3\n${rules}`, { headers, body: 'a&b&c&d' })
    expect(big.matches[0]?.data).toMatch(/bigger than the maximum/)
  })
})

it('takes text that is no bytes for its UTF-8', () => {
  const rules = `SecRule REQUEST_URI|ARGS|REQUEST_HEADERS|REQUEST_BODY|RESPONSE_BODY|ENV:e "@contains \xe2\x82\xac" "id:1,phase:4,pass,log,setvar:tx.n=+1"`
  const headers = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X', '€'],
  ] as const
  const sent = { target: '/€?a=€', headers, body: 'b=€', responseBody: '€' }
  expect(play(rules, sent, { environment: new Map([['e', '€']]) }).variables.get('n')).toBe('7')
})

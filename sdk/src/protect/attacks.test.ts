import { gzipSync } from 'node:zlib'
import type { EdgeRecord } from '../edge/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameworks } from './testing/frameworks.ts'
import { post, request, type Said, say, type Served } from './testing/serve.ts'

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'
const SQL = `1' OR '1'='1`
const part = (name: string, text: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n--b--\r\n`
const document = {
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/items/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 200: { description: 'an item' } },
      },
    },
    '/echo': {
      post: {
        requestBody: {
          content: { [JSON_TYPE]: { schema: { type: 'object', properties: { note: { type: 'string' } } } } },
        },
        responses: { 200: { description: 'it' } },
      },
    },
  },
}

const zipped = (text: string): string => gzipSync(Buffer.from(text)).toString('latin1')
const ZIPPED = ['Content-Encoding: gzip']

/** Each is refused before the application sees any of it. */
const attacks: readonly (readonly [what: string, bytes: string, status: number, code: string])[] = [
  ['SQL in a query', request(`GET /items/1?q=${encodeURIComponent(SQL)}`), 403, 'attack_blocked'],
  ['a script in a query', request('GET /items/1?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E'), 403, 'attack_blocked'],
  ['a file of the system', request('GET /items/1?file=../../../../etc/passwd'), 403, 'attack_blocked'],
  ['a polluted prototype in a query', request('GET /items/1?__proto__[admin]=true'), 403, 'attack_blocked'],
  ['a header', request('GET /items/1', ['X-Note: <script>alert(1)</script>']), 403, 'attack_blocked'],
  [
    'the user name of Basic',
    request('GET /items/1', [`Authorization: Basic ${btoa("' UNION SELECT password FROM users -- :x")}`]),
    403,
    'attack_blocked',
  ],
  [
    'a token that is none',
    request('GET /items/1', ["Authorization: Bearer ' UNION SELECT 1"]),
    400,
    'request_ambiguous',
  ],
  ['a cookie', request('GET /items/1', ['Cookie: note=%3Csvg/onload=alert(1)%3E']), 403, 'attack_blocked'],
  ['SQL in JSON', post('/echo', JSON_TYPE, JSON.stringify({ note: SQL })), 403, 'attack_blocked'],
  ['a polluted prototype in JSON', post('/echo', JSON_TYPE, '{"__proto__[admin]":true}'), 403, 'attack_blocked'],
  ['a form', post('/echo', FORM, `note=${encodeURIComponent(SQL)}`), 403, 'attack_blocked'],
  ['multipart', post('/echo', 'multipart/form-data; boundary=b', part('note', SQL)), 403, 'attack_blocked'],
  [
    'a body of no type',
    request('POST /echo', [`Content-Length: 16`], `note=${SQL.slice(0, 11)}`),
    403,
    'attack_blocked',
  ],
  [
    'SQL in JSON that is declared as bytes',
    post('/echo', 'application/octet-stream', JSON.stringify({ email: "mia@shop.example' OR 1=1 -- x" })),
    403,
    'attack_blocked',
  ],
  ['a long text that is declared as a picture', post('/raw', 'image/png', 'x'.repeat(30_000)), 413, 'body_too_large'],
  ['names that come twice', post('/echo', JSON_TYPE, '{"a":1,"a":2}'), 400, 'request_ambiguous'],
  ['JSON that is a form', post('/echo', JSON_TYPE, 'a=1'), 400, 'request_ambiguous'],
  ['another charset', post('/echo', `${JSON_TYPE}; charset=utf-7`, '{}'), 415, 'content_type_refused'],
  ['nesting without end', post('/echo', JSON_TYPE, '['.repeat(5000) + ']'.repeat(5000)), 400, 'request_ambiguous'],
  ['a body that is too long', post('/echo', JSON_TYPE, `{"a":"${'x'.repeat(30_000)}"}`), 413, 'body_too_large'],
  [
    'SQL in zipped JSON',
    post('/echo', JSON_TYPE, zipped(JSON.stringify({ note: SQL })), ZIPPED),
    403,
    'attack_blocked',
  ],
  ['a bomb', post('/echo', JSON_TYPE, zipped(' '.repeat(5_000_000)), ZIPPED), 413, 'body_too_large'],
  ['a dot segment', request('GET /items/../items/1'), 400, 'request_ambiguous'],
  ['an encoded slash', request('GET /items%2F1'), 400, 'request_ambiguous'],
  ['two hosts', request('GET /items/1', ['Host: evil.example']), 400, 'request_ambiguous'],
  ['two identities', request('GET /items/1', ['Authorization: a', 'Authorization: b']), 400, 'request_ambiguous'],
  [
    'another site',
    post('/echo', JSON_TYPE, '{}', ['Cookie: s=1', 'Origin: https://evil.example']),
    403,
    'cross_site_request',
  ],
  [
    'an upgrade from h1 to a method',
    request('GET /echo?_method=delete', ['Cookie: s=1', 'Sec-Fetch-Site: cross-site']),
    403,
    'cross_site_request',
  ],
]

const codeOf = ({ body }: Said): unknown =>
  body.startsWith('{') ? (JSON.parse(body) as { code?: unknown }).code : body

describe.each(frameworks)('%s', (_, start) => {
  let plain: Served
  let strict: Served
  let watched: Served
  const events: EdgeRecord[] = []
  const onEvent = (event: EdgeRecord): void => void events.push(event)

  beforeAll(async () => {
    const limits = {
      rules: [{ name: 'few', per: 'address', units: 3, seconds: 60, cost: 1, scope: 'process' }],
    } as const
    plain = await start({ onEvent, inspection: { bodyBytes: 20_000 } })
    strict = await start({ onEvent, inspection: { document }, limits })
    watched = await start({ onEvent, inspection: { answers: { schema: 'off', leaks: 'block' } } })
  })
  afterAll(async () => {
    for (const served of [plain, strict, watched]) await served.close()
  })

  test.each(attacks)('%s is refused, in one event', async (_what, bytes, status, code) => {
    events.length = 0
    const answer = await say(plain.port, bytes)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'about:blank', eventId: expect.any(String) })
    expect(events.map(({ reason }) => reason)).toEqual([code])
  })

  test('an attack whose body comes in parts, and behind another request on its connection', async () => {
    const bytes = post('/echo', JSON_TYPE, JSON.stringify({ note: SQL }))
    const [head = '', body = ''] = bytes.split('\r\n\r\n')
    expect(codeOf(await say(plain.port, `${head}\r\n\r\n`, body.slice(0, 9), body.slice(9)))).toBe('attack_blocked')
    const first = request('GET /items/1').replace('Connection: close', 'Connection: keep-alive')
    const both = await say(plain.port, first + bytes)
    expect([both.status, both.body.includes('"attack_blocked"'), both.body.includes('"got"')]).toEqual([
      200,
      true,
      false,
    ])
  })

  test('what the document does not know, and what comes too often', async () => {
    expect(codeOf(await say(strict.port, request('GET /unknown')))).toBe('path_unknown')
    const field = await say(strict.port, post('/echo', JSON_TYPE, '{"note":"a","admin":true}'))
    expect([field.status, codeOf(field)]).toEqual([422, 'schema_violated'])
    const last = await say(strict.port, request('GET /items/1'))
    expect([last.status, last.headers.get('ratelimit')]).toEqual([200, expect.stringContaining('"few";r=0')])
    const flood = await say(strict.port, request('GET /items/1'))
    expect([flood.status, codeOf(flood), Number(flood.headers.get('retry-after')) > 0]).toEqual([
      429,
      'rate_limited',
      true,
    ])
    expect(flood.headers.get('ratelimit-policy')).toBe('"few";q=3;w=60')
  })

  test('what an answer should not tell', async () => {
    const leak = await say(watched.port, request('GET /leak'))
    expect([leak.status, codeOf(leak), leak.body.includes('orders.js')]).toEqual([502, 'answer_refused', false])
    // It has begun: it is broken off, and the client sees that it is not whole.
    const late = await say(watched.port, request('GET /late-leak'))
    expect([late.body.includes('orders.js'), late.body.endsWith('x')]).toEqual([false, late.body.length > 0])
    expect((await say(watched.port, request('GET /items/7'))).body).toBe('{"id":"7"}')
  })

  test('members of an answer that the document does not know are taken out, or it is refused', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } } }
    const content = { 'application/json': { schema } }
    const get = { ...document.paths['/items/{id}'].get, responses: { 200: { description: 'an item', content } } }
    const described = { ...document, paths: { '/items/{id}': { get } } }
    const answers = async (mode: 'mask' | 'block'): Promise<Said> => {
      const served = await start({
        onEvent,
        inspection: { document: described, answers: { schema: mode, leaks: 'off' } },
      })
      const answer = await say(served.port, request('GET /items/7'))
      await served.close()
      return answer
    }
    const masked = await answers('mask')
    expect([masked.status, masked.body, masked.headers.get('content-length')]).toEqual([200, '{}', '2'])
    expect(masked.headers.get('etag')).toBeUndefined()
    const refused = await answers('block')
    expect([refused.status, codeOf(refused), refused.body.includes('"7"')]).toEqual([502, 'answer_refused', false])
  })

  test('report tells and lets through', async () => {
    const reporting = await start({ onEvent, inspection: { mode: 'report' }, csrf: { mode: 'report' } })
    events.length = 0
    const answer = await say(reporting.port, post('/echo', JSON_TYPE, JSON.stringify({ note: SQL })))
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { got: { note: SQL } }])
    expect(events).toMatchObject([
      {
        kind: 'request.reported',
        reason: 'attack_blocked',
        data: { findings: [{ place: 'body', name: '/note', by: 'sql' }] },
      },
    ])
    await reporting.close()
  })
})

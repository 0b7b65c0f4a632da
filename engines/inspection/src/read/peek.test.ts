import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInspector } from '../inspector.ts'
import { LIMITS } from '../limits.ts'
import type { InspectorOptions } from '../types.ts'
import { FIRST, looksLikeText } from './peek.ts'

const SQL = "mia@shop.example' OR 1=1 -- x"
const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const big = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16()
const json = JSON.stringify({ email: SQL })
const utf16 = Buffer.from(json, 'utf16le')

test.each<[string, Buffer]>([
  ['JSON', latin(json)],
  ['JSON behind a mark', Buffer.from(`\ufeff${json}`)],
  ['JSON with bytes that are no UTF-8 in a string', latin(`\r\n\t {"a":"\xff\0","b":"${SQL}"}`)],
  ['a list', latin('[["\xff\\"", 1.5e3, true,null,"'.padEnd(FIRST, '\xfe'))],
  ['a form', latin(`a=1&email=${SQL}`)],
  ['a form with other bytes', latin(`a=\xff\x01&email=${SQL}`)],
  ['XML in Latin-1', latin('<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>')],
  ['CSV', Buffer.from('name,city\nJürgen,Zürich\f\n')],
  ['UTF-8 that is cut within a letter', Buffer.from(`${'x'.repeat(FIRST - 1)}é`)],
  ['UTF-16', utf16],
  ['UTF-16, the other way round, behind blanks', big(Buffer.from(` \n${json}`, 'utf16le'))],
  ['UTF-16 behind a mark', Buffer.from(`\ufeffname;city`, 'utf16le')],
  ['UTF-32', Buffer.from(Array.from(latin(json)).flatMap((byte) => [0, 0, 0, byte]))],
])('%s is text', (_, bytes) => {
  expect(looksLikeText(bytes, true)).toBe(true)
  for (let to = 0; to < bytes.length; to++) expect(looksLikeText(bytes.subarray(0, to))).toBe(true)
})

test.each<[string, Buffer]>([
  ['PNG', latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['JPEG', latin('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['zip', latin('PK\x03\x04\x14\0')],
  ['gzip', latin('\x1f\x8b\x08\0')],
  ['PDF', latin('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>')],
  ['RTF', latin('{\\rtf1\\ansi some text}')],
  ['MP4', latin('\0\0\0 ftypisom')],
  ['a message of gRPC', latin('\0\0\0\0<\nabc')],
  ['what begins as JSON by chance', latin('{"\x01\xff\x02" \xfe\x03')],
  ['what begins as a form by chance', latin(`a=${'\xff'.repeat(FIRST)}`)],
  ['what begins with a mark by chance', latin('\xff\xfe\x01\0\x02\0\0\xd8')],
])('%s is none', (_, bytes) => {
  expect(looksLikeText(bytes, true)).toBe(false)
})

test('fuzz: what is no text is none with more behind it, and the answer is that of the first bytes', () => {
  const piece = fc.constantFrom(
    '{',
    '"',
    '[',
    ':',
    'a',
    'b=',
    '\\',
    '\0',
    ' ',
    '\xff',
    '\xfe',
    '<?xml ',
    '\xc3\xa9',
    '%',
  )
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => latin(pieces.join(''))),
    fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some)),
  )
  fc.assert(
    fc.property(bytes, fc.nat(60), (all, to) => {
      if (!looksLikeText(all.subarray(0, to))) expect(looksLikeText(all, true)).toBe(false)
      const padded = Buffer.concat([all, Buffer.alloc(FIRST, ' ')])
      expect(looksLikeText(padded)).toBe(looksLikeText(padded.subarray(0, FIRST)))
    }),
    { numRuns: 2000 },
  )
})

test('whatever could be a text is found quickly not to be one', () => {
  const hard = ['{'.repeat(FIRST - 1) + '\xff', '{"' + '\\"'.repeat(510) + '"\xff', '["'.repeat(511) + '\x01\xff']
  for (const text of hard) for (let n = 0; n < 50; n++) looksLikeText(latin(text), true)
})

describe('an attack in a body that is declared as binary', () => {
  const findings = (type: string, body: Buffer, options: InspectorOptions = {}, more: { headers?: string[] } = {}) => {
    const headers = ['Content-Type', type, 'Content-Length', String(body.length), ...(more.headers ?? [])]
    const request = createInspector(options).begin({ method: 'POST', target: '/x', headers })
    expect(request.wantsFirst).toBe(FIRST)
    for (let to = 1; to <= body.length && request.wantsFirst > 0; to++) request.first(body.subarray(0, to))
    if (request.wantsBody > 0) request.body(body)
    return request.verdict.findings.map(({ code, name }) => `${code} ${name}`)
  }

  test.each([
    ['application/octet-stream', json, 'attack_detected /email'],
    ['image/png', json.replace("'", '\\u0027'), 'attack_detected /email'],
    ['image/png', '{"q":"1 union select 1,2"}', 'attack_detected /q'],
    ['application/zip', `a=1&email=${encodeURIComponent(SQL)}`, 'attack_detected email'],
    ['video/mp4', `"${SQL}"`, 'attack_detected '],
  ])('%s %s', (type, body, told) => {
    expect(findings(type, latin(body))).toContain(told)
  })

  const codings = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const

  test.each(codings)('is found when it is encoded, too (%s)', (coding, encode) => {
    const options = { headers: ['Content-Encoding', coding] }
    const long = JSON.stringify({ email: SQL, rest: Array.from({ length: 500 }, (_, at) => Math.sin(at)) })
    for (const body of [json, long]) {
      expect(findings('application/octet-stream', encode(latin(body)), {}, options)).toContain('attack_detected /email')
    }
    const png = latin(`\x89PNG\r\n\x1a\n${SQL}\0`)
    expect(findings('image/png', encode(png), {}, options)).toEqual([])
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * at * 7919) >> 5))
    expect(findings('image/png', encode(Buffer.concat([png, noise])), {}, options)).toEqual([])
  })

  test('in UTF-16 nobody can read it', () => {
    expect(findings('application/octet-stream', utf16)).toContain('charset_unsupported ')
  })

  test('honest texts pass, and are bounded; what is binary streams, whatever is in it', () => {
    const csv = latin('name,said\nMia,"O\'Brien; select one of them -- or two"\n')
    expect(findings('application/octet-stream', csv)).toEqual([])
    expect(findings('application/octet-stream', Buffer.alloc(LIMITS.bodyBytes + 1, 'x'))).toEqual(['body_too_large '])
    expect(findings('image/png', latin(`\x89PNG\r\n\x1a\n${SQL}`))).toEqual([])
  })
})

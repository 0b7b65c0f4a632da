import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInspector } from '../inspector.ts'
import type { Verdict } from '../types.ts'
import { type Coding, decodeBody, readCodings } from './encoding.ts'
import type { Problem } from './problem.ts'

const encoders: Readonly<Record<Coding, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
}
const CODINGS = Object.keys(encoders) as Coding[]
const text = Buffer.from(JSON.stringify({ note: 'a red chair, two tables '.repeat(20) }))

function decode(bytes: Uint8Array, codings: readonly Coding[], most = 1 << 20): Uint8Array | string {
  const problems: Problem[] = []
  const decoded = decodeBody(bytes, codings, most, (problem) => problems.push(problem))
  return decoded ?? problems.map(({ code, by }) => `${code} ${by}`).join()
}

describe.each(CODINGS)('%s', (coding) => {
  const encoded = encoders[coding](text)

  test('is decoded where it is one whole stream', () => {
    expect(Buffer.from(decode(encoded, [coding]) as Uint8Array)).toEqual(text)
  })

  test.each([
    ['cut off', encoded.subarray(0, -1)],
    ['cut off early', encoded.subarray(0, 4)],
    ['nothing', new Uint8Array(0)],
    ['bytes behind it', Buffer.concat([encoded, Buffer.from('x')])],
    ['a zero behind it', Buffer.concat([encoded, Buffer.alloc(1)])],
    ['a second one behind it', Buffer.concat([encoded, encoded])],
    ['bytes before it', Buffer.concat([Buffer.from([0]), encoded])],
    ['another coding', encoders[coding === 'gzip' ? 'zstd' : 'gzip'](text)],
  ])('is refused: %s', (_name, bytes) => {
    expect(decode(bytes, [coding])).toMatch(/^content_encoding_malformed /)
  })

  test('that becomes too long is refused before it is', () => {
    const bomb = encoders[coding](Buffer.alloc(64 << 20))
    expect(decode(bomb, [coding])).toBe('body_too_large decoded-length')
    expect(decode(encoders[coding](encoders[coding](Buffer.alloc(64 << 20))), [coding, coding])).toBe(
      'body_too_large decoded-length',
    )
    // Within the length that is inspected, but far longer than what came.
    expect(decode(encoders[coding](Buffer.alloc(500_000)), [coding])).toBe('body_too_large decoded-length')
    expect(decode(encoders[coding](Buffer.alloc(60_000)), [coding])).toHaveLength(60_000)
  })
})

describe('gzip (RFC 1952)', () => {
  const [head, data] = [gzipSync(text).subarray(0, 10), gzipSync(text).subarray(10)]
  const flagged = (flags: number, fields: Uint8Array): Uint8Array =>
    Buffer.concat([head.subarray(0, 3), Buffer.from([flags]), head.subarray(4), fields, data])

  test.each([
    ['a name', 8, Buffer.from('a.json\0')],
    ['a comment', 16, Buffer.from('c\0')],
    ['a further field', 4, Buffer.from([2, 0, 1, 1])],
    ['all three', 28, Buffer.from([0, 0, 0x61, 0, 0x62, 0])],
  ])('with %s', (_name, flags, fields) => {
    expect(Buffer.from(decode(flagged(flags, fields), ['gzip']) as Uint8Array)).toEqual(text)
  })

  test.each([
    ['a name without an end', 8, Buffer.alloc(0)],
    ['a reserved flag', 32, Buffer.alloc(0)],
    ['a wrong check of the header', 2, Buffer.alloc(2)],
    ['a further field that is longer than all', 4, Buffer.from([255, 255])],
  ])('is refused with %s', (_name, flags, fields) => {
    expect(decode(flagged(flags, fields), ['gzip'])).toBe('content_encoding_malformed gzip')
  })

  test.each([5, 1])('is refused with a wrong checksum or length (%i from the end)', (at) => {
    const bytes = Buffer.from(gzipSync(text))
    bytes.writeUInt8((bytes.at(-at) ?? 0) ^ 1, bytes.length - at)
    expect(decode(bytes, ['gzip'])).toBe('content_encoding_malformed gzip')
  })
})

test('deflate is the zlib format; what can be read as raw deflate is refused', () => {
  expect(decode(deflateRawSync(text), ['deflate'])).toBe('content_encoding_malformed deflate')
  const both = Buffer.from([0x78, 0x9c, 0x00, 0x63, 0xff])
  expect(decode(Buffer.concat([both, deflateSync(text)]), ['deflate'])).toBe('content_encoding_malformed deflate')
})

test('an encoding that is a text as well is none', () => {
  expect(decode(Buffer.from('{"a":1}'), ['br'])).toBe('content_encoding_malformed text')
})

test.each([
  ['gzip', ['gzip']],
  ['X-GZIP', ['gzip']],
  [' br , gzip ', ['br', 'gzip']],
  ['identity', []],
  ['', []],
  ['compress', null],
  ['gzip, identity', null],
  ['gzip,', null],
  ['gzip, gzip, gzip', null],
  ['gzip;q=1', null],
])('Content-Encoding: %s', (value, codings) => {
  expect(readCodings(value)).toEqual(codings)
})

const attack = JSON.stringify({ note: "1' OR '1'='1" })
const post = (type: string, encoding: string, body: Uint8Array): Verdict => {
  const headers = ['Content-Type', type, 'Content-Encoding', encoding, 'Content-Length', String(body.length)]
  return createInspector().begin({ method: 'POST', target: '/a', headers }).body(body)
}

test.each(CODINGS)('an attack in a body of %s is found, an honest one passes', (coding) => {
  const json = 'application/json'
  expect(post(json, coding, encoders[coding](Buffer.from(attack))).findings[0]?.by).toBe('sql')
  expect(post(json, coding, encoders[coding](text)).outcome).toBe('pass')
  const twice = encoders.gzip(encoders[coding](Buffer.from(attack)))
  expect(post(json, `${coding}, gzip`, twice).findings[0]?.by).toBe('sql')
  expect(post(json, `gzip, ${coding}`, twice).outcome).toBe('block')
  expect(post('application/xml', coding, encoders[coding](Buffer.from('<a>x</a>'))).outcome).toBe('pass')
})

test('what programs read as it came, where they do not decode, is not encoded', () => {
  // The name within the head of gzip is a field of the form for whoever takes the bytes for one.
  const bytes = gzipSync('a=1')
  const named = Buffer.concat([
    bytes.subarray(0, 3),
    Buffer.from([8]),
    bytes.subarray(4, 10),
    Buffer.from("&q=1' OR '1'='1&\0"),
    bytes.subarray(10),
  ])
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
    expect(post(type, 'gzip', named).findings[0]?.code).toBe('content_encoding_unsupported')
  }
})

test('fuzz: whatever comes is decoded within bounds or reported, and what was encoded comes back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(...CODINGS), { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }),
      (bytes, codings, changes) => {
        let encoded = Buffer.from(bytes)
        for (const coding of codings) encoded = Buffer.from(encoders[coding](encoded))
        const whole = decode(encoded, codings)
        expect(typeof whole === 'string' || Buffer.from(whole).equals(Buffer.from(bytes))).toBe(true)
        if (typeof whole === 'string') expect(whole).toBe('content_encoding_malformed text')
        for (const [at, byte] of changes) if (at < encoded.length) encoded[at] = byte
        const changed = decode(encoded, codings, 4096)
        expect(changed.length).toBeLessThanOrEqual(4096)
        expect(decode(bytes, codings, 4096).length).toBeLessThanOrEqual(4096)
      },
    ),
    { numRuns: 300 },
  )
})

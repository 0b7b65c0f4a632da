import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedResponse } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

interface Parsed {
  readonly status: number
  readonly fields: readonly string[]
  readonly body: string
  readonly complete: boolean
  readonly reusable: boolean
  readonly rest: string
}

/** Feeds the bytes in parts, then closes. */
function parse(text: string, { method = 'GET', upgradable = false, cuts = [] as number[] } = {}): Parsed {
  const bytes = Buffer.from(text, 'latin1')
  let body = ''
  const parser = new ResponseParser(method, upgradable, {
    head: () => undefined,
    data: (chunk) => {
      body += chunk.toString('latin1')
    },
  })
  let at = 0
  for (const cut of [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]) {
    if (cut > at) parser.push(bytes.subarray(at, cut))
    at = Math.max(at, cut)
  }
  const complete = parser.finish()
  const { head } = parser
  return {
    status: head?.status ?? 0,
    fields: head?.fields ?? [],
    body,
    complete,
    reusable: complete && head?.keepAlive === true && parser.rest === null,
    rest: parser.rest?.toString('latin1') ?? '',
  }
}

const R = 'HTTP/1.1 200 OK\r\n'

describe('bodies are delimited as RFC 9112 section 6.3 has it', () => {
  test.each([
    [`${R}Content-Length: 3\r\n\r\nabc`, {}, { body: 'abc', complete: true, reusable: true }],
    [`${R}Content-Length: 3\r\n\r\nab`, {}, { body: 'ab', complete: false }],
    [`${R}Content-Length: 3\r\n\r\nabcX`, {}, { body: 'abc', complete: true, reusable: false, rest: 'X' }],
    [`${R}Content-Length: 0\r\n\r\n`, {}, { body: '', complete: true, reusable: true }],
    [`${R}\r\nabc`, {}, { body: 'abc', complete: true, reusable: false }],
    [
      `${R}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      {},
      { body: 'abc', complete: true, reusable: true },
    ],
    [
      `${R}Transfer-Encoding: Chunked\r\n\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n`,
      {},
      { body: '0123456789', complete: true },
    ],
    [`${R}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, {}, { body: 'abc', complete: false }],
    [`${R}Content-Length: 3\r\n\r\n`, { method: 'HEAD' }, { body: '', complete: true, reusable: true }],
    ['HTTP/1.1 204 \r\nContent-Length: 3\r\n\r\n', {}, { body: '', complete: true }],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n', {}, { body: '', complete: true, reusable: true }],
    [
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n${R}Content-Length: 1\r\n\r\na`,
      {},
      { status: 200, body: 'a' },
    ],
    ['HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', {}, { body: 'a', complete: true, reusable: false }],
    [`${R}Connection: close\r\nContent-Length: 1\r\n\r\na`, {}, { body: 'a', reusable: false }],
    [
      'HTTP/1.1 101 Up\r\nUpgrade: websocket\r\n\r\nXY',
      { upgradable: true },
      { status: 101, rest: 'XY', complete: true },
    ],
  ])('%j', (text, options, expected) => expect(parse(text, options)).toMatchObject(expected))
})

describe('what can be read in two ways is refused', () => {
  test.each([
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 99 X\r\n\r\n',
    'HTTP/1.1 2000 X\r\n\r\n',
    'HTTP/1.1  200 X\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    `${R}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `${R}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    `${R}Content-Length: 1, 1\r\n\r\n`,
    `${R}Content-Length: +1\r\n\r\n`,
    `${R}Content-Length: -1\r\n\r\n`,
    `${R}Content-Length: 0x1\r\n\r\n`,
    `${R}Content-Length:\r\n\r\n`,
    `${R}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `${R}Transfer-Encoding: xchunked\r\n\r\n`,
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    `${R}X: a\r\n b\r\n\r\n`,
    `${R}X : a\r\n\r\n`,
    `${R}: a\r\n\r\n`,
    `${R}no colon\r\n\r\n`,
    `${R}X: a\nY: b\r\n\r\n`,
    `${R}X: a\rY: b\r\n\r\n`,
    `${R}X: a\0b\r\n\r\n`,
    `${R}X\u00e9: a\r\n\r\n`,
    'HTTP/1.1 101 Up\r\n\r\n',
    `${R}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(2000)}\r\na\r\n0\r\n\r\n`,
    `${R}Transfer-Encoding: chunked\r\n\r\n0\r\n${'T: v\r\n'.repeat(4000)}\r\n`,
    `${R}X: ${'a'.repeat(70_000)}\r\n\r\n`,
    `${R}${'X: a\r\n'.repeat(300)}\r\n`,
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20),
  ])('%j', (text) => {
    expect(() => parse(text.slice(0, 80_000))).toThrow(MalformedResponse)
  })
})

const body = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text, 'latin1').toString('latin1'))
const response = fc
  .record({
    chunks: fc.array(body, { maxLength: 4 }),
    chunked: fc.boolean(),
    status: fc.constantFrom(200, 404, 500, 204),
  })
  .map(({ chunks, chunked, status }) => {
    const whole = status === 204 ? '' : chunks.join('')
    const start = `HTTP/1.1 ${status} X\r\nX-A:  b\t\r\n`
    if (!chunked || status === 204) return { whole, text: `${start}Content-Length: ${whole.length}\r\n\r\n${whole}` }
    const parts = chunks.filter((chunk) => chunk !== '').map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    return { whole, text: `${start}Transfer-Encoding: chunked\r\n\r\n${parts.join('')}0\r\n\r\n` }
  })

test('fuzz: where the bytes are cut makes no difference', () => {
  fc.assert(
    fc.property(response, fc.array(fc.nat(200)), ({ whole, text }, cuts) => {
      expect(parse(text, { cuts })).toMatchObject({ body: whole, complete: true, reusable: true })
    }),
  )
})

test('fuzz: any bytes are parsed or refused, and nothing else is thrown', () => {
  const noise = fc.array(
    fc.oneof(
      fc.constantFrom(
        R,
        '\r\n',
        '\r\n\r\n',
        'Content-Length: 2',
        'Transfer-Encoding: chunked',
        '0',
        '2',
        ';',
        'HTTP/1.1 100 C\r\n\r\n',
      ),
      body,
    ),
  )
  fc.assert(
    fc.property(noise, fc.array(fc.nat(100)), (parts, cuts) => {
      try {
        parse(R + parts.join(''), { cuts })
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedResponse)
      }
    }),
    { numRuns: 2000 },
  )
})

test('fuzz: where we accept, the parser of Node reads the same', async () => {
  let text = ''
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text, 'latin1'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const line = fc.constantFrom(
    'X: a',
    'Content-Length: 3',
    'Content-Length: 2',
    'Transfer-Encoding: chunked',
    'Connection: close',
    'X:',
    ' y',
    'Transfer-Encoding: identity',
  )
  const tail = fc.constantFrom(
    '',
    'abc',
    'abcd',
    '3\r\nabc\r\n0\r\n\r\n',
    '0\r\n\r\n',
    '3;a\r\nabc\r\n0\r\nT: x\r\n\r\n',
  )
  const status = fc.constantFrom('200 OK', '204 No', '304 Not', '500 X', '200')
  await fc.assert(
    fc.asyncProperty(status, fc.array(line, { maxLength: 3 }), tail, async (status, lines, tail) => {
      text = `HTTP/1.1 ${status}\r\n${lines.map((one) => `${one}\r\n`).join('')}\r\n${tail}`
      let ours: Parsed
      try {
        ours = parse(text)
      } catch {
        return
      }
      // Such a connection is not used again, so what Node makes of the surplus does not matter.
      if (ours.rest !== '') return
      const theirs = await ask(port)
      expect(theirs).toEqual({ status: ours.status, body: ours.body, complete: ours.complete })
    }),
    { numRuns: 150 },
  )
  server.close()
})

async function ask(port: number): Promise<{ status: number; body: string; complete: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', agent: false }, (response) => {
      let body = ''
      response.setEncoding('latin1')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', () => undefined)
      response.on('close', () => resolve({ status: response.statusCode ?? 0, body, complete: response.complete }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EdgeRecord } from '../edge/index.ts'
import type { ProtectOptions } from './options.ts'
import { ETAG, EVENTS, PAGE } from './testing/answers.ts'
import { frameworks } from './testing/frameworks.ts'
import { post, request, say, type Said, type Served } from './testing/serve.ts'

const JSON_TYPE = 'application/json'
const MULTIPART = 'multipart/form-data; boundary=b'
const PROSE = {
  name: "O'Brien",
  text: 'Select one of them -- or two; drop by <3, and tell us more',
  list: [1, 2.5, null, true],
}
const image = Array.from({ length: 200_000 }, (_, at) => String.fromCharCode((at * 7919) % 256)).join('')
const upload = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n${image}\r\n--b--\r\n`
const summed = (text: string) => ({
  bytes: text.length,
  sha256: createHash('sha256').update(text, 'latin1').digest('hex'),
})
const chunks = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size))
const chunked = (path: string, type: string): string =>
  request(`POST ${path}`, [`Content-Type: ${type}`, 'Transfer-Encoding: chunked'])
const asChunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const parsed = ({ body }: Said): unknown => JSON.parse(Buffer.from(body, 'latin1').toString())

const watching: ProtectOptions = {
  inspection: { answers: { schema: 'block', leaks: 'block' }, bodyBytes: 1_000_000 },
  csp: { mode: 'block', nonce: true },
}

describe.each(frameworks)('%s', (_, start) => {
  describe.each([
    ['as it comes', {}],
    ['with answers looked at', watching],
  ] as const)('%s', (_name, options) => {
    let served: Served
    const events: EdgeRecord[] = []
    beforeAll(async () => {
      served = await start({ ...options, onEvent: (event) => void events.push(event) })
    })
    afterAll(async () => {
      expect(events).toEqual([])
      await served.close()
    })
    const tell = (...parts: string[]) => say(served.port, ...parts)

    test('bodies reach the parsers of the framework', async () => {
      expect(parsed(await tell(post('/echo', JSON_TYPE, JSON.stringify(PROSE))))).toEqual({ got: PROSE })
      const form = post('/echo', 'application/x-www-form-urlencoded', 'name=O%27Brien&note=caf%C3%A9+%26+more')
      expect(parsed(await tell(form))).toEqual({ got: { name: "O'Brien", note: 'café & more' } })
      const parts = [asChunk('{"a":'), asChunk('[1,2]'), asChunk('}'), '0\r\n\r\n']
      expect(parsed(await tell(chunked('/echo', JSON_TYPE), ...parts))).toEqual({ got: { a: [1, 2] } })
    })

    test('and whoever reads the stream, byte for byte', async () => {
      const [head = '', ...rest] = post('/raw', MULTIPART, upload).split('\r\n\r\n')
      const body = rest.join('\r\n\r\n')
      expect(parsed(await tell(`${head}\r\n\r\n`, ...chunks(body, 30_000)))).toEqual(summed(upload))
      expect(parsed(await tell(post('/raw', MULTIPART, upload)))).toEqual(summed(upload))
      const big = image.repeat(10)
      const streamed = chunks(big, 65_536).map(asChunk)
      const answer = await tell(chunked('/raw', 'application/octet-stream'), ...streamed, '0\r\n\r\n')
      expect(parsed(answer)).toEqual(summed(big))
      expect(parsed(await tell(chunked('/raw', 'application/octet-stream'), '0\r\n\r\n'))).toEqual(summed(''))
      const table = 'name,said\nMia,"O\'Brien; select one of them -- or two"\n'
      expect(parsed(await tell(post('/raw', 'application/octet-stream', table)))).toEqual(summed(table))
      const bit = [asChunk('a,b'), asChunk('\r\n1,2\r\n'), '0\r\n\r\n']
      expect(parsed(await tell(chunked('/raw', 'application/octet-stream'), ...bit))).toEqual(summed('a,b\r\n1,2\r\n'))
    })

    test('several requests on one connection', async () => {
      const first = post('/echo', JSON_TYPE, '{"a":1}').replace('Connection: close', 'Connection: keep-alive')
      const { body } = await tell(first, first, request('GET /items/7'))
      expect([body.split('{"got":{"a":1}}').length, body.includes('{"id":"7"}')]).toEqual([3, true])
    })

    test('answers are what the application said', async () => {
      const events = await tell(request('GET /events', ['Accept: text/event-stream']))
      expect([events.headers.get('content-type'), events.body]).toEqual([
        expect.stringContaining('text/event-stream'),
        EVENTS.join(''),
      ])
      const head = await tell(request('HEAD /items/7'))
      expect([head.status, head.body]).toEqual([200, ''])
      const cached = await tell(request('GET /cached', [`If-None-Match: ${ETAG}`]))
      expect([cached.status, cached.headers.get('etag'), cached.body]).toEqual([304, ETAG, ''])
      const item = await tell(request('GET /items/caf%C3%A9%20au%20lait'))
      expect(parsed(item)).toEqual({ id: 'café au lait' })
      const broken = await tell(request('GET /broken'))
      expect([broken.status, broken.body]).toEqual([500, 'caught mine'])
    })

    test('with the fields that guard a page', async () => {
      const { headers, body } = await tell(request('GET /page'))
      expect([headers.get('x-content-type-options'), headers.get('x-powered-by')]).toEqual(['nosniff', undefined])
      const policy = headers.get('content-security-policy') ?? headers.get('content-security-policy-report-only') ?? ''
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      expect([body, nonce !== '']).toEqual([PAGE(nonce), 'csp' in options])
      expect(policy).not.toContain('report-uri')
    })
  })
})

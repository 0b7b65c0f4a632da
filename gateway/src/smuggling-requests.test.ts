import { describe, expect, test } from 'vitest'
import { okWhenWhole, sendRaw } from './testing/raw.ts'
import { H, rawWorld } from './testing/raw-world.ts'

const at = rawWorld(okWhenWhole)
const hidden = 'GET /admin HTTP/1.1\r\nX: '
const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/g) ?? []

/** All of it is refused, once, the connection ends, and the upstream hears of none of it. */
async function refused(bytes: string): Promise<void> {
  const answer = await sendRaw(at.world.gateway.url, bytes)
  expect([statuses(answer.text), at.received()]).toEqual([['HTTP/1.1 400'], ''])
  expect(JSON.parse(answer.body)).toMatchObject({
    code: expect.stringMatching(/^request_(?:ambiguous|malformed)$/) as string,
  })
}

describe('Transfer-Encoding in disguise, with a Content-Length beside it or none', () => {
  const disguises = [
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity, chunked',
    'Transfer-Encoding: chunked,',
    'Transfer-Encoding: ,chunked',
    'Transfer-Encoding: chunked;q=1',
    'Transfer-Encoding: chunked chunked',
    "Transfer-Encoding: 'chunked'",
    'Transfer-Encoding: cow',
    'Transfer-Encoding:',
    'Transfer-Encoding: \x0bchunked',
    'Transfer-Encoding: chunked\x0b',
    'Transfer-Encoding: \0chunked',
    'Transfer-Encoding: chunk\xe9d',
    'Transfer-Encoding: \xefchunked',
    'Transfer-Encoding\t: chunked',
    'Transfer-Encoding\x0b: chunked',
    'Transfer-Encoding\0: chunked',
    '\tTransfer-Encoding: chunked',
    'Transfer-Encoding:\r\n chunked',
    'Transfer-Encoding: x\r\n\tchunked',
    'X: y\nTransfer-Encoding: chunked',
    'X: y\rTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\ntransfer-encoding: identity',
  ]
  test.each(disguises)('%j', async (line) => {
    await refused(`POST /public/a HTTP/1.1\r\n${H}${line}\r\n\r\n0\r\n\r\n${hidden}`)
    await refused(`POST /public/a HTTP/1.1\r\n${H}Content-Length: 5\r\n${line}\r\n\r\n0\r\n\r\n${hidden}`)
    await refused(`POST /public/a HTTP/1.1\r\n${H}${line}\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`)
  })

  test.each(['Transfer_Encoding: chunked', 'Transfer.Encoding: chunked', 'transfer+encoding: chunked'])(
    '%s is dropped, for programs that cannot tell it apart',
    async (line) => {
      await at.world.send('POST /public/a', ['Content-Length: 5', 'Content-Type: image/png', line], '0\r\n\r\n')
      expect(at.received()).toMatch(/^POST \/public\/a HTTP\/1\.1\r\n(?!.*chunked).*\r\n\r\n0\r\n\r\n$/s)
    },
  )
})

/** What could be a text would be held. */
const binary = (body: string): string => body.replace('hello', '\0ello')

describe('Content-Length in disguise', () => {
  test.each([
    '+5',
    '-5',
    '0x5',
    '5.0',
    '5e0',
    '5,5',
    '5, 5',
    '5 5',
    '5;',
    '"5"',
    '',
    '\x0b5',
    '5\0',
    '\xb2',
    '5\x85',
    '18446744073709551621',
    '9999999999999999',
    '00000000000000000005',
    '4294967301x',
  ])('%j', async (value) => {
    await refused(`POST /public/a HTTP/1.1\r\n${H}Content-Length: ${value}\r\n\r\n0\r\n\r\n${hidden}`)
  })

  test.each([
    'Content-Length\t: 5',
    'Content-Length : 5',
    ' Content-Length: 5',
    'Content-Length\0: 5',
    'Content-Length:\r\n 5',
    'Content-Length: 5\r\ncontent-length: 5',
    'Content-Length: 5\r\nContent-Length: 0',
    'X\nContent-Length: 5',
  ])('%j', async (line) => {
    await refused(`POST /public/a HTTP/1.1\r\n${H}${line}\r\n\r\nhello${hidden}`)
  })

  test('leading zeros are no other number: what goes on is written anew', async () => {
    await at.world.send('POST /public/a', ['Content-Length: 005', 'Content-Type: image/png'], 'hello')
    expect(at.received()).toMatch(/\r\nContent-Length: 5\r\n.*\r\n\r\nhello$/s)
  })

  test.each(['Content_Length: 3', 'Content.Length: 3'])('%s is dropped', async (line) => {
    await at.world.send('POST /public/a', [line, 'Content-Length: 5', 'Content-Type: image/png'], 'hello')
    expect(at.received().match(/content.length/gi)).toEqual(['Content-Length'])
  })

  test('a body where none is expected (CL.0, 0.CL) goes with its length, and nothing behind it is taken for it', async () => {
    for (const method of ['GET', 'DELETE', 'OPTIONS']) {
      const inner = `GET /admin HTTP/1.1\r\n${H}\r\n`
      const head = [`Content-Length: ${inner.length}`, 'Content-Type: image/png']
      expect((await at.world.send(`${method} /public/a`, head, inner)).status).toBe(200)
      expect(at.received()).toMatch(new RegExp(`\\r\\nContent-Length: ${inner.length}\\r\\n`))
      expect(at.received().endsWith(inner)).toBe(true)
      at.forget()
    }
  })
})

describe('chunks', () => {
  const chunked = (body: string, type = 'application/json') =>
    `POST /public/a HTTP/1.1\r\n${H}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`

  const broken = [
    '0x5\r\nhello\r\n0\r\n\r\n',
    '+5\r\nhello\r\n0\r\n\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
    ' 5\r\nhello\r\n0\r\n\r\n',
    '5 \r\nhello\r\n0\r\n\r\n',
    '\r\n5\r\nhello\r\n0\r\n\r\n',
    '5\nhello\n0\n\n',
    '5\rhello\r\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhelloX\r\n0\r\n\r\n',
    '4\r\nhello\r\n0\r\n\r\n',
    'g\r\nhello\r\n0\r\n\r\n',
    '\xb2\r\nhe\r\n0\r\n\r\n',
    '10000000000000005\r\nhello\r\n0\r\n\r\n',
    'FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n',
    '5;\nhello\r\n0\r\n\r\n',
    '5;a\nb\r\nhello\r\n0\r\n\r\n',
    '5;a\rb\r\nhello\r\n0\r\n\r\n',
    '5;\0\r\nhello\r\n0\r\n\r\n',
    '0\n\r\n',
    '0\r\n\n',
    '0\r\nX: y\n\r\n',
    '0\r\nX y\r\n\r\n',
    '0\r\nX : y\r\n\r\n',
    '0\r\nX: a\0b\r\n\r\n',
    '0\r\nContent-Length: 50\r\n\r\n',
    '0\r\nTransfer-Encoding: chunked\r\n\r\n',
  ]
  test.each(broken)('%j', async (body) => {
    await refused(chunked(body + hidden))
  })

  test.each(broken)('%j, while it streams: the upstream never sees an end of it', async (body) => {
    const answer = await sendRaw(at.world.gateway.url, chunked(binary(body) + hidden, 'image/png'))
    expect(answer.text).not.toMatch(/HTTP\/1\.1 200[\s\S]*HTTP\/1\.1 200/)
    expect(at.received()).not.toContain('admin')
    expect(at.received()).not.toMatch(/\r\n0\r\n\r\n$/)
  })

  test.each([
    ['extensions', '5;a=b;c="d"\r\nhello\r\n0;e\r\n\r\n'],
    ['zeros', '0005\r\nhello\r\n000\r\n\r\n'],
    ['a trailer', '5\r\nhello\r\n0\r\nX-Trailer: y\r\n\r\n'],
    ['a trailer that names a host', '5\r\nhello\r\n0\r\nHost: x\r\n\r\n'],
    ['a trailer in our name', '5\r\nhello\r\n0\r\nHoldfast-Identity: x\r\n\r\n'],
  ])('%s end at the gateway', async (_name, body) => {
    expect((await sendRaw(at.world.gateway.url, chunked(binary(body), 'image/png'))).status).toBe(200)
    const [head = '', ...rest] = at.received().split('\r\n\r\n')
    expect(head).toMatch(/\r\nTransfer-Encoding: chunked\r\n/)
    expect(rest.join('\r\n\r\n')).toBe(binary('5\r\nhello\r\n0\r\n\r\n'))
  })

  test('extensions without an end', async () => {
    const answer = await sendRaw(at.world.gateway.url, chunked(`5;${'a'.repeat(20_000)}`))
    expect([answer.status, at.received()]).toEqual([413, ''])
  })
})

import type { Socket } from 'node:net'
import { beforeEach, describe, expect, test } from 'vitest'
import { sendRaw } from './testing/raw.ts'
import { H, rawWorld } from './testing/raw-world.ts'

/** What the upstream says to the next request that is not the victim's. */
let answer: (socket: Socket) => void = () => undefined
const at = rawWorld((socket, head) => {
  if (head.includes('/public/victim')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nvictim')
  else answer(socket)
})
beforeEach(() => {
  for (const socket of at.upstream.sockets) socket.destroy()
})

const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'

/** The attacker's request, then another one's: on whatever connection, it gets its own answer. */
async function attack(bytes: string, method = 'GET'): Promise<{ text: string; status: number }> {
  answer = (socket) => socket.write(bytes, 'latin1')
  const sent = await sendRaw(at.world.gateway.url, `${method} /public/a HTTP/1.1\r\n${H}Connection: close\r\n\r\n`)
  const victim = await sendRaw(at.world.gateway.url, `GET /public/victim HTTP/1.1\r\n${H}Connection: close\r\n\r\n`)
  expect(victim.body).toBe('victim')
  expect(sent.text).not.toContain('poison')
  return sent
}

const R = 'HTTP/1.1 200 OK\r\n'

describe('an upstream that says more than one answer', () => {
  test.each([
    ['two answers', `${R}Content-Length: 2\r\n\r\nok${poison}`],
    ['a length that is too short', `${R}Content-Length: 2\r\n\r\nokpoison`],
    ['bytes behind the last chunk', `${R}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${poison}`],
    ['an empty answer and another', `${R}Content-Length: 0\r\n\r\n${poison}`],
    ['204 with a body', `HTTP/1.1 204 No Content\r\n\r\n${poison}`],
    ['204 with a length', `HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison`],
    ['304 with a body', `HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\npoison`],
    ['304 in chunks', `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n`],
  ])('%s', async (_name, bytes) => {
    const { status, text } = await attack(bytes)
    expect([200, 204, 304]).toContain(status)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1)
  })

  test.each([
    ['a body', `${R}Content-Length: 6\r\n\r\npoison`],
    ['chunks', `${R}Transfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n`],
    ['a second answer', `${R}Content-Length: 0\r\n\r\n${poison}`],
  ])('%s to a HEAD', async (_name, bytes) => {
    expect((await attack(bytes, 'HEAD')).status).toBe(200)
  })
})

describe('an answer that can be read in two ways is none', () => {
  const body = 'Content-Length: 2\r\n\r\nok'
  test.each([
    ['two lengths', `${R}Content-Length: 2\r\nContent-Length: 8\r\n\r\nokpoison`],
    ['two equal lengths', `${R}Content-Length: 2\r\n${body}`],
    ['a list of lengths', `${R}Content-Length: 2, 2\r\n\r\nok`],
    ['a signed length', `${R}Content-Length: +2\r\n\r\nok`],
    ['a length beside chunks', `${R}Transfer-Encoding: chunked\r\n${body}`],
    ['an unknown coding', `${R}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['two codings', `${R}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a folded line', `${R}X: a\r\n b\r\n${body}`],
    ['a blank before the colon', `${R}Content-Length : 2\r\n\r\nok`],
    ['a line without a colon', `${R}X\r\n${body}`],
    ['an empty name', `${R}: x\r\n${body}`],
    ['a bare LF, which would split the answer', `${R}Location: /a\nSet-Cookie: a=b\r\n${body}`],
    ['a bare CR', `${R}Location: /a\rSet-Cookie: a=b\r\n${body}`],
    ['NUL', `${R}X: a\0b\r\n${body}`],
    ['lines of LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok\r\n\r\n'],
    ['another version', `HTTP/2.0 200 OK\r\n${body}`],
    ['a status of two digits', `HTTP/1.1 20 OK\r\n${body}`],
    ['a status of four', `HTTP/1.1 2000 OK\r\n${body}`],
    ['a status of none', `HTTP/1.1 999 OK\r\n${body}`],
    ['blanks before the status', `HTTP/1.1  200 OK\r\n${body}`],
    ['a blank line first', `\r\n${R}${body}`],
    ['another protocol that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\npoison'],
    ['too many interim answers', `${'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(9)}${R}${body}`],
    ['a head without an end', `${R}X: ${'a'.repeat(70_000)}`],
    ['too many fields', `${R}${'X: a\r\n'.repeat(300)}${body}`],
  ])('%s', async (_name, bytes) => {
    const { status, text } = await attack(bytes)
    expect([status, text.includes('upstream_malformed')]).toEqual([502, true])
    expect(text).not.toContain('Set-Cookie: a=b')
  })
})

test('interim answers are dropped, one by one and many', async () => {
  for (const interim of ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nSet-Cookie: a=b\r\n\r\n']) {
    const { text } = await attack(`${interim.repeat(8)}${R}Content-Length: 2\r\n\r\nok`)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
    expect(text).not.toContain('a=b')
  }
})

describe('chunks of an answer that do not fit break it off', () => {
  test.each(['g\r\nok', '2\r\nokX', '2\nok\n0\n\n', '-2\r\nok', '10000000000000002\r\nok', '2;\0\r\nok', '2 \r\nok'])(
    '%j',
    async (chunk) => {
      const { text } = await attack(`${R}Transfer-Encoding: chunked\r\n\r\n${chunk}\r\n0\r\n\r\n`)
      // Either nothing of it had gone out, or it is seen not to be whole.
      expect(text).toMatch(/^(?:HTTP\/1\.1 502|$)|^HTTP\/1\.1 200(?![\s\S]*\r\n0\r\n\r\n$)/)
    },
  )
})

test('an answer that comes before the request has ended: the connection carries nobody else\u2019s request', async () => {
  answer = (socket) => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
  const ask = () => sendRaw(at.world.gateway.url, `GET /public/victim HTTP/1.1\r\n${H}Connection: close\r\n\r\n`)
  await ask()
  const count = at.upstream.sockets.length
  // The rest of the body would be the next request to an upstream that has stopped reading it.
  const rest = `GET /admin HTTP/1.1\r\n${H}\r\n`
  const head = `POST /public/a HTTP/1.1\r\n${H}Content-Type: image/png\r\nContent-Length: ${rest.length + 5}\r\n\r\n\0\0\0\0\0`
  const sent = await sendRaw(at.world.gateway.url, head)
  expect(sent.status).toBe(403)
  expect((await ask()).body).toBe('victim')
  expect(at.upstream.sockets.length - count).toBe(1)
})

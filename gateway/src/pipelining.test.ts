import { expect, test } from 'vitest'
import { sendRaw, startRawUpstream } from './testing/raw.ts'
import { H, rawWorld } from './testing/raw-world.ts'
import { startWorld } from './testing/world.ts'

const at = rawWorld((socket, head) => {
  if (head.includes('/slow')) {
    // The head and half of the body at once, the rest a little later.
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst')
    setTimeout(() => socket.write('-last'), 120)
  } else if (!head.includes('/broken')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
})
const second = `GET /public/second HTTP/1.1\r\n${H}\r\n`

test.each([
  [
    'a coding that is not plain',
    `POST /public/a HTTP/1.1\r\n${H}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a path that is not plain', `GET /public/../a HTTP/1.1\r\n${H}\r\n`],
  ['two Hosts', `GET /public/a HTTP/1.1\r\n${H}${H}\r\n`],
])('what was sent behind a head with %s reaches nobody', async (_name, first) => {
  const answer = await sendRaw(at.world.gateway.url, first + second + second)
  expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
  expect(at.received()).toBe('')
})

test('behind a good request and an ambiguous one, the good one is answered and nothing after them is', async () => {
  const ambiguous = `GET /public/../a HTTP/1.1\r\n${H}\r\n`
  const answer = await sendRaw(at.world.gateway.url, `GET /public/slow HTTP/1.1\r\n${H}\r\n${ambiguous}${second}`, 300)
  expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  expect(answer.text).toContain('first-last')
  expect(at.received()).not.toContain('second')
})

test('the broken body of a second request is not answered into the body of the first answer', async () => {
  const broken = `POST /public/broken HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\nzz\r\n`
  const answer = await sendRaw(at.world.gateway.url, `GET /public/slow HTTP/1.1\r\n${H}\r\n${broken}`, 300)
  expect(answer.text).toMatch(/\r\n\r\nfirst-lastHTTP\/1\.1 400 [\s\S]*request_malformed/)
})

test('a client that goes away leaves nothing running at the upstream, also of what was waiting for its turn', async () => {
  const other = await startRawUpstream((socket, head) => {
    if (head.includes('/never')) return
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    const timer = setInterval(() => socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`), 1)
    socket.once('close', () => clearInterval(timer))
  })
  const theirs = await startWorld({ upstream: other.origin })
  const both = `GET /public/never HTTP/1.1\r\n${H}\r\nGET /public/endless HTTP/1.1\r\n${H}\r\n`
  await sendRaw(theirs.gateway.url, both, 200)
  await expect.poll(() => other.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true])
  await theirs.close()
  await other.close()
})

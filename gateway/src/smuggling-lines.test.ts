import { describe, expect, test } from 'vitest'
import { okWhenWhole, sendRaw } from './testing/raw.ts'
import { H, rawWorld } from './testing/raw-world.ts'

const at = rawWorld(okWhenWhole)

async function refused(bytes: string, status = 400): Promise<void> {
  const answer = await sendRaw(at.world.gateway.url, `${bytes}GET /public/behind HTTP/1.1\r\n${H}\r\n`)
  const seen = answer.text.match(/HTTP\/1\.1 \d+/g)
  expect([seen, at.received()]).toEqual([[`HTTP/1.1 ${status}`], ''])
}

describe('the request line', () => {
  test.each([
    'GET\t/public/a HTTP/1.1',
    'GET /public/a\tHTTP/1.1',
    'GET /public/a HTTP/1.1 ',
    'GET /public/a HTTP/1.1\r',
    'GET /public/a HTTP/1.1 x',
    ' GET /public/a HTTP/1.1',
    'GET /public/a b HTTP/1.1',
    'GET\x0b/public/a HTTP/1.1',
    'GET /public/a\x0bHTTP/1.1',
    'GET /public/a http/1.1',
    'GET /public/a HTTP/1.10',
    'GET /public/a HTTP/01.1',
    'GET /public/a HTTP/1',
    'GET /public/a HTTP/1.1.1',
    'GET /public/a HTTP/1.2',
    'GET /public/a HTTP/0.9',
    'GET /public/a HTTP/3.0',
    'GET /public/a HTTPS/1.1',
    'GET /public/a ICE/1.0',
    'GET /public/a',
    'GET HTTP/1.1',
    'GET',
    'get /public/a HTTP/1.1',
    'G\0ET /public/a HTTP/1.1',
    'GET\r\n /public/a HTTP/1.1',
    'FROBNICATE /public/a HTTP/1.1',
    'PRI * HTTP/2.0',
  ])('%j', async (line) => {
    await refused(`${line}\r\n${H}\r\n`)
  })

  test.each(['GET  /public/a HTTP/1.1', 'GET /public/a  HTTP/1.1'])('%j goes on with one blank', async (line) => {
    expect((await sendRaw(at.world.gateway.url, `${line}\r\n${H}Connection: close\r\n\r\n`)).status).toBe(200)
    expect(at.received()).toMatch(/^GET \/public\/a HTTP\/1\.1\r\n/)
  })

  test('empty lines before it are passed over (RFC 9112 section 2.2)', async () => {
    expect((await sendRaw(at.world.gateway.url, `\r\n\r\nGET /public/a HTTP/1.1\r\n${H}\r\n`)).status).toBe(200)
    expect(at.received()).toMatch(/^GET \/public\/a /)
  })
})

describe('the target', () => {
  test.each([
    '/public/../admin',
    '/public/./a',
    '/public/..',
    '/public/%2e%2e/admin',
    '/public/.%2E/admin',
    '/public/%2e',
    '/public/..;x/admin',
    '/public/..;/admin',
    '/public/;/../admin',
    '/public/..%3bx/admin',
    '/public//admin',
    '//public/a',
    '//evil.example/public/a',
    '/public/a\\..\\admin',
    '/public/%5c..%5cadmin',
    '/public/%5C',
    '/public/a%2fb',
    '/public/a%00',
    '/public/a%0d%0aX:%20y',
    '/public/a%7f',
    '/public/a%',
    '/public/a%2',
    '/public/a%zz',
    '/public/a%u002e',
    '/public/a#b',
    '/public/a?b#c',
    '/public/\xc0\xae\xc0\xae/admin',
    '/public/\xff',
    '/public/a\x7fb',
    '/public/a\0b',
    'public/a',
    '*',
    '?a=b',
    'http:/public/a',
    'http:///public/a',
    'shop.localhost:7480/public/a',
  ])('%j', async (target) => {
    await refused(`GET ${target} HTTP/1.1\r\n${H}\r\n`)
  })

  test.each([
    '/public/%c0%ae%c0%ae/admin',
    '/public/%252e%252e/admin',
    '/public/%25252e%25252e/admin',
    '/public/%ef%bc%8e%ef%bc%8e%ef%bc%8fadmin',
    '/public/%ff',
    '/%2570ublic/a',
    '/PUBLIC/a',
    '/public%2e/a',
    '/public;x/a',
  ])('%s is never public: what it means depends on who reads it', async (target) => {
    const answer = await sendRaw(at.world.gateway.url, `GET ${target} HTTP/1.1\r\n${H}Connection: close\r\n\r\n`)
    expect([400, 401]).toContain(answer.status)
    expect(at.received()).toBe('')
  })

  test.each([
    'https://shop.localhost:7480/public/a',
    'http://shop.localhost/public/a',
    'http://shop.localhost:80/public/a',
    'http://evil.example/public/a',
    'http://shop.localhost:7480@evil.example/public/a',
    'http://user@shop.localhost:7480/public/a',
    'http://evil.example\\@shop.localhost:7480/public/a',
    'ftp://shop.localhost:7480/public/a',
    'http://shop.localhost:7480/public/../admin',
    'http://shop.localhost:7480//admin',
    'http://shop.localhost:7480?/public/a',
    'http://SHOP.localhost:7480.evil.example/public/a',
  ])('%s beside the Host of another', async (target) => {
    await refused(`GET ${target} HTTP/1.1\r\n${H}\r\n`)
  })
})

describe('Host', () => {
  test.each([
    'Host:\r\n',
    'Host: \r\n',
    'Host : shop.localhost:7480\r\n',
    '\tHost: shop.localhost:7480\r\n',
    'Host: shop.localhost:7480, evil.example\r\n',
    'Host: shop.localhost:7480 evil.example\r\n',
    'Host: shop.localhost:7480\tevil.example\r\n',
    'Host: shop.localhost:7480:80\r\n',
    'Host: shop.localhost:\r\n',
    'Host: shop.localhost:+7480\r\n',
    'Host: shop.localhost:7480/\r\n',
    'Host: shop.localhost:7480?a\r\n',
    'Host: shop.localhost:7480#a\r\n',
    'Host: evil.example@shop.localhost:7480\r\n',
    'Host: http://shop.localhost:7480\r\n',
    'Host: shop%2elocalhost:7480\r\n',
    'Host: shop.localhost.:7480\r\n',
    'Host: .shop.localhost:7480\r\n',
    'Host: sh\xf6p.localhost:7480\r\n',
    'Host: [::1\r\n',
    'Host: shop.localhost:7480\r\nhost: shop.localhost:7480\r\n',
    'Host: shop.localhost:7480\r\nHOST: evil.example\r\n',
    'Host: shop.localhost:7480\r\n\tevil.example\r\n',
    'X: y\r\n Host: evil.example\r\nHost: shop.localhost:7480\r\n',
    'Host\0: evil.example\r\nHost: shop.localhost:7480\r\n',
  ])('%j', async (lines) => {
    await refused(`GET /public/a HTTP/1.1\r\n${lines}\r\n`)
  })

  test('what only looks like it goes no further', async () => {
    await at.world.send('GET /public/a', [
      'X-Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'Forwarded: host=evil',
    ])
    expect(at.received()).toMatch(/X-Forwarded-Host: shop\.localhost:7480\r\n/)
    expect(at.received().match(/evil/g)).toEqual(['evil'])
    expect(at.received()).toContain('X-Host: evil.example')
  })
})

describe('header fields', () => {
  test.each([
    'X\x01: y',
    'X\x80: y',
    'X y: z',
    'X(y): z',
    'X"y": z',
    'X',
    'X: a\x01b',
    'X: a\x7fb',
    'X: a\0',
    'X: a\rb',
    'X: a\r\n b',
    'X: a\r\n\tb',
    'X: a\nY: b',
    ': y',
    ' : y',
    '\0',
  ])('%j', async (line) => {
    await refused(`GET /public/a HTTP/1.1\r\n${H}${line}\r\n\r\n`)
  })
})

describe('other protocols', () => {
  test('h2c is not gone over to, and the upstream is not asked to', async () => {
    const settings = 'AAMAAABkAAQAoAAAAAIAAAAA'
    const answer = await sendRaw(
      at.world.gateway.url,
      `GET /public/a HTTP/1.1\r\n${H}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: ${settings}\r\n\r\n`,
    )
    expect(answer.status).toBe(200)
    // As fields: the token of identity is random, and may hold three letters.
    expect(at.received()).not.toMatch(/: h2c|HTTP2-Settings|Upgrade/i)
  })

  test.each(['h2c', 'TLS/1.0', 'websocket, h2c', 'h2c, websocket'])('Upgrade: %s', async (protocol) => {
    await at.world.send('GET /public/a', ['Connection: Upgrade', `Upgrade: ${protocol}`])
    expect(at.received()).not.toMatch(/upgrade/i)
  })

  test.each(['POST', 'HEAD', 'OPTIONS'])('no WebSocket by %s', async (method) => {
    const line = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAA']
    const answer = await at.world.send(`${method} /public/a`, line)
    expect([answer.status, at.received()]).toEqual([400, ''])
  })
})

describe('Expect', () => {
  test.each(['200-ok', '100-continue, x', 'x, 100-continue', '100-continue 100-continue', ''])('%j', async (value) => {
    const answer = await at.world.send('POST /public/a', [`Expect: ${value}`, 'Content-Length: 5'], 'hello')
    expect([answer.status, at.received()]).toEqual([417, ''])
  })

  test('twice', async () => {
    const answer = await at.world.send('POST /public/a', ['Expect: 100-continue', 'Expect: 100-continue'])
    expect([answer.status, at.received()]).toEqual([400, ''])
  })

  test.each(['GET', 'POST'])(
    '%s without a body, and with one that is there at once: the upstream never hears of it',
    async (method) => {
      expect((await at.world.send(`${method} /public/a`, ['Expect: 100-continue'])).text).toMatch(/HTTP\/1\.1 200/)
      const body = ['Expect: 100-Continue', 'Content-Type: image/png', 'Content-Length: 5']
      const answer = await at.world.send(`${method} /public/b`, body, 'hello')
      expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200'])
      expect(at.received()).not.toMatch(/expect/i)
      expect(at.received()).toMatch(/hello$/)
    },
  )
})

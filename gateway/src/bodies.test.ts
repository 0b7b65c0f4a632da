import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { ok, type RawUpstream, sendRaw, startRawUpstream } from './testing/raw.ts'
import { startUpstream, startWorld, type Upstream, type World, type WorldOptions } from './testing/world.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function behind(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<WorldOptions> = {},
): Promise<{ world: World; upstream: Upstream }> {
  const upstream = await startUpstream(answer)
  closing.push(() => upstream.close())
  const world = await startWorld({ upstream: upstream.origin, ...options })
  closing.push(() => world.close())
  return { world, upstream }
}

async function behindRaw(
  answer: Parameters<typeof startRawUpstream>[0],
  options: Partial<WorldOptions> = {},
): Promise<{ world: World; upstream: RawUpstream }> {
  const upstream = await startRawUpstream(answer)
  closing.push(() => upstream.close())
  const world = await startWorld({ upstream: upstream.origin, ...options })
  closing.push(() => world.close())
  return { world, upstream }
}

/** What nobody reads as text is not held back to be inspected. */
const octets = { 'content-type': 'application/octet-stream' }

const client = (
  world: World,
  method: string,
  path = '/public/x',
  headers: Record<string, string> = {},
  agent?: Agent,
) => request(world.gateway.url + path, { method, headers: { host: world.host, ...headers }, ...(agent && { agent }) })

async function answered(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}
async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('latin1')) text += String(chunk)
  return text
}

const echo = (request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, {
    'x-framing': request.headers['transfer-encoding'] ?? request.headers['content-length'] ?? 'none',
  })
  response.flushHeaders()
  request.pipe(response)
}

test.each([['Content-Length'], ['chunked']])('a body comes through both ways, byte for byte (%s)', async (framing) => {
  const { world } = await behind(echo)
  const body = randomBytes(700_000)
  const sent = client(world, 'POST', '/public/x', {
    ...octets,
    ...(framing === 'chunked' ? {} : { 'content-length': String(body.length) }),
  })
  const answer = answered(sent)
  sent.write(body.subarray(0, 1000))
  await sleep(20)
  sent.end(body.subarray(1000))
  const response = await answer
  const hash = createHash('sha256')
  for await (const chunk of response) hash.update(chunk as Buffer)
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
  expect(response.headers['x-framing']).toBe(framing === 'chunked' ? 'chunked' : '700000')
})

test('a stream is passed on as it comes, once it has begun: each part, while the request is still open', async () => {
  const { world } = await behind(echo)
  const sent = client(world, 'POST', '/public/x', octets)
  // What could be a text is held.
  const begin = '\0one'
  sent.write(begin)
  const response = await answered(sent)
  for (const part of [begin, 'two', 'three']) {
    if (part !== begin) sent.write(part)
    const [got] = (await once(response, 'data')) as [Buffer]
    expect(got.toString()).toBe(part)
  }
  sent.end()
  await once(response, 'end')
})

describe('a body that is too large is cut', () => {
  const limit = { bodyBytes: 100_000 }
  test('by its Content-Length, before it is sent', async () => {
    const { world, upstream } = await behind(echo, limit)
    const answer = await world.send('POST /public/x', ['Content-Length: 100001'], 'x')
    expect(answer.status).toBe(413)
    expect(answer.body).toContain('body_too_large')
    expect(upstream.requests).toHaveLength(0)
  })

  test('while it streams, when it is chunked', async () => {
    let arrived = 0
    let complete: boolean | null = null
    const { world } = await behind((request) => {
      request.on('data', (chunk: Buffer) => (arrived += chunk.length))
      request.on('close', () => (complete = request.complete))
      request.on('error', () => undefined)
    }, limit)
    const chunk = `8000\r\n${'\0'.repeat(0x8000)}\r\n`
    const answer = await world.send(
      'POST /public/x',
      ['Content-Type: image/png', 'Transfer-Encoding: chunked'],
      `${chunk.repeat(8)}0\r\n\r\n`,
    )
    expect(answer.status).toBe(413)
    await expect.poll(() => complete).toBe(false)
    expect(arrived).toBeLessThanOrEqual(100_000)
  })

  test('and one that has just the size passes', async () => {
    const { world } = await behind(echo, limit)
    expect((await world.send('POST /public/x', ['Content-Length: 100000'], 'x'.repeat(100_000))).body).toHaveLength(
      100_000,
    )
  })
})

describe('responses without a body', () => {
  test('HEAD keeps the length of what it does not send', async () => {
    const { world } = await behind((_, response) => response.writeHead(200, { 'content-length': '12345' }).end())
    const answer = await world.send('HEAD /public/x')
    expect([answer.status, answer.headers.get('content-length'), answer.body]).toEqual([200, '12345', ''])
  })

  test.each([204, 304])('%i', async (status) => {
    const { world } = await behind((_, response) => response.writeHead(status, { etag: '"x"' }).end())
    const answer = await world.send('GET /public/x')
    expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([status, '"x"', ''])
    expect(answer.headers.has('transfer-encoding')).toBe(false)
  })
})

test('a 204 that claims a length does not keep the client waiting', async () => {
  const { world } = await behindRaw((socket) =>
    socket.write('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX: 1\r\n\r\n'),
  )
  const answer = await world.send('GET /public/x')
  expect([answer.status, answer.headers.has('content-length'), answer.headers.get('x')]).toEqual([204, false, '1'])
})

test('trailers and interim responses end at the gateway', async () => {
  const { world } = await behindRaw((socket) =>
    socket.write(
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: 1\r\n\r\n',
    ),
  )
  const answer = await world.send('GET /public/x')
  expect(answer.body).toBe('ok')
  expect(answer.text).not.toMatch(/X: 1|Trailer|HTTP\/1\.1 103/)
})

test('Expect: 100-continue is answered once the request is let through, and not before', async () => {
  const { world } = await behind(echo)
  const refused = await world.send('POST /orders', ['Expect: 100-continue', 'Content-Length: 2'])
  expect(refused.text).toMatch(/^HTTP\/1\.1 401/)
  const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1').setEncoding('latin1')
  socket.write(`POST /public/x HTTP/1.1\r\nHost: ${world.host}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`)
  expect(String((await once(socket, 'data'))[0])).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write('hi')
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/)
  socket.destroy()
  expect((await world.send('POST /public/x', ['Expect: miracles', 'Content-Length: 0'])).status).toBe(417)
})

describe('connections to the upstream', () => {
  test('are kept and used again', async () => {
    const { world, upstream } = await behindRaw(ok)
    for (let i = 0; i < 5; i++) expect((await world.send('GET /public/x')).body).toBe('ok')
    expect(upstream.sockets).toHaveLength(1)
  })

  test('that die idle cost a safe request nothing, and another one only when nothing can have been done', async () => {
    let requests = 0
    // Every connection answers once, and breaks at the second request without a word.
    const seen = new Set<number>()
    const { world } = await behindRaw((socket, head, connection) => {
      requests++
      if (seen.has(connection)) socket.destroy()
      else {
        seen.add(connection)
        ok(socket)
      }
      void head
    })
    expect((await world.send('GET /public/x')).status).toBe(200)
    expect((await world.send('GET /public/x')).status).toBe(200)
    expect(requests).toBe(3)
    // A POST may have been carried out: it is not sent twice.
    expect((await world.send('POST /public/x')).status).toBe(502)
    expect(requests).toBe(4)
  })

  test('are not used again after surplus bytes, a close, or an answer that overtook its request', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    ]
    const { world, upstream } = await behindRaw((socket, _head, connection) => socket.write(answers[connection] ?? ''))
    for (let i = 0; i < answers.length; i++) expect((await world.send('GET /public/x')).body).toBe('ok')
    expect(upstream.sockets).toHaveLength(4)
  })

  test('are not used again while they still carry the rest of a request', async () => {
    const { world, upstream } = await behindRaw(ok)
    const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1').setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.write(
      `POST /public/x HTTP/1.1\r\nHost: ${world.host}\r\nContent-Type: image/png\r\nContent-Length: 900\r\n\r\n\0\0\0\0part`,
    )
    await once(socket, 'data')
    expect((await world.send('GET /public/x')).body).toBe('ok')
    socket.destroy()
    expect(upstream.sockets).toHaveLength(2)
  })

  test('bytes that nobody asked for do not reach the next client', async () => {
    const first = Promise.withResolvers<Socket>()
    const { world } = await behindRaw((socket, _head, connection) => {
      ok(socket)
      if (connection === 0) first.resolve(socket)
    })
    await world.send('GET /public/x')
    const socket = await first.promise
    await new Promise((written) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison', written))
    await sleep(100)
    expect((await world.send('GET /public/x')).body).toBe('ok')
  })

  test('are bounded', async () => {
    const { world, upstream } = await behind(() => undefined, { gateway: { upstreamConnections: 2 } })
    const waiting = [client(world, 'GET'), client(world, 'GET')]
    for (const one of waiting) one.on('error', () => undefined).end()
    await expect.poll(() => upstream.requests).toHaveLength(2)
    const answer = await world.send('GET /public/x')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    for (const one of waiting) one.destroy()
  })
})

describe('when the upstream fails', () => {
  test('to be there: 502 with an event', async () => {
    const { world, upstream } = await behind(echo)
    await upstream.close()
    closing.splice(0, 1)
    const answer = await world.send('GET /public/x')
    expect(answer.status).toBe(502)
    const { code, eventId } = JSON.parse(answer.body) as { code: string; eventId: string }
    expect(code).toBe('upstream_unreachable')
    expect(answer.body).not.toMatch(/ECONN|127\.0\.0\.1:\d+"/)
    const event = await world.controlPlane.event(({ id }) => id === eventId)
    expect(event).toMatchObject({ outcome: 'failure', reason: 'upstream_unreachable' })
  })

  test('to speak HTTP: 502', async () => {
    const { world } = await behindRaw((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'))
    expect((await world.send('GET /public/x')).body).toContain('upstream_malformed')
  })

  test('before it answered: 502', async () => {
    const { world } = await behindRaw((socket) => socket.destroy())
    expect((await world.send('GET /public/x')).body).toContain('upstream_failed')
  })

  test.each([
    ['Content-Length', 'Content-Length: 100\r\n\r\nhalf'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['chunked, then garbage', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n'],
  ])('in the middle of its answer: the client sees that it is not whole (%s)', async (_, rest) => {
    const { world } = await behindRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`))
    const sent = client(world, 'GET')
    sent.end()
    // Whether the head still got out depends on the packets; that the body looks whole must not.
    await expect(answered(sent).then(textOf)).rejects.toThrow(/aborted|hang up/)
    await world.controlPlane.event(({ kind }) => kind === 'response.broken')
  })

  test('by answering before the request is whole: the answer arrives', async () => {
    const { world } = await behindRaw((socket) => socket.write('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno'))
    const answer = await sendRaw(
      world.gateway.url,
      `POST /public/x HTTP/1.1\r\nHost: ${world.host}\r\nContent-Type: image/png\r\nContent-Length: 900000\r\n\r\n\0\0\0\0part`,
    )
    expect([answer.status, answer.body]).toEqual([401, 'no'])
  })
})

describe('when one side goes away', () => {
  test('the upstream hears that the client has', async () => {
    const gone = Promise.withResolvers<void>()
    const { world, upstream } = await behind((_, response) => {
      response.on('close', () => gone.resolve())
      response.write('begun')
    })
    const sent = client(world, 'GET')
    sent.on('error', () => undefined).end()
    await answered(sent)
    sent.destroy()
    await gone.promise
    expect(upstream.requests).toHaveLength(1)
  })

  test('a client that goes before the upstream answers leaves nothing behind', async () => {
    const gone = Promise.withResolvers<void>()
    const { world, upstream } = await behind((_, response) => response.on('close', () => gone.resolve()))
    const sent = client(world, 'POST', '/public/x', { ...octets, 'content-length': '10' })
    sent.on('error', () => undefined)
    sent.write('\0half')
    await expect.poll(() => upstream.requests).toHaveLength(1)
    sent.destroy()
    await gone.promise
  })
})

test('HTTP/1.0 clients are answered without chunks', async () => {
  const { world } = await behindRaw((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  )
  const answer = await sendRaw(world.gateway.url, `GET /public/x HTTP/1.0\r\nHost: ${world.host}\r\n\r\n`)
  expect(answer.headers.has('transfer-encoding')).toBe(false)
  expect(answer.text).toMatch(/\r\n\r\nok$/)
})

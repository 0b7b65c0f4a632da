import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { parseAnswer, type RawUpstream, startRawUpstream } from './testing/raw.ts'
import { startWorld, type World, type WorldOptions } from './testing/world.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function behind(
  answer: Parameters<typeof startRawUpstream>[0],
  options: Partial<WorldOptions> = {},
): Promise<{ world: World; upstream: RawUpstream }> {
  const upstream = await startRawUpstream(answer)
  closing.push(() => upstream.close())
  const world = await startWorld({ upstream: upstream.origin, ...options })
  closing.push(() => world.close())
  return { world, upstream }
}

/** Opens a connection and writes; resolves with all that came until the other side closed. */
async function slow(world: World, drip: (socket: Socket) => () => void): Promise<string> {
  const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
  const stop = drip(socket)
  await once(socket, 'close')
  stop()
  return text
}
const every = (ms: number, call: () => void) => {
  const timer = setInterval(call, ms)
  return () => clearInterval(timer)
}
const silent = (): void => undefined

describe('a client that is too slow is cut off', () => {
  const gateway = { timeouts: { clientHeadMs: 600, clientRequestMs: 900 } }

  test('with its head (slowloris), however often it drips, with an event', async () => {
    const { world, upstream } = await behind(silent, { gateway })
    const text = await slow(world, (socket) => {
      socket.write(`GET /public/x HTTP/1.1\r\nHost: ${world.host}\r\n`)
      return every(50, () => socket.write('X: a\r\n'))
    })
    expect(parseAnswer(text)).toMatchObject({ status: 408 })
    expect(upstream.sockets).toHaveLength(0)
    await world.controlPlane.event(({ reason }) => reason === 'request_timeout')
  })

  test('with its body, and the upstream is let go', async () => {
    const { world, upstream } = await behind(silent, { gateway })
    const text = await slow(world, (socket) => {
      socket.write(
        `POST /public/x HTTP/1.1\r\nHost: ${world.host}\r\nContent-Type: image/png\r\nContent-Length: 10000\r\n\r\n\0\0\0\0`,
      )
      return every(50, () => socket.write('x'))
    })
    expect(parseAnswer(text)).toMatchObject({ status: 408 })
    await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true)
  })

  test('when its body stops', async () => {
    const { world } = await behind(silent, { requestTimeoutMs: 300 })
    const text = await slow(world, (socket) => {
      socket.write(
        `POST /public/x HTTP/1.1\r\nHost: ${world.host}\r\nContent-Type: image/png\r\nContent-Length: 10\r\n\r\nx`,
      )
      return silent
    })
    expect(parseAnswer(text)).toMatchObject({ status: 408 })
  })

  test('when it reads nothing of an answer', async () => {
    const { world, upstream } = await behind(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n')
        const more = (): void => {
          while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
        }
        socket.on('drain', more)
        more()
      },
      { gateway: { timeouts: { idleMs: 500 } } },
    )
    const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /public/x HTTP/1.1\r\nHost: ${world.host}\r\n\r\n`)
    await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true)
    socket.destroy()
    // The rest stayed with the upstream: it was not piled up in the gateway.
    expect(upstream.sockets[0]?.bytesWritten).toBeLessThan(50_000_000)
  })
})

describe('an upstream that is too slow', () => {
  test('to answer: 504', async () => {
    const { world } = await behind(silent, { requestTimeoutMs: 300 })
    const answer = await world.send('GET /public/x')
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      504,
      expect.objectContaining({ code: 'upstream_timeout' }),
    ])
  })

  test('to go on: the answer is broken off', async () => {
    const { world, upstream } = await behind(
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
      { gateway: { timeouts: { idleMs: 300 } } },
    )
    const text = await slow(world, (socket) => {
      socket.write(`GET /public/x HTTP/1.1\r\nHost: ${world.host}\r\n\r\n`)
      return silent
    })
    expect(text).toMatch(/half$/)
    await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true)
  })

  test('as a whole, though it keeps dripping', async () => {
    const { world } = await behind(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n')
        const stop = every(50, () => socket.write('x'))
        socket.on('close', stop)
      },
      { gateway: { timeouts: { wholeMs: 500 } } },
    )
    const text = await slow(world, (socket) => {
      socket.write(`GET /public/x HTTP/1.1\r\nHost: ${world.host}\r\n\r\n`)
      return silent
    })
    expect(text).toMatch(/x$/)
  })

  test('to set up the connection: 504', async () => {
    // It takes the connection, and never answers the TLS handshake.
    const { upstream } = await behind(silent)
    const world = await startWorld({
      upstream: upstream.origin.replace('http:', 'https:'),
      gateway: { timeouts: { connectMs: 200 } },
    })
    closing.push(() => world.close())
    const answer = await world.send('GET /public/x')
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      504,
      expect.objectContaining({ code: 'upstream_timeout' }),
    ])
  })
})

test('a connection on which nothing comes is closed without a word', async () => {
  const { world } = await behind(silent, { gateway: { timeouts: { clientIdleMs: 300, clientHeadMs: 600 } } })
  expect(await slow(world, () => silent)).toBe('')
  expect(world.controlPlane.events).toHaveLength(0)
})

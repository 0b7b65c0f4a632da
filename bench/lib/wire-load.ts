import { connect, type Socket } from 'node:net'

export interface WireLoad {
  /** Origin of the program under load. */
  readonly url: string
  /** Writes the next request: its whole bytes, in latin1. */
  readonly next: () => string
  readonly connections: number
  readonly seconds: number
}

export interface WireFigures {
  /** Answered with 2xx. */
  readonly good: number
  readonly other: number
  readonly seconds: number
}

/**
 * Asks as fast as the answers come, over connections that are kept. Generators that are made for one request over and over cannot make a
 * new one each time, and cost more than what they load.
 * @throws Error when a connection breaks or an answer cannot be read
 */
export async function wireLoad({ url, next, connections, seconds }: WireLoad): Promise<WireFigures> {
  const { hostname, port } = new URL(url)
  const figures = { good: 0, other: 0 }
  const began = performance.now()
  const until = began + seconds * 1000
  const asker = { next, figures, until }
  await Promise.all(Array.from({ length: connections }, () => ask(connect(Number(port), hostname), asker)))
  return { ...figures, seconds: (performance.now() - began) / 1000 }
}

interface Asker {
  readonly next: () => string
  readonly figures: { good: number; other: number }
  /** Milliseconds of the monotonic clock. */
  readonly until: number
}

async function ask(socket: Socket, { next, figures, until }: Asker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let pending = ''
  socket.setNoDelay(true).setEncoding('latin1')
  socket.on('connect', () => socket.write(next(), 'latin1'))
  socket.on('data', (text: string) => {
    pending += text
    if (!isWhole(pending)) return
    if (pending.startsWith('HTTP/1.1 2')) figures.good++
    else figures.other++
    pending = ''
    if (performance.now() < until) socket.write(next(), 'latin1')
    else {
      socket.destroy()
      resolve()
    }
  })
  socket.on('error', reject)
  socket.on('end', () => reject(new Error(`The connection was closed: ${pending.slice(0, 200)}`)))
  return promise
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, end + 2)) ?? []
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length)
}

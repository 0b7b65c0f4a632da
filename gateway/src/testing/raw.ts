import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What a raw client got. */
export interface RawAnswer {
  readonly text: string
  readonly status: number
  readonly body: string
  /** Lower-case names; several values joined by a line feed. */
  readonly headers: ReadonlyMap<string, string>
}

/** Sends these very bytes (latin1) and reads until the other side closes, or has been silent for so long. */
export async function sendRaw(url: string, bytes: string, silentMs = 300): Promise<RawAnswer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    socket.setTimeout(silentMs)
  })
  // How long the first byte takes says nothing; that no more come must be guessed.
  socket.setTimeout(10_000, () => socket.destroy())
  socket.write(bytes, 'latin1')
  await once(socket, 'close')
  return parseAnswer(text)
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [start = '', ...lines] = text.slice(0, Math.max(0, end)).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  const rest = text.slice(end + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunk(rest) : rest
  return { text, status: Number(start.split(' ')[1] ?? 0), body, headers }
}

function unchunk(text: string): string {
  let body = ''
  let at = 0
  for (;;) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    if (line < 0 || !(size > 0)) return body
    body += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
}

/** An upstream that answers with whatever bytes it is told to, and keeps what it was sent. */
export interface RawUpstream {
  readonly origin: string
  /** Everything that came, connection by connection. */
  readonly received: string[]
  readonly sockets: Socket[]
  close(): Promise<void>
}

/** Called for each request head that is complete, with its text, the number of its connection, and all that came on that so far. */
export type AnswerRaw = (socket: Socket, head: string, connection: number, received: () => string) => void

export async function startRawUpstream(answer: AnswerRaw): Promise<RawUpstream> {
  const received: string[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const index = sockets.push(socket) - 1
    received.push('')
    let unread = ''
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => {
      received[index] = (received[index] ?? '') + chunk
      unread += chunk
      const end = unread.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = unread.slice(0, end)
      unread = ''
      answer(socket, head, index, () => received[index] ?? '')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export const ok = (socket: Socket): void => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
}

/** Answers when a request is whole, with what came so far: an answer that overtakes a body may cut it off. */
export const okWhenWhole: AnswerRaw = (socket, head, _connection, received) => {
  const look = (): void => {
    const all = received()
    const body = all.slice(all.lastIndexOf(head) + head.length + 4)
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
    const chunked = /^transfer-encoding:/im.test(head)
    if (chunked ? !/(?:^|\r\n)0\r\n\r\n$/.test(body) : body.length < length) return
    socket.off('data', look)
    ok(socket)
  }
  socket.on('data', look)
  look()
}

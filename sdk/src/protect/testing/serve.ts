import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { ProtectOptions } from '../options.ts'

/** An application on a server of its own. */
export interface Served {
  readonly port: number
  close(): Promise<void>
}

export type Start = (options: ProtectOptions) => Promise<Served>

export async function listen(server: Server, end: () => Promise<void>): Promise<Served> {
  if (!server.listening) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await end()
    },
  }
}

export interface Said {
  readonly status: number
  /** Names in lower case; several values joined by a line feed. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Writes these very bytes (latin1), part by part, and reads what comes back until the connection ends. */
export async function say(port: number, ...parts: readonly string[]): Promise<Said> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay(true)
  let text = ''
  socket.on('data', (chunk: string) => void (text += chunk)).on('error', () => undefined)
  socket.setTimeout(30_000, () => socket.destroy())
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  for (const part of parts) {
    socket.write(part, 'latin1')
    await new Promise((resolve) => setImmediate(resolve))
  }
  await closed
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [line = '', ...fields] = head.split('\r\n')
  const headers = new Map<string, string>()
  for (const field of fields) {
    const [name = '', ...value] = field.split(': ')
    const known = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), known === undefined ? value.join(': ') : `${known}\n${value.join(': ')}`)
  }
  const body = rest.join('\r\n\r\n')
  const chunked = headers.get('transfer-encoding') === 'chunked'
  return { status: Number(line.split(' ')[1]), headers, body: chunked ? joined(body) : body }
}

/** The parts of a chunked body, as one. */
function joined(text: string): string {
  const [, size = '', rest = ''] = /^([0-9a-f]+)\r\n([\s\S]*)$/i.exec(text) ?? []
  const length = Number.parseInt(size, 16)
  return length > 0 ? rest.slice(0, length) + joined(rest.slice(length + 2)) : ''
}

/** A request with a Host and an end. */
export const request = (line: string, fields: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: shop.example', 'Connection: close', ...fields, '', body].join('\r\n')

export const post = (path: string, type: string, body: string, fields: readonly string[] = []): string =>
  request(
    `POST ${path}`,
    [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`, ...fields],
    body,
  )

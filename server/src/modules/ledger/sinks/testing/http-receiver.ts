import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { certificates } from './certificates.ts'

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** the connection it came over, counted from 1 */
  readonly connection: number
}

/** What the receiver does with a request: answers, or misbehaves. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>

export interface HttpReceiver {
  readonly url: string
  readonly port: number
  readonly received: ReceivedRequest[]
  behave(next: Behaviour): void
  /** Ends connections that are kept and idle. */
  closeIdle(): void
  close(): Promise<void>
}

export const answers =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Behaviour =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
  }

/** A real HTTP server of our own that somebody else could have written. */
export async function startHttpReceiver(secure = false): Promise<HttpReceiver> {
  const received: ReceivedRequest[] = []
  let behaviour: Behaviour = answers(200)
  const connections = new Map<unknown, number>()
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const connection = connections.get(request.socket) ?? connections.size + 1
      connections.set(request.socket, connection)
      const { url: path = '', headers } = request
      const seen = { path, headers, body: Buffer.concat(chunks), connection }
      received.push(seen)
      await behaviour(seen, response)
    })().catch(() => response.destroy())
  }
  const server = secure
    ? createTlsServer({ cert: certificates.server, key: certificates.serverKey }, listener)
    : createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `${secure ? 'https' : 'http'}://localhost:${port}/in`,
    port,
    received,
    behave(next) {
      behaviour = next
    },
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

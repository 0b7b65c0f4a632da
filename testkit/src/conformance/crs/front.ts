import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Engine, Header, Transaction } from '@holdfast/seclang'
import { lineOf } from './in-process.ts'
import { reflect } from './reflect.ts'

/** Something that listens, with the rules behind its HTTP parser, and a backend that reflects. */
export interface Front {
  readonly port: number
  /** What the rules wrote since it was asked last. */
  lines(): readonly string[]
  close(): Promise<void>
}

/** Node's own HTTP server before the engine, as the gateway has it. */
export async function nodeFront(engine: Engine): Promise<Front> {
  let told: string[] = []
  const server = createServer((request, response) => {
    const transaction = engine.begin({
      clientAddress: '127.0.0.1',
      clientPort: request.socket.remotePort ?? 0,
      serverAddress: '127.0.0.1',
      serverPort: 80,
      id: 'conformance',
    })
    answer(transaction, request, response)
      .catch(() => response.destroy())
      .finally(() =>
        told.push(
          ...transaction
            .end()
            .matches.filter(({ log }) => log)
            .map(lineOf),
        ),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    lines() {
      const lines = told
      told = []
      return lines
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(transaction: Transaction, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { rawHeaders, method = '', url = '', httpVersion } = request
  const headers = Array.from(
    { length: rawHeaders.length / 2 },
    (_, at): Header => [rawHeaders[2 * at] ?? '', rawHeaders[2 * at + 1] ?? ''],
  )
  transaction.request({ method, target: url, protocol: `HTTP/${httpVersion}`, headers })
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('latin1')
  transaction.body(body)
  const reflected = reflect(url, body)
  transaction.response({ status: reflected.status, protocol: 'HTTP/1.1', headers: reflected.headers })
  transaction.responseBody(reflected.body)
  response.writeHead(reflected.status, { 'content-length': 0 })
  response.end()
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface NaiveProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  close(): Promise<void>
}

/**
 * BAD, for the lab: a proxy as one writes it in an afternoon. It forbids DELETE, takes the length of a body from Content-Length, and has
 * never heard of Transfer-Encoding: what the shop behind it takes for a second request is a body here, and nobody judges it.
 */
export async function startNaiveProxy(upstream: string): Promise<NaiveProxy> {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    const shop = connect(Number(new URL(upstream).port), '127.0.0.1')
    shop.pipe(client)
    for (const [one, other] of [
      [client, shop],
      [shop, client],
    ] as const) {
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
    let pending = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      for (let request = take(pending); request !== null; request = take(pending)) {
        pending = pending.subarray(request.length)
        if (request.toString('latin1').startsWith('DELETE ')) {
          client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
          return
        }
        shop.write(request)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const client of clients) client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** @returns the first request of these bytes, or null when it is not whole yet */
function take(bytes: Buffer): Buffer | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1] ?? '0'
  const whole = end + 4 + Number(length)
  return bytes.length < whole ? null : bytes.subarray(0, whole)
}

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Something in the own network that asks nobody who they are: a metadata service, an admin page. */
export interface Internal {
  readonly url: string
  /** What it tells whoever asks. */
  readonly secret: string
  /** How often it was asked. */
  readonly asked: () => number
  close(): void
}

export async function startInternal(): Promise<Internal> {
  const secret = randomUUID()
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.end(`<title>${secret}</title>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    asked: () => asked,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

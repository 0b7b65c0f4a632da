import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Pipe {
  readonly url: string
  /** Nothing passes any more, in neither direction, and nobody is told: new connections are taken and lead nowhere. */
  freeze(): void
  close(): Promise<void>
}

/** A way to a server that can be frozen, as by a router that drops what it should pass on. */
export async function startPipe(to: string): Promise<Pipe> {
  const { hostname, port } = new URL(to)
  const open = new Set<Socket>()
  let frozen = false
  const server = createServer((client) => {
    open.add(client)
    client.on('error', () => {}).on('close', () => open.delete(client))
    if (frozen) return
    const upstream = connect(Number(port), hostname)
    open.add(upstream)
    upstream
      .on('error', () => {})
      .on('close', () => {
        open.delete(upstream)
        client.destroy()
      })
    client.on('close', () => upstream.destroy())
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze() {
      frozen = true
      for (const socket of open) socket.unpipe().pause()
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

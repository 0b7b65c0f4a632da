import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HostFront {
  /** whoever asks here asks the server by the host */
  readonly url: string
  close(): Promise<void>
}

/** Stands for a name that leads to the server: `fetch` sends no Host header but that of its address. */
export async function startHostFront(server: string, host: string): Promise<HostFront> {
  const { hostname, port } = new URL(server)
  const front = createServer((asked, answer) => {
    const { method, url, headers } = asked
    const sent = request({ hostname, port, method, path: url, headers: { ...headers, host } }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.rawHeaders)
      got.pipe(answer)
    })
    sent.on('error', () => answer.destroy())
    asked.pipe(sent)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        front.closeAllConnections()
        front.close(() => resolve())
      }),
  }
}

import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Failure } from '../failure.ts'

export interface Loopback {
  readonly redirectUri: string
  /** The query with which the browser came back. @throws Failure `timeout` */
  readonly called: (milliseconds: number) => Promise<URLSearchParams>
  close(): void
}

const page = (title: string, text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body style="font-family:sans-serif;margin:3rem"><h1>${title}</h1><p>${text}</p>`
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
}

/**
 * Listens on the loopback address, at a port that the system chooses, for the one redirect of a sign-in (RFC 8252, section 7.3).
 * @param state what the redirect must bring back: whatever else comes there is none of ours
 */
export async function listenForCallback(state: string): Promise<Loopback> {
  const found = Promise.withResolvers<URLSearchParams>()
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method !== 'GET' || url.pathname !== '/callback' || url.searchParams.get('state') !== state) {
      response.writeHead(404, headers).end(page('Nothing here', 'This is not what the terminal waits for.'))
      return
    }
    const good = url.searchParams.has('code')
    const said = good ? 'The terminal has what it needs. You can close this page.' : 'The terminal says why.'
    response.writeHead(200, headers).end(page(good ? 'Signed in' : 'Not signed in', said))
    found.resolve(url.searchParams)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    called(milliseconds) {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(
        () => late.reject(new Failure({ code: 'timeout', detail: 'Nobody signed in.', mend: 'Run it again.' })),
        milliseconds,
      )
      return Promise.race([found.promise, late.promise]).finally(() => clearTimeout(timer))
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { exchange } from '../crs/raw-client.ts'
import type { WireRequest } from './place.ts'

/**
 * Sends requests to a gateway that runs, byte for byte, each on a connection of its own. What is answered by 400, 403, 405, 413,
 * 415, 421, 422 or 431, or not at all, did not come to a backend; the backend behind it must answer 200 or 404. Where the gateway
 * says that these are too many for one address (429), the request is sent again a second later.
 */
export function sendTo(url: string): (request: WireRequest) => Promise<string | undefined> {
  const { hostname, port, host } = new URL(url)
  if (!/^(?:127\.0\.0\.1|(?:.+\.)?localhost)$/.test(hostname)) throw new Error(`${url} is not on this machine`)
  return async (request) => {
    const ask = () => exchange(Number(port === '' ? 80 : port), bytesOf(request, host))
    let status = await ask()
    for (let again = 0; status === 429 && again < 60; again++) {
      await sleep(1000)
      status = await ask()
    }
    if (status === 429) throw new Error(`${url} answers 429 for a minute: it has a limit that this cannot wait for`)
    if (status === undefined) return 'no answer'
    return [400, 403, 405, 413, 415, 421, 422, 431].includes(status) ? `status ${status}` : undefined
  }
}

function bytesOf({ method, target, headers, body }: WireRequest, host: string): string {
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines = [`Host: ${host}`, ...headers.map(([name, value]) => `${name}: ${value}`), 'Connection: close']
  if (!names.has('user-agent')) lines.push('User-Agent: holdfast-conformance')
  if (body !== '') lines.push(`Content-Length: ${body.length}`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

import { fetchOutbound } from '../../../platform/outbound/fetch.ts'
import type { Outbound } from '../../../platform/outbound/resolve.ts'

/** Of a key set that a client publishes. */
const mostBytes = 256 * 1024

/**
 * What oidc-provider fetches key sets of clients with: whoever registers a client names the address, so that it goes to public
 * addresses only, follows no redirect, and ends in time and in size.
 */
export function guardedFetch(outbound: Outbound): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = Object.fromEntries(new Headers(init?.headers))
    const { status, headers: answered, body } = await fetchOutbound({ url, headers, mostBytes }, outbound)
    const kept = ['content-type', 'cache-control', 'expires'].flatMap((name) => {
      const value = answered[name]
      return value === undefined ? [] : [[name, value] as [string, string]]
    })
    const empty = status === 204 || status === 304
    return new Response(empty ? null : Uint8Array.from(body), { status: status < 200 ? 502 : status, headers: kept })
  }
}

import type { CustomFetchOptions } from 'oauth4webapi'
import { fetchOutbound, OutboundFailed } from '../../../../platform/outbound/fetch.ts'
import { AddressRefused, type Outbound } from '../../../../platform/outbound/resolve.ts'
import { UpstreamFailed } from './provider.ts'

const seconds = 8
const mostBytes = 256 * 1024

type Fetch = (url: string, options: CustomFetchOptions<string, URLSearchParams | undefined>) => Promise<Response>

/**
 * `fetch` for what a provider's metadata name: whoever writes those chooses the addresses, so each is checked as if an
 * attacker had. No redirects, little time, small answers.
 */
export function guardedFetch(outbound: Outbound): Fetch {
  return async (url, { method, headers, body }) => {
    try {
      const answer = await fetchOutbound(
        {
          url,
          method: method === 'POST' ? 'POST' : 'GET',
          headers: Object.fromEntries(Object.entries(headers)),
          ...(body !== undefined && { body: body.toString() }),
          timeoutSeconds: seconds,
          mostBytes,
        },
        outbound,
      )
      const kept = Object.entries(answer.headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
      const empty = answer.status === 204 || answer.status === 304
      return new Response(empty ? null : Uint8Array.from(answer.body), { status: answer.status, headers: kept })
    } catch (error) {
      if (error instanceof AddressRefused || error instanceof OutboundFailed) {
        throw new UpstreamFailed('upstream_unreachable', error.message, { cause: error })
      }
      throw error
    }
  }
}

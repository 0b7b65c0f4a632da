import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Whose address this is: the peer's, unless the peer is a proxy of ours; then the last address of X-Forwarded-For that is
 * none of our proxies. What stands further left was written by the client and may be anything.
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: string | undefined,
  trusted: ReadonlySet<string>,
): string | null {
  const direct = plain(peer)
  if (direct === null || !trusted.has(direct)) return direct
  for (const hop of (forwarded ?? '').split(',').toReversed()) {
    const address = plain(hop.trim())
    if (address === null || isIP(address) === 0) break
    if (!trusted.has(address)) return address
  }
  return direct
}

/** An IPv4 address that came through an IPv6 socket is the IPv4 address. */
function plain(address: string | undefined): string | null {
  return address === undefined || address === '' ? null : address.replace(/^::ffff:/, '')
}

/** Whose request this is, and whether a proxy of ours brought it. */
export function peerOf(
  { socket, headers }: IncomingMessage,
  trusted: ReadonlySet<string>,
): { readonly address: string | null; readonly fromProxy: boolean } {
  const direct = plain(socket.remoteAddress)
  const forwarded = [headers['x-forwarded-for']].flat().join(',')
  return {
    address: clientAddress(socket.remoteAddress, forwarded, trusted),
    fromProxy: direct !== null && trusted.has(direct),
  }
}

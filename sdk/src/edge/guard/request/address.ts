import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'

/** Where a request came from, as far as it can be believed. */
export interface Origin {
  readonly address: string
  readonly scheme: 'http' | 'https'
}

/**
 * Reads the client's address and scheme: from the socket, or, when that is a proxy we were told to trust, from the last
 * entry of X-Forwarded-For and X-Forwarded-Proto, which is the one that this proxy wrote itself.
 * @param trusted addresses or CIDR ranges of proxies in front of the gateway
 * @throws Error when one of them is neither
 */
export function originReader(trusted: readonly string[], secure: boolean): (request: IncomingMessage) => Origin {
  const proxies = new BlockList()
  for (const entry of trusted) {
    const [net = '', bits] = entry.split('/', 2)
    const family = isIP(net)
    if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
      throw new Error(`${entry} is no address or range.`)
    if (bits === undefined) proxies.addAddress(net, family === 6 ? 'ipv6' : 'ipv4')
    else proxies.addSubnet(net, Number(bits), family === 6 ? 'ipv6' : 'ipv4')
  }
  const scheme = secure ? 'https' : 'http'
  return (request) => {
    const address = plainAddress(request.socket.remoteAddress ?? '')
    if (trusted.length === 0 || !proxies.check(address, address.includes(':') ? 'ipv6' : 'ipv4'))
      return { address, scheme }
    const forwarded = plainAddress(last(request.headers['x-forwarded-for']))
    const proto = last(request.headers['x-forwarded-proto']).toLowerCase()
    return {
      address: isIP(forwarded) === 0 ? address : forwarded,
      scheme: proto === 'https' || proto === 'http' ? proto : scheme,
    }
  }
}

const last = (value: string | string[] | undefined): string =>
  String(value ?? '')
    .split(',')
    .at(-1)
    ?.trim() ?? ''

/** An IPv4 address that came over an IPv6 socket is an IPv4 address. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)

import { BlockList, isIP } from 'node:net'

/**
 * - `public`: may be sent to
 * - `private`: our own network or machine; only where the operator allows it
 * - `never`: what no receiver of events has, and what an attacker looks for: link-local addresses with the metadata of
 *   cloud machines, multicast, unspecified and reserved ones, and IPv6 forms that hide an IPv4 address
 */
export type Reach = 'public' | 'private' | 'never'

const never = blockList([
  ['0.0.0.0', 8], // "this network", which Linux takes for loopback: RFC 6890
  ['169.254.0.0', 16], // link-local, with 169.254.169.254: RFC 3927
  ['168.63.129.16', 32], // Azure's wire server
  ['100.100.100.200', 32], // Alibaba Cloud's metadata
  ['192.0.0.0', 24], // IETF protocol assignments, with Oracle Cloud's 192.0.0.192
  ['192.88.99.0', 24], // 6to4 relays
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and the broadcast address
  ['::', 96], // unspecified, and the IPv4-compatible ones; not ::1, see below
  ['::ffff:0:0:0', 96], // IPv4-translated: RFC 2765
  ['64:ff9b::', 96], // NAT64: RFC 6052
  ['64:ff9b:1::', 48],
  ['100::', 64], // discard
  ['2001::', 23], // Teredo and its like
  ['2002::', 16], // 6to4
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local
  ['ff00::', 8], // multicast
  ['fd00:ec2::', 32], // Amazon's metadata and services
  ['fd20:ce::', 32], // Google's metadata
])

const inside = blockList([
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10], // carrier-grade NAT: RFC 6598
  ['192.0.2.0', 24], // documentation
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['198.18.0.0', 15], // benchmarks
  ['2001:db8::', 32],
  ['fc00::', 7], // unique local
])

/** @param address as a resolver gives it, never a name */
export function reachOf(address: string): Reach {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return 'never'
  if (address === '::1') return 'private'
  // An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) is looked up as the IPv4 address that it is.
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (never.check(address, type)) return 'never'
  return inside.check(address, type) ? 'private' : 'public'
}

function blockList(ranges: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6')
  return list
}

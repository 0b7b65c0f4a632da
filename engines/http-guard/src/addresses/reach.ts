import { readAddress } from './network.ts'

/**
 * Where an address leads:
 * - `public`: may be sent to
 * - `private`: our own network or machine; only where the operator allows it
 * - `never`: what nobody sends to on purpose, and what an attacker looks for: link-local addresses with the metadata of
 *   cloud machines, multicast, unspecified and reserved ones, and IPv6 forms that hide an IPv4 address
 */
export type Reach = 'public' | 'private' | 'never'

const NEVER = ranges([
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

const INSIDE = ranges([
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
  ['::1', 128],
])

interface Range {
  readonly bytes: Uint8Array
  readonly bits: number
}

/** @param address as a resolver gives it; a name, and any form of a number that only some read, is `never` */
export function reachOf(address: string): Reach {
  const bytes = address.includes('%') ? null : readAddress(address)
  if (bytes === null) return 'never'
  if (bytes.length === 16 && bytes[15] === 1 && bytes.subarray(0, 15).every((byte) => byte === 0)) return 'private'
  if (NEVER.some((range) => isIn(bytes, range))) return 'never'
  return INSIDE.some((range) => isIn(bytes, range)) ? 'private' : 'public'
}

function isIn(address: Uint8Array, { bytes, bits }: Range): boolean {
  if (address.length !== bytes.length) return false
  const whole = bits >> 3
  for (let at = 0; at < whole; at++) if (address[at] !== bytes[at]) return false
  const rest = 8 - (bits & 7)
  return rest === 8 || (address[whole] as number) >> rest === (bytes[whole] as number) >> rest
}

function ranges(list: readonly (readonly [network: string, bits: number])[]): readonly Range[] {
  return list.map(([network, bits]) => {
    const bytes = readAddress(network)
    if (bytes === null) throw new TypeError(`${network} is no address`)
    return { bytes, bits }
  })
}

/** An address as node:dns gives it. */
export interface Resolved {
  readonly address: string
  readonly family: number
}

/**
 * All that a name resolved to counts: a name of which one address lies inside is refused, whichever would be taken.
 * @returns why nothing may be sent there, or undefined
 */
export function refusalOf(found: readonly Resolved[], { allowPrivate }: { allowPrivate: boolean }): string | undefined {
  if (found.length === 0) return 'the name has no address'
  const reaches = found.map(({ address }) => reachOf(address))
  if (reaches.includes('never')) return 'it is link-local, reserved or an address of metadata'
  if (reaches.includes('private') && !allowPrivate) {
    return 'it is an address of a private network, and the setting that allows those is not set'
  }
  return undefined
}

type Answer = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void

/** For `net.connect` and whatever is built on it: a lookup that knows these addresses and asks nobody. */
export function fixedLookup(
  found: readonly Resolved[],
): (
  host: string,
  options: { all?: boolean | undefined; family?: number | string | undefined },
  answer: Answer,
) => void {
  return (_host, { all, family }, answer) => {
    const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : undefined
    const fitting = found.filter((entry) => wanted === undefined || entry.family === wanted)
    const [first] = fitting
    if (first === undefined) answer(new Error('no address of the family'), '', 0)
    else if (all === true)
      answer(
        null,
        fitting.map(({ address, family }) => ({ address, family })),
      )
    else answer(null, first.address, first.family)
  }
}

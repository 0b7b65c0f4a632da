/**
 * An IPv4 address in any form that the URL parser takes (WHATWG URL, 3.5 "IPv4 parser"): one to four parts, each decimal,
 * octal (`0177`) or hexadecimal (`0x7f`), the last one filling what is left. Undefined where it is none.
 */
export function ipv4Of(host: string): number | undefined {
  const parts = host.split('.')
  if (parts.at(-1) === '' && parts.length > 1) parts.pop()
  if (parts.length > 4 || host.length > 80) return undefined
  const numbers = parts.map(numberOf)
  let address = 0
  for (const [at, number] of numbers.entries()) {
    if (number === undefined) return undefined
    const last = at === numbers.length - 1
    if (number > (last ? 256 ** (5 - numbers.length) - 1 : 255)) return undefined
    address += number * 256 ** (last ? 0 : 3 - at)
  }
  return address
}

function numberOf(part: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(part)) return part.length === 2 ? 0 : Number.parseInt(part, 16)
  if (/^0[0-7]+$/.test(part)) return Number.parseInt(part, 8)
  return /^[0-9]+$/.test(part) ? Number.parseInt(part, 10) : undefined
}

export type Range =
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'metadata'
  | 'this network'
  | 'shared'
  | 'reserved'
  | 'multicast'

const RANGES: readonly (readonly [network: number, bits: number, range: Range])[] = [
  [0xa9fe_a9fe, 32, 'metadata'],
  [0xa9fe_aa02, 32, 'metadata'],
  [0x6464_64c8, 32, 'metadata'],
  [0xc000_00c0, 32, 'metadata'],
  [0x7f00_0000, 8, 'loopback'],
  [0x0a00_0000, 8, 'private'],
  [0xac10_0000, 12, 'private'],
  [0xc0a8_0000, 16, 'private'],
  [0xa9fe_0000, 16, 'link-local'],
  [0x0000_0000, 8, 'this network'],
  [0x6440_0000, 10, 'shared'],
  [0xc000_0000, 24, 'reserved'],
  [0xc612_0000, 15, 'reserved'],
  [0xf000_0000, 4, 'reserved'],
  [0xe000_0000, 4, 'multicast'],
]

/** To which of the ranges that are nobody's on the internet an address belongs. RFC 6890; the addresses of clouds' metadata first. */
export function rangeOf(address: number): Range | undefined {
  return RANGES.find(
    ([network, bits]) => Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits)),
  )?.[2]
}

import { readAddress } from './network.ts'

/** Networks in which an address may lie. */
export interface Networks {
  readonly size: number
  has(address: string): boolean
}

/** A binary trie: two children for each node; -1 none, `WHOLE` everything below lies in. */
class Trie {
  private readonly nodes: number[] = [NONE, NONE]

  add(bytes: Uint8Array, bits: number): void {
    let node = 0
    for (let bit = 0; bit < bits; bit++) {
      const slot = node * 2 + bitOf(bytes, bit)
      const next = this.nodes[slot] ?? NONE
      if (next === WHOLE) return
      if (bit === bits - 1) this.nodes[slot] = WHOLE
      else if (next === NONE) {
        this.nodes[slot] = this.nodes.length / 2
        node = this.nodes.length / 2
        this.nodes.push(NONE, NONE)
      } else node = next
    }
    if (bits === 0) this.nodes.fill(WHOLE, 0, 2)
  }

  has(bytes: Uint8Array): boolean {
    let node = 0
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const next = this.nodes[node * 2 + bitOf(bytes, bit)] ?? NONE
      if (next === WHOLE) return true
      if (next === NONE) return false
      node = next
    }
    return false
  }
}

const NONE = -1
const WHOLE = -2

const bitOf = (bytes: Uint8Array, bit: number): number => ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1

/**
 * @param entries addresses and CIDR ranges, of both families
 * @throws RangeError that names what is neither
 */
export function compileNetworks(entries: readonly string[]): Networks {
  const tries = { 4: new Trie(), 16: new Trie() }
  for (const entry of entries) {
    const [address = '', length] = entry.split('/', 2)
    const bytes = readAddress(address)
    // An IPv4 range in IPv6 clothes counts its bits from the 96th.
    const shift = address.includes(':') && bytes?.length === 4 ? 96 : 0
    const bits =
      length === undefined ? (bytes?.length ?? 0) * 8 : /^\d{1,3}$/.test(length) ? Number(length) - shift : -1
    if (bytes === null || bits < 0 || bits > bytes.length * 8) throw new RangeError(`${entry} is no address or range.`)
    tries[bytes.length as 4 | 16].add(bytes, bits)
  }
  return {
    size: entries.length,
    has: (address) => {
      if (entries.length === 0) return false
      const bytes = readAddress(address)
      return bytes !== null && tries[bytes.length as 4 | 16].has(bytes)
    },
  }
}

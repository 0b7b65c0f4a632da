/** The bytes of an address: 4 or 16. An IPv4 address that came over an IPv6 socket (`::ffff:1.2.3.4`) is an IPv4 address. */
export function readAddress(text: string): Uint8Array | null {
  if (!text.includes(':')) return readV4(text)
  const plain = text.split('%', 1)[0] ?? ''
  const bytes = readV6(plain)
  if (bytes === null) return null
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return mapped ? bytes.slice(12) : bytes
}

function readV4(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null
  return Uint8Array.from(parts, Number)
}

/** RFC 4291 section 2.2. */
function readV6(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head = '', tail] = halves
  const before = readGroups(head)
  const after = tail === undefined ? [] : readGroups(tail)
  if (before === null || after === null) return null
  const missing = 16 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 2) return null
  return Uint8Array.from([...before, ...Array.from({ length: missing }, () => 0), ...after])
}

function readGroups(text: string): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (group.includes('.')) {
      const v4 = index === groups.length - 1 ? readV4(group) : null
      if (v4 === null) return null
      bytes.push(...v4)
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else return null
  }
  return bytes
}

/** Bits of an IPv6 address that one client has: it takes as many of the rest as it likes (RFC 6177). */
const clientBits = 64

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 address. What is no address counts as itself. */
export function clientOf(address: string): string {
  if (!address.includes(':')) return address
  const bytes = readAddress(address)
  if (bytes === null) return address
  if (bytes.length === 4) return bytes.join('.')
  const groups: string[] = []
  for (let i = 0; i < clientBits / 8; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  }
  return `${groups.join(':')}::/64`
}

/** An address as its bytes: 4 or 16. IPv4 in IPv6 (`::ffff:1.2.3.4`) is 4. */
function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return ipv4(text)
  const bytes = ipv6(text)
  const mapped = bytes !== undefined && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff
  return mapped && bytes[11] === 0xff ? bytes.slice(12) : bytes
}

/** `10.0.0.0/8`, `::1`: whether an address lies in one of these networks. Undefined where one cannot be read. */
export function networks(list: readonly string[]): ((address: string) => boolean) | undefined {
  const parsed = list.map(network)
  if (parsed.includes(undefined)) return undefined
  const known = parsed.filter((each) => each !== undefined)
  return (text) => {
    const address = addressBytes(text)
    return address !== undefined && known.some((each) => each(address))
  }
}

function network(text: string): ((address: Uint8Array) => boolean) | undefined {
  const [base = '', length, rest] = text.split('/')
  const bytes = addressBytes(base)
  if (bytes === undefined || rest !== undefined) return undefined
  const mapped = base.includes(':') && bytes.length === 4
  const whole = bytes.length * 8
  const bits = length === undefined ? whole : prefixLength(length, mapped ? 96 : 0)
  if (bits === undefined || bits < 0 || bits > whole) return undefined
  return (address) => address.length === bytes.length && sameBits(address, bytes, bits)
}

/** `8`, or as a mask `255.0.0.0`. */
function prefixLength(text: string, less: number): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) - less
  const mask = ipv4(text)
  if (mask === undefined) return undefined
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined
}

function sameBits(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const bytes = bits >> 3
  for (let at = 0; at < bytes; at++) if (a[at] !== b[at]) return false
  const rest = bits & 7
  if (rest === 0) return true
  const shift = 8 - rest
  return (a[bytes] ?? 0) >> shift === (b[bytes] ?? 0) >> shift
}

function ipv4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined
  return Uint8Array.from(parts, Number)
}

/** RFC 4291, section 2.2. */
function ipv6(text: string): Uint8Array | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  let source = text
  if (dotted !== null) {
    const tail = ipv4(dotted[2] ?? '')
    if (tail === undefined) return undefined
    const [a = 0, b = 0, c = 0, d = 0] = tail
    source = `${dotted[1] ?? ''}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  }
  const halves = source.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}

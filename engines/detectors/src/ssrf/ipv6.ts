import { ipv4Of, type Range, rangeOf } from './ipv4.ts'

/** The eight pieces of an IPv6 address (RFC 4291, 2.2), a zone left away; undefined where it is none. */
export function ipv6Of(host: string): readonly number[] | undefined {
  const text = host.replace(/%.*$/s, '')
  const halves = text.split('::')
  if (text.length > 60 || halves.length > 2) return undefined
  const [head, tail] = [piecesOf(halves[0] ?? ''), halves.length === 2 ? piecesOf(halves[1] ?? '') : []]
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function piecesOf(text: string): number[] | undefined {
  if (text === '') return []
  const pieces: number[] = []
  for (const part of text.split(':')) {
    const dotted = part.includes('.') ? ipv4Of(part) : undefined
    if (dotted !== undefined) pieces.push(Math.floor(dotted / 0x1_0000), dotted % 0x1_0000)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) pieces.push(Number.parseInt(part, 16))
    else return undefined
  }
  return pieces
}

/** RFC 4291 (loopback, mapped, link-local), RFC 4193 (unique local), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 5156. */
export function rangeOf6(pieces: readonly number[]): Range | undefined {
  const [first = 0, second = 0, third = 0] = pieces
  const zeros = pieces.findIndex((piece) => piece !== 0)
  const last = (pieces[6] ?? 0) * 0x1_0000 + (pieces[7] ?? 0)
  if (zeros < 0) return 'this network'
  if (zeros === 7 && last === 1) return 'loopback'
  // Mapped, compatible, translated, NAT64: the IPv4 address in it counts.
  if (zeros >= 6 || (zeros === 5 && pieces[5] === 0xffff) || (zeros === 4 && pieces[4] === 0xffff)) return rangeOf(last)
  if (first === 0x64 && second === 0xff9b) return rangeOf(last)
  if (first === 0x2002) return rangeOf(second * 0x1_0000 + third)
  if (first === 0xfd00 && second === 0xec2 && last === 0x254) return 'metadata'
  if ((first & 0xfe00) === 0xfc00) return 'private'
  if ((first & 0xffc0) === 0xfe80) return 'link-local'
  if ((first & 0xff00) === 0xff00) return 'multicast'
  return (first & 0xffc0) === 0xfec0 ? 'private' : undefined
}

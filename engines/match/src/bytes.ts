/** A set of bytes: bit `b & 31` of word `b >> 5`. Frozen by convention: whoever has one does not write to it. */
export type ByteSet = Uint32Array

export function setOf(...ranges: readonly (number | readonly [number, number])[]): ByteSet {
  const set = new Uint32Array(8)
  for (const range of ranges) {
    const [first, last] = typeof range === 'number' ? [range, range] : range
    for (let byte = first; byte <= last; byte++) set[byte >> 5] = (set[byte >> 5] ?? 0) | (1 << (byte & 31))
  }
  return set
}

export const allBytes: ByteSet = setOf([0, 255])

export function hasByte(set: ByteSet, byte: number): boolean {
  return (((set[byte >> 5] ?? 0) >>> (byte & 31)) & 1) === 1
}

export function union(...sets: readonly ByteSet[]): ByteSet {
  const all = new Uint32Array(8)
  for (const set of sets) for (let word = 0; word < 8; word++) all[word] = (all[word] ?? 0) | (set[word] ?? 0)
  return all
}

export function complement(set: ByteSet): ByteSet {
  return set.map((word) => ~word)
}

/** With the other case of each ASCII letter: PCRE without UTF, C locale. */
export function withCases(set: ByteSet): ByteSet {
  // Words 2 and 3 hold 0x40 to 0x7f: the letters of both cases stand at the same bits.
  const letters = ((set[2] ?? 0) | (set[3] ?? 0)) & 0x07fffffe
  const folded = set.slice()
  folded[2] = (folded[2] ?? 0) | letters
  folded[3] = (folded[3] ?? 0) | letters
  return folded
}

export function countOf(set: ByteSet): number {
  return bytesOf(set).length
}

export function bytesOf(set: ByteSet): number[] {
  const bytes: number[] = []
  for (let byte = 0; byte < 256; byte++) if (hasByte(set, byte)) bytes.push(byte)
  return bytes
}

/** Equal sets have equal keys. */
export function keyOf(set: ByteSet): string {
  let key = ''
  for (let word = 0; word < 8; word++) {
    const bits = set[word] as number
    key += String.fromCharCode(bits >>> 16, bits & 0xffff)
  }
  return key
}

/** Maximal runs, first and last byte of each. */
export function rangesOf(set: ByteSet): [number, number][] {
  const ranges: [number, number][] = []
  for (const byte of bytesOf(set)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === byte - 1) last[1] = byte
    else ranges.push([byte, byte])
  }
  return ranges
}

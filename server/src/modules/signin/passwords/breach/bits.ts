/** Appends numbers of a few bits, most significant first. */
export interface BitWriter {
  /** @param value below 2^bits, of 24 bits at most */
  write(value: number, bits: number): void
  /** Fills the last byte with ones: nothing that is read as a further number. @returns all bytes since the last time */
  take(): Buffer
}

export function createBitWriter(most: number): BitWriter {
  const buffer = Buffer.alloc(most)
  let length = 0
  let rest = 0
  let restBits = 0
  return {
    write(value, bits) {
      rest = rest * 2 ** bits + value
      restBits += bits
      while (restBits >= 8) {
        restBits -= 8
        const byte = Math.floor(rest / 2 ** restBits)
        buffer[length++] = byte
        rest -= byte * 2 ** restBits
      }
    },
    take() {
      if (restBits > 0) this.write(2 ** (8 - restBits) - 1, 8 - restBits)
      const bytes = Buffer.from(buffer.subarray(0, length))
      length = 0
      return bytes
    },
  }
}

export interface BitReader {
  /** @returns how many ones there are before the next zero; undefined where the bytes end */
  ones(): number | undefined
  /** @returns undefined where the bytes end */
  read(bits: number): number | undefined
}

export function createBitReader(bytes: Uint8Array): BitReader {
  let at = 0
  const end = bytes.length * 8
  return {
    ones() {
      for (let count = 0; at + count < end; count++) {
        if (((bytes[(at + count) >> 3] ?? 0) >> (7 - ((at + count) & 7))) % 2 === 1) continue
        at += count + 1
        return count
      }
      return undefined
    },
    read(bits) {
      if (at + bits > end) return undefined
      let value = 0
      for (let left = bits; left > 0; ) {
        const take = Math.min(left, 8 - (at & 7))
        const byte = bytes[at >> 3] ?? 0
        value = value * 2 ** take + ((byte >> (8 - (at & 7) - take)) & (2 ** take - 1))
        at += take
        left -= take
      }
      return value
    },
  }
}

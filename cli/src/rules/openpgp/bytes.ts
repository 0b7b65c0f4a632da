/** What is wrong with OpenPGP data, or with what it proves: a sentence. */
export class OpenPgpError extends Error {
  override readonly name = 'OpenPgpError'
}

/** Reads bytes from left to right; what is not there is an error. */
export class Reader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new OpenPgpError('OpenPGP data ends too early.')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** An unsigned number of so many bytes, the highest first. */
  number(length: 1 | 2 | 4): number {
    return this.take(length).reduce((number, byte) => number * 256 + byte, 0)
  }

  rest(): Uint8Array {
    return this.take(this.left)
  }

  /** A multiprecision integer (RFC 9580 section 3.2), without leading zeros. */
  integer(): Uint8Array {
    const bits = this.number(2)
    const bytes = this.take((bits + 7) >>> 3)
    const [first = 0] = bytes
    if (bits === 0 || 32 - Math.clz32(first) !== ((bits - 1) & 7) + 1)
      throw new OpenPgpError('A number in OpenPGP data is not as long as it says.')
    return bytes
  }

  end(): void {
    if (this.left > 0) throw new OpenPgpError('OpenPGP data goes on where it should end.')
  }
}

/** With zeros before it, to this length. */
export function padded(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length > length) throw new OpenPgpError('A number in OpenPGP data is too long.')
  const all = new Uint8Array(length)
  all.set(bytes, length - bytes.length)
  return all
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()

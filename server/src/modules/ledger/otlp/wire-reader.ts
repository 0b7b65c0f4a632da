import { OtlpMalformed } from './model.ts'

/** Wire types of the protocol buffers encoding. Groups (3 and 4) have been gone since proto3. */
const varint = 0
const fixed64 = 1
const delimited = 2
const fixed32 = 5

/** Bytes that are not UTF-8 become U+FFFD: one log line in another encoding is no reason to lose the whole batch. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads protocol buffers from somebody whom we do not trust. `pbf`, with which we write, reads what it is told to and
 * looks at no end: a length that points past its message, a field of another type, a message that stops in the middle all
 * give values there. Here each of them is refused.
 */
export class WireReader {
  readonly #input: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(input: Uint8Array) {
    this.#input = input
    this.#view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  }

  /**
   * Reads the whole input as one message.
   * @param read is called for each field with its number and wire type; what it does not read is skipped
   * @throws OtlpMalformed
   */
  message(read: (field: number, type: number) => void): void {
    this.#fields(this.#input.byteLength, read)
  }

  /** Reads the message that is the value of the present field. */
  nested(type: number, read: (field: number, type: number) => void): void {
    const length = this.#length(type)
    this.#fields(this.#at + length, read)
  }

  text(type: number): string {
    return utf8.decode(this.bytes(type))
  }

  bytes(type: number): Uint8Array {
    const length = this.#length(type)
    const start = this.#take(length)
    return this.#input.subarray(start, start + length)
  }

  /** Any integer of at most 32 bits, or an enum. What is longer is cut, as the encoding demands of its readers. */
  int32(type: number): number {
    return Number(BigInt.asIntN(32, this.int64(type)))
  }

  boolean(type: number): boolean {
    return this.int64(type) !== 0n
  }

  int64(type: number): bigint {
    expect(type, varint)
    const small = this.#input[this.#at]
    if (small !== undefined && small < 0x80) {
      this.#at += 1
      return BigInt(small)
    }
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#view.getUint8(this.#take(1))
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
    throw new OtlpMalformed('a number is longer than ten bytes')
  }

  fixed64(type: number): bigint {
    expect(type, fixed64)
    return this.#view.getBigUint64(this.#take(8), true)
  }

  double(type: number): number {
    expect(type, fixed64)
    return this.#view.getFloat64(this.#take(8), true)
  }

  #fields(end: number, read: (field: number, type: number) => void): void {
    while (this.#at < end) {
      const tag = this.#uint32()
      const type = tag & 7
      if (tag >>> 3 === 0) throw new OtlpMalformed('a field has the number 0')
      const start = this.#at
      read(tag >>> 3, type)
      if (this.#at === start) this.#skip(type)
      if (this.#at > end) throw new OtlpMalformed('a field is longer than what holds it')
    }
  }

  #skip(type: number): void {
    if (type === varint) this.int64(type)
    else if (type === delimited) this.bytes(type)
    else if (type === fixed64) this.#take(8)
    else if (type === fixed32) this.#take(4)
    else throw new OtlpMalformed('a field has a type that does not exist')
  }

  /** The length before bytes, text or a message; never more than there is. */
  #length(type: number): number {
    expect(type, delimited)
    const length = this.#uint32()
    if (length > this.#input.byteLength - this.#at) throw new OtlpMalformed('it ends too early')
    return length
  }

  /** A tag or a length: at most 32 bits, in at most five bytes. */
  #uint32(): number {
    let value = 0
    for (let place = 0; place < 5; place += 1) {
      const byte = this.#view.getUint8(this.#take(1))
      value += (byte & 0x7f) * 2 ** (7 * place)
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break
        return value
      }
    }
    throw new OtlpMalformed('a tag or a length is longer than 32 bits')
  }

  #take(count: number): number {
    const start = this.#at
    if (count > this.#input.byteLength - start) throw new OtlpMalformed('it ends too early')
    this.#at = start + count
    return start
  }
}

function expect(type: number, wanted: number): void {
  if (type !== wanted) throw new OtlpMalformed('a field has another type than its number says')
}

import { createHash } from 'node:crypto'
import { createBitReader, createBitWriter } from './bits.ts'

/*
 * A breach filter is a sorted set of the first bits of SHA-1 hashes (a Golomb-coded set: Golomb 1966, Rice 1979). Hashes are
 * even, so that the distances between neighbours are small and alike: each is written as a quotient in ones and a remainder
 * in bits, about two bits more than what any such set must take. The file: a header of 64 bytes; blocks of up to 1024 keys;
 * for each block its first key, its place and its count. Who looks for a key reads one block.
 */

const magic = 'HFBREACH'
export const headerBytes = 64
const blockKeys = 1024
/** Further apart than this many quotients, and a new block begins: no file makes a reader count without end. */
const mostOnes = 63
const indexEntryBytes = 20
/** Numbers are exact up to 2^53. */
export const mostBits = 52

export interface FilterHeader {
  /** of each hash that are kept */
  readonly bits: number
  /** of each distance that stand as they are */
  readonly remainderBits: number
  readonly count: number
  /** where the index begins; it goes to the end */
  readonly indexAt: number
}

export interface BlockEntry {
  readonly first: number
  readonly at: number
  readonly count: number
}

/** With a digest of itself and of the index: what is damaged is not opened. */
export function writeHeader({ bits, remainderBits, count, indexAt }: FilterHeader, index: Uint8Array): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.write(magic, 0, 'latin1')
  header.set([1, bits, remainderBits, 0], 8)
  header.writeBigUInt64BE(BigInt(count), 16)
  header.writeBigUInt64BE(BigInt(indexAt), 24)
  header.set(digestOf(header, index), 32)
  return header
}

/** @returns undefined when it is none of ours */
export function readHeader(header: Buffer): FilterHeader | undefined {
  const [version = 0, bits = 0, remainderBits = 0] = header.subarray(8, 11)
  if (header.length !== headerBytes || header.toString('latin1', 0, 8) !== magic || version !== 1) return undefined
  if (bits < 1 || bits > mostBits || remainderBits > bits) return undefined
  const count = Number(header.readBigUInt64BE(16))
  const indexAt = Number(header.readBigUInt64BE(24))
  return { bits, remainderBits, count, indexAt }
}

export function writeIndex(entries: readonly BlockEntry[]): Buffer {
  const index = Buffer.alloc(entries.length * indexEntryBytes)
  entries.forEach(({ first, at, count }, place) => {
    index.writeBigUInt64BE(BigInt(first), place * indexEntryBytes)
    index.writeBigUInt64BE(BigInt(at), place * indexEntryBytes + 8)
    index.writeUInt32BE(count, place * indexEntryBytes + 16)
  })
  return index
}

/** The index in memory: 20 bytes for each block, some 25 MB for a billion passwords. */
export interface FilterIndex {
  readonly first: Float64Array
  readonly at: Float64Array
  readonly count: Uint32Array
}

/** @returns undefined when it is not what was written */
export function readIndex(index: Buffer, header: Buffer): FilterIndex | undefined {
  if (!digestOf(header, index).equals(header.subarray(32)) || index.length % indexEntryBytes !== 0) return undefined
  const length = index.length / indexEntryBytes
  const read = { first: new Float64Array(length), at: new Float64Array(length), count: new Uint32Array(length) }
  for (let place = 0; place < length; place++) {
    read.first[place] = Number(index.readBigUInt64BE(place * indexEntryBytes))
    read.at[place] = Number(index.readBigUInt64BE(place * indexEntryBytes + 8))
    read.count[place] = index.readUInt32BE(place * indexEntryBytes + 16)
  }
  return read
}

function digestOf(header: Buffer, index: Uint8Array): Buffer {
  return createHash('sha256').update(header.subarray(0, 32)).update(index).digest()
}

export interface BlockWriter {
  /** @returns false when the key has no place in this block any more; keys come in order, none twice */
  add(key: number): boolean
  /** Ends the block. @returns its first key, its count, and the distances of the others */
  take(): { readonly first: number; readonly count: number; readonly bytes: Buffer }
}

export function createBlockWriter(remainderBits: number): BlockWriter {
  const bits = createBitWriter(blockKeys * Math.ceil((mostOnes + 1 + mostBits) / 8))
  let first = 0
  let last = 0
  let count = 0
  return {
    add(key) {
      if (count === 0) first = key
      else {
        const distance = key - last - 1
        const ones = Math.floor(distance / 2 ** remainderBits)
        if (count >= blockKeys || ones > mostOnes) return false
        for (let left = ones; left > 0; left -= 24) bits.write(2 ** Math.min(left, 24) - 1, Math.min(left, 24))
        bits.write(0, 1)
        const remainder = distance - ones * 2 ** remainderBits
        const low = Math.min(remainderBits, 24)
        if (remainderBits > 24) bits.write(Math.floor(remainder / 2 ** 24), remainderBits - 24)
        bits.write(remainder % 2 ** low, low)
      }
      last = key
      count += 1
      return true
    },
    take() {
      const block = { first, count, bytes: bits.take() }
      count = 0
      return block
    },
  }
}

/** @param bytes a whole block. @returns whether the key is in it; never throws, whatever the bytes are */
export function isInBlock(
  bytes: Uint8Array,
  { first, count }: Pick<BlockEntry, 'first' | 'count'>,
  remainderBits: number,
  key: number,
): boolean {
  const bits = createBitReader(bytes)
  let at = first
  for (let left = count - 1; at < key && left > 0; left--) {
    const ones = bits.ones()
    const remainder = ones === undefined ? undefined : bits.read(remainderBits)
    if (ones === undefined || remainder === undefined) return false
    at += ones * 2 ** remainderBits + remainder + 1
  }
  return at === key
}

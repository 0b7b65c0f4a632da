import { MerkleError } from './error.ts'

/** What a leaf of the log says of an event: nothing personal, and never pruned. */
export interface Entry {
  /** Id of the event: a UUID in lower case. */
  readonly id: string
  /** Milliseconds since 1970 (UTC). */
  readonly time: number
  /** 32 bytes: binds what the event says, see `commitment` in @holdfast/events. */
  readonly commitment: Uint8Array
}

/** Bytes of an entry: a version, the id, the time, the commitment. */
export const ENTRY_BYTES = 57

const VERSION = 1
const COMMITMENT_BYTES = 32
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/** The leaf's data: 0x01, the 16 bytes of the id, the time as 8 bytes big-endian, the 32 bytes of the commitment. */
export function encodeEntry({ id, time, commitment }: Entry): Buffer {
  if (!UUID.test(id)) throw new RangeError('The id of an entry is a UUID in lower case.')
  if (!Number.isSafeInteger(time) || time < 0)
    throw new RangeError('The time of an entry is whole milliseconds since 1970.')
  if (commitment.length !== COMMITMENT_BYTES) throw new RangeError('A commitment has 32 bytes.')
  const entry = Buffer.allocUnsafe(ENTRY_BYTES)
  entry[0] = VERSION
  entry.write(id.replaceAll('-', ''), 1, 16, 'hex')
  entry.writeBigUInt64BE(BigInt(time), 17)
  entry.set(commitment, 25)
  return entry
}

/** @throws MerkleError `entry_malformed` */
export function parseEntry(bytes: Uint8Array): Entry {
  const entry = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (entry.length !== ENTRY_BYTES || entry[0] !== VERSION) {
    throw new MerkleError('entry_malformed', `An entry has ${ENTRY_BYTES} bytes and begins with ${VERSION}.`)
  }
  const time = Number(entry.readBigUInt64BE(17))
  if (!Number.isSafeInteger(time)) throw new MerkleError('entry_malformed', 'The time of an entry is out of range.')
  const id = entry.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return { id, time, commitment: entry.subarray(25) }
}

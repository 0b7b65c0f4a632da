import { MerkleError } from './error.ts'

/** The longest entry that a bundle can hold, in bytes. */
export const MOST_ENTRY_BYTES = 0xffff

/** A bundle of entries: each with its length before it as 2 bytes big-endian (C2SP tlog-tiles, Log entries). */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    if (entry.length > MOST_ENTRY_BYTES) throw new RangeError(`An entry has at most ${MOST_ENTRY_BYTES} bytes.`)
    parts.push(Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry)
  }
  return Buffer.concat(parts)
}

/**
 * The entries of a bundle, as views into it.
 * @param width how many there must be
 * @throws MerkleError `tile_malformed` when there are more, fewer, or one is cut off
 */
export function parseEntries(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    const length = ((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0)
    const end = at + 2 + length
    if (at + 2 > bundle.length || end > bundle.length) {
      throw new MerkleError('tile_malformed', `Entry ${entries.length} of the bundle is cut off.`)
    }
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  if (entries.length !== width) {
    throw new MerkleError('tile_malformed', `The bundle has ${entries.length} entries instead of ${width}.`)
  }
  return entries
}

import { createHash } from 'node:crypto'

/**
 * A UUIDv7 (RFC 9562, section 5.7) made of what an event says, in place of randomness: who sends the same again, because no
 * answer came, has recorded it once.
 * @param parts who sent it, and all that tells it from others
 */
export function derivedId(time: Date, parts: readonly string[]): string {
  const hash = createHash('sha256')
  // Lengths in front: two parts do not run into each other.
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  const bytes = hash.digest().subarray(0, 16)
  bytes.writeUIntBE(Math.min(Math.max(0, time.getTime()), 2 ** 48 - 1), 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export function isUuid7(text: unknown): text is string {
  return typeof text === 'string' && uuid7.test(text)
}

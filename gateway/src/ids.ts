import { randomFillSync } from 'node:crypto'

/** Random bytes are fetched for many ids at once: a call into the kernel for each costs more than all the rest of its making. */
const idsAtOnce = 256
const bytesOfOne = 10
const pool = Buffer.alloc(idsAtOnce * bytesOfOne)
let hex = ''
let used = 0
let ofMillisecond = -1
let prefix = ''

/** An id of a request or a token: UUID version 7 (RFC 9562 section 5.7), with 74 random bits. @param now milliseconds since 1970 */
export function makeId(now: number = Date.now()): string {
  if (used === hex.length) {
    hex = randomFillSync(pool).toString('hex')
    used = 0
  }
  if (now !== ofMillisecond) {
    const time = now.toString(16).padStart(12, '0')
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`
    ofMillisecond = now
  }
  const at = used
  used += 2 * bytesOfOne
  const variant = '89ab'[hex.charCodeAt(at + 3) & 3] ?? '8'
  return `${prefix}${hex.slice(at, at + 3)}-${variant}${hex.slice(at + 4, at + 7)}-${hex.slice(at + 7, at + 19)}`
}

import { createHmac, timingSafeEqual } from 'node:crypto'

export type TotpHash = 'sha1' | 'sha256' | 'sha512'

/** What every authenticator app understands (RFC 6238, section 4): others are silently taken for it by some of them. */
export const stepSeconds = 30
export const codeDigits = 6

/** Steps by which the clock of a phone may differ, either way (RFC 6238, section 5.2). */
const window = 1

/** RFC 4226, section 5.3: an HMAC of the counter, dynamically truncated. */
export function hotp(key: Uint8Array, counter: number, digits: number = codeDigits, hash: TotpHash = 'sha1'): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac(hash, key).update(message).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}

/** RFC 6238, section 4.2: T, counted from 1970. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / stepSeconds)
}

/**
 * Which time step a code is of. Every step of the window is computed, and compared in constant time.
 * @param code as it was typed, without spaces
 * @returns the step, to be taken once (`takeStep`); null when the code is of none that may be taken still
 */
export function stepOfCode(key: Uint8Array, code: string, now: Date): number | null {
  const typed = Buffer.from(code)
  let found: number | null = null
  for (let step = stepAt(now) - window; step <= stepAt(now) + window; step++) {
    const right = Buffer.from(hotp(key, step))
    if (typed.length === right.length && timingSafeEqual(typed, right)) found ??= step
  }
  return found
}

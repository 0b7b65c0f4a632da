const ALPHABET = /^[A-Za-z0-9_-]*$/

/** base64url without padding (RFC 4648 section 5, as RFC 7515 section 2 wants it). */
export function encodeBase64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url')
}

/** The bytes, or null for anything but the one canonical encoding: no padding, no other alphabet, no stray bits at the end. */
export function decodeBase64url(text: string): Buffer | null {
  if (!ALPHABET.test(text) || text.length % 4 === 1) return null
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

/*
 * One ciphertext format, by bytes:
 *
 *    0        what it is: 1 data, 2 a wrapped key
 *    1 - 16   id of the key
 *   17 - 28   nonce
 *   29 - 60   commitment to the key
 *   61 -      ciphertext, as long as the plain text
 *   last 16   tag
 *
 * AES-256-GCM (NIST SP 800-38D). The additional data are the first byte and the place. A key is derived from its id too, and
 * is tried only where its commitment stands: so no byte can be changed, and no ciphertext opens under two keys.
 */
export const dataKind = 1
export const wrappedKeyKind = 2

export const keyIdAt = 1
export const nonceAt = 17
export const commitmentAt = 29
export const bodyAt = 61

/** NIST SP 800-38D, section 5.2.1.1: 96 bits, the one length that GCM does not hash first. */
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
export const KEY_BYTES = 32

/** What a ciphertext is longer than its plain text. */
export const OVERHEAD_BYTES: number = bodyAt + TAG_BYTES

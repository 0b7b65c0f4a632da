import { createCipheriv, createDecipheriv } from 'node:crypto'
import { notAuthentic, parameter } from './error.ts'

/** AES key wrap: `kw` of whole blocks of 8 bytes (RFC 3394), `kwp` with padding (RFC 5649). */
export type KeyWrapName = 'kw' | 'kwp'

/** RFC 3394, section 2.2.3.1, and RFC 5649, section 3. */
const initial = { kw: Buffer.from('a6a6a6a6a6a6a6a6', 'hex'), kwp: Buffer.from('a65959a6', 'hex') }

/**
 * @param by 16, 24 or 32 bytes
 * @param key for `kw` a multiple of 8 bytes, at least 16 (section 2: n >= 2); for `kwp` at least one
 */
export function wrapAes(algorithm: KeyWrapName, by: Uint8Array, key: Uint8Array): Buffer {
  if (algorithm === 'kw') parameter(key.length >= 16 && key.length % 8 === 0, 'a multiple of 8 bytes, at least 16')
  else parameter(key.length > 0, 'at least one byte')
  const cipher = createCipheriv(nameOf(algorithm, by), by, initial[algorithm])
  return Buffer.concat([cipher.update(key), cipher.final()])
}

/** @throws PrimitiveError `not_authentic` for everything that `wrapAes` does not give */
export function unwrapAes(algorithm: KeyWrapName, by: Uint8Array, wrapped: Uint8Array): Buffer {
  const name = nameOf(algorithm, by)
  if (wrapped.length % 8 !== 0 || wrapped.length < (algorithm === 'kw' ? 24 : 16)) throw notAuthentic()
  try {
    const decipher = createDecipheriv(name, by, initial[algorithm])
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  } catch {
    throw notAuthentic()
  }
}

function nameOf(algorithm: KeyWrapName, by: Uint8Array): string {
  parameter([16, 24, 32].includes(by.length), 'a key of AES has 16, 24 or 32 bytes')
  return `id-aes${by.length * 8}-wrap${algorithm === 'kwp' ? '-pad' : ''}`
}

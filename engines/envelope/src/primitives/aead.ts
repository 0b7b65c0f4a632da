import { type CipherGCMTypes, createCipheriv, createDecipheriv, type CipherChaCha20Poly1305Types } from 'node:crypto'
import { notAuthentic, parameter } from './error.ts'
import { shortNonce } from './gcm-nonce.ts'

/** AES-GCM (NIST SP 800-38D) of 128, 192 or 256 bits, and ChaCha20-Poly1305 (RFC 8439). */
export type AeadName = 'aes-gcm' | 'chacha20-poly1305'

export interface AeadInput {
  readonly algorithm: AeadName
  /** 16, 24 or 32 bytes; ChaCha20 takes 32 only */
  readonly key: Uint8Array
  /** 12 bytes. AES-GCM opens others too, of at least one byte, for data that was made elsewhere */
  readonly nonce: Uint8Array
  readonly additional: Uint8Array
}

const tagBytes = 16
const options = { authTagLength: tagBytes }
/** Of OpenSSL. */
const longestGcmNonce = 128

/** @throws PrimitiveError `parameter` */
export function sealAead(input: AeadInput, plain: Uint8Array): { readonly ciphertext: Buffer; readonly tag: Buffer } {
  const { cipher, nonce } = chosen(input)
  const encrypt = createCipheriv(cipher as CipherGCMTypes, input.key, nonce, options)
  encrypt.setAAD(input.additional, { plaintextLength: plain.length })
  const ciphertext = encrypt.update(plain)
  encrypt.final()
  return { ciphertext, tag: encrypt.getAuthTag() }
}

/**
 * @param tag 16 bytes, never fewer: a short one is guessed
 * @throws PrimitiveError `parameter` or `not_authentic`
 */
export function openAead(input: AeadInput, ciphertext: Uint8Array, tag: Uint8Array): Buffer {
  const { cipher, nonce } = chosen(input)
  if (tag.length !== tagBytes) throw notAuthentic()
  const decrypt = createDecipheriv(cipher as CipherGCMTypes, input.key, nonce, options)
  decrypt.setAAD(input.additional, { plaintextLength: ciphertext.length })
  decrypt.setAuthTag(tag)
  const plain = decrypt.update(ciphertext)
  try {
    decrypt.final()
  } catch {
    plain.fill(0)
    throw notAuthentic()
  }
  return plain
}

function chosen({ algorithm, key, nonce }: AeadInput): {
  readonly cipher: CipherGCMTypes | CipherChaCha20Poly1305Types
  readonly nonce: Uint8Array
} {
  if (algorithm === 'chacha20-poly1305') {
    parameter(key.length === 32, 'a key of ChaCha20 has 32 bytes')
    parameter(nonce.length === 12, 'a nonce of ChaCha20-Poly1305 has 12 bytes')
    return { cipher: algorithm, nonce }
  }
  parameter([16, 24, 32].includes(key.length), 'a key of AES has 16, 24 or 32 bytes')
  // Of no byte it is the same for every message (section 5.2.1.1: at least one bit).
  parameter(nonce.length > 0, 'a nonce has at least one byte')
  const cipher = `aes-${(key.length * 8) as 128 | 192 | 256}-gcm` as const
  return { cipher, nonce: nonce.length > longestGcmNonce ? shortNonce(key, nonce) : nonce }
}

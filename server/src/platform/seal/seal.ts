import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { readOrCreate } from '../write-once.ts'

/** Keeps the few private keys of the installation unreadable in the database. */
export interface Seal {
  /** @param place what the ciphertext belongs to; it opens there and nowhere else */
  close(plain: Uint8Array, place: string): Buffer
  /** @throws when the ciphertext was changed, moved, or closed with another seal */
  open(sealed: Uint8Array, place: string): Buffer
}

const version = 1
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: version, nonce, tag, ciphertext. */
export function createSeal(key: Uint8Array): Seal {
  if (key.byteLength !== 32) throw new Error('a seal key has 32 bytes')
  return {
    close(plain, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body])
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed)
      if (bytes[0] !== version || bytes.length < 1 + nonceBytes + tagBytes)
        throw new Error('not a sealed value of this version')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes))
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes + tagBytes)), decipher.final()])
    },
  }
}

/**
 * The development seal: a file, mode 0600, made at the first start. Two starts at once get the same key, because the
 * finished file appears under its name in one step and only once.
 */
export function sealKeyFromFile(path: string): Buffer {
  const text = readOrCreate(path, () => `${randomBytes(32).toString('base64')}\n`, 0o600)
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) throw new Error(`The seal key in ${path} has not 32 bytes.`)
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Error(`The seal key ${path} can be read by others: chmod 600 it.`)
  }
  return key
}

import { hkdfSync } from 'node:crypto'
import { parameter } from './error.ts'
import { digestBytes, type HashName } from './hash.ts'

export interface HkdfInput {
  readonly hash: HashName
  readonly secret: Uint8Array
  /** may be empty */
  readonly salt: Uint8Array
  readonly info: Uint8Array
}

/** HKDF (RFC 5869). @param bytes 1 to 255 times the digest (section 2.3) */
export function hkdf({ hash, secret, salt, info }: HkdfInput, bytes: number): Buffer {
  const most = 255 * digestBytes(hash)
  parameter(Number.isInteger(bytes) && bytes >= 1 && bytes <= most, `HKDF gives 1 to ${most} bytes`)
  parameter(info.length <= 1024, 'the info of HKDF has at most 1024 bytes')
  return Buffer.from(hkdfSync(hash, secret, salt, info, bytes))
}

import { pbkdf2 as derive, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decoySalt, type Form, fromBase64, toBase64 } from './form.ts'

const pbkdf2Of = promisify(derive)

const mostIterations = 2_000_000
const digests = { sha1: 20, sha256: 32, sha512: 64 } as const

const shape =
  /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?\$([A-Za-z0-9+/.]{0,342}={0,2})\$([A-Za-z0-9+/.]{22,342}={0,2})$/

/**
 * RFC 8018, in PHC notation; passlib's, which leaves out `i=`, and means SHA-1 where no digest is named, is read too.
 * Of a derived key that is longer than the digest only the first block is kept: the further ones cost more and prove
 * nothing more.
 */
export const pbkdf2: Form = {
  begins: /^\$pbkdf2/,
  read(text) {
    const [, digest = 'sha1', iterations, salt, key] = shape.exec(text) ?? []
    const [saltBytes, keyBytes] = [fromBase64(salt ?? '?'), fromBase64(key ?? '?')]
    if (saltBytes === undefined || keyBytes === undefined || Number(iterations) < 1) return 'malformed'
    if (Number(iterations) > mostIterations) return 'too_costly'
    const form = `$pbkdf2-${digest}$i=${Number(iterations)}`
    const first = keyBytes.subarray(0, digests[digest as keyof typeof digests])
    return { form, text: `${form}$${toBase64(saltBytes)}$${toBase64(first)}` }
  },
  async verify(text, password) {
    const [, digest = 'sha1', iterations, salt = '', key = ''] = shape.exec(text) ?? []
    const wanted = Buffer.from(key, 'base64')
    const salted = Buffer.from(salt, 'base64')
    return timingSafeEqual(await pbkdf2Of(password, salted, Number(iterations), wanted.length, digest), wanted)
  },
  decoy: (form) => `${form}$${decoySalt}$${toBase64(Buffer.alloc(20))}`,
}

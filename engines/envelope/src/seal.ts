import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { OpenError } from './errors.ts'
import {
  bodyAt,
  commitmentAt,
  dataKind,
  keyIdAt,
  NONCE_BYTES,
  nonceAt,
  OVERHEAD_BYTES,
  TAG_BYTES,
  wrappedKeyKind,
} from './format.ts'
import { type DataKey, type Material, materialOf } from './key.ts'
import { type Place, placeText } from './place.ts'
import { uuidText } from './uuid.ts'

/** Finds the key of an id; undefined when it is not there. */
export type ResolveKey = (id: string) => DataKey | undefined

const algorithm = 'aes-256-gcm'
const gcm = { authTagLength: TAG_BYTES }

/**
 * Encrypts for one place.
 * @param plain bytes, or text that is written as UTF-8
 * @param nonce 12 random bytes, new for every call. One key closes fewer than 2^32 messages with random nonces (NIST SP
 *   800-38D, section 8.3): whoever holds the key counts them
 * @returns `OVERHEAD_BYTES` more than the plain text
 * @throws TypeError for a nonce of another length, a place that is none, text with lone surrogates
 */
export function seal(key: DataKey, place: Place, plain: string | Uint8Array, nonce: Uint8Array): Buffer {
  return encrypt(dataKind, materialOf(key), place, bytesOf(plain), nonce)
}

/**
 * Decrypts what was closed for this place.
 * @param resolve is asked for the key that the ciphertext names
 * @throws OpenError: `malformed`, `unknown_key` or `not_authentic`
 */
export function open(resolve: ResolveKey, place: Place, sealed: Uint8Array): Buffer {
  return decrypt(dataKind, resolve, place, sealed)
}

/** @returns the id of the key with which it was closed. It is not authenticated before it is opened. @throws OpenError */
export function keyIdOf(sealed: Uint8Array): string {
  return uuidText(parse(dataKind, sealed), keyIdAt)
}

export function encrypt(kind: number, key: Material, place: Place, plain: Uint8Array, nonce: Uint8Array): Buffer {
  if (nonce.byteLength !== NONCE_BYTES) throw new TypeError(`a nonce has ${NONCE_BYTES} bytes`)
  const sealed = Buffer.allocUnsafe(plain.byteLength + OVERHEAD_BYTES)
  sealed.set(key.head)
  sealed[0] = kind
  sealed.set(nonce, nonceAt)
  const cipher = createCipheriv(algorithm, key.cipherKey, nonce, gcm)
  cipher.setAAD(additionalData(kind, place))
  sealed.set(cipher.update(plain), bodyAt)
  cipher.final() // a stream cipher: nothing is left over
  sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES)
  return sealed
}

export function decrypt(kind: number, resolve: ResolveKey, place: Place, sealed: Uint8Array): Buffer {
  const bytes = parse(kind, sealed)
  const id = uuidText(bytes, keyIdAt)
  const key = resolve(id)
  if (key === undefined) throw new OpenError('unknown_key', id)
  const { cipherKey, head } = materialOf(key)
  // The id and the commitment of the key that was given: of another one nothing is tried.
  const right =
    timingSafeEqual(bytes.subarray(commitmentAt, bodyAt), head.subarray(commitmentAt)) &&
    bytes.compare(head, keyIdAt, nonceAt, keyIdAt, nonceAt) === 0
  if (!right) throw new OpenError('not_authentic')
  const decipher = createDecipheriv(algorithm, cipherKey, bytes.subarray(nonceAt, commitmentAt), gcm)
  decipher.setAAD(additionalData(kind, place))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const plain = decipher.update(bytes.subarray(bodyAt, bytes.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    plain.fill(0)
    throw new OpenError('not_authentic')
  }
  return plain
}

function parse(kind: number, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < OVERHEAD_BYTES || bytes[0] !== kind || (kind !== dataKind && kind !== wrappedKeyKind)) {
    throw new OpenError('malformed')
  }
  return bytes
}

function bytesOf(plain: string | Uint8Array): Uint8Array {
  if (typeof plain !== 'string') return plain
  if (!plain.isWellFormed()) throw new TypeError('the text has a lone surrogate, which UTF-8 cannot hold')
  return Buffer.from(plain, 'utf8')
}

/** Most places are short: their bytes are written where the last ones were, since the cipher reads them at once. */
const scratch = Buffer.allocUnsafeSlow(1024)

/**
 * What it is, and the place. The rest of the head is held without it: the key is derived from its id and is the one of its
 * commitment, and the nonce is the cipher's own input.
 */
function additionalData(kind: number, place: Place): Buffer {
  const text = placeText(place)
  const most = 1 + 3 * text.length
  const into = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most)
  into[0] = kind
  return into.subarray(0, 1 + into.write(text, 1, 'utf8'))
}

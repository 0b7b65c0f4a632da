import { constants, createHash, type KeyObject, privateDecrypt, timingSafeEqual } from 'node:crypto'
import { notAuthentic, parameter } from './error.ts'
import { digestBytes, type HashName } from './hash.ts'

export interface OaepInput {
  /** a private RSA key of at least 2048 bits */
  readonly key: KeyObject
  readonly hash: HashName
  /** of the mask; the same as `hash` when not said */
  readonly maskHash?: HashName
  readonly label: Uint8Array
  /** for what others encrypted with a shorter key, long ago */
  readonly leastBits?: number
}

/**
 * RSAES-OAEP decryption (RFC 8017, section 7.1.2).
 * @throws PrimitiveError `not_authentic` for every ciphertext that does not decrypt, without saying which step failed: an
 *   attacker who can tell decrypts by asking (section 7.1.2, note; Manger 2001)
 */
export function decryptOaep(input: OaepInput, ciphertext: Uint8Array): Buffer {
  const { key, hash, maskHash = hash, label, leastBits = 2048 } = input
  const bits = key.asymmetricKeyDetails?.modulusLength
  parameter(key.type === 'private' && key.asymmetricKeyType === 'rsa' && bits !== undefined, 'a private RSA key')
  parameter(bits >= leastBits, `an RSA key has at least ${leastBits} bits`)
  const bytes = Math.ceil(bits / 8)
  parameter(bytes >= 2 * digestBytes(hash) + 2, 'the key is too short for this hash')
  digestBytes(maskHash)
  if (ciphertext.length !== bytes) throw notAuthentic()
  if (hash !== maskHash) return withTwoHashes({ key, hash, maskHash, label }, ciphertext)
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    // An empty label is the default; node:crypto takes it for none at all, which is the same.
    return privateDecrypt({ key, padding, oaepHash: hash, ...(label.length > 0 && { oaepLabel: label }) }, ciphertext)
  } catch {
    throw notAuthentic()
  }
}

/** OpenSSL can, node:crypto has no name for it: the padding is taken off here (section 7.1.2, step 3). */
function withTwoHashes(
  {
    key,
    hash,
    maskHash,
    label,
  }: { readonly key: KeyObject; readonly hash: HashName; readonly maskHash: HashName; readonly label: Uint8Array },
  ciphertext: Uint8Array,
): Buffer {
  let encoded: Buffer
  try {
    encoded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)
  } catch {
    throw notAuthentic() // the ciphertext is not smaller than the modulus, which everybody can see
  }
  const length = digestBytes(hash)
  const seed = masked(encoded.subarray(1, 1 + length), encoded.subarray(1 + length), maskHash)
  const block = masked(encoded.subarray(1 + length), seed, maskHash)
  const expected = createHash(hash).update(label).digest()
  // Every byte is looked at and nothing is decided before the end.
  let wrong = (encoded[0] ?? 1) | (timingSafeEqual(expected, block.subarray(0, length)) ? 0 : 1)
  let separator = 0
  let found = 0
  for (let at = length; at < block.length; at++) {
    const byte = block[at] ?? 0
    const isOne = equal(byte, 1)
    const isZero = equal(byte, 0)
    separator |= -(isOne & (found ^ 1)) & at
    wrong |= (found ^ 1) & (isOne ^ 1) & (isZero ^ 1)
    found |= isOne
  }
  if ((wrong | (found ^ 1)) !== 0) throw notAuthentic()
  return block.subarray(separator + 1)
}

/** 1 when two bytes are equal, else 0; without a branch. */
function equal(a: number, b: number): number {
  return (((a ^ b) - 1) >>> 31) & 1
}

/** MGF1 (section B.2.1) of the seed, over the bytes. */
function masked(bytes: Uint8Array, seed: Uint8Array, hash: HashName): Buffer {
  const result = Buffer.alloc(bytes.length)
  const length = digestBytes(hash)
  const counter = Buffer.alloc(4)
  for (let at = 0; at < bytes.length; at += length) {
    counter.writeUInt32BE(at / length)
    const mask = createHash(hash).update(seed).update(counter).digest()
    for (let byte = at; byte < Math.min(at + length, bytes.length); byte++)
      result[byte] = (bytes[byte] ?? 0) ^ (mask[byte - at] ?? 0)
  }
  return result
}

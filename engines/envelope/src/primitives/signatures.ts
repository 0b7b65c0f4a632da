import { type KeyObject, verify } from 'node:crypto'
import { signatureFromDer } from './der.ts'
import { parameter } from './error.ts'
import { digestBytes, type HashName } from './hash.ts'

/** Bytes of the order of each curve's group: r and s have as many. */
const orders: Readonly<Record<string, number>> = {
  secp224r1: 28,
  prime256v1: 32,
  secp256k1: 32,
  secp384r1: 48,
  secp521r1: 66,
  brainpoolP224r1: 28,
  brainpoolP224t1: 28,
  brainpoolP256r1: 32,
  brainpoolP256t1: 32,
  brainpoolP320r1: 40,
  brainpoolP320t1: 40,
  brainpoolP384r1: 48,
  brainpoolP384t1: 48,
  brainpoolP512r1: 64,
  brainpoolP512t1: 64,
}

/** @returns undefined for a key of another kind, or on a curve that is not used here */
export function orderBytes(key: KeyObject): number | undefined {
  return key.asymmetricKeyType === 'ec' ? orders[key.asymmetricKeyDetails?.namedCurve ?? ''] : undefined
}

/**
 * ECDSA (FIPS 186-5, section 6.4.2).
 * @param encoding `der` as X.509 has it, in its one form; `p1363` as JOSE has it: r and s of full length
 */
export function verifyEcdsa(
  key: KeyObject,
  hash: HashName,
  encoding: 'der' | 'p1363',
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  digestBytes(hash)
  const bytes = orderBytes(key)
  parameter(bytes !== undefined, 'a public key on a curve that is used here')
  const plain = encoding === 'der' ? signatureFromDer(signature, bytes) : signature
  if (plain === undefined || plain.length !== 2 * bytes) return false
  return verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, plain)
}

const eddsa: Readonly<Record<string, number>> = { ed25519: 64, ed448: 114 }

/** Ed25519 and Ed448 (RFC 8032), which hash by themselves. */
export function verifyEddsa(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  const bytes = eddsa[key.asymmetricKeyType ?? '']
  parameter(bytes !== undefined, 'a public key of Ed25519 or Ed448')
  return signature.length === bytes && verify(null, message, key, signature)
}

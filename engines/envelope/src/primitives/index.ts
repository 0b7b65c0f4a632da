/*
 * The primitives of node:crypto with the checks that it leaves to its callers: lengths of tags and nonces, one encoding for
 * a signature, one answer for everything that does not hold. What data is encrypted with is in the package's main face.
 */
export { type AeadInput, type AeadName, openAead, sealAead } from './aead.ts'
export { PrimitiveError, type PrimitiveFailure } from './error.ts'
export { digestBytes, type HashName, isHash } from './hash.ts'
export { hkdf, type HkdfInput } from './kdf.ts'
export { type KeyWrapName, unwrapAes, wrapAes } from './key-wrap.ts'
export { hmac, verifyHmac } from './mac.ts'
export { decryptOaep, type OaepInput } from './oaep.ts'
export { orderBytes, verifyEcdsa, verifyEddsa } from './signatures.ts'

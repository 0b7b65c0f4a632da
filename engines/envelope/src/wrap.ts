import { wrappedKeyKind } from './format.ts'
import { createDataKey, type DataKey, materialOf } from './key.ts'
import type { Place } from './place.ts'
import { decrypt, encrypt, type ResolveKey } from './seal.ts'

/**
 * Encrypts a key with another, for the place where it is stored. `open` does not open it, only `unwrapKey` does: there is
 * no way from a wrapped key to its bytes.
 * @param nonce 12 random bytes, new for every call
 */
export function wrapKey(by: DataKey, place: Place, key: DataKey, nonce: Uint8Array): Buffer {
  return encrypt(wrappedKeyKind, materialOf(by), place, materialOf(key).secret, nonce)
}

/**
 * @param id of the key that is wrapped, as its row says; another id makes another key, with which nothing opens
 * @throws OpenError as `open` does
 */
export function unwrapKey(resolve: ResolveKey, place: Place, id: string, wrapped: Uint8Array): DataKey {
  const secret = decrypt(wrappedKeyKind, resolve, place, wrapped)
  try {
    return createDataKey(id, secret)
  } finally {
    secret.fill(0)
  }
}

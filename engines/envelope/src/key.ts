import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { bodyAt, commitmentAt, dataKind, KEY_BYTES, keyIdAt, nonceAt } from './format.ts'
import { indexPads, type IndexPads } from './hmac.ts'
import { uuidBytes } from './uuid.ts'

/** What a key is inside. It never leaves this package. */
export interface Material {
  readonly secret: Buffer
  /** a key object, since node:crypto looks at bare bytes for longer than it encrypts with them (Node 24) */
  readonly cipherKey: KeyObject
  readonly index: IndexPads
  /** the head of a data ciphertext, whose nonce is still missing */
  readonly head: Buffer
}

let read: (key: DataKey) => Material | null

/**
 * A key that can be used and not be looked at: neither `JSON.stringify` nor `util.inspect` nor a property shows its
 * bytes, and no function of this package gives them away. Wrapped by another key they may be stored.
 */
export class DataKey {
  readonly id: string
  #material: Material | null

  constructor(id: string, material: Material) {
    this.id = id
    this.#material = material
  }

  static {
    read = (key) => key.#material
  }

  /** Overwrites the bytes, and lets go of the key object, which overwrites its own: whoever still holds the key can do nothing with it. */
  forget(): void {
    const material = this.#material
    this.#material = null
    if (material === null) return
    material.secret.fill(0)
    material.index.inner.fill(0)
    material.index.outer.fill(0)
  }
}

/** @throws Error for a key that was forgotten */
export function materialOf(key: DataKey): Material {
  const material = read(key)
  if (material === null) throw new Error(`the key ${key.id} was forgotten`)
  return material
}

const label = Buffer.from('holdfast/envelope/1', 'latin1')

/**
 * Makes a key of 32 random bytes. Three keys are derived from them (HKDF-SHA-256, RFC 5869), so that one purpose never
 * weakens another: one encrypts, one makes blind indexes, and the third is no key but the commitment that stands in
 * every ciphertext. GCM alone does not commit to its key: a ciphertext can be made that opens under two.
 * @param id a UUID; part of the derivation, and of every ciphertext
 * @param secret 32 bytes of a cryptographic random generator. They are copied: the caller may overwrite its own
 */
export function createDataKey(id: string, secret: Uint8Array): DataKey {
  if (secret.byteLength !== KEY_BYTES) throw new TypeError(`a key has ${KEY_BYTES} bytes`)
  const idBytes = uuidBytes(id)
  const info = Buffer.concat([label, idBytes])
  const derived = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 3 * KEY_BYTES))
  const head = Buffer.alloc(bodyAt)
  head[0] = dataKind
  idBytes.copy(head, keyIdAt)
  derived.copy(head, commitmentAt, KEY_BYTES, 2 * KEY_BYTES)
  head.fill(0, nonceAt, commitmentAt)
  const cipherKey = createSecretKey(derived.subarray(0, KEY_BYTES))
  const index = indexPads(derived.subarray(2 * KEY_BYTES))
  derived.fill(0)
  return new DataKey(id, {
    // Not from Buffer's pool, where overwriting would be another's business too.
    secret: Buffer.alloc(KEY_BYTES, secret),
    cipherKey,
    index,
    head,
  })
}

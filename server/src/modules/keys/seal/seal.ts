import { randomBytes } from 'node:crypto'
import { createDataKey, KEY_BYTES, NONCE_BYTES, open, OpenError, seal } from '@holdfast/envelope'

/**
 * What keeps the root key while no process runs, opened. A KMS or a PKCS#11 token implements the same: its `wrap` and
 * `unwrap` ask the device, its parameters name the key there.
 */
export interface Seal {
  /** a UUID; the row of `seals` */
  readonly id: string
  /** `file`, `passphrase`, `shamir` */
  readonly kind: string
  /** what the database keeps, from which it is opened again together with what people or files give: no secret */
  readonly parameters: Readonly<Record<string, unknown>>
  /**
   * @param root 32 bytes
   * @param generation of the root key: a wrapped one does not pass for that of another generation
   */
  wrap(root: Uint8Array, generation: number): Promise<Buffer>
  /** @throws SealMismatch when it was not wrapped so */
  unwrap(wrapped: Uint8Array, generation: number): Promise<Buffer>
  /**
   * 32 bytes with which another replica, one that is unsealed already, can wrap as well; they go to its process only, never
   * to the database in clear. Null where the replica reaches the seal by itself, as a KMS.
   */
  readonly carried: Uint8Array | null
}

/** What was given does not open this database; the message is a sentence for the operator. */
export class SealMismatch extends Error {}

/** A seal that is a key of 32 bytes in this process: each kind comes to it in its own way. */
export function keySeal(
  { id, kind, parameters }: Pick<Seal, 'id' | 'kind' | 'parameters'>,
  secret: Uint8Array,
): Seal & { readonly carried: Uint8Array } {
  const key = createDataKey(id, secret)
  const place = (generation: number) => ({
    tenant: 'installation',
    table: 'seals',
    row: id,
    column: 'wrapped_root',
    version: generation,
  })
  return {
    id,
    kind,
    parameters,
    carried: Buffer.from(secret),
    wrap: async (root, generation) => seal(key, place(generation), root, randomBytes(NONCE_BYTES)),
    async unwrap(wrapped, generation) {
      try {
        return open(() => key, place(generation), wrapped)
      } catch (error) {
        if (!(error instanceof OpenError)) throw error
        throw new SealMismatch('It does not open the root key of this database.', { cause: error })
      }
    },
  }
}

export function newSealSecret(): Uint8Array {
  // A plain Uint8Array of its own memory: the library that splits it takes nothing else.
  return new Uint8Array(randomBytes(KEY_BYTES))
}

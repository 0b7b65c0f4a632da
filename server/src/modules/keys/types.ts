import type { Place } from '@holdfast/envelope'
import type { Transaction } from '../../platform/database/database.ts'
import type { Tx } from '../../platform/work.ts'

/** A transaction of a tenant, of a request's change or of a read. */
export type Db = Pick<Transaction, 'tenant' | 'kysely'>

/** Which key: of the transaction's tenant, for a purpose, and for one person where theirs must be erasable. */
export interface KeyName {
  /** small letters, digits and dashes: `ledger`, `directory` */
  readonly purpose: string
  /** `Person/<id>` */
  readonly subject?: string | undefined
}

export interface WantedKey extends KeyName {
  /** how many values will be closed with it; 1 when not said. Counted, since a key is for fewer than 2^32 */
  readonly messages?: number
}

/** Where a value is kept, in the tenant of the transaction. */
export type OwnPlace = Omit<Place, 'tenant'>

/** Keys that are at hand: closing with them waits for nothing. For the transaction that they were asked for in, no longer. */
export interface KeyRing {
  /**
   * Encrypts for one place.
   * @throws Error for a key that was not among the wanted
   */
  close(name: KeyName, place: OwnPlace, plain: string | Uint8Array): Buffer
}

/** What a store needs to keep one column unreadable. */
export interface EncryptedColumn {
  /** @param subject the person whose it is, as `Person/<id>`: with their key it is gone for good */
  close(tx: Db, row: string, plain: string, subject?: string): Promise<Buffer>
  /** @returns null when its key was destroyed */
  open(tx: Db, row: string, sealed: Uint8Array): Promise<string | null>
  /** Many at once, with one question for all keys that are not at hand. In the order of the items. */
  openAll(
    tx: Db,
    items: readonly { readonly row: string; readonly sealed: Uint8Array }[],
  ): Promise<readonly (string | null)[]>
}

export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly purpose: string
}

/** Makes blind indexes: what equality is searched by, in place of the text. */
export type IndexText = (label: string, text: string) => Buffer

/** What is closed for the installation and not for a tenant: the private keys with which it signs. */
export interface InstallationKeys {
  close(place: OwnPlace, plain: Uint8Array): Promise<Buffer>
  /** @throws OpenError */
  open(place: OwnPlace, sealed: Uint8Array): Promise<Buffer>
}

/** What other modules encrypt with. It records nothing, so that the ledger can stand on it. */
export interface Keyring {
  /**
   * The current keys of these names, read or, where there is none yet, made in this transaction. Call it once with all
   * names: they are taken in one order by everybody.
   */
  ring(tx: Db, wanted: readonly WantedKey[]): Promise<KeyRing>
  /** Opens what `KeyRing.close` closed; null for each whose key was destroyed. @throws OpenError for what was changed */
  openAll(
    tx: Db,
    items: readonly { readonly place: OwnPlace; readonly sealed: Uint8Array }[],
  ): Promise<readonly (Buffer | null)[]>
  /** A column that is kept encrypted: one line in a store. */
  encrypted(column: SealedColumn): EncryptedColumn
  /** The blind index of a purpose. Its key is made once and stays: what was indexed must be found. */
  blindIndex(tx: Db, purpose: string): Promise<IndexText>
  readonly installation: InstallationKeys
  /** Of these subjects those that ever had a key: who was somebody once, though perhaps not any more. */
  subjectsAmong(tx: Db, subjects: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Destroys every key of a person in this tenant: what was encrypted for them opens nowhere any more, in no backup that
   * does not hold the key table too. Records `key.destroyed`.
   * @returns how many keys that were
   */
  destroySubject(tx: Tx, subject: string): Promise<{ readonly keys: number }>
}

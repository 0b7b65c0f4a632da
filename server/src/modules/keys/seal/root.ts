import type { DataKey } from '@holdfast/envelope'
import type { Transaction } from '../../../platform/database/database.ts'

/** The installation's root key: everything that is encrypted hangs on it, and only a seal ever stores it. */
export interface Root {
  /** counts from 1; a rotation, or another seal, makes the next one */
  readonly generation: number
  /** it wraps keys, and cannot be looked at */
  readonly key: DataKey
}

export interface RootKey {
  /**
   * The root key in force while this transaction lasts: no rotation passes between (a shared advisory lock), so that what
   * is wrapped under it here is found by the rotation that comes next. Call it before the transaction locks rows.
   * @param tx of any role, also one that only reads
   * @throws Fault `sealed` when another replica rotated and nobody handed the new key over to this one
   */
  inForce(tx: Pick<Transaction, 'kysely'>): Promise<Root>
}

/** Wraps all that lies under one root key under another. @param tx as the system role @returns how many keys */
export type Rewrap = (tx: Pick<Transaction, 'kysely'>, from: Root, to: Root) => Promise<number>

import type { Transaction } from '../../../platform/database/database.ts'

/** The installation's root key: everything that is encrypted hangs on it, and only a seal ever stores it. */
export interface Root {
  /** counts from 1; a rotation, or another seal, makes the next one */
  readonly generation: number
  /** 32 bytes */
  readonly key: Buffer
}

export interface RootKey {
  /**
   * The root key in force while this transaction lasts: no rotation passes between (a shared advisory lock), so that what
   * is wrapped under it here is found by the rotation that comes next.
   * @param tx of any role
   * @throws RootUnavailable when another replica rotated and nobody handed the new key over to this one
   */
  inForce(tx: Pick<Transaction, 'kysely'>): Promise<Root>
}

/** Wraps all that lies under one root key under another. @returns how many keys */
export type Rewrap = (tx: Pick<Transaction, 'kysely'>, from: Root, to: Root) => Promise<number>

/** This process holds an old root key and was not told the new one: it must be started again and unsealed. */
export class RootUnavailable extends Error {}

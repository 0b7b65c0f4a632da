import type { EncryptedColumn, IndexText, Keyring } from '../../keys/index.ts'
import type { Reading } from '../../directory/index.ts'

const purpose = 'sign-in'

/** What sign-in keeps unreadable, and by what it finds again what it cannot read. */
export interface SigninColumns {
  /** under a key of everybody: whether it opens must not cost a known person more than an unknown one */
  readonly hash: EncryptedColumn
  readonly address: EncryptedColumn
  readonly userAgent: EncryptedColumn
  readonly deviceName: EncryptedColumn
  readonly seenFrom: EncryptedColumn
  index(tx: Reading): Promise<IndexText>
}

export function createColumns(keys: Pick<Keyring, 'encrypted' | 'blindIndex'>): SigninColumns {
  return {
    hash: keys.encrypted({ table: 'passwords', column: 'hash', purpose }),
    address: keys.encrypted({ table: 'sessions', column: 'address', purpose }),
    userAgent: keys.encrypted({ table: 'sessions', column: 'user_agent', purpose }),
    deviceName: keys.encrypted({ table: 'sessions', column: 'device_name', purpose }),
    seenFrom: keys.encrypted({ table: 'sessions', column: 'seen_from', purpose }),
    index: (tx) => keys.blindIndex(tx, purpose),
  }
}

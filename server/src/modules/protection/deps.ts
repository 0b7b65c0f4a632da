import type { Database } from '../../platform/database/database.ts'
import type { Access } from '../access/index.ts'
import type { Keyring } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'

export interface ProtectionDeps {
  readonly database: Database
  readonly keys: Pick<Keyring, 'blindIndex' | 'ring' | 'openAll'>
  readonly access: Pick<Access, 'application' | 'bundleChanged' | 'evaluate'>
  readonly ledger: Pick<Ledger, 'search' | 'readEvents' | 'readings'>
}

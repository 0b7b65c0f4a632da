import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import type { PasswordTools } from '../passwords/parts.ts'
import type { SessionDeps } from '../sessions/begin.ts'
import type { DirectoryDeps } from '../../directory/index.ts'

export interface RecoveryColumns {
  /** whom somebody asked for */
  readonly asked: EncryptedColumn
  /** the address that is to be somebody's */
  readonly email: EncryptedColumn
}

export type RecoveryTools = SessionDeps &
  PasswordTools & {
    readonly recoveryColumns: RecoveryColumns
    readonly passwords: DirectoryDeps['passwords']
  }

export function createRecoveryColumns(keys: Pick<Keyring, 'encrypted'>): RecoveryColumns {
  return {
    asked: keys.encrypted({ table: 'recovery_requests', column: 'email', purpose: 'sign-in' }),
    email: keys.encrypted({ table: 'mailed_links', column: 'email', purpose: 'sign-in' }),
  }
}

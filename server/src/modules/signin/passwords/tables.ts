import type { ColumnType } from 'kysely'
import { declareTables, secret } from '../../../platform/database/tables.ts'

export const passwordTables = declareTables({
  passwords: {
    scope: 'tenant',
    columns: {
      person_id: 'internal',
      tenant_id: 'internal',
      hash: secret.encrypted,
      form: 'internal',
      imported: 'internal',
      suffices_alone: 'internal',
      compromised_at: 'internal',
      temporary: 'internal',
      set_at: 'internal',
    },
  },
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>

export interface PasswordTables {
  passwords: {
    person_id: Fixed<string>
    tenant_id: Fixed<string>
    hash: Buffer
    form: string
    imported: boolean
    suffices_alone: boolean | null
    compromised_at: Date | null
    temporary: boolean
    set_at: Date
  }
}

import type { ColumnType } from 'kysely'
import { declareTables, personal, secret } from '../../platform/database/tables.ts'
import { type PasswordTables, passwordTables } from './passwords/tables.ts'
import { type SessionTables, sessionTables } from './sessions/tables.ts'

export const signinTables = declareTables({
  ...passwordTables,
  ...sessionTables,
  handoff_codes: {
    scope: 'tenant',
    columns: {
      code_hash: secret.digest,
      tenant_id: 'internal',
      session_id: 'internal',
      application: 'internal',
      redirect_uri: 'internal',
      challenge: secret.digest,
      expires_at: 'internal',
      consumed_at: 'internal',
    },
  },
  sign_in_throttles: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      key: personal.digest,
      attempts: 'internal',
      last_at: 'internal',
      blocked_until: 'internal',
    },
  },
  bootstraps: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      service_id: 'internal',
      token_hash: secret.digest,
      setup_hash: secret.digest,
      issued_by: 'internal',
      issued_at: 'internal',
      expires_at: 'internal',
      completed_at: 'internal',
    },
  },
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Nothing at first. */
type Later<T> = ColumnType<T | null, never, T>

export interface SigninTables extends SessionTables, PasswordTables {
  handoff_codes: {
    code_hash: Fixed<Buffer>
    tenant_id: Fixed<string>
    session_id: Fixed<string>
    application: Fixed<string>
    redirect_uri: Fixed<string>
    challenge: Fixed<Buffer>
    expires_at: Fixed<Date>
    consumed_at: Later<Date>
  }
  sign_in_throttles: {
    tenant_id: Fixed<string>
    key: Fixed<Buffer>
    attempts: number
    last_at: Date
    blocked_until: Date
  }
  bootstraps: {
    tenant_id: Fixed<string>
    service_id: string
    token_hash: Buffer
    setup_hash: Buffer
    issued_by: Buffer
    issued_at: Date
    expires_at: Date
    completed_at: Later<Date>
  }
}

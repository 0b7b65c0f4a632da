import type { ColumnType } from 'kysely'
import { declareTables, personal, secret } from '../../platform/database/tables.ts'

export const signinTables = declareTables({
  passwords: {
    scope: 'tenant',
    columns: { person_id: 'internal', tenant_id: 'internal', hash: secret.encrypted, set_at: 'internal' },
  },
  sessions: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      person_id: 'internal',
      kind: 'internal',
      parent_id: 'internal',
      application: 'internal',
      token_hash: secret.digest,
      authenticated_at: 'internal',
      started_at: 'internal',
      last_seen_at: personal.plain('A time, by which sessions expire. It says nothing without the person.'),
      expires_at: 'internal',
      address: personal.encrypted,
      address_key: personal.digest,
      user_agent: personal.encrypted,
      ended_at: 'internal',
      end_reason: 'internal',
    },
  },
  session_revocations: {
    scope: 'tenant',
    columns: {
      seq: 'internal',
      tenant_id: 'internal',
      session_id: 'internal',
      application: 'internal',
      revoked_at: 'internal',
    },
  },
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

export type SessionKind = 'sign-in' | 'application'

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Nothing at first. */
type Later<T> = ColumnType<T | null, never, T>

export interface SigninTables {
  passwords: { person_id: Fixed<string>; tenant_id: Fixed<string>; hash: Buffer; set_at: Date }
  sessions: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    kind: Fixed<SessionKind>
    parent_id: Fixed<string | null>
    application: Fixed<string | null>
    token_hash: Fixed<Buffer>
    authenticated_at: Fixed<Date>
    started_at: Fixed<Date>
    last_seen_at: Date
    expires_at: Fixed<Date>
    address: Fixed<Buffer | null>
    address_key: Fixed<Buffer | null>
    user_agent: Fixed<Buffer | null>
    ended_at: Later<Date>
    end_reason: Later<string>
  }
  session_revocations: {
    seq: ColumnType<string, never, never>
    tenant_id: Fixed<string>
    session_id: Fixed<string>
    application: Fixed<string | null>
    revoked_at: Fixed<Date>
  }
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

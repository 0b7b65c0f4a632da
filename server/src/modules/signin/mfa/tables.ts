import type { ColumnType } from 'kysely'
import { declareTables, personal, secret } from '../../../platform/database/tables.ts'

export const mfaTables = declareTables({
  passkeys: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      person_id: 'internal',
      credential_id: personal.plain('A random name, by which a passkey that is shown is found. It says nothing else.'),
      public_key: 'public',
      sign_count: 'internal',
      name: personal.encrypted,
      aaguid: 'internal',
      attestation: 'internal',
      transports: 'internal',
      backup_eligible: 'internal',
      backed_up: 'internal',
      registered_at: 'internal',
      last_used_at: personal.plain('A time, for its person to see whether they still use it.'),
      cloned_at: 'internal',
    },
  },
  authenticator_apps: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      person_id: 'internal',
      secret: secret.encrypted,
      begun_at: 'internal',
      confirmed_at: 'internal',
      last_step: 'internal',
      last_used_at: personal.plain('A time, for its person to see whether they still use it.'),
    },
  },
  recovery_codes: {
    scope: 'tenant',
    columns: {
      code_hash: secret.digest,
      tenant_id: 'internal',
      person_id: 'internal',
      made_at: 'internal',
      consumed_at: 'internal',
    },
  },
  mailed_codes: {
    scope: 'tenant',
    columns: {
      code_key: secret.digest,
      tenant_id: 'internal',
      session_id: 'internal',
      expires_at: 'internal',
      consumed_at: 'internal',
    },
  },
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Nothing at first. */
type Later<T> = ColumnType<T | null, never, T>
/** A bigint, which the driver reads as text. */
type Big<Insert> = ColumnType<string, Insert, number>

export interface MfaTables {
  passkeys: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    credential_id: Fixed<Buffer>
    public_key: Fixed<Buffer>
    sign_count: Big<number>
    name: Buffer
    aaguid: Fixed<string>
    attestation: Fixed<string>
    transports: Fixed<string[]>
    backup_eligible: Fixed<boolean>
    backed_up: boolean
    registered_at: Fixed<Date>
    last_used_at: ColumnType<Date | null, Date | null, Date>
    cloned_at: Later<Date>
  }
  authenticator_apps: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    secret: Fixed<Buffer>
    begun_at: Fixed<Date>
    confirmed_at: Later<Date>
    last_step: Big<number | undefined>
    last_used_at: Later<Date>
  }
  recovery_codes: {
    code_hash: Fixed<Buffer>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    made_at: Fixed<Date>
    consumed_at: Later<Date>
  }
  mailed_codes: {
    code_key: Fixed<Buffer>
    tenant_id: Fixed<string>
    session_id: Fixed<string>
    expires_at: Fixed<Date>
    consumed_at: Later<Date>
  }
}

import type { ColumnType } from 'kysely'
import { declareTables, personal, secret } from '../../platform/database/tables.ts'
import type { Allowed } from './store/allowed.ts'

export const coreTables = declareTables({
  oauth_grants: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      client_id: 'internal',
      person_id: 'internal',
      session_id: 'internal',
      given_in: 'internal',
      allowed: 'internal',
      created_at: 'internal',
      expires_at: 'internal',
      revoked_at: 'internal',
      revoke_reason: 'internal',
      exchanged_of: 'internal',
    },
  },
  oauth_artifacts: {
    scope: 'tenant',
    columns: {
      id_hash: secret.digest,
      tenant_id: 'internal',
      kind: 'internal',
      grant_id: 'internal',
      client_id: 'internal',
      user_code: secret.digest,
      payload: personal.encrypted,
      created_at: 'internal',
      expires_at: 'internal',
      consumed_at: 'internal',
      successor: secret.encrypted,
      successor_hash: secret.digest,
    },
  },
  oauth_tokens: {
    scope: 'tenant',
    columns: {
      jti: 'internal',
      tenant_id: 'internal',
      client_id: 'internal',
      grant_id: 'internal',
      session_id: 'internal',
      principal_type: 'internal',
      principal_id: 'internal',
      audience: 'internal',
      claims: 'internal',
      issued_at: 'internal',
      expires_at: 'internal',
      revoked_at: 'internal',
      revoke_reason: 'internal',
    },
  },
  oauth_authorizations: {
    scope: 'tenant',
    columns: {
      session_id: 'internal',
      client_id: 'internal',
      tenant_id: 'internal',
      person_id: 'internal',
      grant_id: 'internal',
      authorized_at: 'internal',
    },
  },
  oauth_consents: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      person_id: 'internal',
      client_id: 'internal',
      allowed: 'internal',
      given_at: 'internal',
    },
  },
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Nothing at first. */
type Later<T> = ColumnType<T | null, never, T | null>
/** Written as JSON. */
type Json<T> = ColumnType<T, string, string>

export interface OauthTables {
  oauth_grants: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    client_id: Fixed<string>
    person_id: Fixed<string>
    session_id: Fixed<string | null>
    given_in: Fixed<string | null>
    allowed: Json<Allowed>
    created_at: Fixed<Date>
    expires_at: Date
    revoked_at: Later<Date>
    revoke_reason: Later<string>
    exchanged_of: Fixed<string | null>
  }
  oauth_artifacts: {
    id_hash: Fixed<Buffer>
    tenant_id: Fixed<string>
    kind: Fixed<string>
    grant_id: string | null
    client_id: Fixed<string | null>
    user_code: Fixed<Buffer | null>
    payload: Buffer
    created_at: Fixed<Date>
    expires_at: Date
    consumed_at: Later<Date>
    successor: Later<Buffer>
    successor_hash: Later<Buffer>
  }
  oauth_tokens: {
    jti: Fixed<string>
    tenant_id: Fixed<string>
    client_id: Fixed<string>
    grant_id: Fixed<string | null>
    session_id: Fixed<string | null>
    principal_type: Fixed<'Person' | 'Service'>
    principal_id: Fixed<string>
    audience: Fixed<string>
    claims: ColumnType<object | null, string | null, never>
    issued_at: Fixed<Date>
    expires_at: Fixed<Date>
    revoked_at: Later<Date>
    revoke_reason: Later<string>
  }
  oauth_authorizations: {
    session_id: Fixed<string>
    client_id: Fixed<string>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    grant_id: string
    authorized_at: Date
  }
  oauth_consents: {
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    client_id: Fixed<string>
    allowed: Json<Allowed>
    given_at: Date
  }
}

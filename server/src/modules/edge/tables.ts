import { declareTables, secret } from '../../platform/database/tables.ts'

export const tables = declareTables({
  signing_keys: {
    scope: 'installation',
    columns: {
      kid: 'public',
      public_jwk: 'public',
      sealed_private: secret.encrypted,
      created_at: 'internal',
      retired_at: 'internal',
    },
  },
  gateway_keys: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      service_id: 'internal',
      kid: 'public',
      public_jwk: 'public',
      registered_at: 'internal',
    },
  },
  edges: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      service_id: 'internal',
      instance: 'internal',
      kind: 'internal',
      application_id: 'internal',
      version: 'internal',
      epoch: 'internal',
      cursor: 'internal',
      lease_until: 'internal',
      left_at: 'internal',
      attached_at: 'internal',
      last_seen_at: 'internal',
    },
  },
})

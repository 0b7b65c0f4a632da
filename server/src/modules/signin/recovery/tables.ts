import { declareTables, personal, secret } from '../../../platform/database/tables.ts'

export const recoveryTables = declareTables({
  mailed_links: {
    scope: 'tenant',
    columns: {
      token_hash: secret.digest,
      tenant_id: 'internal',
      kind: 'internal',
      person_id: 'internal',
      email: personal.encrypted,
      sent_to: personal.digest,
      created_at: 'internal',
      expires_at: 'internal',
      consumed_at: 'internal',
    },
  },
  recovery_requests: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      email: personal.encrypted,
      return_to: 'internal',
      created_at: 'internal',
    },
  },
})

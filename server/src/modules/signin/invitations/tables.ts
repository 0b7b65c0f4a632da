import { declareTables, personal, secret } from '../../../platform/database/tables.ts'

export const invitationTables = declareTables({
  invitations: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      email: personal.encrypted,
      email_key: personal.digest,
      token_hash: secret.digest,
      groups: 'internal',
      application: 'internal',
      inviter_type: 'internal',
      inviter_id: 'internal',
      created_at: 'internal',
      sent_at: 'internal',
      expires_at: 'internal',
      consumed_at: 'internal',
      revoked_at: 'internal',
      person_id: 'internal',
    },
  },
})

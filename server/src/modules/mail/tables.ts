import { declareTables, personal, secret } from '../../platform/database/tables.ts'

export const mailTables = declareTables({
  mails: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      template: 'internal',
      person_id: 'internal',
      address: personal.encrypted,
      content: secret.encrypted,
      state: 'internal',
      attempts: 'internal',
      last_error: 'internal',
      created_at: 'internal',
      expires_at: 'internal',
      settled_at: 'internal',
    },
  },
  mail_counts: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      key: personal.digest,
      hour_from: 'internal',
      hour: 'internal',
      day_from: 'internal',
      day: 'internal',
    },
  },
  mail_templates: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      name: 'internal',
      locale: 'internal',
      subject: 'internal',
      body: 'internal',
      button: 'internal',
      updated_at: 'internal',
    },
  },
})

import { declareTables } from '../../../platform/database/tables.ts'

export const resourcesTables = declareTables({
  oauth_resources: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', identifier: 'public', application_id: 'internal', scopes: 'public' },
  },
})

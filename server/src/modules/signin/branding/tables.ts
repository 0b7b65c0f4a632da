import { declareTables } from '../../../platform/database/tables.ts'

export const brandingTables = declareTables({
  brandings: {
    scope: 'tenant',
    columns: {
      id: 'public',
      tenant_id: 'internal',
      application_id: 'internal',
      name: 'public',
      accent: 'public',
      logo: 'public',
      logo_type: 'public',
      version: 'public',
      updated_at: 'internal',
    },
  },
})

import { declareTables, personal } from '../../../platform/database/tables.ts'

export const searchTables = declareTables({
  saved_searches: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      owner_type: 'internal',
      owner_id: 'internal',
      shared: 'internal',
      sealed: personal.encrypted,
      created_at: 'internal',
      changed_at: 'internal',
    },
  },
})

import { declareTables } from '../../../platform/database/tables.ts'

export const learnedTables = declareTables({
  learned_traffic: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      learned: 'internal',
      observed: 'internal',
      since: 'internal',
      updated_at: 'internal',
    },
  },
})

import { declareTables } from '../../../platform/database/tables.ts'

export const policyTables = declareTables({
  sign_in_policies: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', policy: 'internal', updated_at: 'internal' },
  },
})

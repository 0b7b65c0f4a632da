import { declareTables, personal } from '../../../platform/database/tables.ts'

export const retentionTables = declareTables({
  retention_rules: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', target: 'internal', days: 'internal', changed_at: 'internal' },
  },
  legal_holds: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      subject_type: 'internal',
      subject_id: 'internal',
      since: 'internal',
      until: 'internal',
      reason: personal.encrypted,
      placed_at: 'internal',
      placed_by_type: 'internal',
      placed_by_id: 'internal',
      released_at: 'internal',
      released_by_type: 'internal',
      released_by_id: 'internal',
    },
  },
})

import { declareTables } from '../../../platform/database/tables.ts'

export const shadowTables = declareTables({
  decision_log_settings: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', application_id: 'internal', allow_rate: 'internal', changed_at: 'internal' },
  },
  policy_candidates: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      id: 'internal',
      policies: 'internal',
      schema_text: 'internal',
      schema_json: 'internal',
      schema_version: 'internal',
      live: 'internal',
      started_at: 'internal',
      started_by_type: 'internal',
      started_by_id: 'internal',
      compared: 'internal',
      skipped: 'internal',
      last_compared_at: 'internal',
    },
  },
  candidate_differences: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      kind: 'internal',
      action: 'internal',
      live: 'internal',
      candidate: 'internal',
      count: 'internal',
      samples: 'internal',
      last_at: 'internal',
    },
  },
})

import { declareTables, personal } from '../../platform/database/tables.ts'
import { learnedTables } from './learned/tables.ts'
import { trafficTables } from './traffic/tables.ts'

export const tables = declareTables({
  ...trafficTables,
  ...learnedTables,
  application_protection: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      settings: 'internal',
      version: 'internal',
      changed_at: 'internal',
    },
  },
  rate_budgets: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      key: personal.digest,
      empty_ms: 'internal',
      granted: 'internal',
      asked_ms: 'internal',
      application_id: 'internal',
      rule: 'internal',
    },
  },
  csp_reports: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      directive: 'internal',
      blocked: 'internal',
      page: 'internal',
      disposition: 'internal',
      count: 'internal',
      sample: 'internal',
      source: 'internal',
      first_at: 'internal',
      last_at: 'internal',
    },
  },
})

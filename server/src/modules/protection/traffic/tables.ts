import { declareTables, personal } from '../../../platform/database/tables.ts'

const key = {
  tenant_id: 'internal',
  application_id: 'internal',
  step: 'internal',
  at: 'internal',
  edge: 'internal',
  route: 'internal',
} as const

export const trafficTables = declareTables({
  traffic_counts: {
    scope: 'tenant',
    columns: { ...key, counts: 'internal', own: 'internal', upstream: 'internal' },
  },
  traffic_refused: { scope: 'tenant', columns: { ...key, code: 'internal', count: 'internal' } },
  traffic_samples: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      place: 'internal',
      id: 'internal',
      at: 'internal',
      sealed: personal.encrypted,
    },
  },
})

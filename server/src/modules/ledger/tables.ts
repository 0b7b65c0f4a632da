import { declareTables } from '../../platform/database/tables.ts'

export const tables = declareTables({
  events: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      ordinal: 'internal',
      recorded_at: 'internal',
      time: 'internal',
      kind: 'internal',
      outcome: 'internal',
      actor_type: 'internal',
      actor_id: 'internal',
      actor_name: 'personal',
      resource_type: 'internal',
      resource_id: 'internal',
      application: 'internal',
      reason: 'internal',
      address: 'personal',
      user_agent: 'personal',
      request_id: 'internal',
      data: 'personal',
      seq: 'internal',
      leaf: 'internal',
      hash: 'internal',
    },
  },
  ledger_head: {
    scope: 'installation',
    columns: { singleton: 'internal', seq: 'internal', hash: 'internal', time: 'internal' },
  },
})

import { declareTables, secret } from '../../../platform/database/tables.ts'

export const sinkTables = declareTables({
  log_sinks: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      name: 'internal',
      kind: 'internal',
      settings: 'internal',
      secrets: secret.encrypted,
      filter: 'internal',
      state: 'internal',
      cursor_seq: 'internal',
      in_flight_seq: 'internal',
      last_delivered_at: 'internal',
      delivered: 'internal',
      repeated: 'internal',
      refused: 'internal',
      refused_told_at: 'internal',
      failures: 'internal',
      failing_since: 'internal',
      last_error: 'internal',
      next_attempt_at: 'internal',
      failed_told_at: 'internal',
      failed_after_seconds: 'internal',
      lease: 'internal',
      leased_until: 'internal',
      created_at: 'internal',
      updated_at: 'internal',
    },
  },
})

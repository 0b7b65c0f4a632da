import { declareTables } from '../../../platform/database/tables.ts'

export const telemetryTables = declareTables({
  log_processes: {
    scope: 'installation',
    columns: {
      process: 'internal',
      version: 'internal',
      started_at: 'internal',
      beat: 'internal',
      beat_at: 'internal',
      every_seconds: 'internal',
      accepted: 'internal',
      recorded: 'internal',
      lost: 'internal',
      ended_at: 'internal',
      noticed_at: 'internal',
    },
  },
  log_troubles: {
    scope: 'installation',
    columns: { name: 'internal', since: 'internal' },
  },
})

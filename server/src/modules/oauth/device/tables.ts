import { declareTables, secret } from '../../../platform/database/tables.ts'

export const deviceTables = declareTables({
  oauth_device_polls: {
    scope: 'tenant',
    columns: {
      device_hash: secret.digest,
      tenant_id: 'internal',
      interval_seconds: 'internal',
      polled_at: 'internal',
      too_soon: 'internal',
    },
  },
})

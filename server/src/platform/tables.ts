import { declareTables, secret } from './database/tables.ts'

export const platformTables = declareTables({
  migrations: {
    scope: 'installation',
    columns: { module: 'public', name: 'public', checksum: 'public', applied_at: 'internal' },
  },
  tenants: {
    scope: 'installation',
    columns: {
      id: 'internal',
      slug: 'internal',
      name: 'internal',
      created_at: 'internal',
      suspended_at: 'internal',
      deleted_at: 'internal',
      erased_at: 'internal',
    },
  },
  tenant_hosts: { scope: 'installation', columns: { host: 'public', tenant_id: 'internal' } },
  tenant_epochs: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      epoch: 'internal',
      gateway_epoch: 'internal',
      changed_at: 'internal',
      changed_in: 'internal',
    },
  },
  claims: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', kind: 'internal', key: secret.digest, expires_at: 'internal' },
  },
  jobs: {
    scope: 'installation',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      kind: 'internal',
      key: 'internal',
      payload: 'internal',
      run_at: 'internal',
      attempts: 'internal',
      max_attempts: 'internal',
      leased_until: 'internal',
      lease: 'internal',
      finished_at: 'internal',
      failed_at: 'internal',
      last_error: 'internal',
    },
  },
})

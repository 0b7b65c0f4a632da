import { declareTables } from '../../platform/database/tables.ts'

export const tables = declareTables({
  applications: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      name: 'internal',
      upstream: 'internal',
      public_paths: 'internal',
      body_limit_bytes: 'internal',
      request_timeout_ms: 'internal',
      builtin: 'internal',
      epoch: 'internal',
      schema_text: 'internal',
      schema_json: 'internal',
      schema_version: 'internal',
      schema_updated_at: 'internal',
      created_at: 'internal',
    },
  },
  application_hosts: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', host: 'public', application_id: 'internal' },
  },
  policies: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application_id: 'internal',
      name: 'internal',
      text: 'internal',
      parsed: 'internal',
      effect: 'internal',
      version: 'internal',
      builtin: 'internal',
      updated_at: 'internal',
      updated_by_type: 'internal',
      updated_by_id: 'internal',
    },
  },
})

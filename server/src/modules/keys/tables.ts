import { declareTables, secret } from '../../platform/database/tables.ts'

export const keyTables = declareTables({
  key_encryption_keys: {
    scope: 'installation',
    columns: {
      id: 'internal',
      version: 'internal',
      state: 'internal',
      live: 'internal',
      root_generation: 'internal',
      wrapped: secret.wrapped,
      created_at: 'internal',
      replaced_at: 'internal',
      retired_at: 'internal',
    },
  },
  data_keys: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      purpose: 'internal',
      subject: 'internal',
      version: 'internal',
      state: 'internal',
      kek_id: 'internal',
      kek_live: 'internal',
      wrapped: secret.wrapped,
      used: 'internal',
      created_at: 'internal',
      retired_at: 'internal',
      destroyed_at: 'internal',
    },
  },
  data_key_uses: {
    scope: 'tenant',
    columns: { id: 'internal', tenant_id: 'internal', key_id: 'internal', messages: 'internal' },
  },
})

import { declareTables } from '../../../platform/database/tables.ts'

export const sealTables = declareTables({
  seals: {
    scope: 'installation',
    columns: {
      id: 'internal',
      state: 'internal',
      kind: 'internal',
      parameters: 'internal',
      generation: 'internal',
      wrapped_root: 'secret',
      verification: 'secret',
      created_at: 'internal',
      retired_at: 'internal',
    },
  },
  seal_replicas: {
    scope: 'installation',
    columns: {
      id: 'internal',
      public_key: 'internal',
      proof: 'secret',
      generation: 'internal',
      handover: 'secret',
      seen_at: 'internal',
    },
  },
})

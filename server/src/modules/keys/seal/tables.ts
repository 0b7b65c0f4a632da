import { declareTables, secret } from '../../../platform/database/tables.ts'

export const sealTables = declareTables({
  seals: {
    scope: 'installation',
    columns: {
      id: 'internal',
      state: 'internal',
      kind: 'internal',
      parameters: 'internal',
      created_at: 'internal',
      retired_at: 'internal',
      generation: 'internal',
      root_id: 'internal',
      root_since: 'internal',
      wrapped_root: secret.wrapped,
      verification: secret.digest,
    },
  },
  seal_replicas: {
    scope: 'installation',
    columns: {
      id: 'internal',
      public_key: 'internal',
      generation: 'internal',
      proof: secret.digest,
      seen_at: 'internal',
    },
  },
  seal_handovers: {
    scope: 'installation',
    columns: { replica_id: 'internal', generation: 'internal', sealed: secret.wrapped },
  },
})

import { declareTables, secret } from '../../../platform/database/tables.ts'

export const signingKeysTables = declareTables({
  oauth_signing_keys: {
    scope: 'installation',
    columns: {
      kid: 'public',
      alg: 'public',
      state: 'internal',
      public_jwk: 'public',
      sealed_private: secret.encrypted,
      created_at: 'internal',
      current_at: 'internal',
      retired_at: 'internal',
    },
  },
  oauth_signing_generation: { scope: 'installation', columns: { singleton: 'internal', generation: 'internal' } },
})

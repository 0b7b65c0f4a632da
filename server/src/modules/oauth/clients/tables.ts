import { declareTables, personal, secret } from '../../../platform/database/tables.ts'

export const clientsTables = declareTables({
  oauth_clients: {
    scope: 'tenant',
    columns: {
      client_id: 'public',
      tenant_id: 'internal',
      application_id: 'internal',
      preset: 'internal',
      consent: 'internal',
      origin: 'internal',
      service_id: 'internal',
      metadata: personal.plain(
        'What a client says of itself; `contacts` may name people of its maker. The token endpoint reads it with every request.',
      ),
      settings: 'internal',
      version: 'internal',
      disabled_at: 'internal',
      registration_hash: secret.digest,
      created_at: 'internal',
      updated_at: 'internal',
    },
  },
  oauth_client_secrets: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      client_id: 'internal',
      secret_hash: secret.digest,
      prefix: 'internal',
      created_at: 'internal',
      expires_at: 'internal',
    },
  },
  oauth_initial_access_tokens: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      application_id: 'internal',
      token_hash: secret.digest,
      uses_left: 'internal',
      created_at: 'internal',
      expires_at: 'internal',
    },
  },
})

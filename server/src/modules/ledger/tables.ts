import { declareTables, secret } from '../../platform/database/tables.ts'

export const tables = declareTables({
  events: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      id: 'internal',
      recorded_at: 'internal',
      time: 'internal',
      kind: 'internal',
      class_uid: 'internal',
      severity_id: 'internal',
      outcome: 'internal',
      actor_type: 'internal',
      actor_id: 'internal',
      resource_type: 'internal',
      resource_id: 'internal',
      application: 'internal',
      reason: 'internal',
      request_id: 'internal',
      address_token: secret.digest,
      terms: secret.digest,
      commitment: 'internal',
      body: secret.encrypted,
    },
  },
  event_subjects: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      event_id: 'internal',
      subject: 'internal',
      sealed: secret.encrypted,
      address_token: secret.digest,
      terms: secret.digest,
    },
  },
  log_queue: {
    scope: 'tenant',
    columns: {
      ordinal: 'internal',
      tenant_id: 'internal',
      event_id: 'internal',
      time: 'internal',
      commitment: 'internal',
      recorded_at: 'internal',
    },
  },
  log_entries: {
    scope: 'tenant',
    columns: { seq: 'internal', tenant_id: 'internal', event_id: 'internal', time: 'internal', commitment: 'internal' },
  },
  log_removals: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      what: 'internal',
      time: 'internal',
      seqs: 'internal',
      digest: 'internal',
      transaction: 'internal',
    },
  },
  log_tiles: {
    scope: 'installation',
    columns: { level: 'internal', index: 'internal', hashes: 'internal' },
  },
  log_head: {
    scope: 'installation',
    columns: { singleton: 'internal', size: 'internal', root_hash: 'internal', time: 'internal' },
  },
  log_checkpoints: {
    scope: 'installation',
    columns: { size: 'internal', root_hash: 'internal', time: 'internal', note: 'internal' },
  },
  log_acknowledgements: {
    scope: 'installation',
    columns: { id: 'internal', time: 'internal', sealed: secret.encrypted },
  },
  log_checks: {
    scope: 'installation',
    columns: {
      id: 'internal',
      state: 'internal',
      started_at: 'internal',
      finished_at: 'internal',
      size: 'internal',
      checked: 'internal',
      root_hash: 'internal',
      problems: 'internal',
      found: 'internal',
    },
  },
  log_identity: {
    scope: 'installation',
    columns: {
      singleton: 'internal',
      origin: 'internal',
      public_key: 'public',
      sealed_key: secret.encrypted,
      created_at: 'internal',
    },
  },
})

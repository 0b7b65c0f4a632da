import type { ColumnType } from 'kysely'
import { declareTables, historyOf, personal, secret } from '../../platform/database/tables.ts'

export const directoryTables = declareTables({
  people: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      email: personal.encrypted,
      email_key: personal.digest,
      name: personal.encrypted,
      email_verified_at: personal.plain('A time. It says nothing without the person.'),
      state: 'internal',
      created_at: 'internal',
      updated_at: 'internal',
      last_sign_in_at: personal.plain(
        'A time, by which unused accounts are found. It says nothing without the person.',
      ),
    },
  },
  groups: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', id: 'internal', name: 'internal', builtin: 'internal', created_at: 'internal' },
  },
  group_parents: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', group_id: 'internal', parent_id: 'internal' },
  },
  services: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      name: 'internal',
      application: 'internal',
      created_at: 'internal',
    },
  },
  service_keys: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      service_id: 'internal',
      key_hash: secret.digest,
      prefix: 'internal',
      created_at: 'internal',
      last_used_at: 'internal',
    },
  },
  memberships: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      group_id: 'internal',
      person_id: 'internal',
      service_id: 'internal',
      created_at: 'internal',
    },
  },
  people_history: historyOf('id', 'state'),
  services_history: historyOf('id', 'application'),
  groups_history: historyOf('id', 'builtin'),
  group_parents_history: historyOf('group_id', 'parent_id'),
  memberships_history: historyOf('group_id', 'person_id', 'service_id'),
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>

export interface DirectoryTables {
  people: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    email: Buffer
    email_key: Buffer
    name: Buffer
    email_verified_at: ColumnType<Date | null, Date | null | undefined>
    state: ColumnType<'active' | 'disabled', 'active' | 'disabled' | undefined>
    created_at: Fixed<Date>
    updated_at: Date
    last_sign_in_at: ColumnType<Date | null, never, Date>
  }
  groups: {
    tenant_id: Fixed<string>
    id: Fixed<string>
    name: string
    builtin: ColumnType<boolean, boolean | undefined, never>
    created_at: Fixed<Date>
  }
  group_parents: { tenant_id: Fixed<string>; group_id: Fixed<string>; parent_id: Fixed<string> }
  services: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    name: string
    application: Fixed<string | null>
    created_at: Fixed<Date>
  }
  service_keys: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    service_id: Fixed<string>
    key_hash: Fixed<Buffer>
    prefix: Fixed<string>
    created_at: Fixed<Date>
    last_used_at: ColumnType<Date | null, never, Date>
  }
  memberships: {
    tenant_id: Fixed<string>
    group_id: Fixed<string>
    person_id: ColumnType<string | null, string | null | undefined, never>
    service_id: ColumnType<string | null, string | null | undefined, never>
    created_at: Fixed<Date>
  }
}

import type { ColumnType } from 'kysely'
import { declareTables, personal } from '../../../platform/database/tables.ts'

export const scimTables = declareTables({
  scim_users: {
    scope: 'tenant',
    columns: {
      person_id: 'internal',
      tenant_id: 'internal',
      service_id: 'internal',
      user_name_key: personal.digest,
      external_id_key: personal.digest,
      resource: personal.encrypted,
      active: 'internal',
      held: 'internal',
      version: 'internal',
      created_at: 'internal',
      updated_at: 'internal',
    },
  },
  scim_user_values: {
    scope: 'tenant',
    columns: { tenant_id: 'internal', person_id: 'internal', attribute: 'internal', value_key: personal.digest },
  },
  scim_groups: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      group_id: 'internal',
      service_id: 'internal',
      external_id: 'internal',
      made: 'internal',
      power: 'internal',
      version: 'internal',
      created_at: 'internal',
      updated_at: 'internal',
    },
  },
})

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>

export interface ScimTables {
  scim_users: {
    person_id: Fixed<string>
    tenant_id: Fixed<string>
    service_id: string | null
    user_name_key: Buffer
    external_id_key: Buffer | null
    resource: Buffer
    active: boolean
    held: ColumnType<boolean, boolean | undefined, boolean>
    version: ColumnType<string, number | undefined, number>
    created_at: Fixed<Date>
    updated_at: Date
  }
  scim_user_values: {
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    attribute: Fixed<'emails' | 'displayName'>
    value_key: Fixed<Buffer>
  }
  scim_groups: {
    tenant_id: Fixed<string>
    group_id: Fixed<string>
    service_id: string | null
    external_id: string | null
    made: boolean
    power: ColumnType<boolean, boolean | undefined, boolean>
    version: ColumnType<string, number | undefined, number>
    created_at: Fixed<Date>
    updated_at: Date
  }
}

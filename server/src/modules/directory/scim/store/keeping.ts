import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../types.ts'
import { provisioners } from '../scope.ts'
import type { ScimTables } from '../tables.ts'

const from = (tx: Reading): Kysely<ScimTables> => tx.kysely<ScimTables>()

/** By whom a person is kept. */
export interface Keeper {
  /** null: nobody keeps them now, though they came by SCIM */
  readonly service: string | null
  readonly active: boolean
}

/** Those of the people who came by SCIM. */
export async function keepersOf(tx: Reading, people: readonly string[]): Promise<ReadonlyMap<string, Keeper>> {
  if (people.length === 0) return new Map()
  const rows = await from(tx)
    .selectFrom('scim_users')
    .select(['person_id as id', 'service_id as service', 'active'])
    .where('person_id', 'in', people)
    .execute()
  return new Map(rows.map(({ id, ...keeper }) => [id, keeper]))
}

/** An operator disables somebody, or takes that back: whom nobody keeps any more they may let in again. */
export async function hold(tx: Tx, person: string, held: boolean): Promise<void> {
  await from(tx)
    .updateTable('scim_users')
    .set((by) => ({ held, ...(!held && { active: true }), version: by('version', '+', '1') as never }))
    .where('person_id', '=', person)
    .execute()
}

/** Puts a person under another connection. @returns false when they did not come by SCIM */
export async function handTo(tx: Tx, person: string, service: string): Promise<boolean> {
  const { numUpdatedRows } = await from(tx)
    .updateTable('scim_users')
    .set((by) => ({ service_id: service, version: by('version', '+', '1') as never }))
    .where('person_id', '=', person)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** The person is one like those who were made here. */
export async function forgetUser(tx: Tx, person: string, service: string): Promise<boolean> {
  const { numDeletedRows } = await from(tx)
    .deleteFrom('scim_users')
    .where('person_id', '=', person)
    .where('service_id', '=', service)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export interface ConnectionRow {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly people: number
  readonly groups: readonly { readonly id: string; readonly made: boolean; readonly power: boolean }[]
}

/** The services that may provision, with what they keep. @param only one of them */
export async function selectConnections(tx: Reading, only?: string): Promise<ConnectionRow[]> {
  const { rows } = await sql<ConnectionRow>`
    SELECT s.id::text AS id, s.name, s.created_at AS "createdAt",
      (SELECT max(k.last_used_at) FROM service_keys k WHERE k.tenant_id = s.tenant_id AND k.service_id = s.id) AS "lastUsedAt",
      (SELECT count(*)::int FROM scim_users u WHERE u.tenant_id = s.tenant_id AND u.service_id = s.id) AS people,
      (SELECT coalesce(json_agg(json_build_object('id', g.group_id, 'made', g.made, 'power', g.power) ORDER BY g.group_id), '[]')
        FROM scim_groups g WHERE g.tenant_id = s.tenant_id AND g.service_id = s.id) AS groups
    FROM services s JOIN memberships m ON m.tenant_id = s.tenant_id AND m.service_id = s.id AND m.group_id = ${provisioners}
    WHERE ${only ?? null}::uuid IS NULL OR s.id = ${only ?? null}::uuid ORDER BY s.name`.execute(tx.kysely())
  return rows
}

import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../types.ts'
import type { Scope } from '../scope.ts'
import type { ScimTables } from '../tables.ts'
import { within } from './users.ts'

const from = (tx: Reading): Kysely<ScimTables> => tx.kysely<ScimTables>()

/** A group whose members a connection keeps. */
export interface GroupRow {
  readonly id: string
  readonly name: string
  readonly builtin: boolean
  readonly service: string | null
  readonly externalId: string | null
  /** by the connection; else by an operator, and handed over */
  readonly made: boolean
  /** may be changed though it gives power over Holdfast itself */
  readonly power: boolean
  readonly version: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What an operator has handed over is for that one connection; it does not fall to whoever comes later. */
const visible = ({ service }: Scope) => (service === null ? sql`s.made` : sql`s.service_id = ${service}::uuid`)

/** In the order of their ids. @param only one of them */
export async function selectScimGroups(tx: Reading, scope: Scope, only?: string): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    SELECT g.id, g.name, g.builtin, s.service_id AS service, s.external_id AS "externalId", s.made, s.power, s.version,
      s.created_at AS "createdAt", s.updated_at AS "updatedAt"
    FROM scim_groups s JOIN groups g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
    WHERE ${visible(scope)} AND (${only ?? null}::text IS NULL OR g.id = ${only ?? null}::text) ORDER BY g.id`.execute(
    tx.kysely(),
  )
  return rows
}

/** The people of the connection in each of the groups, in order: others in it are none of its business. */
export async function membersOf(
  tx: Reading,
  scope: Scope,
  groups: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (groups.length === 0) return new Map()
  const { rows } = await sql<{ group: string; people: string[] }>`
    SELECT m.group_id AS group, array_agg(m.person_id::text ORDER BY m.person_id) AS people
    FROM memberships m JOIN scim_users u ON u.tenant_id = m.tenant_id AND u.person_id = m.person_id
    WHERE m.group_id = ANY(${groups}::text[]) AND ${within(scope)} GROUP BY m.group_id`.execute(tx.kysely())
  return new Map(rows.map(({ group, people }) => [group, people]))
}

/** The groups of the connection that each of the people is in. */
export async function scimGroupsOf(
  tx: Reading,
  scope: Scope,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>> {
  if (people.length === 0) return new Map()
  const { rows } = await sql<{ person: string; id: string; name: string }>`
    SELECT m.person_id::text AS person, g.id, g.name FROM memberships m
      JOIN scim_groups s ON s.tenant_id = m.tenant_id AND s.group_id = m.group_id
      JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
    WHERE m.person_id = ANY(${people}::uuid[]) AND ${visible(scope)} ORDER BY g.id`.execute(tx.kysely())
  return Map.groupBy(rows, ({ person }) => person)
}

/** @returns those of the ids that are people of the connection */
export async function usersAmong(tx: Reading, scope: Scope, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    SELECT u.person_id::text AS id FROM scim_users u WHERE u.person_id = ANY(${ids}::uuid[]) AND ${within(scope)}`.execute(
    tx.kysely(),
  )
  return new Set(rows.map(({ id }) => id))
}

/** Who is in it already stays. */
export async function join(tx: Tx, group: string, people: readonly string[], now: Date): Promise<void> {
  if (people.length === 0) return
  await sql`INSERT INTO memberships (tenant_id, group_id, person_id, created_at)
    SELECT ${tx.tenant}::uuid, ${group}, person, ${now} FROM unnest(${people}::uuid[]) AS person
    ON CONFLICT (person_id, group_id) WHERE person_id IS NOT NULL DO NOTHING`.execute(tx.kysely())
}

export async function leave(tx: Tx, group: string, people: readonly string[]): Promise<void> {
  if (people.length === 0) return
  await sql`DELETE FROM memberships WHERE group_id = ${group} AND person_id = ANY(${people}::uuid[])`.execute(
    tx.kysely(),
  )
}

export async function insertScimGroup(
  tx: Tx,
  group: Pick<GroupRow, 'id' | 'service' | 'externalId' | 'made' | 'power'> & { readonly now: Date },
): Promise<void> {
  await from(tx)
    .insertInto('scim_groups')
    .values({
      tenant_id: tx.tenant,
      group_id: group.id,
      service_id: group.service,
      external_id: group.externalId,
      made: group.made,
      power: group.power,
      created_at: group.now,
      updated_at: group.now,
    })
    .execute()
}

export async function updateScimGroup(
  tx: Tx,
  id: string,
  change: { readonly externalId: string | null; readonly now: Date },
): Promise<void> {
  await from(tx)
    .updateTable('scim_groups')
    .set((by) => ({
      external_id: change.externalId,
      updated_at: change.now,
      version: by('version', '+', '1') as never,
    }))
    .where('group_id', '=', id)
    .execute()
}

/** Whose members of the group are, whoever asks. */
export async function keeperOf(tx: Reading, id: string): Promise<Pick<GroupRow, 'service' | 'made' | 'power'> | null> {
  const row = await from(tx)
    .selectFrom('scim_groups')
    .select(['service_id as service', 'made', 'power'])
    .where('group_id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

export async function allowPower(tx: Tx, id: string, power: boolean): Promise<void> {
  await from(tx).updateTable('scim_groups').set({ power }).where('group_id', '=', id).execute()
}

export async function removeScimGroup(tx: Tx, id: string): Promise<void> {
  await from(tx).deleteFrom('scim_groups').where('group_id', '=', id).execute()
}

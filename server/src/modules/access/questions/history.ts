import { sql } from 'kysely'
import { type Change, type ChangesPage, changesOf, changesPage, readChange } from '../../../platform/changes.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'

/** What history is asked for; nothing: the whole application. */
export interface Subject {
  readonly principal?: Uid | undefined
  readonly resource?: Uid | undefined
  readonly policy?: string | undefined
  readonly role?: string | undefined
}

/** What changed of an application's rules, grants and stored entities, the newest first. */
export async function accessHistory(
  tx: Transaction,
  application: string,
  subject: Subject,
  page: ChangesPage,
): Promise<readonly Change[]> {
  const { rows } = await changesPage(partsOf(application, subject), page).execute(tx.kysely())
  return rows.map(readChange)
}

function partsOf(application: string, { principal, resource, policy, role }: Subject) {
  const here = sql`application_id = ${application}`
  if (principal !== undefined) {
    return [
      grants(sql`${here} AND principal_type = ${principal.type} AND principal_id = ${principal.id}`),
      entity(here, principal),
    ]
  }
  if (resource !== undefined) {
    return [
      grants(sql`${here} AND resource_type = ${resource.type} AND resource_id = ${resource.id}`),
      entity(here, resource),
    ]
  }
  if (policy !== undefined) {
    return [policies(sql`${here} AND name = ${policy}`), grants(sql`${here} AND template = ${policy}`)]
  }
  if (role !== undefined) {
    return [
      ...roles(sql`${here} AND id = ${role}`, sql`${here} AND (role_id = ${role} OR parent_id = ${role})`),
      grants(sql`${here} AND role_id = ${role}`),
    ]
  }
  return [grants(here), policies(here), ...roles(here, here), schemas(application)]
}

type Where = ReturnType<typeof sql>

/** A grant's own versions say more than that there was another: the last one may be its end. */
function grants(where: Where): Where {
  return sql`
    SELECT recorded_from AS at, recorded_by AS by, 'grant' AS what,
      CASE WHEN version = 1 THEN 'added' WHEN valid_to <= recorded_from THEN 'removed' ELSE 'changed' END AS change,
      principal_type AS type, principal_id AS id,
      jsonb_strip_nulls(jsonb_build_object('grant', id, 'version', version, 'role', role_id, 'template', template,
        'resourceType', resource_type, 'resourceId', resource_id, 'source', source,
        'validFrom', to_json(valid_from), 'validTo', to_json(valid_to))) AS details
    FROM grants WHERE ${where}`
}

function policies(where: Where): Where {
  const details = sql`jsonb_build_object('version', version, 'kind', kind, 'effect', effect, 'text', text)`
  return changesOf({
    table: 'policies_history',
    key: ['application_id', 'name'],
    what: 'policy',
    type: sql`'Policy'`,
    id: sql`name`,
    details,
    where,
  })
}

function roles(where: Where, nested: Where): Where[] {
  return [
    changesOf({
      table: 'roles_history',
      key: ['application_id', 'id'],
      what: 'role',
      type: sql`'Role'`,
      id: sql`id`,
      details: sql`jsonb_build_object('name', name)`,
      where,
    }),
    changesOf({
      table: 'role_parents_history',
      key: ['application_id', 'role_id', 'parent_id'],
      what: 'role',
      type: sql`'Role'`,
      id: sql`role_id`,
      details: sql`jsonb_build_object('parent', parent_id)`,
      where: nested,
    }),
  ]
}

function schemas(application: string): Where {
  return changesOf({
    table: 'applications_history',
    key: ['id'],
    what: 'schema',
    type: sql`'Application'`,
    id: sql`id`,
    details: sql`jsonb_build_object('version', schema_version, 'bundledTypes', to_jsonb(bundled_types))`,
    where: sql`id = ${application}`,
  })
}

/** Attributes are not told: they are encrypted, and the list of versions says when they changed. */
function entity(here: Where, { type, id }: Uid): Where {
  return changesOf({
    table: 'stored_entities',
    key: ['application_id', 'type', 'id'],
    what: 'entity',
    type: sql`type`,
    id: sql`id`,
    details: sql`jsonb_build_object('parentTypes', to_jsonb(parent_types), 'parentIds', to_jsonb(parent_ids))`,
    where: sql`${here} AND type = ${type} AND id = ${id}`,
  })
}

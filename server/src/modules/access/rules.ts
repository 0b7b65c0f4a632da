import {
  compile,
  createEntities,
  createSchema,
  type Entities,
  type PolicyJson,
  type PolicySet,
  type Schema,
} from '@holdfast/policy'
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Transaction } from '../../platform/database/database.ts'
import type { Uid } from '../../platform/ports.ts'
import { attributeDepth, namedInConditions } from './point/depth.ts'
import { listRoles } from './roles/store.ts'
import { believedAt } from './world/moment.ts'
import { type Role, roleUid } from './world/types.ts'

/** Policies, templates and schema of an application, compiled. Grants are not in it: they are laid over. */
export interface Rules {
  readonly epoch: number
  readonly schemaText: string
  readonly schemaJson: Readonly<Record<string, unknown>>
  readonly schema: Schema
  /** whether every policy was validated strictly: false without a schema */
  readonly validated: boolean
  /** types of stored entities that travel to SDKs */
  readonly bundledTypes: readonly string[]
  readonly staticPolicies: Readonly<Record<string, PolicyJson>>
  readonly templates: Readonly<Record<string, PolicyJson>>
  readonly set: PolicySet
  readonly roles: readonly Role[]
  /** the schema's actions, and the roles: known to every decision */
  readonly base: Entities
  /** how far policies follow attributes from entity to entity: 1 reads those of an entity that a question names */
  readonly depth: number
  /** entities that the policies themselves look into, whatever a question names */
  readonly named: readonly Uid[]
  /** whether there are grants, and of which types anything is stored: for what is not there the database is not asked */
  readonly has: { readonly grants: boolean; readonly types: ReadonlySet<string> }
}

export interface RulesStore {
  /**
   * The rules of now. Parsed once and kept until the application's epoch, which is read with every question, says that
   * something changed: a replica never decides by what it remembers.
   * @returns undefined when there is no such application
   */
  of(tx: Transaction, application: string): Promise<Rules | undefined>
  /** The rules as they were. @returns undefined when there was no such application then */
  at(tx: Transaction, application: string, moment: Date): Promise<Rules | undefined>
}

interface Version {
  readonly epoch: number
  readonly schema_text: string
  readonly schema_json: Readonly<Record<string, unknown>>
  readonly bundled_types: string[]
  /** changes with every policy; not with people and groups, for which nothing need be compiled anew */
  readonly policies: string
  readonly grants: boolean
  readonly types: readonly string[]
}

export function createRules(): RulesStore {
  const kept = new LRUCache<string, { readonly policies: string; readonly rules: Rules }>({ max: 500 })

  return {
    async of(tx, application) {
      const key = `${tx.tenant} ${application}`
      const known = kept.get(key)
      const { rows: epochs } = await sql<{ epoch: number }>`
        SELECT epoch::int AS epoch FROM applications WHERE id = ${application}`.execute(tx.kysely())
      const epoch = epochs[0]?.epoch
      if (epoch === undefined || known?.rules.epoch === epoch) return epoch === undefined ? undefined : known?.rules
      const version = await readVersion(tx, application, null)
      if (version === undefined) return undefined
      const rules =
        known?.policies === version.policies
          ? { ...known.rules, ...(await readRest(tx, application, version, known.rules.schema, null)) }
          : await readRules(tx, application, version, null)
      kept.set(key, { policies: version.policies, rules })
      return rules
    },
    async at(tx, application, moment) {
      const version = await readVersion(tx, application, moment)
      return version && readRules(tx, application, version, moment)
    },
  }
}

async function readVersion(tx: Transaction, application: string, at: Date | null): Promise<Version | undefined> {
  const { rows } = await sql<Version>`
    SELECT coalesce((SELECT epoch::int FROM applications WHERE id = ${application}), 0) AS epoch,
      schema_text, schema_json, bundled_types,
      coalesce((SELECT md5(string_agg(ordinal::text, ',' ORDER BY ordinal)) FROM policies_history
        WHERE application_id = ${application} AND ${believedAt(at)}), 'none ') || ordinal AS policies,
      EXISTS (SELECT FROM grants WHERE application_id = ${application} AND recorded_to IS NULL) AS grants,
      ARRAY(WITH RECURSIVE types (type) AS (
        SELECT min(type) FROM stored_entities WHERE application_id = ${application} AND recorded_to IS NULL
        UNION ALL
        SELECT (SELECT min(s.type) FROM stored_entities s
          WHERE application_id = ${application} AND recorded_to IS NULL AND s.type > types.type)
          FROM types WHERE types.type IS NOT NULL)
        SELECT type FROM types WHERE type IS NOT NULL) AS types
    FROM applications_history WHERE id = ${application} AND ${believedAt(at)}`.execute(tx.kysely())
  return rows[0]
}

async function readRules(tx: Transaction, application: string, version: Version, at: Date | null): Promise<Rules> {
  const { rows } = await sql<{ name: string; kind: 'policy' | 'template'; parsed: PolicyJson }>`
    SELECT name, kind, parsed FROM policies_history
    WHERE application_id = ${application} AND ${believedAt(at)} ORDER BY name`.execute(tx.kysely())
  const { staticPolicies, templates } = policySetJson(rows)
  const schema = createSchema(version.schema_json)
  const all = [...Object.values(staticPolicies), ...Object.values(templates)]
  return {
    schemaText: version.schema_text,
    schemaJson: version.schema_json,
    schema,
    validated: version.schema_text !== '',
    staticPolicies,
    templates,
    set: compile({ staticPolicies, templates }),
    depth: attributeDepth(all),
    named: namedInConditions(all),
    ...(await readRest(tx, application, version, schema, at)),
  }
}

/** What changes without a policy. */
async function readRest(
  tx: Transaction,
  application: string,
  { epoch, bundled_types: bundledTypes, grants, types }: Version,
  schema: Schema,
  at: Date | null,
): Promise<Pick<Rules, 'epoch' | 'bundledTypes' | 'roles' | 'base' | 'has'>> {
  const roles = await listRoles(tx, application, at)
  const known = roles.map(({ id, parents }) => ({ uid: roleUid(id), parents: parents.map(roleUid) }))
  const base = createEntities([...schema.actions, ...known])
  return { epoch, bundledTypes, roles, base, has: { grants, types: new Set(types) } }
}

/** Cedar's policy set of stored policies and templates, without links. */
export function policySetJson(
  rows: readonly { readonly name: string; readonly kind: 'policy' | 'template'; readonly parsed: unknown }[],
): {
  staticPolicies: Record<string, PolicyJson>
  templates: Record<string, PolicyJson>
} {
  const of = (wanted: string) =>
    Object.fromEntries(rows.filter(({ kind }) => kind === wanted).map((row) => [row.name, row.parsed as PolicyJson]))
  return { staticPolicies: of('policy'), templates: of('template') }
}

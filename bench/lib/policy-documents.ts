import {
  compile,
  createEntities,
  createSchema,
  type Entities,
  type PolicySet,
  type RecordValue,
  type Schema,
  toRecord,
} from '@holdfast/policy'
import { parsePolicy, parseSchema } from '@holdfast/policy/authoring'
import { partial, type SqlCondition, type TableMapping, toSql } from '@holdfast/policy/filter'
import type { Client } from 'pg'

/** How many documents there are, in how many folders, of how many people and tenants. */
const DOCUMENTS = 1_000_000
const FOLDERS = 1000
const PEOPLE = 2000
const TENANTS = 20

const SCHEMA = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role] { clearance: Long, tenant: String };
entity Folder in [Folder];
entity Document in [Folder] {
  owner: Person, tenant: String, classification: Long, locked: Bool, region?: String, labels: Set<String>,
};
action read, write appliesTo { principal: [Person], resource: [Document], context: { mfa: Bool } };`

/** Twenty policies, of which a request for reading concerns twelve. */
function policies(): Record<string, string> {
  const all: Record<string, string> = {
    own: 'permit(principal, action, resource) when { resource.owner == principal };',
    tenant:
      'permit(principal, action == Action::"read", resource) when { resource.tenant == principal.tenant && resource.classification <= principal.clearance };',
    region:
      'permit(principal in Group::"europe", action == Action::"read", resource) when { resource has region && resource.region like "eu-*" && !resource.locked };',
    labels:
      'permit(principal, action == Action::"read", resource) when { resource.labels.contains("public") && !resource.locked };',
    folder: 'permit(principal in Role::"editor", action, resource in Folder::"folder-7") unless { resource.locked };',
    secret: 'forbid(principal, action, resource) when { resource.classification > 4 } unless { context.mfa };',
    locked: 'forbid(principal, action, resource) when { resource.locked } unless { principal in Role::"editor" };',
  }
  for (let at = 0; at < 5; at++) {
    all[`shared-${at}`] =
      `permit(principal in Group::"team-${at}", action, resource in Folder::"folder-${100 + at}") when { resource.classification < ${at + 2} };`
  }
  for (let at = 0; at < 8; at++) {
    all[`writers-${at}`] =
      `permit(principal in Group::"team-${at}", action == Action::"write", resource) when { resource.tenant == "tenant-${at}" };`
  }
  return all
}

const MAPPING: TableMapping = {
  type: 'Document',
  table: 'documents',
  id: { column: 'id', as: 'bigint' },
  attributes: {
    owner: { column: 'owner_id' },
    tenant: 'tenant',
    classification: 'classification',
    locked: 'locked',
    region: 'region',
    labels: 'labels',
  },
  parents: [{ kind: 'closure', type: 'Folder', table: 'document_folders', child: 'document_id', parent: 'folder_id' }],
}

/** An application with many documents, its policies, and somebody who asks. */
export interface Documents {
  readonly set: PolicySet
  readonly entities: Entities
  readonly schema: Schema
  readonly context: RecordValue
}

export function documents(): Documents {
  const parsed = parseSchema(SCHEMA)
  if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
  const schema = createSchema(parsed.schema)
  const staticPolicies = Object.fromEntries(
    Object.entries(policies()).map(([id, text]) => {
      const policy = parsePolicy(id, text)
      if (!policy.ok) throw new Error(`${id}: ${policy.findings[0]?.message}`)
      return [id, policy.policy]
    }),
  )
  const person = (id: number, groups: readonly string[]) => ({
    uid: { type: 'Person', id: `person-${id}` },
    attrs: { clearance: 3, tenant: `tenant-${id % TENANTS}` },
    parents: [...groups.map((group) => ({ type: 'Group', id: group })), { type: 'Role', id: 'editor' }],
  })
  return {
    schema,
    set: compile({ staticPolicies }),
    context: toRecord({ mfa: false }),
    entities: createEntities([
      ...schema.actions,
      ...Array.from({ length: PEOPLE }, (_, id) => person(id, ['europe', 'team-0', 'team-1', 'team-2'])),
    ]),
  }
}

/** The condition for what a person may read, from the policies to the SQL. */
export function filterOf({ set, entities, schema, context }: Documents, person: number): SqlCondition {
  const request = {
    principal: { type: 'Person', id: `person-${person}` },
    action: { type: 'Action', id: 'read' },
    resourceType: 'Document',
    context,
  }
  return toSql(partial(set, request, entities, schema, { validated: true }), MAPPING, { alias: 'd' })
}

/** The same condition as somebody would write it who knows what the policies say about this person. */
export function handWritten(person: number): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const folders = ['folder-100', 'folder-101', 'folder-102']
  const shared = folders.map(
    (_, at) =>
      `(d.classification < ${at + 2} AND EXISTS (SELECT 1 FROM document_folders f WHERE f.document_id = d.id AND f.folder_id = $${at + 4}))`,
  )
  return {
    sql: `(d.owner_id = $1 OR (d.tenant = $2 AND d.classification <= $3)
      OR (d.region LIKE 'eu-%' AND NOT d.locked)
      OR (d.labels @> ARRAY['public'] AND NOT d.locked)
      OR (NOT d.locked AND EXISTS (SELECT 1 FROM document_folders f WHERE f.document_id = d.id AND f.folder_id = 'folder-7'))
      OR ${shared.join(' OR ')}) AND d.classification <= 4`,
    parameters: [`person-${person}`, `tenant-${person % TENANTS}`, 3, ...folders],
  }
}

/** A million documents; the newest have the largest ids. */
export async function createDocuments(client: Client): Promise<void> {
  await client.query(`
    CREATE TABLE documents (id bigint PRIMARY KEY, owner_id text NOT NULL, tenant text NOT NULL, classification bigint NOT NULL,
      locked boolean NOT NULL, region text, labels text[] NOT NULL, title text NOT NULL);
    CREATE TABLE document_folders (document_id bigint NOT NULL, folder_id text NOT NULL, PRIMARY KEY (document_id, folder_id));
    SELECT setseed(0.5);
    INSERT INTO documents SELECT n, 'person-' || n * 7919 % ${PEOPLE}, 'tenant-' || n * 104729 % ${TENANTS}, n % 6, n % 5 = 0,
      (ARRAY[NULL, 'eu-west', 'us-east', 'ap-south', 'sa-east', 'us-west'])[1 + n * 31 % 6],
      CASE WHEN n % 50 = 0 THEN ARRAY['public', 'news'] ELSE ARRAY['internal'] END, 'Document ' || n
      FROM generate_series(1::bigint, ${DOCUMENTS}) n;
    INSERT INTO document_folders SELECT n, 'folder-' || n * 7 % ${FOLDERS} FROM generate_series(1::bigint, ${DOCUMENTS}) n;
    CREATE INDEX ON documents (owner_id);
    CREATE INDEX ON documents (tenant, id);
    CREATE INDEX ON document_folders (folder_id, document_id);
    ANALYZE documents; ANALYZE document_folders;`)
}

import { createEntities, createSchema, type Entities, type Schema, type ValueJson } from '../../index.ts'
import { parseSchema } from '../../authoring/index.ts'
import { policySet } from '../../testing/policies.ts'
import { partial, type Residual, type TableMapping, toSql } from '../index.ts'

const TEXT = `
entity Group in [Group];
entity Person in [Group] { level: Long };
entity Folder in [Folder];
entity Book in [Folder] {
  owner: Person, title: String, pages: Long, locked: Bool, region?: String, price: decimal, bought: datetime, lent: duration, seen: ipaddr,
  labels: Set<String>, readers: Set<Person>, cover: { color: String, width?: Long }, note?: { text: String },
} tags String;
action any;
action read, write in [any] appliesTo { principal: [Person], resource: [Book], context: { n: Long, s: String, person: Person } };`

export const schema: Schema = (() => {
  const parsed = parseSchema(TEXT)
  if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
  return createSchema(parsed.schema)
})()

export const entities: Entities = createEntities([
  ...schema.actions,
  { uid: { type: 'Group', id: 'staff' } },
  { uid: { type: 'Group', id: 'night' }, parents: [{ type: 'Group', id: 'staff' }] },
  { uid: { type: 'Person', id: 'ann' }, attrs: { level: 3 }, parents: [{ type: 'Group', id: 'night' }] },
  { uid: { type: 'Person', id: 'bob' }, attrs: { level: 1 } },
])

export const mapping: TableMapping = {
  type: 'Book',
  table: 'books',
  id: 'id',
  attributes: {
    owner: 'owner_id',
    title: 'title',
    pages: 'pages',
    locked: 'locked',
    region: 'region',
    price: 'price',
    bought: 'bought',
    lent: 'lent',
    seen: 'seen',
    labels: 'labels',
    readers: 'readers',
    cover: { attributes: { color: 'cover_color', width: 'cover_width' } },
    note: { attributes: { text: 'note_text' } },
  },
  parents: [{ kind: 'tree', type: 'Folder', column: 'folder', table: 'folders', id: 'id', parent: 'parent' }],
  tags: { column: 'tags' },
}

const CONTEXT: { readonly [name: string]: ValueJson } = {
  n: 5,
  s: 'eu',
  person: { __entity: { type: 'Person', id: 'bob' } },
}

/** What is left of policies for ann, who reads. */
export function residual(
  texts: string | { readonly [id: string]: string },
  context: { readonly [name: string]: ValueJson } = CONTEXT,
): Residual {
  const set = policySet(typeof texts === 'string' ? { policy: texts } : texts)
  const request = { principal: { type: 'Person', id: 'ann' }, action: { type: 'Action', id: 'read' } }
  return partial(set, { ...request, resourceType: 'Book', context }, entities, schema, { validated: true })
}

/** A policy that permits when the expression is true. */
export function permit(expression: string): string {
  return `permit(principal, action, resource) when { ${expression} };`
}

/** The condition of one permit. */
export function sqlOf(expression: string, more: Partial<TableMapping> = {}): string {
  return toSql(residual(permit(expression)), { ...mapping, ...more }, { alias: 'b' }).sql
}

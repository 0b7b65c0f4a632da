import { catalogueRequirements, FilterError, type Requirement } from '@holdfast/policy/filter'
import type { Schema } from '@holdfast/policy'
import type { Resource } from '../resource.ts'
import { quoteIdentifier, sql } from './sql.ts'

/** A pool, a client or a transaction of node-postgres; of Kysely `queryable(db)`. */
export interface Queryable {
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** Columns are not as the policies need them. The message lists all that is wrong, a line each. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError'
  /** One sentence for each fault, beginning with the column. */
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`Filters and masks would not be exact:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

/** The same for the same needs: then a check holds on under another schema. */
export function requirementsKey({ mapping }: Resource, schema: Schema): string {
  try {
    return JSON.stringify(catalogueRequirements(mapping, schema))
  } catch (error) {
    if (error instanceof FilterError) return error.message
    throw error
  }
}

/** What the catalogue says of one wanted column. */
interface Found {
  readonly table_found: boolean
  readonly column_found: boolean
  readonly type: string | null
  readonly not_null: boolean | null
  readonly deterministic: boolean | null
}

/**
 * A domain is as its base type, NOT NULL where the column or a domain says so. A NOT NULL that was added as NOT VALID (PostgreSQL 18) does not
 * count for the rows that were there before, and that of a foreign table is not enforced.
 */
const CATALOGUE = `
WITH RECURSIVE wanted AS (
  SELECT n, c.oid, c.relkind, a.attnum, a.atttypid, a.attnotnull, a.attcollation
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(relation, name, n)
  LEFT JOIN pg_catalog.pg_class c ON c.oid = to_regclass(w.relation)
  LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped
), types AS (
  SELECT w.n, t.typname, t.typtype, t.typbasetype, t.typnotnull
  FROM wanted w JOIN pg_catalog.pg_type t ON t.oid = w.atttypid
  UNION ALL
  SELECT d.n, t.typname, t.typtype, t.typbasetype, t.typnotnull
  FROM types d JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype WHERE d.typtype = 'd'
)
SELECT w.oid IS NOT NULL AS table_found, w.attnum IS NOT NULL AS column_found,
       (SELECT t.typname::text FROM types t WHERE t.n = w.n AND t.typtype <> 'd') AS type,
       w.relkind <> 'f' AND (
         w.attnotnull AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
           WHERE k.conrelid = w.oid AND k.contype = 'n' AND k.conkey = ARRAY[w.attnum] AND NOT k.convalidated)
         OR EXISTS (SELECT FROM types t WHERE t.n = w.n AND t.typnotnull)) AS not_null,
       (SELECT l.collisdeterministic FROM pg_catalog.pg_collation l WHERE l.oid = w.attcollation) AS deterministic
FROM wanted w ORDER BY w.n`

/**
 * Compares the columns of resources with what the policies need of them.
 * @returns one sentence for each fault, beginning with the column
 */
export async function faultsOf(database: Queryable, resource: Resource, schema: Schema): Promise<readonly string[]> {
  let requirements: readonly Requirement[]
  try {
    requirements = catalogueRequirements(resource.mapping, schema)
  } catch (error) {
    if (error instanceof FilterError) return [`${resource.type}: ${error.message}`]
    throw error
  }
  const own = resource.mapping.table
  if (own === undefined) return [`${resource.type}: its definition names no table`]
  const places = requirements.map(({ table, column }) => ({ table: table ?? own, column }))
  const { rows } = await database.query(CATALOGUE, [
    places.map(({ table }) => table.split('.').map(quoteIdentifier).join('.')),
    places.map(({ column }) => column),
  ])
  const faults = requirements.flatMap((requirement, at) => {
    const { table = own, column = '' } = places[at] ?? {}
    return faultOf(requirement, rows[at] as Found).map((fault) => `${table}.${column}: ${fault}`)
  })
  return faults.length > 0 ? [...new Set(faults)] : fieldFaults(database, resource, own)
}

function faultOf({ types, notNull, deterministic }: Requirement, found: Found | undefined): readonly string[] {
  if (found === undefined || !found.table_found) return ['there is no such table']
  if (!found.column_found || found.type === null) return ['there is no such column']
  const faults: string[] = []
  if (!types.includes(found.type)) faults.push(`is of type ${found.type}; ${types.join(' or ')} is needed`)
  if (notNull && found.not_null !== true) faults.push('may be NULL, and the schema requires a value: make it NOT NULL')
  if (deterministic && found.deterministic === false) {
    faults.push('has a collation by which different texts are equal: use a deterministic one')
  }
  return faults
}

/** Has the database read the columns of the fields: of no row. */
async function fieldFaults(database: Queryable, resource: Resource, table: string): Promise<readonly string[]> {
  const relation = sql.identifier(...table.split('.'))
  const faults: string[] = []
  for (const field of new Set([...resource.fields.values()].flat())) {
    const { text, values } = sql`SELECT ${resource.sqlOf(field, 'it')} FROM ${relation} AS it LIMIT 0`
    try {
      await database.query(text, values)
    } catch (error) {
      if (!isSqlFault(error)) throw error
      faults.push(`${table}: the field ${field} of ${resource.type} cannot be read: ${error.message}`)
    }
  }
  return faults
}

/** SQLSTATE class 42: what the statement says is wrong; anything else is the database's own trouble. */
function isSqlFault(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('42')
}

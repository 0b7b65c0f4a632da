import { PolicyError, type Schema } from '@holdfast/policy'
import { catalogueRequirements, FilterError, type Requirement, type TableMapping } from '@holdfast/policy/filter'
import type { Client } from 'pg'

interface Found {
  readonly there: boolean
  readonly type: string | null
  readonly not_null: boolean | null
  readonly deterministic: boolean | null
}

const CATALOGUE = `
SELECT a.attnum IS NOT NULL AS there, coalesce(b.typname, t.typname)::text AS type,
  c.relkind <> 'f' AND a.attnotnull AS not_null, l.collisdeterministic AS deterministic
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(relation, name, n)
LEFT JOIN pg_catalog.pg_class c ON c.oid = to_regclass(w.relation)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
ORDER BY w.n`

/**
 * Why conditions on a mapping's columns would not be exact: a column that may be NULL where the schema requires a value, or is of another type.
 * @returns one sentence for each fault, beginning with the column
 */
export async function faultsOf(client: Client, mapping: TableMapping, schema: Schema): Promise<string[]> {
  const own = mapping.table
  if (own === undefined) return [`${mapping.type}: its definition names no table`]
  let requirements: readonly Requirement[]
  try {
    requirements = catalogueRequirements(mapping, schema)
  } catch (error) {
    if (error instanceof FilterError || error instanceof PolicyError) return [`${mapping.type}: ${error.message}`]
    throw error
  }
  const tables = requirements.map(({ table }) => quoted(table ?? own))
  const { rows } = await client.query<Found>(CATALOGUE, [tables, requirements.map(({ column }) => column)])
  const faults = requirements.flatMap((requirement, at) =>
    faultOf(requirement, rows[at]).map((fault) => `${requirement.table ?? own}.${requirement.column}: ${fault}`),
  )
  return [...new Set(faults)]
}

function faultOf({ types, notNull, deterministic }: Requirement, found: Found | undefined): string[] {
  if (found?.there !== true || found.type === null) return ['there is no such column']
  const faults: string[] = []
  if (!types.includes(found.type)) faults.push(`is of type ${found.type}; ${types.join(' or ')} is needed`)
  if (notNull && found.not_null !== true) faults.push('may be NULL, and the schema requires a value: make it NOT NULL')
  if (deterministic && found.deterministic === false) faults.push('has a collation by which different texts are equal')
  return faults
}

/** `public.orders` as SQL names it. */
export function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}

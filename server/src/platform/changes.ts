import { type RawBuilder, sql } from 'kysely'
import type { Uid } from './ports.ts'

/** One change that tables of versions remember. */
export interface Change {
  readonly at: Date
  /** `Person/<id>`; null: Holdfast itself */
  readonly by: string | null
  readonly what: 'grant' | 'policy' | 'schema' | 'role' | 'entity' | 'membership' | 'nesting' | 'account' | 'group'
  readonly change: 'added' | 'changed' | 'removed'
  /** who or what changed */
  readonly subject: Uid
  readonly details: Readonly<Record<string, unknown>>
}

export interface ChangesPage {
  /** the newest wanted */
  readonly until: Date | null
  readonly limit: number
}

export interface Versioned {
  /** a table that `keep_history` or `keep_versions` made */
  readonly table: string
  /** the columns that name the thing of which a row is a version */
  readonly key: readonly string[]
  readonly what: Change['what']
  /** SQL of a uid's type and id, and of a jsonb object */
  readonly type: RawBuilder<unknown>
  readonly id: RawBuilder<unknown>
  readonly details: RawBuilder<unknown>
  readonly where: RawBuilder<unknown>
}

/**
 * Changes out of versions: one that begins where none ended was added; one that follows another is a change; one that ends where
 * none begins was removed.
 */
export function changesOf(version: Versioned): RawBuilder<unknown> {
  const { what, type, id, details, where } = version
  const table = sql.table(version.table)
  const same = sql.join(
    ['tenant_id', ...version.key].map(
      (name) => sql`${sql.ref(`o.${name}`)} IS NOT DISTINCT FROM ${sql.ref(`v.${name}`)}`,
    ),
    sql` AND `,
  )
  return sql`
    SELECT recorded_from AS at, recorded_by AS by, ${what}::text AS what,
      CASE WHEN EXISTS (SELECT FROM ${table} o WHERE ${same} AND o.recorded_to = v.recorded_from) THEN 'changed' ELSE 'added' END AS change,
      ${type} AS type, ${id} AS id, ${details} AS details
    FROM ${table} v WHERE ${where}
    UNION ALL
    SELECT recorded_to, closed_by, ${what}::text, 'removed', ${type}, ${id}, ${details}
    FROM ${table} v WHERE recorded_to IS NOT NULL AND ${where}
      AND NOT EXISTS (SELECT FROM ${table} o WHERE ${same} AND o.recorded_from = v.recorded_to)`
}

interface Row extends Omit<Change, 'subject'> {
  readonly type: string
  readonly id: string
}

/** The newest first, and in one order where they happened at one moment. */
export function changesPage(parts: readonly RawBuilder<unknown>[], { until, limit }: ChangesPage): RawBuilder<Row> {
  return sql<Row>`
    SELECT * FROM (${sql.join(parts, sql` UNION ALL `)}) AS changes
    WHERE ${until}::timestamptz IS NULL OR at <= ${until}
    ORDER BY at DESC, what, change, type, id, details::text LIMIT ${limit}`
}

export function readChange({ type, id, ...row }: Row): Change {
  return { ...row, subject: { type, id } }
}

import type { Entities, Uid } from '@holdfast/policy'
import { type Residual, type TableMapping, toSql } from '@holdfast/policy/filter'
import type { Client } from 'pg'
import { Failure } from '../failure.ts'
import { quoted } from './diff-catalogue.ts'
import type { Row } from './diff-report.ts'

/** Rows that one principal gains or loses. */
export interface Condition {
  readonly principal: Uid
  readonly residual: Residual
}

/** How many different conditions are counted for one action: each is a query, and all of them together are one more. */
const MOST = 500

interface Same {
  readonly residual: Residual
  readonly principals: Uid[]
}

/**
 * Counts the rows of each condition, principals of one condition together.
 * @returns undefined when there is no such row. Throws `FilterError`
 */
export async function countRows(
  client: Client,
  mapping: TableMapping,
  conditions: readonly Condition[],
  examples: number,
  entities: Entities,
): Promise<
  | (Row & {
      readonly rows: readonly Row[]
      readonly more: number
      readonly principalTypes: { readonly [type: string]: number }
    })
  | undefined
> {
  const groups = new Map<string, Same>()
  for (const { principal, residual } of conditions) {
    const { sql, parameters } = toSql(residual, mapping, { alias: 'r' })
    const key = JSON.stringify([sql, parameters])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { residual, principals: [principal] })
    else known.principals.push(principal)
  }
  if (groups.size > MOST) {
    throw new Failure({
      code: 'diff_too_large',
      detail: `${groups.size} principals differ in what they gain or lose of ${mapping.type}, and ${MOST} can be counted at once.`,
      mend: 'Narrow it with --action, --type or --principal.',
    })
  }
  const rows: Row[] = []
  const changed: Same[] = []
  for (const group of groups.values()) {
    const { resources, resourceExamples } = await count(client, mapping, [group.residual], examples)
    if (resources === 0) continue
    changed.push(group)
    rows.push({
      ...ofPrincipals(group.principals, entities, examples),
      resources,
      resourceExamples,
      pairs: resources * group.principals.length,
    })
  }
  if (changed.length === 0) return undefined
  const all = changed.flatMap(({ principals }) => principals)
  const types: { [type: string]: number } = {}
  for (const { type } of all) types[type] = (types[type] ?? 0) + 1
  return {
    ...ofPrincipals(all, entities, examples),
    ...(await count(
      client,
      mapping,
      changed.map(({ residual }) => residual),
      examples,
    )),
    pairs: rows.reduce((sum, { pairs }) => sum + pairs, 0),
    principalTypes: types,
    rows: rows.toSorted((a, b) => b.pairs - a.pairs).slice(0, 50),
    more: Math.max(0, rows.length - 50),
  }
}

/** Rows that meet any of the conditions, and the ids of a few. */
async function count(
  client: Client,
  mapping: TableMapping,
  residuals: readonly Residual[],
  examples: number,
): Promise<Pick<Row, 'resources' | 'resourceExamples'>> {
  const parts: string[] = []
  const parameters: unknown[] = []
  for (const residual of residuals) {
    const each = toSql(residual, mapping, { alias: 'r', firstParameter: parameters.length + 1 })
    parts.push(each.sql)
    parameters.push(...each.parameters)
  }
  const from = `FROM ${quoted(mapping.table ?? '')} AS r WHERE ${parts.join(' OR ')}`
  const id = quoted(typeof mapping.id === 'string' ? mapping.id : mapping.id.column)
  const counted = await client.query<{ count: string }>(`SELECT count(*) AS count ${from}`, parameters)
  const found = await client.query<{ id: string }>(
    `SELECT r.${id}::text AS id ${from} ORDER BY 1 LIMIT ${examples}`,
    parameters,
  )
  return {
    resources: Number(counted.rows[0]?.count ?? 0),
    resourceExamples: found.rows.map((row) => ({ type: mapping.type, id: row.id })),
  }
}

function ofPrincipals(
  principals: readonly Uid[],
  entities: Entities,
  examples: number,
): Pick<Row, 'principals' | 'principalExamples' | 'common' | 'because'> {
  const [first, ...others] = principals
  const common =
    first === undefined
      ? []
      : [...entities.ancestors(first)].filter(
          (uid) => keyOf(uid) !== keyOf(first) && others.every((other) => entities.isIn(other, uid)),
        )
  return {
    principals: principals.length,
    principalExamples: principals.slice(0, examples).map(({ type, id }) => ({ type, id })),
    common: common.map(({ type, id }) => ({ type, id })),
    because: [],
  }
}

const keyOf = ({ type, id }: Uid): string => JSON.stringify([type, id])

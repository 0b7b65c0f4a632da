import type { Schema } from '@holdfast/policy'
import { FilterError } from '@holdfast/policy/filter'
import { bundleFaults } from '../carried.ts'
import type { Queryable } from './catalogue.ts'
import { type ColumnChecks, createColumnChecks } from './column-checks.ts'
import { conditionOf, type FilterOptions, type RowQuestion } from './filter.ts'
import { isKnown, type Knowledge } from '../decisions/knowledge.ts'
import { maskColumns, type MaskedColumns } from './mask-columns.ts'
import { createMask, type Mask } from './mask.ts'
import type { PrincipalReference } from '../principal.ts'
import type { Freshness } from '../demands.ts'
import type { Refusals } from '../refusals.ts'
import type { RequestInfo } from '../request.ts'
import type { BesideRow, Resource, ResourceEntity, RowWith } from '../resource.ts'
import type { Sql } from './sql.ts'

/** What Holdfast says of rows: which ones, and which of their fields. */
export interface Rows {
  /**
   * Which rows it may, as a condition for the WHERE clause of any query of theirs: sorting, paging and counting stay the database's.
   * FALSE when it may none. Never NULL, never an approximation. The columns must have passed `checkColumns`.
   * @throws HoldfastError `unauthenticated`, `forbidden` (an unknown principal), `policy_unavailable`, `epoch_not_reached`; `filter_unsupported`,
   *   `filter_unvalidated`, `filter_mapping`, `filter_too_large` when the policies cannot become SQL: the message names policy and expression
   */
  filter(principal: PrincipalReference | null, action: string, resource: Resource, options?: FilterOptions): Sql
  /**
   * Which fields of which rows it may see, as the list of a SELECT: what is hidden in a row does not leave the database.
   * @throws HoldfastError as `filter`
   */
  columns<Fields extends string>(
    principal: PrincipalReference | null,
    resource: Resource<string, Fields>,
    options?: FilterOptions,
  ): MaskedColumns<Fields>
  /**
   * Which fields of this row it may see: select these columns and no others.
   * @param row with the columns that the resource's id, attributes and parents are read from
   * @param beside what the row does not tell
   * @throws HoldfastError `unauthenticated`, `policy_unavailable`
   */
  mask<Columns extends string, Fields extends string>(
    principal: PrincipalReference | null,
    resource: Resource<Columns, Fields>,
    row: RowWith<Columns>,
    beside?: BesideRow,
  ): Mask<Fields>
  /**
   * Decides rows that were read already one after the other. For short lists whose policies cannot become SQL: what it leaves out was
   * read, and a LIMIT or a count in the query saw it too. At most 10,000 rows.
   * @throws HoldfastError `filter_too_large`, `unauthenticated`, `policy_unavailable`
   */
  keepAllowed<Columns extends string, Row extends RowWith<Columns>>(
    principal: PrincipalReference | null,
    action: string,
    resource: Resource<Columns>,
    rows: readonly Row[],
    beside?: (row: Row) => BesideRow,
  ): Row[]
  /**
   * Compares the columns of these resources with what the schema needs of them; filters and masks are made of none that did not pass.
   * Call it once at the start. When the schema changes later the check is repeated by itself; without a bundle it waits for the first.
   * @param database a pool of node-postgres; of Kysely `queryable(db)` of `@holdfast/sdk/kysely`
   * @throws CatalogueError that names each column and what is wrong with it
   */
  checkColumns(database: Queryable, resources: readonly Resource[]): Promise<void>
}

export interface RowsDeps {
  /** @throws HoldfastError unless somebody is there whose session lives, under a live lease */
  readonly present: (principal: PrincipalReference | null) => PrincipalReference
  readonly current: () => Knowledge | null
  readonly isBehind: (demands: Freshness) => boolean
  readonly recall: (principal: PrincipalReference) => RequestInfo
  readonly allows: (principal: PrincipalReference, action: string, resource: ResourceEntity) => boolean
  readonly refusals: Refusals
  readonly onProblem: (problem: Error) => void
  /** Calls back after a new bundle was taken over. */
  readonly onBundle: (listener: () => void) => void
}

/** Most rows that `keepAllowed` takes, so that nobody finds out by slowness. */
const MOST_ROWS = 10_000

export function createRows(deps: RowsDeps): Rows {
  const { present, current, recall, allows, refusals } = deps
  const checks = createColumnChecks(deps.onProblem)
  deps.onBundle(() => {
    const schema = readSchema(current(), deps.onProblem)
    if (schema !== null) checks.refresh(schema)
  })

  /** What is to become SQL, once it is known who asks and that the columns are sound. */
  function asked<T>(
    maybe: PrincipalReference | null,
    action: string | null,
    resource: Resource,
    options: FilterOptions,
    make: (knowledge: Knowledge, question: RowQuestion) => T,
  ): T {
    const principal = present(maybe)
    const info = recall(principal)
    const knowledge = current()
    if (knowledge === null) throw refusals.policyUnavailable(info)
    if (deps.isBehind(options)) throw refusals.epochNotReached(info)
    if (!isKnown(knowledge, principal)) throw refusals.unknown(principal, action, resource.type, info)
    try {
      const standing = standingOf(checks, resource, knowledge)
      if (standing === 'checking') throw refusals.policyUnavailable(info)
      return make(knowledge, { principal, resource, options })
    } catch (error) {
      if (error instanceof FilterError) throw refusals.noFilter(error, { principal, action, type: resource.type }, info)
      throw error
    }
  }

  return {
    filter: (principal, action, resource, options = {}) =>
      asked(principal, action, resource, options, (knowledge, question) => conditionOf(knowledge, action, question)),
    columns: <Fields extends string>(
      principal: PrincipalReference | null,
      resource: Resource<string, Fields>,
      options: FilterOptions = {},
    ) =>
      asked(principal, null, resource, options, (knowledge, question) =>
        maskColumns(knowledge, { ...question, resource }),
      ),
    mask: (maybe, resource, row, beside) => {
      const principal = present(maybe)
      const entity = resource.of(row, beside)
      return createMask(resource.fields, (action) => allows(principal, action, entity))
    },
    keepAllowed: (maybe, action, resource, rows, beside) => {
      const principal = present(maybe)
      if (rows.length > MOST_ROWS) {
        const error = new FilterError('filter_too_large', `${rows.length} rows to decide; ${MOST_ROWS} are the most`)
        throw refusals.noFilter(error, { principal, action, type: resource.type }, recall(principal))
      }
      return rows.filter((row) => allows(principal, action, resource.of(row, beside?.(row))))
    },
    checkColumns: (database, resources) => {
      const knowledge = current()
      const schema = readSchema(knowledge, deps.onProblem)
      return checks.check(database, resources, schema, (resource) =>
        knowledge === null || schema === null ? [] : bundleFaults(knowledge, resource, schema),
      )
    },
  }
}

/** A schema that cannot be read stops filters, and nothing else. */
function readSchema(knowledge: Knowledge | null, onProblem: RowsDeps['onProblem']): Schema | null {
  try {
    return knowledge?.schema() ?? null
  } catch (error) {
    onProblem(error instanceof Error ? error : new Error(String(error)))
    return null
  }
}

/** @throws FilterError `filter_mapping` for columns that did not pass, and for what the bundle does not carry (any more) */
function standingOf(checks: ColumnChecks, resource: Resource, knowledge: Knowledge): 'checked' | 'checking' {
  const standing = checks.standing(resource, knowledge.schema())
  if (standing === 'unregistered') {
    throw new FilterError('filter_mapping', `the columns of ${resource.type} were not checked: call checkColumns first`)
  }
  const faults = bundleFaults(knowledge, resource, knowledge.schema())
  if (typeof standing === 'string' && faults.length === 0) return standing
  throw new FilterError(
    'filter_mapping',
    [...faults, ...(typeof standing === 'string' ? [] : standing.faults)].join('; '),
  )
}

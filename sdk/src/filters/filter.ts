import type { Freshness } from '../demands.ts'
import type { Context } from '../question.ts'
import { partial, type Residual, toSql } from '@holdfast/policy/filter'
import type { Knowledge } from '../decisions/knowledge.ts'
import type { PrincipalReference } from '../principal.ts'
import type { Resource } from '../resource.ts'
import { Sql } from './sql.ts'
import { toRecord } from '../values.ts'

export interface FilterOptions extends Freshness {
  /** The name that the table has in the query: `o` of `FROM orders o`. Default: the table's own. */
  readonly alias?: string
  readonly context?: Context
}

/** Whose rows are looked for. */
export interface RowQuestion<Fields extends string = string> {
  readonly principal: PrincipalReference
  readonly resource: Resource<string, Fields>
  readonly options: FilterOptions
}

/**
 * The condition under which a row may be: exactly the decision that `evaluate` would take for it, and never NULL.
 * @throws FilterError for what cannot be said in SQL: it is never said approximately
 */
export function conditionOf(knowledge: Knowledge, action: string, question: RowQuestion): Sql {
  const { validated, policies, entities } = knowledge
  const request = { ...requestOf(question), action: { type: 'Action', id: action } }
  return toCondition(partial(policies, request, entities, knowledge.schema(), { validated }), question)
}

/** The request without its action. @throws ValueError for a context that has no form in Cedar */
export function requestOf({ principal, resource, options: { context } }: RowQuestion) {
  return {
    principal: { type: principal.type, id: principal.id },
    resourceType: resource.type,
    context: context === undefined ? undefined : toRecord(context, 'context'),
  }
}

/** @throws FilterError */
export function toCondition(residual: Residual, { resource, options }: RowQuestion): Sql {
  const { strings, parameters } = toSql(residual, resource.mapping, { alias: aliasOf(resource, options) })
  return new Sql(strings, parameters, 'postgresql')
}

/** @throws TypeError when neither the query nor the definition names the table */
export function aliasOf({ type, mapping: { table } }: Resource, { alias }: FilterOptions): string {
  const name = alias ?? table?.split('.').at(-1)
  if (name === undefined || name === '') throw new TypeError(`Say the table of ${type}, or its alias in the query.`)
  return name
}

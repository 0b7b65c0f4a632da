export { about, type Personal } from '@holdfast/events'
export type { AuthenticateOptions } from './authenticate.ts'
export type { Decision, DecisionCode } from './decisions/decide.ts'
export type { StepUp } from './assurance.ts'
export type { Demands } from './demands.ts'
export type { Context } from './question.ts'
export { CredentialsError } from './edge/index.ts'
export { type Explanation, ForbiddenError, HoldfastError, type HoldfastErrorCode } from './errors.ts'
export { CatalogueError, type Queryable } from './filters/catalogue.ts'
export type { FilterOptions } from './filters/filter.ts'
export { createHoldfast, type ApplicationEvent, type Holdfast, type HoldfastOptions } from './holdfast.ts'
export type { Mask } from './filters/mask.ts'
export type { MaskedColumns } from './filters/mask-columns.ts'
export type { Principal, PrincipalReference, Way } from './principal.ts'
export { toProblem, type Problem } from './problem.ts'
export type { RequestLike } from './request.ts'
export {
  bigint,
  decimalColumn,
  durationColumn,
  ipColumn,
  longColumn,
  person,
  record,
  reference,
  references,
  uuid,
} from './filters/columns.ts'
export {
  type BesideRow,
  defineResource,
  type Resource,
  type ResourceDefinition,
  type ResourceEntity,
  type ResourceInput,
} from './resource.ts'
export { Sql, sql } from './filters/sql.ts'
export { decimal, entity, ip, ValueError } from './values.ts'

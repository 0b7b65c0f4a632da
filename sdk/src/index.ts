export { about, type Personal } from '@holdfast/events'
export type { AuthenticateOptions } from './authenticate.ts'
export type { Context, Decision, DecisionCode } from './decide.ts'
export { CredentialsError } from './edge/index.ts'
export { type Explanation, ForbiddenError, HoldfastError, type HoldfastErrorCode } from './errors.ts'
export { FILTER_MOST_ROWS, type SqlCondition } from './filter.ts'
export { createHoldfast, type ApplicationEvent, type Holdfast, type HoldfastOptions } from './holdfast.ts'
export type { Mask } from './mask.ts'
export type { Principal, PrincipalReference, Way } from './principal.ts'
export { toProblem, type Problem } from './problem.ts'
export type { RequestLike } from './request.ts'
export {
  decimalColumn,
  defineResource,
  person,
  reference,
  type Resource,
  type ResourceDefinition,
  type ResourceEntity,
  type ResourceInput,
} from './resource.ts'
export { decimal, entity, ValueError } from './values.ts'

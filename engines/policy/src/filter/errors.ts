import { renderExpression } from '../render.ts'
import type { ExprJson } from '../json.ts'

/** Why there is no filter. The codes are stable. */
export type FilterErrorCode =
  /** An expression, or a way in which its attribute is stored, that has no exact form in SQL. */
  | 'filter_unsupported'
  /** The policies are not strictly validated against the schema: SQL would treat what is absent otherwise than Cedar does. */
  | 'filter_unvalidated'
  /** The mapping does not say where something lies that the policies read, or says it in a way that cannot be. */
  | 'filter_mapping'
  /** The condition would be larger than a database should be asked. */
  | 'filter_too_large'

/** Where in the policies an expression stands. */
export interface Source {
  readonly policy: string
  readonly expression: ExprJson
}

/** Thrown instead of a condition that would only nearly say what the policies say. */
export class FilterError extends Error {
  override readonly name: string = 'FilterError'
  readonly code: FilterErrorCode
  /** The policy, or null when it is none's fault. */
  readonly policy: string | null
  /** The expression as Cedar text, or null. */
  readonly expression: string | null

  constructor(code: FilterErrorCode, message: string, source?: Source) {
    const expression = source === undefined ? null : renderExpression(source.expression)
    super(source === undefined ? message : `policy \`${source.policy}\`, \`${expression}\`: ${message}`)
    this.code = code
    this.policy = source?.policy ?? null
    this.expression = expression
  }
}

/** Ends the making of a filter: this has no exact form. */
export function unsupported(message: string, source: Source): never {
  throw new FilterError('filter_unsupported', message, source)
}

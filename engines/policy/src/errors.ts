import type { Uid } from './json.ts'

/** Why a policy, an entity or a value is refused before anything is decided. The codes are stable. */
export type PolicyErrorCode =
  /** A policy is not of the form that it must have. */
  | 'policy_malformed'
  /** An operator, or an extension function, that this evaluator does not know. */
  | 'operator_unknown'
  /** An integer that a JSON number cannot hold exactly, or that does not fit 64 bits. */
  | 'integer_out_of_range'
  /** An expression nested too deeply. */
  | 'policy_too_deep'
  /** A policy with too many expressions, or a set with too many policies. */
  | 'policy_too_large'
  /** Two policies of one id. */
  | 'policy_duplicate'
  /** A template link that names no template, or does not fill exactly its slots. */
  | 'template_link_invalid'
  /** A value that is not Cedar's JSON form: null, a fraction, an unknown escape, a malformed extension value. */
  | 'value_malformed'
  /** A value nested too deeply. */
  | 'value_too_deep'
  /** An entity that is not of the form that it must have. */
  | 'entity_malformed'
  /** Two entities of one uid, or an overlay that would redefine what its base knows. */
  | 'entity_duplicate'
  /** An entity that is its own ancestor. */
  | 'entity_cycle'
  /** A schema that is not of the form that it must have, or a type that it does not declare. */
  | 'schema_malformed'

/** Thrown by everything that loads (never by `evaluate` for a condition that fails: that is in the decision's `errors`). */
export class PolicyError extends Error {
  override readonly name: string = 'PolicyError'
  readonly code: PolicyErrorCode
  /** Where in the input, for example `policies.byAuthor.conditions[0]`; empty when it is the whole. */
  readonly path: string

  constructor(code: PolicyErrorCode, message: string, path = '') {
    super(path === '' ? message : `${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** Something that a policy needed and that was not there. */
export type Missing =
  /** `of` would have to be one of `in`, or in one of them. */
  | { readonly what: 'membership'; readonly of: Uid; readonly in: readonly Uid[] }
  /** Of an entity, or of a record (null). */
  | { readonly what: 'attribute' | 'tag'; readonly of: Uid | null; readonly name: string }
  | { readonly what: 'entity'; readonly of: Uid }

/** An expression that fails while it is evaluated: Cedar's evaluation error. It makes its policy count as not there. */
export class EvaluationError extends Error {
  override readonly name: string = 'EvaluationError'
  /** What was not there, when that is why. */
  readonly missing: Missing | null

  constructor(message: string, missing: Missing | null = null) {
    super(message)
    this.missing = missing
  }
}

/** Ends the evaluation of a policy. */
export function fail(message: string, missing: Missing | null = null): never {
  throw new EvaluationError(message, missing)
}

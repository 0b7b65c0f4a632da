/** Which attribute: `emails`, `name.familyName`, `urn:...:User:manager.value`, and in a value path `emails[...].value`. */
export interface AttributePath {
  /** the id of the schema, where it was said, as it was written */
  readonly schema: string | null
  /** empty: the schema itself, all of an extension */
  readonly name: string
  readonly sub: string | null
  /** of an attribute of many values: which of them */
  readonly where: Filter | null
}

export const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Operator = (typeof operators)[number]

export type Value = string | number | boolean | null

/** RFC 7644, section 3.4.2.2. */
export type Filter =
  | { readonly is: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'compare'; readonly path: AttributePath; readonly operator: Operator; readonly value: Value }
  /** has a value: the operator `pr` */
  | { readonly is: 'present'; readonly path: AttributePath }
  /** `emails[type eq "work"]`: one of the values is so */
  | { readonly is: 'some'; readonly path: AttributePath }

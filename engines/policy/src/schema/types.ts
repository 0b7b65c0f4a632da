/** A type of a schema, its names resolved. */
export type Type =
  | { readonly kind: 'bool' | 'long' | 'string' }
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'extension'; readonly constructor: 'ip' | 'decimal' | 'datetime' | 'duration' }
  | { readonly kind: 'set'; readonly element: Type }
  | RecordType

export interface RecordType {
  readonly kind: 'record'
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** An attribute of a record or of an entity. */
export interface Attribute {
  readonly type: Type
  readonly required: boolean
}

/** The types that every schema has, also under `__cedar::`. */
export const BUILTIN: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['Long', { kind: 'long' }],
  ['String', { kind: 'string' }],
  ['Bool', { kind: 'bool' }],
  ['Boolean', { kind: 'bool' }],
  ['ipaddr', { kind: 'extension', constructor: 'ip' }],
  ['decimal', { kind: 'extension', constructor: 'decimal' }],
  ['datetime', { kind: 'extension', constructor: 'datetime' }],
  ['duration', { kind: 'extension', constructor: 'duration' }],
])

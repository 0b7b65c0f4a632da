import type { Detector } from '@holdfast/detectors'

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'PATCH' | 'TRACE'

/** A document, compiled. */
export interface Api {
  readonly operations: readonly Operation[]
  /** What in the document is checked less strictly than it reads, or not at all: a sentence each, with its place. */
  readonly warnings: readonly ApiProblem[]
  /** @param path as it stands in the request target, without the query */
  find(method: string, path: string): Found
}

/** @property code `path` or `method`: which of them is unknown */
export type Found =
  | { readonly operation: Operation; readonly segments: readonly string[] }
  | { readonly operation: null; readonly code: 'path_unknown' | 'method_unknown'; readonly template: string | null }

export interface ApiProblem {
  readonly code: ApiProblemCode
  /** A JSON pointer into the document. */
  readonly at: string
  readonly message: string
}

export type ApiProblemCode =
  | 'document_malformed'
  | 'document_too_large'
  | 'version_unsupported'
  | 'reference_unsupported'
  | 'reference_unknown'
  | 'schema_invalid'
  | 'pattern_unsupported'
  | 'path_ambiguous'
  | 'parameter_unsupported'
  | 'keyword_unknown'
  | 'format_unknown'

export interface Operation {
  readonly method: Method
  readonly template: string
  readonly id: string | null
  /** `POST /orders/{id}` */
  readonly name: string
  readonly path: readonly Parameter[]
  readonly query: ReadonlyMap<string, Parameter>
  /** Parameters of the query whose members have names of their own: `deepObject`, and exploded objects. */
  readonly deep: readonly Parameter[]
  /** By lower-case name. */
  readonly header: ReadonlyMap<string, Parameter>
  readonly cookie: ReadonlyMap<string, Parameter>
  readonly body: Body | null
  /** By status (`200`, `4XX`, `default`). */
  readonly answers: ReadonlyMap<string, Answer>
}

export interface Body {
  readonly required: boolean
  readonly content: readonly Media[]
}

export interface Media {
  /** `application/json`, `image/*`, in lower case. */
  readonly range: string
  readonly schema: Shape | null
  /** Of form bodies: how a field is read where it is not plain text. */
  readonly encoding: ReadonlyMap<string, FieldEncoding>
}

export interface FieldEncoding {
  readonly contentType: readonly string[] | null
}

export type Style = 'matrix' | 'label' | 'simple' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required: boolean
  readonly style: Style
  readonly explode: boolean
  /** Read as JSON and not by its style (`content: application/json`). */
  readonly json: boolean
  readonly allowEmpty: boolean
  readonly shape: Shape
}

export interface Answer {
  readonly content: readonly Media[]
}

/** A schema, compiled: what is valid, how text becomes a value, and what is left to look at. */
export interface Shape {
  /** @returns what is wrong, or null */
  readonly check: (value: unknown) => Invalid | null
  readonly reading: Reading
  readonly plan: Plan
}

export interface Invalid {
  /** A JSON pointer to the value. */
  readonly at: string
  readonly keyword: string
  readonly message: string
  /** A member that the schema does not know: its name. */
  readonly unknown: string | null
}

/** How the text of a parameter becomes a value. */
export interface Reading {
  readonly kind: 'scalar' | 'array' | 'object'
  /** Types that a scalar may have. */
  readonly types: readonly Scalar[]
  /** Of an object. */
  readonly members: ReadonlyMap<string, Reading> | null
  /** Of an array. */
  readonly items: Reading | null
}

export type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'null'

/** What is left to inspect of a value that fits its schema. */
export interface Plan {
  /** Which detectors look at a text here; null: the schema proves it. */
  readonly text: Look | null
  readonly members: ReadonlyMap<string, Plan> | null
  /** Of members that have no plan of their own; their names are inspected, too. Null: there are none. */
  readonly rest: Plan | null
  readonly items: Plan | null
  /** Nothing below is left to inspect. */
  readonly proven: boolean
}

export interface Look {
  readonly detectors: readonly Detector[]
  readonly base64: boolean
}

import type { CatalogueError } from './errors.ts'

/**
 * What a use case returns. A refusal is a value, not an exception: it commits its event and its counters, where a
 * thrown error would roll them back with everything else.
 */
export type Outcome<T> = Accepted<T> | Refused

export interface Accepted<T> {
  readonly ok: true
  readonly value: T
  readonly reply: Reply
}

export interface Refused {
  readonly ok: false
  readonly error: CatalogueError
  readonly values: Readonly<Record<string, string | number>>
  /** further members of the problem document, public (`findings`, `explanation`) */
  readonly extra: Readonly<Record<string, unknown>>
  readonly reply: Reply
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

export function ok<T>(value: T, reply: Reply = {}): Accepted<T> {
  return { ok: true, value, reply }
}

export function refuse(
  error: CatalogueError,
  values: Readonly<Record<string, string | number>> = {},
  extra: Readonly<Record<string, unknown>> = {},
  reply: Reply = {},
): Refused {
  return { ok: false, error, values, extra, reply }
}

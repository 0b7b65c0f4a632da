import { fail } from '../errors.ts'
import type { Entities } from '../entities.ts'
import type { Integer } from '../integer.ts'
import { type EntityUid, type RecordValue, SetValue, typeName, type Value, EntityUid as Uid } from '../value.ts'

/** What a compiled expression reads while it runs. */
export interface Run {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: RecordValue
  readonly entities: Entities
}

/** A compiled expression. Throws `EvaluationError`. */
export type Evaluate = (run: Run) => Value

/** A compiled expression and, when it is the same in every run, its value. */
export interface Code {
  readonly evaluate: Evaluate
  readonly constant: Value | undefined
}

export function constant(value: Value): Code {
  return { evaluate: () => value, constant: value }
}

export function dynamic(evaluate: Evaluate): Code {
  return { evaluate, constant: undefined }
}

/** Checks of type: Cedar's type errors. */
export function bool(value: Value): boolean {
  return typeof value === 'boolean' ? value : fail(`expected a bool, got ${typeName(value)}`)
}

export function long(value: Value): Integer {
  return typeof value === 'number' || typeof value === 'bigint'
    ? value
    : fail(`expected a long, got ${typeName(value)}`)
}

export function string(value: Value): string {
  return typeof value === 'string' ? value : fail(`expected a string, got ${typeName(value)}`)
}

export function set(value: Value): SetValue {
  return value instanceof SetValue ? value : fail(`expected a set, got ${typeName(value)}`)
}

export function entity(value: Value): EntityUid {
  return value instanceof Uid ? value : fail(`expected an entity, got ${typeName(value)}`)
}

import type { Entities } from '../entities.ts'
import type { Schema } from '../schema/schema.ts'
import type { Type } from '../schema/types.ts'
import type { EntityUid, Value } from '../value.ts'
import { FilterError, type Source } from './errors.ts'

/**
 * What is left of the policies once principal, action and context are known: a condition on the resource. It is in negation normal form and has two
 * values: what Cedar counts as an error is part of it (a permit that fails permits nothing; a forbid that fails forbids).
 */
export type Residual = Constant | Junction | Atom

export interface Constant {
  readonly op: 'constant'
  readonly value: boolean
}

export interface Junction {
  readonly op: 'and' | 'or'
  readonly parts: readonly Residual[]
  /** Of how many atoms it consists when it is written out. */
  readonly size: number
}

/** A condition that is not composed of others, or its negation. */
export type Atom = AtomBody & { readonly negated: boolean; readonly source: Source }

export type AtomBody =
  /** An attribute of type Bool is true. */
  | { readonly op: 'holds'; readonly term: Read }
  /** An attribute or tag is there. */
  | { readonly op: 'present'; readonly term: Read }
  /** The entity that an attribute refers to is there. */
  | { readonly op: 'exists'; readonly term: Term }
  | { readonly op: 'equal' | 'less' | 'lessOrEqual'; readonly left: Term; readonly right: Term }
  /** Text that consists of these pieces with anything between them. */
  | { readonly op: 'like'; readonly term: Term; readonly pieces: readonly string[] }
  | { readonly op: 'contains' | 'containsAll' | 'containsAny'; readonly left: Term; readonly right: Term }
  | { readonly op: 'isEmpty'; readonly term: Term }
  | { readonly op: 'isInRange'; readonly left: Term; readonly right: Term }
  | { readonly op: 'isIpv4'; readonly term: Term }
  /** An entity is one of the targets or in one of them. */
  | { readonly op: 'in'; readonly term: Term; readonly targets: readonly EntityUid[]; readonly known: Known }
  /** A calculation stays within 64 bits. */
  | { readonly op: 'fits'; readonly term: Calculation }

/** What is known beside the rows. */
export interface Known {
  readonly entities: Entities
  readonly schema: Schema
}

/** Something that has a value for each row. */
export type Term = ValueTerm | Itself | Read | Calculation | SetTerm

export interface ValueTerm {
  readonly kind: 'value'
  readonly value: Value
}

/** The resource itself. */
export interface Itself {
  readonly kind: 'resource'
  readonly type: Type
}

/** An attribute or a tag: of the resource, of a record in it, or of an entity that it refers to. */
export interface Read {
  readonly kind: 'read'
  readonly of: Itself | Read
  readonly step: 'attribute' | 'tag'
  readonly name: string
  readonly type: Type
  readonly required: boolean
  /** The same for the same thing. */
  readonly key: string
}

/** Arithmetic of longs, and of the milliseconds of instants and durations. Operands that are constants are values. */
export interface Calculation {
  readonly kind: 'calculation'
  readonly operator: '+' | '-' | '*' | 'neg' | 'floor' | 'modulo' | 'quotient'
  readonly left: Term
  readonly right: Term
  readonly type: Type
}

/** A set that is written out and has an element that the row decides. */
export interface SetTerm {
  readonly kind: 'set'
  readonly items: readonly Term[]
}

/** A condition of more atoms than this is refused: planning it would cost the database more than the decision is worth. */
const MOST_ATOMS = 10_000

export const TRUE: Constant = Object.freeze({ op: 'constant', value: true })
export const FALSE: Constant = Object.freeze({ op: 'constant', value: false })

/** All of them. */
export function and(parts: readonly Residual[]): Residual {
  return join('and', parts, TRUE, FALSE)
}

/** At least one of them. */
export function or(parts: readonly Residual[]): Residual {
  return join('or', parts, FALSE, TRUE)
}

function join(op: 'and' | 'or', parts: readonly Residual[], neutral: Constant, absorbing: Constant): Residual {
  const kept: Residual[] = []
  let size = 0
  for (const part of parts) {
    if (part.op === 'constant') {
      if (part.value === absorbing.value) return absorbing
      continue
    }
    if (part.op === op) for (const each of part.parts) kept.push(each)
    else kept.push(part)
    size += 'size' in part ? part.size : 1
  }
  const [only] = kept
  if (only === undefined) return neutral
  if (size > MOST_ATOMS) {
    throw new FilterError('filter_too_large', `the condition consists of more than ${MOST_ATOMS} comparisons`)
  }
  return kept.length === 1 ? only : { op, parts: kept, size }
}

/** The opposite. */
export function not(residual: Residual): Residual {
  switch (residual.op) {
    case 'constant':
      return residual.value ? FALSE : TRUE
    case 'and':
    case 'or': {
      const parts: Residual[] = []
      for (const part of residual.parts) parts.push(not(part))
      return residual.op === 'and' ? or(parts) : and(parts)
    }
    default:
      return { ...residual, negated: !residual.negated }
  }
}

/** The rows that were not allowed and are now: `now` without `old`. Both of the same resource type. */
export function difference(old: Residual, now: Residual): Residual {
  return and([now, not(old)])
}

/** True when every row is allowed, false when none is, null when the row decides. */
export function isAlways(residual: Residual): boolean | null {
  return residual.op === 'constant' ? residual.value : null
}

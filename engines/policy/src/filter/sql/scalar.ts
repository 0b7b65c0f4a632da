import type { Type } from '../../schema/types.ts'
import { unsupported } from '../errors.ts'
import { kindOf, kindOfType } from '../plan/kind.ts'
import type { Calculation, Read, Term } from '../residual.ts'
import { encode, type SqlType } from './encode.ts'
import { type Place, storageOf } from './place.ts'
import type { Atomic } from './scope.ts'
import type { Write, Writer } from './writer.ts'

/** A term that is no constant: its SQL and the type that it has there. */
export interface Scalar {
  readonly type: SqlType
  readonly write: Write
}

/** The scalar of a term of the row. */
export function scalar(term: Term, atomic: Atomic): Scalar {
  switch (term.kind) {
    case 'resource': {
      const { sql, as } = atomic.scope.places.id
      return { type: as, write: (to) => void to.text(sql) }
    }
    case 'read':
      return readScalar(term, atomic.scope.place(term, atomic.source), atomic)
    case 'calculation':
      return { type: 'numeric', write: numeric(term, atomic) }
    default:
      return unsupported('this is no single value of the row', atomic.source)
  }
}

const USUAL: { readonly [kind: string]: SqlType } = {
  bool: 'boolean',
  string: 'text',
  long: 'bigint',
  entity: 'text',
  decimal: 'numeric',
  datetime: 'timestamptz',
  duration: 'bigint',
  ip: 'inet',
}

function readScalar(read: Read, place: Place, { source }: Atomic): Scalar {
  const kind = kindOfType(read.type)
  switch (place.at) {
    case 'column': {
      const { sql, mapping } = place
      const type = kind === 'entity' ? storageOf(mapping) : mapping.as === 'milliseconds' ? 'bigint' : USUAL[kind]
      if (type === undefined) return unsupported('a column of this type is no single value', source)
      return { type, write: (to) => void to.text(sql) }
    }
    case 'json':
      return jsonScalar(place.write, read.type) ?? unsupported('a jsonb member of this type cannot be read', source)
    case 'tagTable':
      return { type: 'text', write: place.write }
    default:
      return unsupported('this is no single value of the row', source)
  }
}

/** The JSON types of members, and what they are read as. Instants and durations are numbers of milliseconds. */
const JSON_TYPES: { readonly [kind: string]: readonly [json: string, type: SqlType] } = {
  bool: ['boolean', 'boolean'],
  string: ['string', 'text'],
  entity: ['string', 'text'],
  long: ['number', 'numeric'],
  decimal: ['number', 'numeric'],
  datetime: ['number', 'numeric'],
  duration: ['number', 'numeric'],
}

export function jsonTypeOf(type: Type): readonly [json: string, type: SqlType] | undefined {
  return JSON_TYPES[kindOfType(type)]
}

/** A member of that type; NULL when it is none. Only a member of the right JSON type is ever cast, so that no row makes the query fail. */
export function jsonScalar(member: Write, of: Type): Scalar | undefined {
  const [json, type] = jsonTypeOf(of) ?? []
  if (json === undefined || type === undefined) return undefined
  return {
    type,
    write: (to) => {
      to.text('(CASE jsonb_typeof(')
      member(to)
      to.text(`) WHEN '${json}' THEN (`)
      member(to)
      to.text(type === 'text' ? " #>> '{}') END)" : `)::${type} END)`)
    },
  }
}

/** How many digits a calculation may have: PostgreSQL's numeric holds 131,072, and must never overflow. */
const MOST_DIGITS = 10_000

/** A term as exact number: milliseconds, where it is an instant or a duration. */
export function numeric(term: Term, atomic: Atomic): Write {
  if (digits(term) > MOST_DIGITS) return unsupported('the calculation is too long', atomic.source)
  return (to) => writeNumeric(term, atomic, to)
}

function digits(term: Term): number {
  if (term.kind !== 'calculation') return 20
  const [left, right] = [digits(term.left), digits(term.right)]
  return term.operator === '*' ? left + right : Math.max(left, right) + 1
}

function writeNumeric(term: Term, atomic: Atomic, to: Writer): void {
  if (term.kind === 'calculation') return writeCalculation(term, atomic, to)
  if (term.kind === 'value') {
    to.value(encode(term.value, 'numeric') ?? null, 'numeric')
    return
  }
  const { type, write } = scalar(term, atomic)
  to.text(type === 'timestamptz' ? 'floor(extract(epoch FROM ' : '')
  write(to)
  to.text(type === 'timestamptz' ? ') * 1000)' : type === 'numeric' ? '' : '::numeric')
}

function writeCalculation({ operator, left, right }: Calculation, atomic: Atomic, to: Writer): void {
  const part = (term: Term) => writeNumeric(term, atomic, to)
  switch (operator) {
    case 'neg':
      to.text('(- ')
      part(left)
      to.text(')')
      return
    case 'modulo':
      writeModulo(left, right, part, to)
      return
    case 'floor':
      to.text('(')
      part(left)
      to.text(' - ')
      writeModulo(left, right, part, to)
      to.text(')')
      return
    case 'quotient':
      // Rounds towards zero, and is exact: a quotient with a fraction would be rounded first.
      to.text('div(')
      part(left)
      to.text(', ')
      part(right)
      to.text(')')
      return
    default:
      to.text('(')
      part(left)
      to.text(` ${operator} `)
      part(right)
      to.text(')')
  }
}

/** The remainder that is never negative. */
function writeModulo(left: Term, right: Term, part: (term: Term) => void, to: Writer): void {
  to.text('mod(mod(')
  part(left)
  to.text(', ')
  part(right)
  to.text(') + ')
  part(right)
  to.text(', ')
  part(right)
  to.text(')')
}

/** Whether it is an instant or another number, so that it can be written by `numeric`. */
export function isNumeric(term: Term): boolean {
  const kind = kindOf(term)
  return kind === 'long' || kind === 'datetime' || kind === 'duration'
}

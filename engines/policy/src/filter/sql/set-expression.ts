import type { Type } from '../../schema/types.ts'
import { SetValue } from '../../value.ts'
import { type Source, unsupported } from '../errors.ts'
import { kindOf, kindOfType } from '../plan/kind.ts'
import type { Read, Term } from '../residual.ts'
import { encode, type SqlType } from './encode.ts'
import type { Place } from './place.ts'
import { quote, quoteTable, type Write } from './writer.ts'
import { numeric, scalar } from './scalar.ts'
import type { Atomic } from './scope.ts'

/** A set of the row as an array in SQL, and the type of its elements. */
export interface ArrayOf {
  readonly type: SqlType
  readonly write: Write
}

/** The array of a set that the row has. */
export function arrayOf(read: Read, atomic: Atomic): ArrayOf {
  const place = atomic.scope.place(read, atomic.source)
  const type = elementType(read, place, atomic.source)
  switch (place.at) {
    case 'column':
      return { type, write: (to) => void to.text(`${place.sql}::${type}[]`) }
    case 'setTable': {
      const alias = atomic.scope.places.inner
      const { table, owner, value } = place.mapping
      const from = `${quoteTable(table)} ${alias} WHERE ${alias}.${quote(owner)} = ${place.owner}`
      return { type, write: (to) => void to.text(`ARRAY(SELECT ${alias}.${quote(value)}::${type} FROM ${from})`) }
    }
    case 'json':
      return { type, write: elementsOf(read.type, place.write, atomic.source).array }
    default:
      return unsupported('this is no set', atomic.source)
  }
}

/** How the elements of a set are stored. */
export function elementType({ type }: Read, place: Place, source: Source): SqlType {
  const kind = type.kind === 'set' ? kindOfType(type.element) : undefined
  if (place.at === 'json') return kind === 'long' ? 'numeric' : 'text'
  if (kind === 'string') return 'text'
  if (kind === 'long') return 'bigint'
  if (kind === 'entity' && (place.at === 'column' || place.at === 'setTable')) return place.mapping.elements ?? 'text'
  return unsupported('only sets of texts, integers and entities can be asked in SQL', source)
}

/** The elements of a jsonb array as SQL array, empty when it is none; and what says that it is one of the right elements. */
export function elementsOf(
  type: Type,
  member: Write,
  source: Source,
): { readonly array: Write; readonly guard: Write } {
  const kind = type.kind === 'set' ? kindOfType(type.element) : undefined
  if (kind !== 'string' && kind !== 'long' && kind !== 'entity') {
    return unsupported('only sets of texts, integers and entities can be asked in SQL', source)
  }
  const list: Write = (to) => {
    to.text('jsonb_array_elements(CASE jsonb_typeof(')
    member(to)
    to.text(") WHEN 'array' THEN ")
    member(to)
    to.text(" ELSE '[]' END)")
  }
  const long = kind === 'long'
  const json = long ? 'number' : 'string'
  const wrong = long
    ? `CASE jsonb_typeof("holdfast_e") WHEN 'number' THEN "holdfast_e"::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 OR "holdfast_e"::numeric <> trunc("holdfast_e"::numeric) ELSE TRUE END`
    : `jsonb_typeof("holdfast_e") <> 'string'`
  return {
    array: (to) => {
      const value = long ? '"holdfast_e"::numeric' : `"holdfast_e" #>> '{}'`
      to.text(`ARRAY(SELECT CASE jsonb_typeof("holdfast_e") WHEN '${json}' THEN ${value} END FROM `)
      list(to)
      to.text(' AS "holdfast_e"("holdfast_e"))')
    },
    guard: (to) => {
      to.text('((jsonb_typeof(')
      member(to)
      to.text(") = 'array') IS TRUE AND NOT EXISTS (SELECT FROM ")
      list(to)
      to.text(` AS "holdfast_e"("holdfast_e") WHERE ${wrong}))`)
    },
  }
}

/** The parameter of a known set: its elements that such an array can hold, and whether those are all. */
export function encodeSet(
  value: SetValue,
  type: SqlType,
): { readonly list: readonly unknown[]; readonly whole: boolean } {
  const list: unknown[] = []
  for (const item of value.items) {
    const encoded = encode(item, type)
    if (encoded !== undefined) list.push(encoded)
  }
  return { list, whole: list.length === value.items.length }
}

/** A set that is not read from the row, as array whose elements have that type. */
export function writtenArray(term: Term, type: SqlType, atomic: Atomic): ArrayOf {
  if (term.kind === 'value' && term.value instanceof SetValue) {
    const { list } = encodeSet(term.value, type)
    return { type, write: (to) => void to.value(list, `${type}[]`) }
  }
  if (term.kind !== 'set') return unsupported('this is no set', atomic.source)
  // A calculation is exact as numeric only.
  const as = term.items.some(({ kind }) => kind === 'calculation') ? 'numeric' : type
  const items: Write[] = []
  for (const item of term.items) {
    if (item.kind === 'value') {
      const encoded = encode(item.value, as)
      if (encoded !== undefined) items.push((to) => void to.value(encoded, as))
    } else if (kindOf(item) === 'long') items.push(numericOr(item, as, atomic))
    else items.push(cast(scalar(item, atomic).write, as))
  }
  return {
    type: as,
    write: (to) => {
      to.text('ARRAY[')
      items.forEach((item, at) => {
        to.text(at === 0 ? '' : ', ')
        item(to)
      })
      to.text(`]::${as}[]`)
    },
  }
}

function numericOr(item: Term, as: SqlType, atomic: Atomic): Write {
  return as === 'numeric' ? numeric(item, atomic) : cast(scalar(item, atomic).write, as)
}

function cast(write: Write, as: SqlType): Write {
  return (to) => {
    write(to)
    to.text(`::${as}`)
  }
}

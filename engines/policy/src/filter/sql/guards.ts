import { type Source, unsupported } from '../errors.ts'
import { kindOfType } from '../plan/kind.ts'
import type { Read } from '../residual.ts'
import { readOf } from '../plan/read.ts'
import type { Place } from './place.ts'
import { jsonScalar, jsonTypeOf } from './scalar.ts'
import type { SqlScope } from './scope.ts'
import { elementsOf } from './set-expression.ts'
import type { Write } from './writer.ts'

/** What must be true of a row for an attribute to have a value in Cedar, or not to be there. */
export interface Guard {
  readonly write: Write
  /** Whether it only says that the column is not NULL: then a comparison that must hold anyway says it too. */
  readonly onlyNull: boolean
}

/**
 * Guards against what the attribute's place can hold and Cedar cannot: a NULL where the schema requires a value, an instant that is infinite, a NaN, an array
 * with a NULL in it, JSON of any kind. A row with such a value in what the condition reads is not returned: asked about it alone, the decision is a refusal too.
 */
export function guardOf(read: Read, place: Place, scope: SqlScope, source: Source): Guard | undefined {
  const whole = wellFormed(read, place, scope, source) ?? required(read, place)
  if (whole === undefined) return undefined
  // A record in columns that is not there is well formed or not by itself: half of one is none.
  const optional = place.at === 'record' ? optionalOwner(read) : optionalPart(read)
  if (optional === undefined) return whole
  const there = presence(optional, scope.place(optional, source), scope, source)
  const write: Write = (to) => {
    to.text('(NOT (')
    there(to)
    to.text(') OR ')
    whole.write(to)
    to.text(')')
  }
  return { write, onlyNull: false }
}

function required(read: Read, place: Place): Guard | undefined {
  if (!read.required || place.at !== 'column' || isJoined(read)) return undefined
  return { write: (to) => void to.text(`${place.sql} IS NOT NULL`), onlyNull: true }
}

/** Whose absence makes the attribute absent too: itself, or the record or the referenced entity that it is in. */
function optionalPart(read: Read): Read | undefined {
  if (!read.required || isJoined(read)) return read
  return optionalOwner(read)
}

function optionalOwner({ of }: Read): Read | undefined {
  return of.kind === 'read' ? optionalPart(of) : undefined
}

function isJoined({ of }: Read): boolean {
  return of.kind === 'read' && (of.type.kind === 'entity' || isJoined(of))
}

function wellFormed(read: Read, place: Place, scope: SqlScope, source: Source): Guard | undefined {
  const write = writeWellFormed(read, place, scope, source)
  return write === undefined ? undefined : { write, onlyNull: false }
}

function writeWellFormed(read: Read, place: Place, scope: SqlScope, source: Source): Write | undefined {
  if (place.at === 'json' && isJoined(read)) return unsupported('jsonb of a referenced entity', source)
  if (place.at === 'json') return wellFormedJson(read, place.write, source)
  if (place.at === 'record') return wellFormedRecord(read, place, scope, source)
  if (place.at !== 'column') return undefined
  const { sql, mapping } = place
  switch (kindOfType(read.type)) {
    case 'datetime':
      return mapping.as === 'milliseconds' ? undefined : (to) => void to.text(`isfinite(${sql})`)
    case 'decimal':
      return (to) => void to.text(decimalRange(sql))
    case 'ip':
      // An IPv4 address inside an IPv6 one has a text that Cedar does not read.
      return (to) => void to.text(`(family(${sql}) = 4 OR position('.' IN host(${sql})) = 0)`)
    case 'set':
      // Several dimensions have no meaning as a set, and some functions fail on them.
      return (to) =>
        void to.text(
          `(CASE WHEN array_ndims(${sql}) > 1 THEN FALSE ELSE ${sql} IS NOT NULL AND array_position(${sql}, NULL) IS NULL END)`,
        )
    default:
      return undefined
  }
}

/** 64 bits of ten-thousandths (NaN is larger than all numbers). */
function decimalRange(sql: string): string {
  return `(${sql} BETWEEN -922337203685477.5808 AND 922337203685477.5807 AND scale(${sql}) <= 4)`
}

function wellFormedJson(read: Read, member: Write, source: Source): Write {
  const kind = kindOfType(read.type)
  if (kind === 'set') return elementsOf(read.type, member, source).guard
  if (kind === 'record') {
    return (to) => {
      to.text('(jsonb_typeof(')
      member(to)
      to.text(") = 'object') IS TRUE")
    }
  }
  const [json] = jsonTypeOf(read.type) ?? []
  const value = jsonScalar(member, read.type)
  if (json === undefined || value === undefined)
    return unsupported('a jsonb member of this type cannot be read', source)
  return (to) => {
    to.text('(')
    value.write(to)
    if (json === 'number') {
      to.text(kind === 'decimal' ? ' BETWEEN -922337203685477.5808 AND 922337203685477.5807' : LONGS)
      to.text(' AND ')
      value.write(to)
      to.text(' = trunc(')
      value.write(to)
      to.text(kind === 'decimal' ? ', 4)) IS TRUE' : ')) IS TRUE')
    } else to.text(') IS NOT NULL')
  }
}

const LONGS = ' BETWEEN -9223372036854775808 AND 9223372036854775807'

/** The SQL of an attribute's being there. */
export function presence(read: Read, place: Place, scope: SqlScope, source: Source): Write {
  switch (place.at) {
    case 'column':
      return (to) => void to.text(`${place.sql} IS NOT NULL`)
    case 'json':
    case 'tagTable':
      return (to) => {
        place.write(to)
        to.text(' IS NOT NULL')
      }
    case 'record': {
      const column = place.mapping.present
      if (column !== undefined) return (to) => void to.text(`${place.row.column(column)} IS NOT NULL`)
      const [required] = partsOf(read, true, scope, source)
      return required ?? joined(partsOf(read, false, scope, source), ' OR ')
    }
    default:
      return unsupported('a set in a table of its own cannot be optional: an empty one looks the same', source)
  }
}

/** The attributes of a record being there: the required ones, or the others. */
function partsOf(read: Read, required: boolean, scope: SqlScope, source: Source): readonly Write[] {
  if (read.type.kind !== 'record') return []
  const parts: Write[] = []
  for (const [name, attribute] of read.type.attributes) {
    if (attribute.required !== required) continue
    const part = readOf(read, name, attribute)
    parts.push(presence(part, scope.places.find(part, source), scope, source))
  }
  return parts
}

function joined(parts: readonly Write[], operator: ' AND ' | ' OR '): Write {
  return (to) => {
    to.text('(')
    if (parts.length === 0) to.text(operator === ' AND ' ? 'TRUE' : 'FALSE')
    parts.forEach((part, at) => {
      to.text(at === 0 ? '(' : `${operator}(`)
      part(to)
      to.text(')')
    })
    to.text(')')
  }
}

/** A record in columns: with all that it must have, or without any of them. One in which nothing must be is absent when nothing is. */
function wellFormedRecord(
  read: Read,
  place: Place & { at: 'record' },
  scope: SqlScope,
  source: Source,
): Write | undefined {
  if (place.mapping.present !== undefined) return undefined
  const required = partsOf(read, true, scope, source)
  if (read.required) return required.length > 0 ? undefined : presence(read, place, scope, source)
  const others = partsOf(read, false, scope, source)
  const whole = joined(required, ' AND ')
  const some = joined([...required, ...others], ' OR ')
  return (to) => {
    to.text('(')
    whole(to)
    to.text(' OR NOT ')
    some(to)
    to.text(')')
  }
}

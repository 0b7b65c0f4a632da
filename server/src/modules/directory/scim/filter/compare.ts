import { ScimProblem, quoted } from '../problem.ts'
import type { Attribute, Json } from '../schema/attribute.ts'
import { isObject } from '../schema/find.ts'
import { truthOf } from '../schema/values.ts'
import type { Operator, Value } from './types.ts'

interface Comparison {
  readonly operator: Operator
  readonly value: Value
}

export function isThere(value: Json): boolean {
  if (isObject(value)) return Object.values(value).some(isThere)
  return value !== null && value !== ''
}

/** How letters are compared where case makes no difference. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/**
 * Whether one of the values compares so. For `ne`: whether none is equal.
 * @param attribute undefined: nobody knows it, so it has no value, and nothing is known of its type
 * @throws ScimProblem invalidFilter
 */
export function compare(
  values: readonly Json[],
  { operator, value }: Comparison,
  attribute: Attribute | undefined,
): boolean {
  if (operator === 'ne') return !compare(values, { operator: 'eq', value }, attribute)
  // Equal to nothing is: not there (RFC 7643, section 2.5).
  if (value === null) {
    if (operator !== 'eq') throw new ScimProblem('invalidFilter', `null is compared by eq and ne only.`)
    return !values.some(isThere)
  }
  if (attribute === undefined) return false
  const wanted = typed(attribute, { operator, value })
  return values.some((each) => comparesTo(each, wanted, operator, attribute))
}

/** The value as one of the attribute's type. */
function typed(attribute: Attribute, { operator, value }: { operator: Operator; value: Exclude<Value, null> }) {
  const { type, name } = attribute
  const ordering = operator !== 'eq'
  switch (type) {
    case 'boolean': {
      const truth = truthOf(value)
      if (ordering || truth === undefined) {
        throw new ScimProblem('invalidFilter', `${quoted(name)} is true or false, and nothing else.`)
      }
      return truth
    }
    case 'dateTime': {
      const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
      if (Number.isNaN(time) || ['co', 'sw', 'ew'].includes(operator)) {
        throw new ScimProblem('invalidFilter', `${quoted(name)} is a time, as "2026-01-02T03:04:05Z".`)
      }
      return time
    }
    case 'binary':
      if (ordering) throw new ScimProblem('invalidFilter', `${quoted(name)} is compared by eq and ne only.`)
      return String(value)
    case 'complex':
      throw new ScimProblem('invalidFilter', `Which part of ${quoted(name)} is meant has to be said.`)
    default:
      return attribute.caseExact ? String(value).normalize('NFC') : folded(String(value))
  }
}

function comparesTo(own: Json, wanted: string | number | boolean, operator: Operator, attribute: Attribute): boolean {
  if (typeof wanted === 'boolean') return own === wanted
  if (typeof wanted === 'number') return typeof own === 'string' && ordered(Date.parse(own), wanted, operator)
  if (typeof own !== 'string') return false
  const text = attribute.caseExact ? own.normalize('NFC') : folded(own)
  switch (operator) {
    case 'co':
      return text.includes(wanted)
    case 'sw':
      return text.startsWith(wanted)
    case 'ew':
      return text.endsWith(wanted)
    default:
      return ordered(text, wanted, operator)
  }
}

function ordered<T extends string | number>(own: T, wanted: T, operator: Operator): boolean {
  switch (operator) {
    case 'eq':
      return own === wanted
    case 'gt':
      return own > wanted
    case 'ge':
      return own >= wanted
    case 'lt':
      return own < wanted
    case 'le':
      return own <= wanted
    default:
      return false
  }
}

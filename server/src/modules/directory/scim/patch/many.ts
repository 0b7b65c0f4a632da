import { elementMatches } from '../filter/evaluate.ts'
import type { Filter } from '../filter/types.ts'
import { ScimProblem } from '../problem.ts'
import { type Attribute, type Json, type JsonObject, named } from '../schema/attribute.ts'
import { isObject } from '../schema/find.ts'
import { elementOf, elementsOf, valueOf } from '../schema/values.ts'
import type { Target } from './target.ts'

/** An attribute of many values after one operation; undefined: it has none any more. */
export function changeMany(before: Json | undefined, target: Target): Json | undefined {
  const held = Array.isArray(before) ? (before as readonly Json[]) : []
  const { changed, primary } =
    target.where === null && target.sub === undefined ? whole(held, target) : some(held, target)
  const list = changed.filter((each) => isWorthKeeping(each, target.attribute))
  const after = primary === undefined ? list : list.map((each) => withdrawn(each, primary))
  return after.length === 0 ? undefined : after
}

interface Change {
  readonly changed: readonly Json[]
  /** the one that this operation made the preferred one */
  readonly primary: Json | undefined
}

/** The values themselves: `emails`, `members`. */
function whole(held: readonly Json[], { op, value, attribute }: Target): Change {
  // Entra ID removes members by naming them in the value, where the path says all of them.
  if (op === 'remove') {
    const gone = new Set(value === undefined ? [] : elementsOf(attribute, value).map(keyOf))
    const all = value === undefined || value === null
    return { changed: all ? [] : held.filter((each) => !gone.has(keyOf(each))), primary: undefined }
  }
  const given = value === undefined ? [] : elementsOf(attribute, value)
  const primary = given.find(isPrimary)
  if (op === 'replace') return { changed: given, primary }
  const own = new Map(held.map((each) => [keyOf(each), each]))
  for (const each of given) {
    const known = own.get(keyOf(each))
    own.set(keyOf(each), isObject(known) && isObject(each) ? { ...known, ...each } : each)
  }
  return { changed: [...own.values()], primary: primary === undefined ? undefined : own.get(keyOf(primary)) }
}

/** Some of the values, or a part of each: `emails[type eq "work"]`, `emails[type eq "work"].value`, `emails.type`. */
function some(held: readonly Json[], { op, value, attribute, sub, where }: Target): Change {
  const chosen = (each: Json) => where === null || elementMatches(where, each, attribute)
  if (op === 'remove') {
    const changed = held.flatMap((each) => {
      if (!chosen(each)) return [each]
      return sub === undefined || !isObject(each) ? [] : [omit(each, sub.name)]
    })
    return { changed, primary: undefined }
  }
  const part = partOf(attribute, sub, value)
  if (held.some(chosen)) {
    const changed = held.map((each) => (chosen(each) ? merged(each, part, sub) : each))
    const place = held.findIndex(chosen)
    return { changed, primary: part['primary'] === true ? changed[place] : undefined }
  }
  // RFC 7644 would have noTarget here (section 3.5.2.3). Entra ID sets what is not there yet in this way.
  const made: Json = { ...(where === null ? {} : equalities(where, attribute)), ...part }
  return { changed: [...held, made], primary: isPrimary(made) ? made : undefined }
}

function partOf(attribute: Attribute, sub: Attribute | undefined, value: Json | undefined): JsonObject {
  if (value === undefined) return {}
  if (sub !== undefined) {
    const own = valueOf(sub, value)
    return own === undefined ? {} : { [sub.name]: own }
  }
  // Parts are given, and not all of them: it need not have a value.
  const own = elementOf({ ...attribute, multiValued: false }, value)
  return isObject(own) ? own : {}
}

function merged(before: Json, part: JsonObject, sub: Attribute | undefined): Json {
  if (!isObject(before)) return before
  return { ...(sub === undefined ? before : omit(before, sub.name)), ...part }
}

/** `type eq "work" and primary eq true` says what a value that satisfies it looks like; any other filter does not. */
function equalities(filter: Filter, attribute: Attribute): JsonObject {
  if (filter.is === 'and') return { ...equalities(filter.left, attribute), ...equalities(filter.right, attribute) }
  if (filter.is === 'compare' && filter.operator === 'eq' && filter.path.sub === null && filter.value !== null) {
    const sub = named(attribute.subAttributes, filter.path.name)
    const value = sub === undefined || sub.mutability === 'readOnly' ? undefined : valueOf(sub, filter.value)
    if (sub !== undefined && value !== undefined) return { [sub.name]: value }
  }
  throw new ScimProblem('noTarget', `No value of "${attribute.name}" is so.`)
}

/** What tells values apart: two addresses of the same text are one, unless they are for two things. */
function keyOf(each: Json): string {
  if (!isObject(each)) return JSON.stringify(each)
  const { value, type } = each
  if (value === undefined) return JSON.stringify(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify([value, type === 'User' ? null : (type ?? null)])
}

function isPrimary(each: Json): boolean {
  return isObject(each) && each['primary'] === true
}

/** A new preferred one takes the place of the one before (RFC 7644, section 3.5.2). */
function withdrawn(each: Json, primary: Json): Json {
  return each !== primary && isObject(each) && each['primary'] === true ? { ...each, primary: false } : each
}

function isWorthKeeping(each: Json, { subAttributes }: Attribute): boolean {
  if (!isObject(each)) return true
  if (named(subAttributes, 'value') !== undefined) return each['value'] !== undefined
  return Object.keys(each).some((key) => key !== 'type' && key !== 'primary')
}

function omit(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}

import type { MaskValue, RouteMask } from '@holdfast/http-guard'
import { readJson } from '@holdfast/inspection'
import { createMask, type ResourceEntity } from '@holdfast/sdk/edge/decisions'
import { JsonPlaces, type Span } from './json-places.ts'

/** Whether the caller is permitted an action on one object of the answer. */
export type Allowed = (action: string, resource: ResourceEntity) => boolean

/** Why an answer cannot be masked. */
export interface Unreadable {
  readonly why: string
}

type Attributes = Record<string, ResourceEntity['attrs'][string]>

/** Decisions that are taken for one answer; so many rows the SDK takes in `keepAllowed`, too. */
const mostDecisions = 10_000
const limits = { depth: 64, values: 200_000, nameBytes: 512 }

/**
 * Leaves of the objects in an answer the members that the caller may see. What stands around them, and what is left, stays as it is written.
 * @param text of the answer's body
 */
export function maskText(text: string, mask: RouteMask, allowed: Allowed): string | Unreadable {
  const read = readJson(text, limits)
  if ('code' in read) return { why: `it is no JSON that all programs read alike: ${read.why}` }
  const places = new JsonPlaces(text)
  const target = places.find(mask.at)
  if (target === null) return { why: `there is nothing at ${mask.at}` }
  if (places.slice(target) === 'null') return text
  const items = places.items(target) ?? [target]
  const groups = new Map(Object.entries(mask.fields))
  if (items.length * groups.size > mostDecisions) return { why: `more than ${mostDecisions} decisions would be needed` }
  let written = ''
  let from = 0
  for (const item of items) {
    const members = places.members(item)
    if (members === null) return { why: 'what is to be masked is no object' }
    const resource = resourceOf(mask, (name) => valueAt(places, members, name))
    if ('why' in resource) return resource
    const { fields } = createMask(groups, (action) => allowed(action, resource))
    const kept = fields.flatMap((name) => {
      const span = members.get(name)
      return span === undefined ? [] : [`${JSON.stringify(name)}:${places.slice(span)}`]
    })
    written += `${text.slice(from, item.from)}{${kept.join(',')}}`
    from = item.to
  }
  return written + text.slice(from)
}

function valueAt(places: JsonPlaces, members: ReadonlyMap<string, Span>, name: string): unknown {
  const span = members.get(name)
  return span === undefined ? undefined : JSON.parse(places.slice(span))
}

function resourceOf(mask: RouteMask, read: (name: string) => unknown): ResourceEntity | Unreadable {
  const id = idOf(read(mask.id))
  if (id === null) return { why: `an object has no id in ${mask.id}` }
  const attrs: Attributes = {}
  for (const [name, value] of Object.entries(mask.attributes ?? {})) {
    const found = attributeOf(value, read(value.member))
    if (typeof found === 'object' && 'why' in found) return found as Unreadable
    if (found !== undefined) Object.defineProperty(attrs, name, { value: found, enumerable: true })
  }
  const parents: { type: string; id: string }[] = []
  for (const { member, entity } of mask.parents ?? []) {
    const value = read(member)
    const parent = idOf(value)
    if (value != null && parent === null) return { why: `${member} holds no id` }
    if (parent !== null) parents.push({ type: entity, id: parent })
  }
  return { uid: { type: mask.type, id }, attrs, parents }
}

/** Absent where the answer says nothing or null. */
function attributeOf(
  { member, as = 'string', entity }: MaskValue,
  value: unknown,
): Attributes[string] | undefined | Unreadable {
  if (value == null) return undefined
  if (entity !== undefined) {
    const id = idOf(value)
    return id === null ? { why: `${member} holds no id` } : { __entity: { type: entity, id } }
  }
  const fits = as === 'long' ? Number.isSafeInteger(value) : typeof value === as
  return fits ? (value as string | number | boolean) : { why: `${member} is no ${as}` }
}

/** Beyond 2^53 a number has lost digits. */
function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return Number.isSafeInteger(value) ? String(value) : null
}

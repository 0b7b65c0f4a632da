/** What values of one place have looked like; never a value itself. */
export interface Sketch {
  count: number
  readonly kinds: Set<Kind>
  /** Characters of the longest text. */
  longest: number
  readonly members: Map<string, Sketch>
  items: Sketch | null
  /** There were names that are not kept: too many, or ones that no developer gives. */
  more: boolean
}

export type Kind =
  | 'null'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'uuid'
  | 'date'
  | 'date-time'
  | 'string'
  | 'object'
  | 'array'

const DEEPEST = 6
const MOST_MEMBERS = 64
const NAME = /^(?!__proto__$)[A-Za-z_$][\w.$-]{0,63}$/
const UUID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/

export function newSketch(): Sketch {
  return { count: 0, kinds: new Set(), longest: 0, members: new Map(), items: null, more: false }
}

/** @param text true where all values come as text: `7` is an integer then */
export function addTo(sketch: Sketch, value: unknown, text: boolean, depth = 0): void {
  sketch.count++
  sketch.kinds.add(kindOf(value, text))
  if (typeof value === 'string') sketch.longest = Math.max(sketch.longest, value.length)
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return
  if (Array.isArray(value)) {
    const items = (sketch.items ??= newSketch())
    for (const item of value.slice(0, 32)) addTo(items, item, text, depth + 1)
    return
  }
  for (const [name, member] of Object.entries(value)) {
    const known = memberOf(sketch, name)
    if (known === null) sketch.more = true
    else addTo(known, member, text, depth + 1)
  }
}

/** @returns null for a name that is not kept */
export function memberOf(sketch: Sketch, name: string): Sketch | null {
  const known = sketch.members.get(name)
  if (known !== undefined) return known
  if (sketch.members.size >= MOST_MEMBERS || !NAME.test(name)) return null
  const made = newSketch()
  sketch.members.set(name, made)
  return made
}

export function mergeSketch(into: Sketch, from: Sketch): void {
  into.count += from.count
  for (const kind of from.kinds) into.kinds.add(kind)
  into.longest = Math.max(into.longest, from.longest)
  into.more ||= from.more
  if (from.items !== null) mergeSketch((into.items ??= newSketch()), from.items)
  for (const [name, member] of from.members) {
    const known = memberOf(into, name)
    if (known === null) into.more = true
    else mergeSketch(known, member)
  }
}

export function kindOf(value: unknown, text: boolean): Kind {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  if (typeof value === 'string') return textKind(value, text)
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'boolean' : 'object'
}

export function textKind(value: string, text: boolean): Kind {
  if (text && /^-?(?:0|[1-9]\d{0,14})$/.test(value)) return 'integer'
  if (text && /^-?(?:0|[1-9]\d{0,14})\.\d{1,9}$/.test(value)) return 'number'
  if (text && (value === 'true' || value === 'false')) return 'boolean'
  if (UUID.test(value)) return 'uuid'
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'date'
  return /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/.test(value) ? 'date-time' : 'string'
}

/** A schema that all values seen fit, texts up to twice the longest one. */
export function schemaOf(sketch: Sketch): Record<string, unknown> {
  const kinds = [...sketch.kinds]
  const types = new Set(kinds.map(typeOf))
  if (types.has('number')) types.delete('integer')
  const list = [...types].toSorted()
  const schema: Record<string, unknown> = list.length === 0 ? {} : { type: list.length === 1 ? list[0] : list }
  const texts = kinds.filter((kind) => typeOf(kind) === 'string')
  if (texts.length === 1 && texts[0] !== 'string') schema['format'] = texts[0]
  else if (texts.length > 0) schema['maxLength'] = 2 ** (lengthBit(sketch.longest) + 1)
  if (sketch.items !== null) schema['items'] = schemaOf(sketch.items)
  if (kinds.includes('object')) {
    const members = [...sketch.members].toSorted(([left], [right]) => (left < right ? -1 : 1))
    const objects = Math.max(0, ...members.map(([, { count }]) => count))
    const required = members
      .filter(([, { count }]) => count === objects && count === sketch.count)
      .map(([name]) => name)
    if (members.length > 0)
      schema['properties'] = Object.fromEntries(members.map(([name, member]) => [name, schemaOf(member)]))
    if (required.length > 0) schema['required'] = required
    if (sketch.more) schema['additionalProperties'] = true
  }
  return schema
}

/** The power of two that is no shorter, 8 at least. */
export const lengthBit = (length: number): number => Math.ceil(Math.log2(Math.max(length, 8)))

function typeOf(kind: Kind): string {
  return kind === 'uuid' || kind === 'date' || kind === 'date-time' ? 'string' : kind
}

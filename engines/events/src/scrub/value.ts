import { judgeCard } from './card-schemes.ts'
import { clipText } from './clip.ts'
import { marker, markerEnd } from './marker.ts'
import type { Named } from './names.ts'
import { looksRandom } from './random.ts'
import {
  fieldsOf,
  isJwkPublic,
  isJwkSecret,
  isNeighbourValue,
  labelIn,
  nameWithin,
  neighbourName,
  plainForm,
} from './structure.ts'

export interface ScrubOptions {
  /** Levels of nesting that are kept; what lies deeper becomes a marker. Default 16. */
  readonly depth?: number
  /** Characters of one text that are kept. Default 8192. */
  readonly text?: number
  /** Values that are kept, of all levels together. Default 10,000. */
  readonly values?: number
}

const MOST_VALUES = 10_000
const LONGEST_NAME = 256

/**
 * A copy of any value that may be stored and shown: plain JSON of the same shape, with secrets replaced by markers. A
 * field is redacted by its name (`password`, `X-Api-Key`, `card.number`; but not `tokenType`), text by its form.
 * Bounded in depth, width and length; cycles end; nothing throws.
 */
export function scrub(value: unknown, options: ScrubOptions = {}): unknown {
  const walk: Walk = { left: options.values ?? MOST_VALUES, text: options.text ?? 8192, path: new Set() }
  return visit(value, options.depth ?? 16, walk, null)
}

interface Walk {
  left: number
  readonly text: number
  readonly path: Set<object>
}

/** `named`: what the name of the field, or of one around it, says of the value. */
function visit(value: unknown, depth: number, walk: Walk, named: Named | null): unknown {
  walk.left -= 1
  if (walk.left < 0) return '[omitted]'
  switch (typeof value) {
    case 'string':
      return named === null ? clipText(value, walk.text) : namedText(value, walk, named)
    case 'number':
    case 'bigint':
      return visitNumber(value, walk, named)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : visitObject(value, depth, walk, named)
    default:
      return null
  }
}

function visitNumber(value: number | bigint, walk: Walk, named: Named | null): unknown {
  if (named === null && typeof value === 'number' && value < 1e11 && Number.isFinite(value)) return value
  const text = String(value)
  if (judgeCard(text) === 'strong') return marker('card', text.slice(-4))
  if (named !== null && named.level !== 'weak') return marker(named.kind)
  if (typeof value === 'bigint') return clipText(text, walk.text)
  return Number.isFinite(value) ? value : text
}

function namedText(value: string, walk: Walk, named: Named): string {
  if (value === '' || markerEnd(value, 0) === value.length) return value
  if (named.kind === 'card') return cardText(value, walk, named)
  if (named.level !== 'weak') return marker(named.kind)
  const kept = clipText(value, walk.text)
  return looksRandom(kept, 12) && markerEnd(kept, 0) !== kept.length ? marker(named.kind) : kept
}

/** In the field of a card number any number of its length goes, with the last four digits kept where it is a card's. */
function cardText(value: string, walk: Walk, named: Named): string {
  const digits = value.normalize('NFKC').replace(/[^0-9]/g, '')
  if (value.length < 64 && judgeCard(digits) !== 'no') return marker('card', digits.slice(-4))
  if (named.level !== 'weak') return marker('card')
  const kept = clipText(value, walk.text)
  const left = kept.replace(/[^0-9]/g, '')
  return left.length >= 12 && left.length * 2 > kept.length ? marker('card') : kept
}

function visitObject(value: object, depth: number, walk: Walk, named: Named | null): unknown {
  if (depth <= 0) return '[nested too deeply]'
  if (walk.path.has(value)) return '[circular]'
  walk.path.add(value)
  try {
    if (Array.isArray(value)) return visitItems(value, depth, walk, named)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return visitFields(value, depth, walk, named)
    const plain = plainForm(value)
    if (plain !== undefined) return visit(plain, depth, walk, named)
    if (value instanceof Set) return visitItems(Array.from<unknown>(value), depth, walk, named)
    const fields = fieldsOf(value)
    return visitFields(fields === null ? value : Object.fromEntries(fields), depth, walk, named)
  } catch {
    return '[unreadable]'
  } finally {
    walk.path.delete(value)
  }
}

function visitItems(items: readonly unknown[], depth: number, walk: Walk, named: Named | null): unknown[] {
  const results: unknown[] = []
  for (const item of items) {
    // Judged by what is kept of them, so that it is judged the same when it is read again.
    const neighbour = named === null ? neighbourName(results.at(-1)) : null
    const result = visit(item, depth - 1, walk, named)
    results.push(neighbour !== null && isNeighbourValue(result) ? visit(item, depth - 1, walk, neighbour) : result)
  }
  return results
}

function visitFields(value: object, depth: number, walk: Walk, around: Named | null): unknown {
  const result: Record<string, unknown> = {}
  const record = value as Readonly<Record<string, unknown>>
  const names = Object.keys(value)
  const label = labelIn(record, names, walk.text)
  for (const name of names) {
    const field = record[name]
    if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue
    // Judged as it will be read again: a name may have held a secret itself.
    const clean = cleanName(name)
    if (isJwkPublic(value, name, field) && field.length <= walk.text) {
      walk.left -= 1
      put(result, clean, field)
      continue
    }
    const named = isJwkSecret(value, name) ? JWK : nameWithin(label, clean, field, around)
    put(result, clean, visit(field, depth - 1, walk, named))
    if (walk.left < 0) break
  }
  return result
}

const JWK: Named = { kind: 'key', level: 'strict' }

/** Two secrets that were names stay two fields. */
function put(result: Record<string, unknown>, name: string, value: unknown): void {
  let free = name
  for (let count = 2; Object.hasOwn(result, free); count += 1) free = `${name} ${count}`
  if (free !== '__proto__') result[free] = value
  // A field called __proto__ stays a field.
  else Object.defineProperty(result, free, { value, enumerable: true, writable: true, configurable: true })
}

const cleanNames = new Map<string, string>()

function cleanName(name: string): string {
  const known = cleanNames.get(name)
  if (known !== undefined) return known
  const clean = clipText(name, LONGEST_NAME)
  if (name.length > LONGEST_NAME) return clean
  if (cleanNames.size >= 4096) cleanNames.clear()
  cleanNames.set(name, clean)
  return clean
}

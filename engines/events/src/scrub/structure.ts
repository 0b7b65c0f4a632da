import { isDescribing, judgeName, type Named } from './names.ts'
import { clipText } from './clip.ts'

/**
 * What an object that is no plain one is written as: a date, bytes, an address, a boxed value; undefined for all
 * others.
 */
export function plainForm(value: object): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return `[${value.byteLength} bytes]`
  if (BOXED.has(Object.prototype.toString.call(value))) return value.valueOf()
  if (value instanceof URL || value instanceof RegExp) return String(value)
  if ('toISOString' in value && typeof value.toISOString === 'function') return String(value.toISOString())
  return undefined
}

const BOXED: ReadonlySet<string> = new Set([
  '[object String]',
  '[object Number]',
  '[object Boolean]',
  '[object BigInt]',
])

export type Fields = readonly (readonly [name: string, value: unknown])[]

/**
 * The fields of what is no plain object, or null: an Error spelled out (it has no enumerable ones), a map, headers, a
 * form.
 */
export function fieldsOf(value: object): Fields | null {
  if (
    value instanceof Map ||
    value instanceof Headers ||
    value instanceof URLSearchParams ||
    value instanceof FormData
  ) {
    return Array.from(value as Iterable<[unknown, unknown]>, ([name, field]) => [String(name), field] as const)
  }
  if (!(value instanceof Error)) return null
  const own = Object.entries(value).filter(([name]) => !SPELLED_OUT.has(name))
  const errors = value instanceof AggregateError ? [['errors', value.errors] as const] : []
  const cause = value.cause === undefined ? [] : [['cause', value.cause] as const]
  return [['name', value.name], ['message', value.message], ['stack', value.stack], ...cause, ...errors, ...own]
}

const SPELLED_OUT: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const LABELS: ReadonlySet<string> = new Set([
  'name',
  'key',
  'header',
  'field',
  'attribute',
  'parameter',
  'param',
  'label',
  'k',
  'Name',
  'Key',
])

/** What a field of an object says of its neighbour: `{ name: 'password', value: 'x' }`. */
export function labelIn(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
  longest: number,
): Named | null {
  if (names.length < 2 || names.length > 12) return null
  for (const name of names) {
    if (!LABELS.has(name)) continue
    const label = record[name]
    const named = typeof label === 'string' && label.length <= 128 ? judgeName(clipText(label, longest)) : null
    if (named !== null) return named
  }
  return null
}

const VALUES: ReadonlySet<string> = new Set(
  'value values val v content contents data default Value defaultValue stringValue text old new before after from to current previous'.split(
    ' ',
  ),
)

/**
 * What its name says of a field: alone, with the label beside it, with the name around it (`card: { number }`), or
 * what is said of all that is around it.
 */
export function nameWithin(label: Named | null, name: string, value: unknown, around: Named | null): Named | null {
  // How many tokens a language model used is no secret.
  if (typeof value === 'number' && /tokens$/i.test(name)) return null
  if (around?.level === 'strict') return around
  const own = judgeName(name)
  if (own !== null && own.level !== 'weak') return own
  if (label !== null && VALUES.has(name)) return label
  if (around === null) return own
  if (around.kind === 'card') return judgeName(`card ${name}`) ?? around
  return isDescribing(name) ? own : (own ?? around)
}

/**
 * What an item of an array says of the next one: flat headers, arguments of a command, pairs. A bare word may as well
 * be one of a list of words.
 */
export function neighbourName(item: unknown): Named | null {
  if (typeof item !== 'string' || item.length < 3 || item.length > 64) return null
  const isName =
    /^(?:--?[a-z][\w-]*|(?:proxy-)?authorization|cookie|set-cookie|x-[a-z-]+|[a-z]+-(?:token|key|secret))$/i.test(item)
  return isName ? judgeName(item) : null
}

export function isNeighbourValue(item: unknown): boolean {
  if (item === null || typeof item === 'boolean') return false
  return typeof item !== 'string' || !(item.startsWith('-') || judgeName(item) !== null)
}

const JWK_SECRETS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'])

/** The private members of a JSON Web Key (RFC 7518, 6). */
export function isJwkSecret(value: object, name: string): boolean {
  return JWK_SECRETS.has(name) && 'kty' in value
}

const JWK_PUBLIC: ReadonlySet<string> = new Set(['x', 'y', 'n', 'e', 'kid', 'x5t', 'x5t#S256'])

/** A public member of a JSON Web Key, in the form that it has (base64url): random, and no secret. */
export function isJwkPublic(value: object, name: string, field: unknown): field is string {
  return JWK_PUBLIC.has(name) && 'kty' in value && typeof field === 'string' && /^[\w-]{1,1024}$/.test(field)
}

import { isCard, REDACTED, scrubText } from './scrub-text.ts'

export interface ScrubOptions {
  /** Levels of nesting that are kept; what lies deeper becomes a marker. Default 16. */
  readonly depth?: number
  /** Characters of one text that are kept. Default 8192. */
  readonly text?: number
}

const SECRET_WORDS = new Set(
  'password passwords passwd pwd passphrase secret secrets token tokens credential credentials authorization cookie cookies jwt cvv cvc otp'.split(
    ' ',
  ),
)
const SECRET_LAST_WORDS = new Set('key apikey privatekey pan cardnumber verifier'.split(' '))
const DESCRIBING_WORDS = new Set('id ids type kind count name names at length prefix path url'.split(' '))
const MOST_VALUES = 10_000

/**
 * A copy of any value that may be stored and shown: plain JSON, with secrets replaced. A field is redacted by its name (password, secret,
 * token, authorization, cookie, key ...; but not `tokenId` or `publicKey`), text by its form (our own secrets, JWTs, private keys,
 * bearer headers, passwords in URLs, card numbers by Luhn). Bounded in depth, width and length; cycles end; nothing throws.
 */
export function scrub(value: unknown, options: ScrubOptions = {}): unknown {
  const walk: Walk = { left: MOST_VALUES, text: options.text ?? 8192, path: new Set() }
  return visit(value, options.depth ?? 16, walk)
}

interface Walk {
  left: number
  readonly text: number
  readonly path: Set<object>
}

function visit(value: unknown, depth: number, walk: Walk): unknown {
  walk.left -= 1
  if (walk.left < 0) return '[omitted]'
  switch (typeof value) {
    case 'string':
      return clip(scrubText(value.length > walk.text * 2 ? value.slice(0, walk.text * 2) : value), walk.text)
    case 'number':
      if (!Number.isFinite(value)) return String(value)
      return isCard(String(value)) ? '[redacted card]' : value
    case 'bigint':
      return isCard(value.toString()) ? '[redacted card]' : clip(value.toString(), walk.text)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : visitObject(value, depth, walk)
    default:
      return null
  }
}

function visitObject(value: object, depth: number, walk: Walk): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth <= 0) return '[nested too deeply]'
  if (walk.path.has(value)) return '[circular]'
  walk.path.add(value)
  try {
    if ('toISOString' in value && typeof value.toISOString === 'function') return String(value.toISOString())
    if (Array.isArray(value) || value instanceof Set)
      return Array.from(value, (item: unknown) => visit(item, depth - 1, walk))
    return visitFields(value, depth, walk)
  } catch {
    return '[unreadable]'
  } finally {
    walk.path.delete(value)
  }
}

function visitFields(value: object, depth: number, walk: Walk): unknown {
  const isJwk = 'kty' in value
  const result: Record<string, unknown> = {}
  for (const [name, field] of fieldsOf(value)) {
    if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue
    const secret = (isJwk && (name === 'd' || name === 'k')) || isSecretName(name)
    const kept = secret && field !== null && typeof field !== 'boolean' ? REDACTED : visit(field, depth - 1, walk)
    // defineProperty: a field called __proto__ stays a field.
    Object.defineProperty(result, clip(scrubText(name), 256), {
      value: kept,
      enumerable: true,
      writable: true,
      configurable: true,
    })
    if (walk.left < 0) break
  }
  return result
}

function fieldsOf(value: object): [string, unknown][] {
  if (value instanceof Map) return Array.from(value, ([key, field]: [unknown, unknown]) => [String(key), field])
  const fields: [string, unknown][] = Object.entries(value)
  if (!(value instanceof Error)) return fields
  return [['name', value.name], ['message', value.message], ['stack', value.stack], ['cause', value.cause], ...fields]
}

/** Whether a field of this name holds a secret: by the words in it (`clientSecret`, `X-Api-Key`, `set_cookie`). */
export function isSecretName(name: string): boolean {
  if (name.length > 256) return false
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const last = words.at(-1)
  if (last === undefined || DESCRIBING_WORDS.has(last)) return false
  if (words.includes('public')) return false
  return SECRET_LAST_WORDS.has(last) || words.some((word) => SECRET_WORDS.has(word))
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).toWellFormed()
}

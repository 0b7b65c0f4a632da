import canonicalizeValue from 'canonicalize'

/**
 * RFC 8785 canonical JSON (JCS) of a value.
 * @throws Error for what JSON cannot carry: NaN, infinities, lone surrogates, cycles, undefined at the root
 */
export function canonicalize(value: unknown): string {
  const text = canonicalizeValue(value)
  if (text === undefined) throw new Error('This value has no JSON form.')
  return text
}

/**
 * Why a value cannot be kept as event data, or null when it can. Beyond JSON it refuses what PostgreSQL's jsonb refuses (U+0000) or
 * what canonical JSON refuses (lone surrogates), so that an event that passed here can always be stored and hashed.
 */
export function jsonProblem(value: unknown, depth: number): string | null {
  if (value === null || typeof value === 'boolean') return null
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'contains a number that is not finite'
  if (typeof value === 'string') return textProblem(value)
  if (typeof value !== 'object') return `contains a ${typeof value}`
  if (depth <= 0) return 'is nested too deeply'
  if (Array.isArray(value)) return firstProblem(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return 'contains an object that is not plain'
  return firstProblem(Object.keys(value), depth) ?? firstProblem(Object.values(value), depth)
}

/** Why a text cannot be stored, or null. */
export function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'contains U+0000'
  return text.isWellFormed() ? null : 'contains a lone surrogate'
}

function firstProblem(values: readonly unknown[], depth: number): string | null {
  for (const value of values) {
    const problem = jsonProblem(value, depth - 1)
    if (problem !== null) return problem
  }
  return null
}

import type { Observed } from '../types.ts'
import { kindOf, lengthBit } from './sketch.ts'
import { shapeOfPath } from './paths.ts'

/** Who asked: an account where `trusted`, else an address. */
export interface Witness {
  readonly source: string
  readonly trusted: boolean
}

/** Sources of which each must have sent the same, before it is believed of strangers. */
const NEEDED = 3
const MOST_PENDING = 5000
const MOST_KNOWN = 5000
const MOST_PARTS = 300
const DEEPEST = 6

/**
 * Decides what may teach. A stranger can send anything: what one sends counts once each part of it (the operation, a field, its type, the
 * length of its text by powers of two) was sent from three places, or by somebody who has signed in. Until then it teaches nothing at all.
 */
export class Witnesses {
  readonly #pending = new Map<string, Set<string>>()
  readonly #known = new Set<string>()

  believes(observed: Observed, { source, trusted }: Witness): boolean {
    const parts = partsOf(observed)
    if (parts === null) return trusted
    if (trusted) {
      for (const part of parts) this.#know(part)
      return true
    }
    let all = true
    for (const part of parts) if (!this.#known.has(part) && !this.#told(part, source)) all = false
    return all
  }

  /** @returns whether enough have told of it by now */
  #told(part: string, source: string): boolean {
    const sources = this.#pending.get(part) ?? new Set()
    sources.add(source)
    if (sources.size >= NEEDED) {
      this.#pending.delete(part)
      this.#know(part)
      return true
    }
    if (!this.#pending.has(part) && this.#pending.size >= MOST_PENDING) {
      const [oldest] = this.#pending.keys()
      if (oldest !== undefined) this.#pending.delete(oldest)
    }
    this.#pending.set(part, sources)
    return false
  }

  #know(part: string): void {
    if (this.#known.size < MOST_KNOWN) this.#known.add(part)
  }
}

/** Null where there are too many. */
function partsOf({ method, path, operation, query, contentType, body }: Observed): readonly string[] | null {
  const name = `${method} ${operation?.template ?? shapeOfPath(path)}`
  const parts = new Set([name])
  for (const [field, value] of query) parts.add(`${name} ?${field} ${textPart(value, true)}`)
  if (contentType !== null) parts.add(`${name} ${contentType}`)
  if (body !== undefined) walk(body, `${name} ${contentType}`, contentType !== 'application/json', parts, 0)
  return parts.size > MOST_PARTS ? null : [...parts]
}

function walk(value: unknown, at: string, text: boolean, parts: Set<string>, depth: number): void {
  if (parts.size > MOST_PARTS) return
  parts.add(`${at} ${typeof value === 'string' ? textPart(value, text) : kindOf(value, text)}`)
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 32)) walk(item, `${at}/*`, text, parts, depth + 1)
    return
  }
  for (const [name, member] of Object.entries(value)) walk(member, `${at}/${name}`, text, parts, depth + 1)
}

const textPart = (value: string, text: boolean): string => `${kindOf(value, text)} ${lengthBit(value.length)}`

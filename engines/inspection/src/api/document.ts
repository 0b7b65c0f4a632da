import { compilePattern, type SchemaPattern } from './pattern/compile.ts'
import { PatternProblem } from './pattern/node.ts'
import type { ApiProblem, ApiProblemCode } from './types.ts'

export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Bounds on a document: what is beyond costs more to compile than a description of an API is worth. */
const MOST_VALUES = 500_000
const DEEPEST = 100

export class Problems {
  readonly errors: ApiProblem[] = []
  readonly warnings: ApiProblem[] = []

  error(code: ApiProblemCode, at: string, message: string): void {
    if (this.errors.length < 100) this.errors.push({ code, at, message })
  }

  warn(code: ApiProblemCode, at: string, message: string): void {
    if (this.warnings.length < 1000) this.warnings.push({ code, at, message })
  }
}

/** An OpenAPI document that is small enough, and what its references point at. */
export class Document {
  readonly root: Json
  /** 3.0, whose schemas are not quite JSON Schema. */
  readonly old: boolean
  readonly problems: Problems
  readonly #patterns = new Map<string, SchemaPattern | string>()

  constructor(root: Json, old: boolean, problems: Problems) {
    this.root = root
    this.old = old
    this.problems = problems
  }

  /**
   * Follows `$ref` (JSON pointers within the document alone, RFC 6901).
   * @returns what it points at with its place; undefined, and a problem, where there is none
   */
  resolve(value: unknown, at: string): { readonly value: Json; readonly at: string } | undefined {
    let current = value
    let place = at
    for (let hop = 0; hop < 20; hop++) {
      if (!isObject(current)) break
      const ref = current['$ref']
      if (typeof ref !== 'string') return { value: current, at: place }
      const target = this.target(ref, place)
      if (target === undefined) return undefined
      current = target
      place = ref.slice(1)
    }
    this.problems.error('document_malformed', at, 'an object is expected here')
    return undefined
  }

  /** @returns the pattern, compiled once; a sentence where it cannot be run */
  pattern(source: string): SchemaPattern | string {
    const known = this.#patterns.get(source)
    if (known !== undefined) return known
    let compiled: SchemaPattern | string
    try {
      compiled = compilePattern(source)
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error
      compiled = error.message
    }
    this.#patterns.set(source, compiled)
    return compiled
  }

  /** What a reference points at. */
  target(ref: string, at: string): unknown {
    if (ref !== '#' && !ref.startsWith('#/')) {
      this.problems.error('reference_unsupported', at, `only references within the document are followed, not ${ref}`)
      return undefined
    }
    let value: unknown = this.root
    for (const step of ref.split('/').slice(1)) {
      const name = decode(step)
      value =
        (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, name) ? (value as Json)[name] : undefined
    }
    if (value === undefined) this.problems.error('reference_unknown', at, `nothing is at ${ref}`)
    return value
  }
}

function decode(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

export const escapeStep = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** @returns the document, or undefined with the reason among the problems */
export function openDocument(root: unknown, problems: Problems): Document | undefined {
  if (!isObject(root)) {
    problems.error('document_malformed', '', 'the document is no object')
    return undefined
  }
  if (!fits(root, 0, { left: MOST_VALUES })) {
    problems.error('document_too_large', '', `more than ${MOST_VALUES} values, or nested deeper than ${DEEPEST}`)
    return undefined
  }
  const version = String(root['openapi'])
  if (!/^3\.[01]\.\d+/.test(version)) {
    problems.error('version_unsupported', '/openapi', 'OpenAPI 3.0 and 3.1 are read')
    return undefined
  }
  return new Document(root, version.startsWith('3.0'), problems)
}

function fits(value: unknown, depth: number, room: { left: number }): boolean {
  if (--room.left < 0 || depth > DEEPEST) return false
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every((item) => fits(item, depth + 1, room))
}

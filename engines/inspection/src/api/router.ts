import { percentDecode, textOf } from '../read/bytes.ts'
import type { Found, Method, Operation } from './types.ts'

interface Node<T> {
  readonly literals: Map<string, Node<T>>
  /** Segments of text and parameters (`{name}.json`): the one with the most text first. */
  readonly mixed: { readonly parts: readonly string[]; readonly text: number; readonly node: Node<T> }[]
  any: Node<T> | null
  leaf: Leaf<T> | null
}

interface Leaf<T> {
  readonly template: string
  readonly methods: Map<string, T>
}

const MOST_SEGMENTS = 64
const node = <T>(): Node<T> => ({ literals: new Map(), mixed: [], any: null, leaf: null })

/** A segment of a template: its texts around the parameters, one more than there are parameters. */
export function partsOf(segment: string): readonly string[] {
  return segment.split(/\{[^{}]*\}/)
}

/**
 * Finds the template of a path: text before text with parameters before a parameter, segment by segment from the left (OpenAPI, "Path Templating
 * Matching": concrete paths come first).
 */
export class Router {
  readonly #root: Node<Operation> = node()

  /** @returns false where another template fits the same paths */
  add(operation: Operation): boolean {
    let at = this.#root
    for (const segment of operation.template.split('/').slice(1)) at = child(at, segment)
    at.leaf ??= { template: operation.template, methods: new Map() }
    if (at.leaf.template !== operation.template) return false
    at.leaf.methods.set(operation.method, operation)
    return true
  }

  find(method: string, path: string): Found {
    const segments = path
      .split('/', MOST_SEGMENTS + 2)
      .slice(1)
      .map(decode)
    const leaf = segments.length > MOST_SEGMENTS ? null : search(this.#root, segments, 0, { left: 1000 })
    if (leaf === null) return { operation: null, code: 'path_unknown', template: null }
    // A HEAD is a GET without its content (RFC 9110, section 9.3.2).
    const operation =
      leaf.methods.get(method) ?? (method === 'HEAD' ? leaf.methods.get('GET' satisfies Method) : undefined)
    if (operation === undefined) return { operation: null, code: 'method_unknown', template: leaf.template }
    return { operation, segments }
  }
}

function child<T>(at: Node<T>, segment: string): Node<T> {
  const parts = partsOf(segment)
  if (parts.length === 1) {
    const name = decode(segment)
    const next = at.literals.get(name) ?? node<T>()
    at.literals.set(name, next)
    return next
  }
  if (parts.length === 2 && parts.every((part) => part === '')) return (at.any ??= node())
  const known = at.mixed.find((one) => one.parts.join('\0') === parts.join('\0'))
  if (known !== undefined) return known.node
  const made = { parts, text: parts.join('').length, node: node<T>() }
  at.mixed.push(made)
  at.mixed.sort((left, right) => right.text - left.text)
  return made.node
}

function search<T>(at: Node<T>, segments: readonly string[], depth: number, room: { left: number }): Leaf<T> | null {
  if (--room.left < 0) return null
  if (depth === segments.length) return at.leaf
  const segment = segments[depth] ?? ''
  const literal = at.literals.get(segment)
  const found = literal === undefined ? null : search(literal, segments, depth + 1, room)
  if (found !== null) return found
  for (const { parts, node: next } of at.mixed) {
    const deeper = splitSegment(segment, parts) === null ? null : search(next, segments, depth + 1, room)
    if (deeper !== null) return deeper
  }
  // A parameter of the path is never empty: it is required.
  return at.any === null || segment === '' ? null : search(at.any, segments, depth + 1, room)
}

/** The values of the parameters in a segment: each as short as it can be; null where it does not fit. */
export function splitSegment(segment: string, parts: readonly string[]): readonly string[] | null {
  const [first = '', ...rest] = parts
  if (!segment.startsWith(first)) return null
  const values: string[] = []
  let at = first.length
  for (const [n, part] of rest.entries()) {
    const end = n === rest.length - 1 ? segment.length - part.length : segment.indexOf(part, at + 1)
    if (end <= at || !segment.startsWith(part, end)) return null
    values.push(segment.slice(at, end))
    at = end + part.length
  }
  return values
}

function decode(segment: string): string {
  const bytes = percentDecode(segment)
  return textOf(bytes) ?? bytes
}

import { addTo, mergeSketch, newSketch, type Sketch, textKind } from './sketch.ts'

/** Paths with the same beginning. */
export interface PathNode {
  readonly literals: Map<string, PathNode>
  /** All segments that are values, not names. */
  any: PathNode | null
  /** What the values in `any` have looked like. */
  readonly values: Sketch
  readonly methods: Map<string, Usage>
  /** There were too many names: all are values. */
  folded: boolean
}

export interface Usage {
  count: number
  /** Names of the query are members. */
  readonly query: Sketch
  readonly repeated: Set<string>
  readonly bodies: Map<string, Sketch>
}

/** More names than that in one place are values. */
const MOST_LITERALS = 24
/** What developers call things: no digits in long words, nothing to escape. */
const LITERAL = /^[A-Za-z][A-Za-z_.~-]{0,31}\d{0,3}$/

export function newNode(): PathNode {
  return { literals: new Map(), any: null, values: newSketch(), methods: new Map(), folded: false }
}

export function newUsage(): Usage {
  return { count: 0, query: newSketch(), repeated: new Set(), bodies: new Map() }
}

/** A segment that stands for itself in a template; else it is a parameter: a number, an id, a token. */
function isLiteral(segment: string): boolean {
  return segment === '' || (LITERAL.test(segment) && textKind(segment, true) === 'string')
}

/** A path with its values left out. */
export const shapeOfPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => (isLiteral(segment) ? segment : '{}'))
    .join('/')

/** @returns the node below, made where `room` is left; undefined where it is not */
export function below(node: PathNode, segment: string, room: { left: number }, isValue = false): PathNode | undefined {
  if (!isValue && !node.folded && isLiteral(segment)) {
    const known = node.literals.get(segment)
    if (known !== undefined) return known
    if (room.left-- <= 0) return undefined
    const made = newNode()
    node.literals.set(segment, made)
    if (node.literals.size === MOST_LITERALS) fold(node)
    else return made
  }
  if (node.any === null && room.left-- <= 0) return undefined
  addTo(node.values, segment, true)
  return (node.any ??= newNode())
}

/** So many names were values. */
function fold(node: PathNode): void {
  node.folded = true
  const any = (node.any ??= newNode())
  for (const [segment, child] of node.literals) {
    addTo(node.values, segment, true)
    mergeNode(any, child)
  }
  node.literals.clear()
}

export function mergeNode(into: PathNode, from: PathNode): void {
  mergeSketch(into.values, from.values)
  for (const [method, usage] of from.methods) {
    const known = into.methods.get(method)
    if (known === undefined) into.methods.set(method, usage)
    else mergeUsage(known, usage)
  }
  for (const [segment, child] of from.literals) {
    const known = into.literals.get(segment)
    if (known !== undefined) mergeNode(known, child)
    else if (into.folded) {
      addTo(into.values, segment, true)
      mergeNode((into.any ??= newNode()), child)
    } else {
      into.literals.set(segment, child)
      if (into.literals.size === MOST_LITERALS) fold(into)
    }
  }
  if (from.any !== null) {
    if (into.any === null) into.any = from.any
    else mergeNode(into.any, from.any)
  }
  if (from.folded && !into.folded) fold(into)
}

function mergeUsage(into: Usage, from: Usage): void {
  into.count += from.count
  mergeSketch(into.query, from.query)
  for (const name of from.repeated) into.repeated.add(name)
  for (const [media, sketch] of from.bodies) {
    const known = into.bodies.get(media)
    if (known === undefined) into.bodies.set(media, sketch)
    else mergeSketch(known, sketch)
  }
}

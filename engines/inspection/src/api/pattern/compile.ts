import { bytesOf, classesOf } from '@holdfast/detectors'
import { compile, PatternError } from '@holdfast/match'
import { emit } from './emit.ts'
import { type Node, PatternProblem } from './node.ts'
import { parsePattern } from './parse.ts'
import type { Ranges } from './ranges.ts'

export interface SchemaPattern {
  readonly source: string
  test(text: string): boolean
  /** The kinds of bytes (`classesOf`) that a text that fits may hold; null where it may hold anything around what is matched. */
  readonly alphabet: number | null
}

/**
 * Compiles a `pattern` of JSON Schema to an automaton: linear in the text, whatever is written.
 * @throws PatternProblem for what is not regular, or too large
 */
export function compilePattern(source: string): SchemaPattern {
  const root = parsePattern(source)
  const { body, looks } = withoutLooks(root)
  const tests = [
    ...looks.map(({ item, negative }) => differs(compileNode(anchored(item)), negative)),
    compileNode(body),
  ]
  const alphabet = begins(body) && ends(body) ? classes(body) : null
  return {
    source,
    test: (text) => tests.every((test) => test(text)),
    alphabet,
  }
}

type Test = (text: string) => boolean

const differs =
  (test: Test, negative: boolean): Test =>
  (text) =>
    test(text) !== negative

const anchored = (item: Node): Node => ({ kind: 'sequence', items: [{ kind: 'assertion', text: '^' }, item] })

/** `^(?=.*\d)(?!.*\s).{8,}$` is three patterns that must all hold: lookahead behind the `^` of the whole reads the same text. */
function withoutLooks(root: Node): { body: Node; looks: readonly (Node & { kind: 'look' })[] } {
  if (root.kind !== 'sequence') return { body: root, looks: [] }
  const [first, ...rest] = root.items
  if (first?.kind !== 'assertion' || first.text !== '^') return { body: root, looks: [] }
  const end = rest.findIndex((item) => item.kind !== 'look')
  const looks = (end < 0 ? rest : rest.slice(0, end)).filter((item) => item.kind === 'look')
  return { body: { kind: 'sequence', items: [first, ...rest.slice(looks.length)] }, looks }
}

function compileNode(node: Node): Test {
  const counted = countedSet(node)
  try {
    if (counted !== undefined) {
      const { set, min, max } = counted
      const matcher = compile(`^(?:${emit(set)})*$`)
      return (text) => {
        const length = text.length < min ? 0 : lengthOf(text)
        return length >= min && length <= max && matcher.test(bytesOf(text))
      }
    }
    const matcher = compile(emit(node))
    return (text) => matcher.test(bytesOf(text))
  } catch (error) {
    if (error instanceof PatternError)
      throw new PatternProblem(error.code === 'too_large' ? 'too large' : error.message)
    throw error
  }
}

/** `^[a-z]{1,2000}$` counts characters: a count costs less than so many states. */
function countedSet(node: Node): { set: Node; min: number; max: number } | undefined {
  if (node.kind !== 'sequence' || node.items.length !== 3) return undefined
  const [start, middle, end] = node.items
  if (start?.kind !== 'assertion' || start.text !== '^' || end?.kind !== 'assertion' || end.text !== '$')
    return undefined
  return middle?.kind === 'repeat' && middle.item.kind === 'set'
    ? { set: middle.item, min: middle.min, max: middle.max }
    : undefined
}

function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}

/** Every text that matches does so from its first character on. */
function begins(node: Node): boolean {
  if (node.kind === 'assertion') return node.text === '^'
  if (node.kind === 'choice') return node.items.every(begins)
  if (node.kind === 'sequence') return node.items[0] !== undefined && begins(node.items[0])
  return false
}

function ends(node: Node): boolean {
  if (node.kind === 'assertion') return node.text === '$'
  if (node.kind === 'choice') return node.items.every(ends)
  const last = node.kind === 'sequence' ? node.items.at(-1) : undefined
  return last !== undefined && ends(last)
}

function classes(node: Node): number {
  if (node.kind === 'set') return classesOfRanges(node.ranges)
  if (node.kind === 'repeat') return classes(node.item)
  if (node.kind === 'sequence' || node.kind === 'choice')
    return node.items.reduce((all, item) => all | classes(item), 0)
  return 0
}

function classesOfRanges(ranges: Ranges): number {
  let all = 0
  for (const [first, last] of ranges) {
    for (let code = first; code <= Math.min(last, 0x80); code++) all |= classesOf(String.fromCharCode(code))
    if (last >= 0x80) all |= classesOf('\u0080')
  }
  return all
}

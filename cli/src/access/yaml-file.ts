import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, Parser } from 'yaml'
import { exitCodes, Failure } from '../failure.ts'

/** How long a file may be, how deep its lists and mappings may be nested, how many values it may have when aliases are followed. */
const LONGEST = 256 * 1024
const DEEPEST = 32
const MOST_VALUES = 50_000
const MOST_ALIASES = 100

/** Where something stands in a file, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type Path = readonly (string | number)[]

/** Something that is wrong with a file. */
export interface Flaw {
  readonly path: Path
  readonly message: string
}

/** A YAML file (of which JSON is a part) that is bounded in every way, and knows where each of its values stands. */
export interface YamlFile {
  /** As the person called it. */
  readonly name: string
  /** Plain data: null, booleans, numbers, strings, lists and objects without a prototype. */
  readonly value: unknown
  /** Where the value at a path stands, or the nearest one above it. */
  place(path: Path): Place
}

/** @throws Failure (`file_invalid`, exit code 2), which names the line */
export function readYaml(text: string, name: string): YamlFile {
  if (Buffer.byteLength(text) > LONGEST) throw refused(name, [`${name}: has more than ${LONGEST / 1024} KiB`])
  const lines = new LineCounter()
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const deep = tooDeep(text)
  if (deep !== undefined) {
    parseLines(text, lines)
    throw refused(name, [`${where(name, at(deep))} nested more than ${DEEPEST} deep`])
  }
  // No merge keys, no tags of YAML 1.1, nothing that is made of a tag: plain data only.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core', stringKeys: true })
  const problems = [...document.errors, ...document.warnings].map(
    ({ message, pos }) => `${where(name, at(pos[0]))} ${message.split('\n')[0]}`,
  )
  if (problems.length > 0) throw refused(name, problems.slice(0, 20))
  const places = new Map<string, Place>()
  const state = { values: 0, aliases: 0 }
  const read = (node: unknown, path: Path): unknown => {
    if (node === null || node === undefined) return null
    const { range } = node as Node
    const place = at(range?.[0] ?? 0)
    const key = JSON.stringify(path)
    if (!places.has(key)) places.set(key, place)
    if (++state.values > MOST_VALUES) throw refused(name, [`${where(name, place)} more than ${MOST_VALUES} values`])
    if (path.length > DEEPEST) throw refused(name, [`${where(name, place)} nested more than ${DEEPEST} deep`])
    if (isAlias(node)) {
      if (++state.aliases > MOST_ALIASES)
        throw refused(name, [`${where(name, place)} more than ${MOST_ALIASES} aliases`])
      return read(node.resolve(document), path)
    }
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]))
    if (isMap(node)) {
      const out = Object.create(null) as Record<string, unknown>
      for (const pair of node.items) {
        const name = String(isScalar(pair.key) ? pair.key.value : pair.key)
        const inside = [...path, name]
        if (isScalar(pair.key)) places.set(JSON.stringify(inside), at(pair.key.range?.[0] ?? 0))
        out[name] = read(pair.value, inside)
      }
      return out
    }
    return isScalar(node) ? node.value : null
  }
  const value = read(document.contents, [])
  const place = (path: Path): Place => {
    for (let length = path.length; length >= 0; length--) {
      const known = places.get(JSON.stringify(path.slice(0, length)))
      if (known !== undefined) return known
    }
    return { line: 1, column: 1 }
  }
  return { name, value, place }
}

/** What is wrong with a file, each with its line. */
export function flawed(file: YamlFile, flaws: readonly Flaw[]): Failure {
  const lines = flaws
    .map((flaw) => ({ ...flaw, place: file.place(flaw.path) }))
    .toSorted((a, b) => a.place.line - b.place.line)
    .slice(0, 20)
    .map(({ path, message, place }) => {
      const named = path.length === 0 ? '' : `${path.join('.')}: `
      return `${where(file.name, place)} ${named}${message}`
    })
  return refused(file.name, lines)
}

function refused(name: string, lines: readonly string[]): Failure {
  return new Failure({
    code: 'file_invalid',
    detail: `${name} cannot be used as it is.`,
    lines,
    exitCode: exitCodes.usage,
  })
}

export function where(name: string, { line, column }: Place): string {
  return `${name}:${line}:${column}`
}

function parseLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
}

/**
 * The offset at which lists and mappings are nested too deeply. The composer of the library calls itself for each level, so a file of brackets would
 * end it: its parser, which does not, is asked first.
 */
function tooDeep(text: string): number | undefined {
  for (const token of new Parser().parse(text)) {
    const open: [token: object, depth: number][] = [[token, 0]]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [each, depth] = next
      if (depth > DEEPEST * 4) return 'offset' in each ? Number(each.offset) : 0
      for (const inside of Object.values(each) as unknown[]) {
        if (Array.isArray(inside)) for (const item of inside) if (isToken(item)) open.push([item, depth + 1])
        if (isToken(inside)) open.push([inside, depth + 1])
      }
    }
  }
  return undefined
}

function isToken(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

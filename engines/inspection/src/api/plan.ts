import type { Detector } from '@holdfast/detectors'
import { type Document, isObject, type Json } from './document.ts'
import { concerned, FORMATS } from './formats.ts'
import { detectorsFor, harmless } from './look.ts'
import type { Look, Plan } from './types.ts'

const MOST_PLANS = 20_000
const PROVEN: Plan = { text: null, members: null, rest: null, items: null, proven: true }

type Schema = Json | boolean
type Draft = { -readonly [key in keyof Plan]: Plan[key] }

/**
 * Says for each place of a value what its schema leaves to inspect. What is asked of the schema is sound, not complete: where it is not clear that all
 * texts that fit are harmless, they are inspected.
 */
export class Planner {
  readonly #document: Document
  readonly #closed: boolean
  readonly #detectors: readonly Detector[]
  readonly #known = new Map<unknown, Map<string, Draft>>()
  readonly #waiting: (() => void)[] = []
  #count = 0
  /** What is not described: anything, anywhere. */
  readonly free: Plan

  constructor(document: Document, closed: boolean, detectors: readonly Detector[]) {
    this.#document = document
    this.#closed = closed
    this.#detectors = detectors
    this.free = freePlan({ detectors, base64: false })
  }

  /** @param name of the parameter or member, which may tell what it holds. Call `finish` before the plan is used. */
  plan(schema: unknown, name: string): Plan {
    if (schema === false) return PROVEN
    if (!isObject(schema)) return this.free
    const key = isSynthetic(schema) ? JSON.stringify(schema) : schema
    const named = this.#known.get(key) ?? new Map<string, Draft>()
    this.#known.set(key, named)
    const known = named.get(name)
    if (known !== undefined) return known
    if (++this.#count > MOST_PLANS) return this.free
    const plan: Draft = { text: null, members: null, rest: null, items: null, proven: false }
    named.set(name, plan)
    this.#waiting.push(() => this.#fill(plan, schema, name))
    return plan
  }

  finish(): void {
    for (let fill = this.#waiting.pop(); fill !== undefined; fill = this.#waiting.pop()) fill()
  }

  #fill(plan: Draft, schema: Json, name: string): void {
    plan.text = this.#text(schema, name)
    const members = new Map<string, Plan>()
    for (const member of this.#names(schema, new Set())) {
      members.set(member, this.plan(this.#member(schema, member, 0), member))
    }
    const rest = this.#allows(schema, 'object') ? this.#rest(schema) : false
    plan.members = members.size > 0 ? members : null
    plan.rest = rest === false ? null : this.plan(rest, '')
    plan.items = this.#allows(schema, 'array') ? this.plan(this.#item(schema, 0), name) : null
    plan.proven = plan.text === null && members.size === 0 && plan.rest === null && plan.items === null
  }

  #text(schema: Json, name: string): Look | null {
    if (this.#proves(schema, 0)) return null
    const content = this.#find(schema, 'x-holdfast-content', 0)
    const format = this.#find(schema, 'format', 0)
    const encoding = this.#find(schema, 'contentEncoding', 0)
    const detectors = detectorsFor(this.#detectors, content, format, name)
    const alphabet = this.#alphabet(schema, 0)
    const left = alphabet === null ? detectors : concerned(detectors, alphabet)
    if (left.length === 0) return null
    return { detectors: left, base64: format === 'byte' || encoding === 'base64' || encoding === 'base64url' }
  }

  /** Whether no text that fits the schema can be an attack. */
  #proves(schema: unknown, depth: number): boolean {
    if (schema === false) return true
    if (!isObject(schema) || depth > 30) return false
    if (!this.#old(schema)) {
      const types = typesOf(schema)
      if (types !== null && !types.includes('string')) return true
      if (schema['const'] !== undefined || Array.isArray(schema['enum'])) return true
      if (typeof schema['format'] === 'string' && FORMATS.get(schema['format'])?.proven === true) return true
      if (schema['x-holdfast-content'] === 'none') return true
      const alphabet = this.#alphabetOf(schema['pattern'])
      if (alphabet !== null && harmless(alphabet)) return true
      const parts = (keyword: string): readonly unknown[] =>
        Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : []
      if (parts('allOf').some((part) => this.#proves(part, depth + 1))) return true
      for (const keyword of ['anyOf', 'oneOf']) {
        const branches = parts(keyword)
        if (branches.length > 0 && branches.every((part) => this.#proves(part, depth + 1))) return true
      }
    }
    return typeof schema['$ref'] === 'string' && this.#proves(this.#target(schema['$ref']), depth + 1)
  }

  #alphabetOf(pattern: unknown): number | null {
    const compiled = typeof pattern === 'string' ? this.#document.pattern(pattern) : null
    return compiled === null || typeof compiled === 'string' ? null : compiled.alphabet
  }

  /** In 3.0 nothing beside a reference counts. */
  #old(schema: Json): boolean {
    return this.#document.old && schema['$ref'] !== undefined
  }

  #target(ref: string): unknown {
    return this.#document.target(ref, ref.slice(1))
  }

  /** What a schema says under a keyword, itself or by what always holds beside it. */
  #find(schema: unknown, keyword: string, depth: number): unknown {
    if (!isObject(schema) || depth > 30) return undefined
    if (schema[keyword] !== undefined && !this.#old(schema)) return schema[keyword]
    const all = Array.isArray(schema['allOf']) && !this.#old(schema) ? (schema['allOf'] as unknown[]) : []
    const target = typeof schema['$ref'] === 'string' ? [this.#target(schema['$ref'])] : []
    for (const part of [...target, ...all]) {
      const found = this.#find(part, keyword, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }

  #alphabet(schema: unknown, depth: number): number | null {
    if (!isObject(schema) || depth > 30) return null
    const own = this.#old(schema) ? null : this.#alphabetOf(schema['pattern'])
    if (own !== null) return own
    return typeof schema['$ref'] === 'string' ? this.#alphabet(this.#target(schema['$ref']), depth + 1) : null
  }

  /** The schemas that speak of the same value: those that always hold, and those that may. */
  #same(schema: Json): unknown[] {
    const target = typeof schema['$ref'] === 'string' ? [this.#target(schema['$ref'])] : []
    if (this.#old(schema)) return target
    const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
      Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : [],
    )
    const dependent = isObject(schema['dependentSchemas']) ? Object.values(schema['dependentSchemas']) : []
    // What `if` names is known as well, where it holds.
    return [...target, ...lists, schema['if'], schema['then'], schema['else'], ...dependent].filter(
      (part) => part !== undefined,
    )
  }

  #names(schema: unknown, seen: Set<unknown>): Set<string> {
    const names = new Set<string>()
    if (!isObject(schema) || seen.has(schema)) return names
    seen.add(schema)
    if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name)
    for (const part of this.#same(schema)) for (const name of this.#names(part, seen)) names.add(name)
    return names
  }

  #allows(schema: Json, type: string): boolean {
    const types = typesOf(schema)
    if (types !== null) return types.includes(type)
    return typeof schema['$ref'] === 'string' && this.#same(schema).length === 1
      ? isObject(this.#target(schema['$ref'])) && this.#allows(this.#target(schema['$ref']) as Json, type)
      : true
  }

  /** What holds for one member: for each part of the schema what that part says of it. */
  #member(schema: unknown, name: string, depth: number): Schema {
    if (!isObject(schema) || depth > 30) return true
    const own: unknown[] = []
    if (!this.#old(schema)) {
      const members = schema['properties']
      if (isObject(members) && Object.hasOwn(members, name)) own.push(members[name])
      else if (isObject(schema['patternProperties'])) own.push(true)
      else if (isObject(schema['additionalProperties'])) own.push(schema['additionalProperties'])
    }
    return this.#parts(schema, own, (part) => this.#member(part, name, depth + 1))
  }

  /** What holds for members that no `properties` names; false where there are none. */
  #rest(schema: Json): Schema {
    const names = this.#names(schema, new Set())
    if (this.#closed && names.size > 0 && !this.#speaks(schema, new Set())) return false
    return this.#others(schema, 0)
  }

  #speaks(schema: unknown, seen: Set<unknown>): boolean {
    if (!isObject(schema) || seen.has(schema)) return false
    seen.add(schema)
    const own = ['additionalProperties', 'unevaluatedProperties', 'patternProperties'].some(
      (keyword) => schema[keyword] !== undefined,
    )
    return own || this.#same(schema).some((part) => this.#speaks(part, seen))
  }

  #others(schema: unknown, depth: number): Schema {
    if (!isObject(schema) || depth > 30) return schema !== false
    const { additionalProperties: additional, unevaluatedProperties: unevaluated, patternProperties: patterns } = schema
    const own = patterns === undefined ? [additional, unevaluated].filter((part) => part !== undefined) : [true]
    // Members of one part are others to another: only where all agree is something known of them.
    if (own.includes(false) && this.#same(schema).length === 0) return false
    return this.#parts(
      schema,
      own.filter((part) => part !== false),
      (part) => this.#others(part, depth + 1) || true,
    )
  }

  #item(schema: unknown, depth: number): Schema {
    if (!isObject(schema) || depth > 30) return true
    const own: unknown[] = []
    if (Array.isArray(schema['prefixItems'])) {
      const rest = schema['items'] === undefined ? true : schema['items']
      own.push({ anyOf: [...(schema['prefixItems'] as unknown[]), rest] })
    } else if (schema['items'] !== undefined) own.push(schema['items'])
    return this.#parts(schema, own, (part) => this.#item(part, depth + 1))
  }

  /** A schema of what all parts say of one place below. */
  #parts(schema: Json, own: readonly unknown[], below: (part: unknown) => Schema): Schema {
    const all: unknown[] = [...own]
    if (typeof schema['$ref'] === 'string') all.push(below(this.#target(schema['$ref'])))
    if (!this.#old(schema)) {
      if (Array.isArray(schema['allOf'])) all.push(...(schema['allOf'] as unknown[]).map(below))
      for (const keyword of ['anyOf', 'oneOf']) {
        if (Array.isArray(schema[keyword])) all.push({ anyOf: (schema[keyword] as unknown[]).map(below) })
      }
    }
    const said = all.filter((part) => part !== true)
    const [only] = said
    return said.length === 0 ? true : said.length === 1 ? (only as Schema) : { allOf: said }
  }
}

/** Made here, of parts of the document. */
function isSynthetic(schema: Json): boolean {
  const keys = Object.keys(schema)
  return keys.length === 1 && (keys[0] === 'allOf' || keys[0] === 'anyOf')
}

export function typesOf(schema: Json): readonly string[] | null {
  const { type } = schema
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : null
}

/** A plan by which everything is inspected. */
export function freePlan(look: Look): Plan {
  const plan: Draft = {
    text: look,
    members: null,
    rest: null,
    items: null,
    proven: false,
  }
  plan.rest = plan
  plan.items = plan
  return plan
}

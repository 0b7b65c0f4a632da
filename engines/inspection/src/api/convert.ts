import { type Document, escapeStep, isObject, type Json } from './document.ts'
import { FORMATS, NUMBER_FORMATS } from './formats.ts'

/** What a schema is for: members that are `readOnly` are no part of a request, `writeOnly` ones none of an answer. */
export type Direction = 'request' | 'answer'

const KEPT = [
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
].concat(
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'dependentRequired',
)
/** Each takes one schema: of a value of its own, or (false) of the same value once more. */
const ONE: readonly (readonly [keyword: string, own: boolean])[] = [
  ['items', true],
  ['additionalProperties', true],
  ['unevaluatedProperties', true],
  ['unevaluatedItems', true],
]
const LISTS: readonly (readonly [keyword: string, own: boolean])[] = [
  ['prefixItems', true],
  ['allOf', false],
  ['anyOf', false],
  ['oneOf', false],
]
const MAPS: readonly (readonly [keyword: string, own: boolean])[] = [
  ['properties', true],
  ['patternProperties', true],
  ['dependentSchemas', false],
]
/** What is asked here decides nothing about members that are unknown. */
const ASIDE = ['not', 'if', 'contains', 'propertyNames']
const SILENT = new Set(
  [
    'title',
    'description',
    'default',
    'example',
    'examples',
    'deprecated',
    'xml',
    'externalDocs',
    'discriminator',
    'readOnly',
    'writeOnly',
    'nullable',
  ]
    .concat(
      '$comment',
      '$schema',
      '$defs',
      'definitions',
      'contentEncoding',
      'contentMediaType',
      'contentSchema',
      'required',
      'format',
      '$ref',
      'then',
      'else',
    )
    .concat(KEPT, ASIDE)
    .concat([...ONE, ...LISTS, ...MAPS].map(([keyword]) => keyword)),
)
const REFUSED = new Set([
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$recursiveAnchor',
  '$vocabulary',
])

/**
 * Writes the schemas of a document as JSON Schema 2020-12 for the compiler: what OpenAPI 3.0 means otherwise translated, references gathered under
 * `$defs`, and objects closed: unless their schema says something about further members, they have none.
 */
export class Converter {
  readonly definitions: Record<string, unknown> = {}
  readonly #document: Document
  readonly #direction: Direction
  readonly #closed: boolean
  readonly #names = new Map<string, string>()

  constructor(document: Document, direction: Direction, closed: boolean) {
    this.#document = document
    this.#direction = direction
    this.#closed = closed
  }

  /** @returns a schema for a value of its own */
  value(schema: unknown, at: string): unknown {
    return this.#convert(schema, at, true, true)
  }

  #convert(schema: unknown, at: string, own: boolean, closing: boolean): unknown {
    if (typeof schema === 'boolean') return schema
    const { problems, old } = this.#document
    if (!isObject(schema)) {
      problems.error('schema_invalid', at, 'a schema is expected here')
      return false
    }
    const ref = schema['$ref']
    const converted: Record<string, unknown> = ref !== undefined && old ? {} : this.#keywords(schema, at, closing)
    if (typeof ref === 'string') converted['$ref'] = this.#reference(ref, at)
    const says = this.#closed && own && closing ? this.#says(schema, at, new Set()) : undefined
    if (says !== undefined && says.members && !says.others) converted['unevaluatedProperties'] = false
    if (!old || schema['nullable'] !== true) return converted
    // Nullable in 3.0: `null` beside its type and its values.
    const { type, enum: values } = converted
    if (typeof type === 'string') converted['type'] = [type, 'null']
    if (Array.isArray(values) && !values.includes(null)) converted['enum'] = [...(values as unknown[]), null]
    return typeof type === 'string' ? converted : { anyOf: [converted, { type: 'null' }] }
  }

  #keywords(schema: Json, at: string, closing: boolean): Record<string, unknown> {
    const { problems } = this.#document
    const converted: Record<string, unknown> = {}
    for (const keyword of Object.keys(schema)) {
      if (REFUSED.has(keyword)) problems.error('reference_unsupported', at, `${keyword} is not followed`)
      else if (!SILENT.has(keyword) && !keyword.startsWith('x-')) {
        problems.warn('keyword_unknown', `${at}/${escapeStep(keyword)}`, 'an unknown keyword checks nothing')
      }
    }
    for (const keyword of KEPT) if (schema[keyword] !== undefined) converted[keyword] = schema[keyword]
    this.#bounds(schema, converted)
    this.#required(schema, at, converted)
    this.#format(schema['format'], at, converted)
    if (typeof schema['pattern'] === 'string') this.#pattern(schema['pattern'], `${at}/pattern`)
    for (const [keyword, own] of ONE) {
      const value = schema[keyword]
      if (value !== undefined) converted[keyword] = this.#convert(value, `${at}/${keyword}`, own, closing)
    }
    for (const keyword of ASIDE) {
      if (schema[keyword] !== undefined)
        converted[keyword] = this.#convert(schema[keyword], `${at}/${keyword}`, false, false)
    }
    for (const keyword of ['then', 'else']) {
      if (schema[keyword] !== undefined)
        converted[keyword] = this.#convert(schema[keyword], `${at}/${keyword}`, false, closing)
    }
    for (const [keyword, own] of LISTS) {
      const list = schema[keyword]
      if (!Array.isArray(list)) continue
      converted[keyword] = list.map((item, n) => this.#convert(item, `${at}/${keyword}/${n}`, own, closing))
    }
    for (const [keyword, own] of MAPS) {
      const map = schema[keyword]
      if (!isObject(map)) continue
      if (keyword === 'patternProperties') for (const name of Object.keys(map)) this.#pattern(name, `${at}/${keyword}`)
      const entries = Object.entries(map).filter(([, item]) => keyword !== 'properties' || !this.#absent(item, at))
      converted[keyword] = Object.fromEntries(
        entries.map(([name, item]) => [
          name,
          this.#convert(item, `${at}/${keyword}/${escapeStep(name)}`, own, closing),
        ]),
      )
    }
    return converted
  }

  /** In 3.0 `exclusiveMinimum` is a word about `minimum`. */
  #bounds(schema: Json, converted: Record<string, unknown>): void {
    for (const [exclusive, bound] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const) {
      if (typeof schema[exclusive] !== 'boolean') continue
      delete converted[exclusive]
      if (!schema[exclusive] || schema[bound] === undefined) continue
      delete converted[bound]
      converted[exclusive] = schema[bound]
    }
  }

  #required(schema: Json, at: string, converted: Record<string, unknown>): void {
    const required = schema['required']
    if (!Array.isArray(required)) return
    const members = isObject(schema['properties']) ? schema['properties'] : {}
    converted['required'] = required.filter(
      (name) => typeof name === 'string' && !(Object.hasOwn(members, name) && this.#absent(members[name], at)),
    )
  }

  #format(format: unknown, at: string, converted: Record<string, unknown>): void {
    if (typeof format !== 'string') return
    if (FORMATS.has(format) || NUMBER_FORMATS.has(format)) converted['format'] = format
    else
      this.#document.problems.warn(
        'format_unknown',
        `${at}/format`,
        `the format ${format} is not checked: its text is free`,
      )
  }

  #pattern(source: string, at: string): void {
    const compiled = this.#document.pattern(source)
    if (typeof compiled === 'string') {
      this.#document.problems.error('pattern_unsupported', at, `the pattern is not run: ${compiled}`)
    }
  }

  /** A member that is no part of this direction. */
  #absent(schema: unknown, at: string): boolean {
    const target =
      isObject(schema) && typeof schema['$ref'] === 'string' ? this.#document.target(schema['$ref'], at) : schema
    const word = this.#direction === 'request' ? 'readOnly' : 'writeOnly'
    return (isObject(schema) && schema[word] === true) || (isObject(target) && target[word] === true)
  }

  #reference(ref: string, at: string): string {
    const known = this.#names.get(ref)
    if (known !== undefined) return known
    const name = `d${this.#names.size}`
    this.#names.set(ref, `#/$defs/${name}`)
    const target = this.#document.target(ref, at)
    this.definitions[name] = target === undefined ? false : this.#convert(target, ref.slice(1), false, true)
    return `#/$defs/${name}`
  }

  /** Whether a schema, with all that speaks of the same value, names members, and whether it speaks of others. */
  #says(schema: unknown, at: string, seen: Set<unknown>): { members: boolean; others: boolean } {
    const said = { members: false, others: false }
    if (!isObject(schema) || seen.has(schema)) return said
    seen.add(schema)
    said.members = isObject(schema['properties']) || isObject(schema['patternProperties'])
    said.others = schema['additionalProperties'] !== undefined || schema['unevaluatedProperties'] !== undefined
    const more: unknown[] = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
      Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : [],
    )
    more.push(
      schema['if'],
      schema['then'],
      schema['else'],
      ...(isObject(schema['dependentSchemas']) ? Object.values(schema['dependentSchemas']) : []),
    )
    if (typeof schema['$ref'] === 'string') more.push(this.#document.target(schema['$ref'], at))
    for (const part of more) {
      const { members, others } = this.#says(part, at, seen)
      said.members ||= members
      said.others ||= others
    }
    return said
  }
}

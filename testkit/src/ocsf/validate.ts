import type { Attribute, Definition, OcsfSchema } from './schema.ts'
import { asOf } from './versions.ts'

/** What is wrong at a place of a document. */
export type Finding = { readonly path: string; readonly rule: Rule; readonly message: string }

export type Rule =
  | 'class'
  | 'required'
  | 'unknown'
  | 'deprecated'
  | 'type'
  | 'enum'
  | 'sibling'
  | 'constraint'
  | 'profile'
  | 'identity'

export type Validation = {
  readonly findings: readonly Finding[]
  /** Recommended attributes that are not there, by path. */
  readonly missing: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

/** Judges a document by the schema, as of the version that it says of itself. */
export function validate(schema: OcsfSchema, document: unknown): Validation {
  const walk = new Walk(schema, versionOf(document, schema.version))
  walk.event(document)
  return { findings: walk.findings, missing: walk.missing }
}

function versionOf(document: unknown, otherwise: string): string {
  const metadata = isObject(document) ? document['metadata'] : undefined
  const version = isObject(metadata) ? metadata['version'] : undefined
  return typeof version === 'string' ? version : otherwise
}

/** Of these the schema lists what the base event has; `event` knows what they must be. */
const identities: ReadonlySet<string> = new Set(['class_uid', 'category_uid', 'type_uid'])

class Walk {
  readonly findings: Finding[] = []
  readonly missing: string[] = []
  readonly #schema: OcsfSchema
  readonly #version: string

  constructor(schema: OcsfSchema, version: string) {
    this.#schema = schema
    this.#version = version
  }

  event(document: unknown): void {
    if (!isObject(document)) return this.#add('', 'type', 'is no object')
    const uid = document['class_uid']
    const known = typeof uid === 'number' ? this.#schema.classes.get(uid) : undefined
    const of = known === undefined ? undefined : asOf(this.#version, known)
    if (known === undefined || of === undefined)
      return this.#add('class_uid', 'class', `${String(uid)} is no class of it`)
    if (isDeprecated(of.deprecatedSince, this.#version))
      this.#add('class_uid', 'deprecated', `${of.name} is deprecated`)
    const applied = this.#profiles(document, of)
    this.#members('', document, of, applied)
    if (document['category_uid'] !== known.category) this.#add('category_uid', 'identity', `is not ${known.category}`)
    const type = known.uid * 100 + Number(document['activity_id'])
    if (document['type_uid'] !== type) this.#add('type_uid', 'identity', `is not ${type}`)
    const name = document['class_name']
    if (name !== undefined && name !== of.caption) this.#add('class_name', 'sibling', `is not ${of.caption}`)
  }

  #profiles(document: Json, of: Definition): ReadonlySet<string> {
    const { metadata } = document
    const named = isObject(metadata) && Array.isArray(metadata['profiles']) ? (metadata['profiles'] as unknown[]) : []
    for (const profile of named) {
      if (typeof profile !== 'string' || !of.profiles.has(profile)) {
        this.#add('metadata.profiles', 'profile', `${String(profile)} is no profile of ${of.name}`)
      }
    }
    return new Set(named.filter((profile) => typeof profile === 'string'))
  }

  #members(path: string, value: Json, of: Definition, applied: ReadonlySet<string>): void {
    for (const name of Object.keys(value)) {
      const attribute = of.attributes.get(name)
      const at = join(path, name)
      if (attribute === undefined) this.#add(at, 'unknown', `is no attribute of ${of.name}`)
      else if (attribute.profile !== undefined && !applied.has(attribute.profile)) {
        this.#add(at, 'profile', `is of the profile ${attribute.profile}, which is not applied`)
      } else this.#attribute(at, value[name], attribute, value, applied)
    }
    for (const attribute of of.attributes.values()) {
      const { name, requirement, profile, deprecatedSince } = attribute
      if (value[name] !== undefined || (profile !== undefined && !applied.has(profile))) continue
      if (requirement === 'required') this.#add(join(path, name), 'required', 'is not there')
      if (requirement === 'recommended' && !isDeprecated(deprecatedSince, this.#version))
        this.missing.push(join(path, name))
    }
    this.#constraints(path, value, of)
  }

  #constraints(path: string, value: Json, { constraints: { at_least_one: some, just_one: one } }: Definition): void {
    const there = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length
    if (some !== undefined && there(some) === 0) this.#add(path, 'constraint', `has none of ${some.join(', ')}`)
    if (one !== undefined && there(one) !== 1) this.#add(path, 'constraint', `has ${there(one)} of ${one.join(', ')}`)
  }

  #attribute(path: string, value: unknown, attribute: Attribute, holder: Json, applied: ReadonlySet<string>): void {
    if (isDeprecated(attribute.deprecatedSince, this.#version)) this.#add(path, 'deprecated', 'is deprecated')
    if (!attribute.isArray) return this.#one(path, value, attribute, holder, applied)
    if (!Array.isArray(value)) return this.#add(path, 'type', 'is no array')
    value.forEach((item: unknown, index) => this.#one(`${path}[${index}]`, item, attribute, holder, applied))
  }

  #one(path: string, value: unknown, attribute: Attribute, holder: Json, applied: ReadonlySet<string>): void {
    const object = this.#schema.object(attribute.type)
    if (object === undefined) {
      const problem = this.#simple(value, attribute.type)
      if (problem !== undefined) this.#add(path, 'type', problem)
      else this.#enumerated(path, value, attribute, holder)
    } else if (!isObject(value)) this.#add(path, 'type', `is no ${object.name}`)
    // The object called object is any object.
    else if (object.name !== 'object') this.#members(path, value, asOf(this.#version, object) ?? object, applied)
  }

  #enumerated(path: string, value: unknown, { name, enum: values, sibling }: Attribute, holder: Json): void {
    if (values === undefined || identities.has(name)) return
    const caption = values.get(String(value))
    if (caption === undefined) return this.#add(path, 'enum', `${String(value)} is none of its values`)
    const said = sibling === undefined ? undefined : holder[sibling]
    if (said !== undefined && value !== 99 && said !== caption)
      this.#add(path, 'sibling', `${sibling} is not ${caption}`)
  }

  #simple(value: unknown, name: string): string | undefined {
    const type = this.#schema.type(name)
    if (type === undefined) return `is of the type ${name}, which is not known`
    const { base, patterns, range, longest } = type
    if (base === 'string_t') {
      if (typeof value !== 'string') return 'is no text'
      if (longest !== undefined && value.length > longest) return `is longer than ${longest}`
      return patterns.every((pattern) => pattern.test(value)) ? undefined : `is no ${name}`
    }
    if (base === 'boolean_t') return typeof value === 'boolean' ? undefined : 'is no boolean'
    if (base === 'json_t') return value === undefined ? 'is nothing' : undefined
    if (typeof value !== 'number') return 'is no number'
    if (base !== 'float_t' && !Number.isSafeInteger(value)) return 'is no integer'
    return range !== undefined && (value < range[0] || value > range[1]) ? 'is out of range' : undefined
  }

  #add(path: string, rule: Rule, message: string): void {
    this.findings.push({ path, rule, message })
  }
}

/** Whether a version is that one or a later one; a release in the making counts as released. */
function isDeprecated(since: string | undefined, version: string): boolean {
  if (since === undefined) return false
  const numbers = (text: string) => text.split('-')[0]?.split('.').map(Number) ?? []
  const [a, b] = [numbers(since), numbers(version)]
  for (let index = 0; index < 3; index += 1) {
    const difference = (b[index] ?? 0) - (a[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

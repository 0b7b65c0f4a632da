import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// The OCSF schema as its own repository publishes it: classes and objects that extend each other, profiles that are included, a
// dictionary of attributes. Read here without anything of ours, so that it can judge what ours makes.

/** An attribute of a class or of an object, with what the dictionary says of it. */
export type Attribute = {
  readonly name: string
  /** `string_t` and the like, or the name of an object. */
  readonly type: string
  readonly isArray: boolean
  readonly requirement: 'required' | 'recommended' | 'optional'
  /** Captions by value. */
  readonly enum: ReadonlyMap<string, string> | undefined
  /** The attribute that holds the caption of this one. */
  readonly sibling: string | undefined
  /** Only where this profile is applied. */
  readonly profile: string | undefined
  /** The version since which it shall not be used. */
  readonly deprecatedSince: string | undefined
}

export type Constraints = { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] }

/** A class or an object. */
export type Definition = {
  readonly name: string
  readonly caption: string
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly constraints: Constraints
  readonly profiles: ReadonlySet<string>
  readonly deprecatedSince: string | undefined
}

export type ClassDefinition = Definition & { readonly uid: number; readonly category: number }

/** A type of the dictionary, down to one of the simple ones. */
export type SimpleType = {
  readonly base: string
  readonly patterns: readonly RegExp[]
  readonly range: readonly [number, number] | undefined
  readonly longest: number | undefined
}

export type OcsfSchema = {
  readonly version: string
  readonly classes: ReadonlyMap<number, ClassDefinition>
  readonly object: (name: string) => Definition | undefined
  readonly type: (name: string) => SimpleType | undefined
}

type RawAttribute = {
  readonly type?: string
  readonly is_array?: boolean
  readonly requirement?: Attribute['requirement']
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>
  readonly sibling?: string
  readonly profile?: string | null
  readonly '@deprecated'?: { readonly since: string }
}

type Raw = {
  readonly name?: string
  readonly caption?: string
  readonly uid?: number
  readonly category?: string
  readonly extends?: string
  readonly profiles?: readonly string[]
  readonly constraints?: Constraints
  readonly '@deprecated'?: { readonly since: string }
  readonly attributes: Readonly<Record<string, RawAttribute>> & { readonly $include?: readonly string[] }
}

type RawType = {
  readonly type?: string
  readonly regex?: string
  readonly range?: readonly [number, number]
  readonly max_len?: number
}

type Categories = { readonly attributes: Readonly<Record<string, { readonly uid: number }>> }

type Dictionary = {
  readonly attributes: Readonly<Record<string, RawAttribute>>
  readonly types: { readonly attributes: Readonly<Record<string, RawType>> }
}

/** Reads the schema from its repository's directory. @throws Error when it is not one */
export function readSchema(directory: string): OcsfSchema {
  const json = (path: string): unknown => JSON.parse(readFileSync(join(directory, path), 'utf8'))
  const all = (folder: string) =>
    new Map(
      readdirSync(join(directory, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.json'))
        .map((path) => json(join(folder, path)) as Raw)
        .map((raw) => [raw.name ?? '', raw]),
    )
  const dictionary = json('dictionary.json') as Dictionary
  const categories = (json('categories.json') as Categories).attributes
  const include = (path: string) => json(path) as Raw
  const events = resolver(all('events'), dictionary, include)
  const objects = resolver(all('objects'), dictionary, include)
  const classes = [...events.raw.values()].flatMap((raw): ClassDefinition[] => {
    const uid = raw.name === 'base_event' ? 0 : raw.uid
    const definition = events.find(raw.name ?? '')
    if (uid === undefined || definition === undefined) return []
    const category = categories[categoryOf(raw, events.raw) ?? '']?.uid ?? 0
    return [{ ...definition, uid: category * 1000 + uid, category }]
  })
  return {
    version: (json('version.json') as { readonly version: string }).version,
    classes: new Map(classes.map((of) => [of.uid, of])),
    object: objects.find,
    type: (name) => simpleType(name, dictionary.types.attributes),
  }
}

function categoryOf(raw: Raw, events: ReadonlyMap<string, Raw>): string | undefined {
  if (raw.category !== undefined) return raw.category
  const parent = raw.extends === undefined ? undefined : events.get(raw.extends)
  return parent === undefined ? undefined : categoryOf(parent, events)
}

function resolver(raw: ReadonlyMap<string, Raw>, dictionary: Dictionary, include: (path: string) => Raw) {
  const found = new Map<string, Definition>()
  const find = (name: string): Definition | undefined => {
    const known = found.get(name)
    const own = raw.get(name)
    if (known !== undefined || own === undefined) return known
    const parent = own.extends === undefined ? undefined : find(own.extends)
    const attributes = new Map(parent?.attributes)
    const { $include: included = [], ...listed } = own.attributes
    const add = (attribute: string, said: RawAttribute, profile?: string) =>
      attributes.set(
        attribute,
        merge(attribute, attributes.get(attribute), said, dictionary.attributes[attribute], profile),
      )
    for (const path of included) {
      const profile = include(path)
      for (const [attribute, said] of Object.entries(profile.attributes))
        add(attribute, said as RawAttribute, profile.name)
    }
    for (const [attribute, said] of Object.entries(listed)) add(attribute, said)
    const definition: Definition = {
      name,
      caption: own.caption ?? parent?.caption ?? name,
      attributes,
      constraints: own.constraints ?? parent?.constraints ?? {},
      profiles: new Set([...(parent?.profiles ?? []), ...(own.profiles ?? [])]),
      deprecatedSince: own['@deprecated']?.since,
    }
    found.set(name, definition)
    return definition
  }
  return { raw, find }
}

/** What is said nearer wins; enumerations add up. A profile of null takes an attribute out of its profile. */
function merge(
  name: string,
  inherited: Attribute | undefined,
  said: RawAttribute,
  general: RawAttribute | undefined,
  profile: string | undefined,
): Attribute {
  const captions = [general?.enum, said.enum].flatMap((values) => Object.entries(values ?? {}))
  const values = new Map([
    ...(inherited?.enum ?? []),
    ...captions.map(([value, { caption }]) => [value, caption] as const),
  ])
  const type = said.type ?? general?.type ?? inherited?.type
  if (type === undefined) throw new Error(`the dictionary does not know ${name}`)
  return {
    name,
    type,
    isArray: said.is_array ?? general?.is_array ?? inherited?.isArray ?? false,
    requirement: said.requirement ?? inherited?.requirement ?? 'optional',
    enum: values.size === 0 ? undefined : values,
    sibling: said.sibling ?? general?.sibling ?? inherited?.sibling,
    profile: said.profile === null ? undefined : (said.profile ?? profile ?? inherited?.profile),
    deprecatedSince: (said['@deprecated'] ?? general?.['@deprecated'])?.since ?? inherited?.deprecatedSince,
  }
}

function simpleType(name: string, types: Readonly<Record<string, RawType>>): SimpleType | undefined {
  const own = types[name]
  if (own === undefined) return undefined
  const parent = own.type === undefined ? undefined : simpleType(own.type, types)
  return {
    base: parent?.base ?? name,
    patterns: [...(parent?.patterns ?? []), ...(own.regex === undefined ? [] : [new RegExp(own.regex)])],
    range: own.range ?? parent?.range,
    longest: own.max_len ?? parent?.longest,
  }
}

import {
  createEntities,
  createSchema,
  type Entities,
  type EntityJson,
  type Schema,
  type ValueJson,
} from '@holdfast/policy'
import { parseSchema } from '@holdfast/policy/authoring'
import type { IdStorage, TableMapping } from '@holdfast/policy/filter'
import { layOut, type Laid } from './layout.ts'
import type { Random } from './random.ts'
import { type Kind, KINDS, person, type Pool, TEXTS, valueOf } from './values.ts'

/** An attribute of the random table. */
export interface Attribute {
  readonly name: string
  readonly kind: Kind
  readonly required: boolean
}

/** A document, once as an entity and once as what its columns hold. */
export interface Row {
  readonly entity: EntityJson
  readonly attrs: { readonly [name: string]: ValueJson }
  readonly tags: { readonly [name: string]: string }
  readonly folder: string | null
  readonly teams: readonly string[]
}

/** A schema, what the policies know beside the rows, the rows, and where they lie. */
export interface World {
  readonly schema: Schema
  readonly schemaText: string
  readonly attributes: readonly Attribute[]
  readonly pool: Pool
  readonly entities: Entities
  readonly people: readonly { readonly id: string; readonly level: number; readonly dept: string | null }[]
  readonly friends: ReadonlyMap<string, string>
  readonly rows: readonly Row[]
  readonly mapping: TableMapping
  readonly laid: Laid
}

const NAMES = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'two words',
  `o'"quote`,
  'select',
  'Ünï',
  '__proto__',
  'constructor',
  'f',
  'g',
  'h',
]
const TYPES: Readonly<Record<Kind, string>> = {
  string: 'String',
  long: 'Long',
  bool: 'Bool',
  person: 'Person',
  decimal: 'decimal',
  datetime: 'datetime',
  duration: 'duration',
  ip: 'ipaddr',
  strings: 'Set<String>',
  longs: 'Set<Long>',
  people: 'Set<Person>',
  record: '{ n: Long, s?: String, inner?: { flag: Bool } }',
}
const CONTEXT = `{ n: Long, s: String, ip: ipaddr, at: datetime, lasts: duration, price: decimal, strings: Set<String>,
  longs: Set<Long>, people: Set<Person>, who: Person, flag: Bool, maybe?: Long, group: Group }`

export const GROUPS: readonly string[] = ['g0', 'g1', 'g2']
export const ROLES: readonly string[] = ['r0', 'r1']
export const FOLDERS: readonly string[] = ['f0', 'f1', 'f2', 'f3', "f'4"]
export const TEAMS: readonly string[] = ['t0', 't1', 't2']
export const TAGS: readonly string[] = ['color', 'a b', "o'tag", '"', '']

/** Ids as a column of that type holds them. */
function idsOf(as: IdStorage, count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    if (as === 'uuid') return `0190000${at}-0000-7000-8000-00000000000a`
    return as === 'bigint' ? String(at === 0 ? '-1' : at * 7) : (TEXTS[at * 3 + 1] ?? `p${at}`)
  })
}

export function randomWorld(random: Random, rows: number): World {
  const storage = random.pick(['text', 'uuid', 'bigint'] as const)
  const ids = idsOf(storage, 7)
  const pool: Pool = { people: ids, small: random.chance(20) }
  // The last two are in no table: people whom references name, and who are gone.
  const known = ids.slice(0, 5)
  const people = known.map((id) => ({
    id,
    level: random.below(4),
    dept: random.chance(60) ? random.pick(TEXTS) : null,
  }))
  const friends = new Map(known.filter(() => random.chance(60)).map((id) => [id, random.pick(ids)]))
  const attributes = NAMES.slice(0, 4 + random.below(NAMES.length - 4)).map((name) => ({
    name,
    kind: random.pick(KINDS),
    required: random.chance(60),
  }))
  const schemaText = schemaOf(attributes)
  const parsed = parseSchema(schemaText)
  if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
  const schema = createSchema(parsed.schema)
  const made = Array.from({ length: rows }, (_, at) => rowOf(random, at, attributes, pool))
  const laid = layOut(random, attributes, storage, pool)
  return {
    schema,
    schemaText,
    attributes,
    pool,
    people,
    friends,
    rows: made,
    mapping: laid.mapping,
    laid,
    entities: createEntities([...schema.actions, ...principals(random, people, friends), ...places()]),
  }
}

function schemaOf(attributes: readonly Attribute[]): string {
  const list = attributes.map(({ name, kind, required }) => {
    return `${JSON.stringify(name)}${required ? '' : '?'}: ${TYPES[kind]}`
  })
  return `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role] { level: Long, dept?: String, friend?: Person };
entity Folder in [Folder];
entity Team in [Team];
entity Document in [Folder, Team] { ${list.join(', ')} } tags String;
action any;
action read in [any] appliesTo { principal: [Person], resource: [Document], context: ${CONTEXT} };
action write appliesTo { principal: [Person], resource: [Document], context: ${CONTEXT} };`
}

function rowOf(random: Random, at: number, attributes: readonly Attribute[], pool: Pool): Row {
  const entries = attributes
    .filter(({ required }) => required || random.chance(60))
    .map(({ name, kind }): [string, ValueJson] => [name, valueOf(kind, random, pool)])
  const tags = Object.fromEntries(random.some(TAGS).map((tag) => [tag, random.pick(TEXTS)]))
  const attrs = Object.fromEntries(entries)
  const folder = random.chance(70) ? random.pick(FOLDERS) : null
  const teams = random.some(TEAMS)
  return {
    attrs,
    tags,
    folder,
    teams,
    entity: {
      uid: { type: 'Document', id: `d${at}` },
      attrs,
      tags,
      parents: [
        ...(folder === null ? [] : [{ type: 'Folder', id: folder }]),
        ...teams.map((id) => ({ type: 'Team', id })),
      ],
    },
  }
}

/** f0 > f1 > f2, f0 > f3; t0 > t1; g0 in g1 in r0, g2 in r1. */
export const FOLDER_PARENTS: ReadonlyMap<string, string> = new Map([
  ['f1', 'f0'],
  ['f2', 'f1'],
  ['f3', 'f0'],
])
export const TEAM_PARENTS: ReadonlyMap<string, string> = new Map([['t1', 't0']])

function places(): EntityJson[] {
  const parents = (type: string, id: string | undefined) => (id === undefined ? [] : [{ type, id }])
  return [
    ...FOLDERS.map((id) => ({ uid: { type: 'Folder', id }, parents: parents('Folder', FOLDER_PARENTS.get(id)) })),
    ...TEAMS.map((id) => ({ uid: { type: 'Team', id }, parents: parents('Team', TEAM_PARENTS.get(id)) })),
  ]
}

function principals(random: Random, people: World['people'], friends: World['friends']): EntityJson[] {
  return [
    { uid: { type: 'Group', id: 'g0' }, parents: [{ type: 'Group', id: 'g1' }] },
    { uid: { type: 'Group', id: 'g1' }, parents: [{ type: 'Role', id: 'r0' }] },
    { uid: { type: 'Group', id: 'g2' }, parents: [{ type: 'Role', id: 'r1' }] },
    ...people.map(({ id, level, dept }) => {
      const friend = friends.get(id)
      return {
        uid: { type: 'Person', id },
        attrs: { level, ...(dept !== null && { dept }), ...(friend !== undefined && { friend: person(friend) }) },
        parents: random.some(GROUPS).map((group) => ({ type: 'Group', id: group })),
      }
    }),
  ]
}

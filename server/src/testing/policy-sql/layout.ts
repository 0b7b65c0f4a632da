import type { ColumnMapping, IdStorage, JoinedEntity, ParentMapping, TableMapping } from '@holdfast/policy/filter'
import type { Random } from './random.ts'
import type { Kind, Pool } from './values.ts'
import type { Attribute } from './world.ts'

/** Where one attribute lies: columns of the documents' table with what goes into them, or a table of its own. */
export interface Place {
  readonly mapping: string | ColumnMapping
  readonly columns: readonly { readonly name: string; readonly type: string; readonly notNull: boolean }[]
  /** What the columns hold of a value; undefined is an attribute that is not there. */
  readonly cells: 'plain' | 'json' | 'milliseconds' | 'record' | 'table'
  readonly table: string | null
}

export interface Laid {
  readonly mapping: TableMapping
  readonly places: ReadonlyMap<string, Place>
  readonly storage: IdStorage
  readonly folders: 'column' | 'tree' | 'closure'
  readonly teams: 'table' | 'closure'
  readonly tags: 'json' | 'table'
}

const COLUMNS = [
  'c',
  'order',
  'we"ird',
  "it's",
  'Ünï',
  'select *',
  'x.y',
  'holdfast_1',
  'UPPER',
  'a$1',
  'id2',
  'n',
  'o',
  'p',
]

export const SQL_IDS: Readonly<Record<IdStorage, string>> = { text: 'text', uuid: 'uuid', bigint: 'bigint' }

/** Chooses for each attribute, the hierarchy and the tags one of the ways in which they can lie. */
export function layOut(random: Random, attributes: readonly Attribute[], storage: IdStorage, pool: Pool): Laid {
  const places = new Map<string, Place>()
  attributes.forEach((attribute, at) => {
    places.set(attribute.name, placeOf(random, attribute, COLUMNS[at] ?? `c${at}`, storage, pool))
  })
  const folders = random.pick(['column', 'tree', 'closure'] as const)
  const teams = random.pick(['table', 'closure'] as const)
  const tags = random.pick(['json', 'table'] as const)
  const entries = Array.from(places, ([name, { mapping }]): [string, string | ColumnMapping] => [name, mapping])
  const mapping: TableMapping = {
    type: 'Document',
    table: 'docs',
    id: 'id',
    attributes: Object.fromEntries(entries),
    parents: [folderParents(folders), teamParents(teams)],
    tags: tags === 'json' ? { column: 'tags' } : { table: 'doc_tags', owner: 'doc', name: 'name', value: 'value' },
  }
  return { mapping, places, storage, folders, teams, tags }
}

function folderParents(kind: Laid['folders']): ParentMapping {
  if (kind === 'column') return { kind, type: 'Folder', column: 'folder', above: 'known' }
  if (kind === 'tree') {
    return { kind, type: 'Folder', column: 'folder', table: 'folders', id: 'id', parent: 'parent' }
  }
  return { kind, type: 'Folder', table: 'closure', child: 'child', parent: 'parent', typeColumn: 'parent_type' }
}

function teamParents(kind: Laid['teams']): ParentMapping {
  if (kind === 'table') {
    return { kind, type: 'Team', table: 'doc_teams', child: 'doc', parent: 'team', above: 'known' }
  }
  return { kind, type: 'Team', table: 'closure', child: 'child', parent: 'parent', typeColumn: 'parent_type' }
}

const PLAIN: Readonly<Record<Kind, string>> = {
  string: 'text',
  long: 'bigint',
  bool: 'boolean',
  person: 'text',
  decimal: 'numeric',
  datetime: 'timestamptz',
  duration: 'bigint',
  ip: 'inet',
  strings: 'text[]',
  longs: 'bigint[]',
  people: 'text[]',
  record: 'jsonb',
}

function placeOf(random: Random, attribute: Attribute, name: string, storage: IdStorage, pool: Pool): Place {
  const { kind, required } = attribute
  const one = (type: string, mapping: string | ColumnMapping, cells: Place['cells'] = 'plain'): Place => ({
    mapping,
    columns: [{ name, type, notNull: required }],
    cells,
    table: null,
  })
  const json = () => one('jsonb', { column: name, as: 'json' }, 'json')
  const as = storage === 'text' ? {} : { as: storage }
  switch (kind) {
    case 'string':
      return random.chance(20) ? json() : one(random.pick(['text', 'varchar']), name)
    case 'long':
      if (random.chance(20)) return json()
      return one(pool.small ? random.pick(['smallint', 'integer']) : 'bigint', name)
    case 'bool':
      return random.chance(20) ? json() : one('boolean', name)
    case 'decimal':
      return one(random.pick(['numeric', 'numeric(19, 4)']), { column: name })
    case 'datetime':
      return random.chance(40)
        ? one('bigint', { column: name, as: 'milliseconds' }, 'milliseconds')
        : one('timestamptz', name)
    case 'person':
      return one(SQL_IDS[storage], { column: name, ...as, entity: people(storage, 2) })
    case 'people':
    case 'strings':
    case 'longs':
      return setPlace(random, attribute, name, storage, one)
    case 'record':
      return random.chance(50) ? one('jsonb', name, 'json') : recordPlace(name, required)
    default:
      return one(PLAIN[kind], name)
  }
}

function setPlace(
  random: Random,
  { kind, required }: Attribute,
  name: string,
  storage: IdStorage,
  one: (type: string, mapping: ColumnMapping, cells?: Place['cells']) => Place,
): Place {
  const elements = kind === 'people' && storage !== 'text' ? { elements: storage } : {}
  const element = kind === 'people' ? SQL_IDS[storage] : kind === 'longs' ? 'bigint' : 'text'
  if (required && random.chance(35)) {
    const table = `set of ${name.replaceAll('.', ' ')}`
    return { mapping: { table, owner: 'doc', value: 'value', ...elements }, columns: [], cells: 'table', table }
  }
  if (random.chance(35)) return one('jsonb', { column: name, as: 'json' }, 'json')
  return one(`${element}[]`, { column: name, ...elements })
}

/** The columns of a record, and of the record in it. */
function recordPlace(name: string, required: boolean): Place {
  const column = (part: string) => `${name} ${part}`
  return {
    mapping: {
      attributes: { n: column('n'), s: column('s'), inner: { attributes: { flag: column('flag') } } },
    },
    columns: [
      { name: column('n'), type: 'bigint', notNull: required },
      { name: column('s'), type: 'text', notNull: false },
      { name: column('flag'), type: 'boolean', notNull: false },
    ],
    cells: 'record',
    table: null,
  }
}

/** People, whose friends are people: as deep as policies go. */
function people(storage: IdStorage, depth: number): JoinedEntity {
  const as = storage === 'text' ? {} : { as: storage }
  const friend = { column: 'friend', ...as }
  return {
    table: 'people',
    id: { column: 'id', ...as },
    attributes: {
      level: 'level',
      dept: 'dept',
      friend: depth === 0 ? friend : { ...friend, entity: people(storage, depth - 1) },
    },
  }
}

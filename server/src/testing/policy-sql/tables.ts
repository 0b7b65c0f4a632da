import type { ValueJson } from '@holdfast/policy'
import type { Client } from 'pg'
import type { Place } from './layout.ts'
import { SQL_IDS } from './layout.ts'
import { FOLDER_PARENTS, type Row, TEAM_PARENTS, type World } from './world.ts'

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Makes the tables of a world anew, in a schema that is first in the search path, and fills them. */
export async function createTables(client: Client, world: World): Promise<void> {
  const { places, storage } = world.laid
  const ids = SQL_IDS[storage]
  const columns = [...places.values()].flatMap((place) =>
    place.columns.map(({ name, type, notNull }) => `${quote(name)} ${type}${notNull ? ' NOT NULL' : ''}`),
  )
  const sets = Array.from(places, ([name, { table }]) => ({ table, kind: kindOf(world, name) })).flatMap(
    ({ table, kind }) =>
      table === null
        ? []
        : [
            `CREATE TABLE ${quote(table)} (doc text NOT NULL, value ${kind === 'people' ? ids : kind === 'longs' ? 'bigint' : 'text'} NOT NULL)`,
          ],
  )
  await client.query(
    [
      'DROP SCHEMA IF EXISTS fuzz CASCADE',
      'CREATE SCHEMA fuzz',
      `CREATE TABLE docs (${['id text PRIMARY KEY', 'folder text', 'tags jsonb', ...columns].join(', ')})`,
      `CREATE TABLE people (id ${ids} PRIMARY KEY, level bigint NOT NULL, dept text, friend ${ids})`,
      'CREATE TABLE folders (id text PRIMARY KEY, parent text)',
      'CREATE TABLE doc_teams (doc text NOT NULL, team text NOT NULL)',
      'CREATE TABLE closure (child text NOT NULL, parent_type text NOT NULL, parent text NOT NULL)',
      'CREATE TABLE doc_tags (doc text NOT NULL, name text NOT NULL, value text NOT NULL)',
      ...sets,
    ].join(';'),
  )
  await insert(
    client,
    'people',
    world.people.map((one) => ({ ...one, friend: world.friends.get(one.id) ?? null })),
  )
  // Those at the top have no row: what lies in them names them all the same.
  await insert(
    client,
    'folders',
    Array.from(FOLDER_PARENTS, ([id, parent]) => ({ id, parent })),
  )
  await insert(
    client,
    'docs',
    world.rows.map((row) => document(world, row)),
  )
  await insert(
    client,
    'doc_tags',
    world.rows.flatMap((row) => tagRows(row)),
  )
  await insert(
    client,
    'doc_teams',
    world.rows.flatMap((row) => row.teams.map((team) => ({ doc: id(row), team }))),
  )
  await insert(
    client,
    'closure',
    world.rows.flatMap((row) => ancestors(row)),
  )
  for (const [name, { table }] of places) {
    if (table === null) continue
    const elements = world.rows.flatMap((row) =>
      [...new Set((row.attrs[name] as ValueJson[]).map(cell))].map((value) => ({ doc: id(row), value })),
    )
    await insert(client, table, elements)
  }
}

function kindOf(world: World, name: string): string | undefined {
  return world.attributes.find((attribute) => attribute.name === name)?.kind
}

const id = ({ entity }: Row): string => (entity.uid as { id: string }).id

async function insert(client: Client, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const names = Object.keys(first)
  const values: unknown[] = []
  const lists = rows.map((row) => {
    const cells = names.map((name) => `$${values.push((row as Record<string, unknown>)[name])}`)
    return `(${cells.join(', ')})`
  })
  await client.query(`INSERT INTO ${quote(table)} (${names.map(quote).join(', ')}) VALUES ${lists.join(', ')}`, values)
}

function tagRows(row: Row): object[] {
  return Object.entries(row.tags).map(([name, value]) => ({ doc: id(row), name, value }))
}

/** Every ancestor, near and far. */
function ancestors(row: Row): object[] {
  const up = (type: string, from: readonly string[], parents: ReadonlyMap<string, string>): object[] => {
    const all = new Set<string>()
    for (const start of from) {
      for (let at: string | undefined = start; at !== undefined; at = parents.get(at)) all.add(at)
    }
    return Array.from(all, (parent) => ({ child: id(row), parent_type: type, parent }))
  }
  const folders = row.folder === null ? [] : [row.folder]
  return [...up('Folder', folders, FOLDER_PARENTS), ...up('Team', row.teams, TEAM_PARENTS)]
}

function document(world: World, row: Row): object {
  const cells: Record<string, unknown> = { id: id(row), folder: row.folder, tags: JSON.stringify(row.tags) }
  for (const [name, place] of world.laid.places) {
    const value = Object.hasOwn(row.attrs, name) ? row.attrs[name] : undefined
    for (const [column, content] of columnsOf(place, value)) cells[column] = content
  }
  return cells
}

function columnsOf(place: Place, value: ValueJson | undefined): [string, unknown][] {
  const names = place.columns.map(({ name }) => name)
  switch (place.cells) {
    case 'table':
      return []
    case 'record': {
      const record = (value ?? {}) as { n?: unknown; s?: unknown; inner?: { flag: unknown } }
      const cells = [record.n ?? null, record.s ?? null, record.inner?.flag ?? null]
      return names.map((name, at) => [name, cells[at]])
    }
    case 'json':
      return names.map((name) => [name, value === undefined ? null : json(value)])
    case 'milliseconds':
      return names.map((name) => [name, value === undefined ? null : milliseconds(value)])
    default:
      return names.map((name) => [
        name,
        value === undefined ? null : Array.isArray(value) ? value.map(cell) : cell(value),
      ])
  }
}

/** A value as text, as PostgreSQL reads it for its column. */
function cell(value: ValueJson): string | boolean {
  if (typeof value !== 'object') return typeof value === 'boolean' ? value : String(value)
  if ('__entity' in value) return idOf(value)
  const extension = extensionOf(value)
  if (extension.fn === 'datetime') return isoOf(extension.arg)
  return extension.fn === 'duration' ? durationOf(extension.arg) : extension.arg
}

function idOf(value: object): string {
  const { ['__entity']: uid } = value as { __entity: { id: string } }
  return uid.id
}

function extensionOf(value: ValueJson): { readonly fn: string; readonly arg: string } {
  const { ['__extn']: extension } = value as { __extn: { fn: string; arg: string } }
  return extension
}

function milliseconds(value: ValueJson): string {
  const { arg } = extensionOf(value)
  return String(Date.parse(isoOf(arg)))
}

/** Cedar's text of an instant as ISO 8601 has it. */
function isoOf(text: string): string {
  const full = text.includes('T') ? text : `${text}T00:00:00Z`
  return full.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
}

function durationOf(text: string): string {
  const [, sign = '', ...parts] = /^(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text) ?? []
  const units = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n]
  const total = parts.reduce((sum, part, at) => sum + BigInt(part ?? 0) * (units[at] ?? 1n), 0n)
  return String(sign === '-' ? -total : total)
}

/** JSON with integers of 64 bits written out, and entities as their ids. */
function json(value: ValueJson): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as ValueJson[]).map(json).join(',')}]`
  if ('__entity' in value) return JSON.stringify(idOf(value))
  const members = Object.entries(value as { [name: string]: ValueJson })
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`).join(',')}}`
}

import { compile, createEntities, createSchema, type EntityJson, evaluate, type ValueJson } from '@holdfast/policy'
import { parsePolicy, parseSchema, validate } from '@holdfast/policy/authoring'
import { partial, type TableMapping, toSql } from '@holdfast/policy/filter'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createEmptyDatabase, type TestDatabase } from './test-database.ts'

const SCHEMA = `
entity Person;
entity Thing {
  name: String, locked: Bool, region?: String, price: decimal, at: datetime, ms: datetime, lasts: duration, seen: ipaddr,
  labels: Set<String>, data: { n: Long, s?: String, list: Set<Long> }, words: Set<String>,
  note?: { text: String, size?: Long }, odd: { a?: Long, b?: Long },
} tags String;
action read appliesTo { principal: [Person], resource: [Thing], context: { s: String } };`

const mapping: TableMapping = {
  type: 'Thing',
  table: 'things',
  id: 'id',
  attributes: {
    name: 'name',
    locked: 'locked',
    region: 'region',
    price: 'price',
    at: 'at',
    ms: { column: 'ms', as: 'milliseconds' },
    lasts: 'lasts',
    seen: 'seen',
    labels: 'labels',
    data: 'data',
    words: { column: 'words', as: 'json' },
    note: { attributes: { text: 'note_text', size: 'note_size' } },
    odd: { attributes: { a: 'odd_a', b: 'odd_b' } },
  },
  tags: { column: 'tags' },
}

const parsed = parseSchema(SCHEMA)
if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
const schema = createSchema(parsed.schema)
const entities = createEntities(schema.actions)

let own: TestDatabase
let client: Client

beforeAll(async () => {
  own = await createEmptyDatabase(inject('postgresUrl'))
  client = new Client({ connectionString: own.url })
  await client.connect()
  // Nothing is NOT NULL here: as where somebody dropped a constraint after the start.
  await client.query(`CREATE TABLE things (id text PRIMARY KEY, name text DEFAULT 'a', locked boolean DEFAULT false, region text,
    price numeric DEFAULT 1, at timestamptz DEFAULT '2024-01-01', ms bigint DEFAULT 0, lasts bigint DEFAULT 0, seen inet DEFAULT '10.0.0.1',
    labels text[] DEFAULT '{a}', data jsonb DEFAULT '{"n": 1, "list": [1]}', tags jsonb DEFAULT '{}',
    words jsonb DEFAULT '["a"]', note_text text, note_size bigint, odd_a bigint DEFAULT 1, odd_b bigint)`)
})

afterAll(async () => {
  await client.end()
  await own.drop()
})

interface Asked {
  readonly expression: string
  readonly effect?: 'permit' | 'forbid'
  readonly context?: string
}

function setOf({ expression, effect = 'permit' }: Asked) {
  const policy = parsePolicy('policy', `${effect}(principal, action, resource) when { ${expression} };`)
  const all = parsePolicy('all', 'permit(principal, action, resource);')
  if (!policy.ok || !all.ok) throw new Error(policy.ok ? 'all' : policy.findings[0]?.message)
  return compile({ staticPolicies: { policy: policy.policy, ...(effect === 'forbid' && { all: all.policy }) } })
}

const request = { principal: { type: 'Person', id: 'p' }, action: { type: 'Action', id: 'read' } }

async function idsOf(asked: Asked): Promise<string[]> {
  const context = { s: asked.context ?? '' }
  const residual = partial(setOf(asked), { ...request, resourceType: 'Thing', context }, entities, schema, {
    validated: true,
  })
  const { sql, parameters } = toSql(residual, mapping, { alias: 't' })
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM things t WHERE ${sql} ORDER BY id`, [
    ...parameters,
  ])
  return rows.map(({ id }) => id)
}

async function fill(rows: readonly { readonly [column: string]: unknown }[]): Promise<void> {
  await client.query('DELETE FROM things')
  for (const row of rows) {
    const names = Object.keys(row)
    const places = names.map((_, at) => `$${at + 1}`)
    await client.query(`INSERT INTO things (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row))
  }
}

function decide(asked: Asked, attrs: { readonly [name: string]: ValueJson }): boolean {
  const resource: EntityJson = { uid: { type: 'Thing', id: 'x' }, attrs }
  const all = entities.with([resource])
  const context = { s: asked.context ?? '' }
  return (
    evaluate(setOf(asked), { ...request, resource: { type: 'Thing', id: 'x' }, context }, all, { onError: 'deny' })
      .decision === 'allow'
  )
}

describe('a NULL lets nobody in', () => {
  const leak = '!(resource.region == "x" && resource.locked)'

  it('the policy that would leak is refused when it is written', () => {
    const text = `permit(principal, action, resource) when { ${leak} };`
    expect(validate({ leak: text }, SCHEMA).map(({ severity }) => severity)).toContain('error')
  })

  it('and does not leak when it comes through all the same, as the naive condition does', async () => {
    await fill([
      { id: 'null', region: null },
      { id: 'other', region: 'y' },
      { id: 'unlocked', region: 'x' },
      { id: 'locked', region: 'x', locked: true },
    ])
    const naive = await client.query<{ id: string }>(`SELECT id FROM things WHERE NOT (region = 'x' AND locked)`)
    expect(naive.rows.map(({ id }) => id)).toContain('null')
    expect(decide({ expression: leak }, { locked: false })).toBe(false)
    expect(await idsOf({ expression: leak })).toEqual(['other', 'unlocked'])
    expect(await idsOf({ expression: 'resource.region == "x"', effect: 'forbid' })).toEqual(['other'])
  })

  it('with its guard it says of the missing what Cedar says of it', async () => {
    const guarded = `!(resource has region && resource.region == "x" && resource.locked)`
    expect(validate({ guarded: `permit(principal, action, resource) when { ${guarded} };` }, SCHEMA)).toEqual([])
    expect(decide({ expression: guarded }, { locked: true })).toBe(true)
    expect(await idsOf({ expression: guarded })).toEqual(['null', 'other', 'unlocked'])
  })

  it('nor one in a column that the schema requires', async () => {
    await fill([{ id: 'good' }, { id: 'name', name: null }, { id: 'locked', locked: null }])
    expect(await idsOf({ expression: '!(resource.name == "x" && resource.locked)' })).toEqual(['good'])
    expect(await idsOf({ expression: 'resource.name == "x" && resource.locked', effect: 'forbid' })).toEqual(['good'])
    expect(await idsOf({ expression: 'resource.name == "a" || !resource.locked' })).toEqual(['good'])
  })
})

describe('a value that Cedar does not have', () => {
  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    ['price', 'resource.price.lessThan(decimal("5.0"))', ['NaN', '1.23456', '1e30', 'Infinity', '-Infinity', null]],
    ['at', 'resource.at < datetime("2030-01-01")', ['infinity', '-infinity', null]],
    ['at', 'resource.at.toTime() < duration("1h")', ['infinity', '-infinity', null]],
    ['labels', 'resource.labels.contains("a")', ['{a,NULL}', '{{a,b},{c,d}}', null]],
    ['labels', 'resource.labels.isEmpty()', ['{NULL}', null]],
    ['labels', 'resource.labels == ["a"]', ['{a,NULL}', null]],
    ['seen', 'resource.seen.isIpv4()', ['::ffff:1.2.3.4', null]],
    [
      'data',
      'resource.data.n < 5',
      [
        '{"n": "1", "list": []}',
        '{"n": 1.5, "list": []}',
        '{"n": 1e40, "list": []}',
        '{"list": []}',
        '[]',
        '1',
        'null',
        null,
      ],
    ],
    [
      'data',
      'resource.data.list.contains(1)',
      [
        '{"n": 1, "list": ["1"]}',
        '{"n": 1, "list": {"1": 1}}',
        '{"n": 1, "list": [1.5]}',
        '{"n": 1, "list": [null]}',
        '{"n": 1}',
      ],
    ],
    [
      'data',
      'resource.data has s && resource.data.s == "x"',
      ['{"n": 1, "list": [], "s": 5}', '{"n": 1, "list": [], "s": null}', 'null'],
    ],
    [
      'words',
      'resource.words.contains("a")',
      ['["a", 1]', '["a", null]', '["a", ["b"]]', '{"a": "a"}', '"a"', 'null', null],
    ],
    ['words', 'resource.words == ["a"]', ['["a", 1]', '"a"']],
    ['tags', 'resource.hasTag("x") && resource.getTag("x") == "y"', ['{"x": 1}', '{"x": null}']],
  ]

  it.each(cases)('in %s: %s', async (column, expression, values) => {
    await fill([{ id: 'good' }, ...values.map((value, at) => ({ id: `bad ${at}`, [column]: value }))])
    // Whatever is asked of it: neither the row that meets the condition nor the one that does not; and the query does not fail.
    const [yes, no] = [await idsOf({ expression }), await idsOf({ expression: `!(${expression})` })]
    expect([...yes, ...no]).toEqual(['good'])
    expect([...(await idsOf({ expression, effect: 'forbid' })), ...yes]).toEqual(['good'])
  })
})

it('a record in columns is there with all that it must have, or not at all', async () => {
  await fill([
    { id: 'none' },
    { id: 'small', note_text: 'x', note_size: 1 },
    { id: 'plain', note_text: 'x' },
    { id: 'broken', note_size: 1 },
    { id: 'empty', odd_a: null },
  ])
  expect(await idsOf({ expression: 'resource has note' })).toEqual(['plain', 'small'])
  expect(await idsOf({ expression: '!(resource has note)' })).toEqual(['empty', 'none'])
  expect(await idsOf({ expression: 'resource has note.size && resource.note.size == 1' })).toEqual(['small'])
  expect(await idsOf({ expression: '!(resource has note.size)' })).toEqual(['empty', 'none', 'plain'])
  expect(await idsOf({ expression: 'resource.odd has a && resource.odd.a == 1' })).toEqual([
    'broken',
    'none',
    'plain',
    'small',
  ])
  expect(await idsOf({ expression: '!(resource.odd has a)' })).toEqual([])
})

describe('arithmetic at its edges', () => {
  const DAY = 86_400_000n
  const edges = [-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, DAY, -DAY, DAY - 1n, -DAY - 1n, 106_751_991_167n * DAY - 1n]
  const expressions = [
    'resource.ms.toDate() <= datetime("1970-01-01")',
    'resource.ms.toTime() < duration("12h")',
    'resource.lasts.toDays() == 106751991166',
    'resource.lasts.toDays() == -1',
    'resource.lasts.toHours() * 400000000000 < 0',
    'resource.ms.offset(resource.lasts) < datetime("1970-01-01")',
    'resource.ms.durationSince(datetime("1970-01-01")) == resource.lasts',
    '-(resource.lasts.toMilliseconds()) > 0',
    'resource.lasts.toMilliseconds() - 1 < 0',
  ]

  it.each(expressions)('%s', async (expression) => {
    await fill(edges.map((edge) => ({ id: String(edge), ms: String(edge), lasts: String(edge) })))
    for (const effect of ['permit', 'forbid'] as const) {
      const asked = { expression, effect }
      const expected = edges.filter((edge) => decide(asked, attributesOf(edge))).map(String)
      expect(await idsOf(asked)).toEqual(expected.toSorted())
    }
  })

  function attributesOf(edge: bigint): { readonly [name: string]: ValueJson } {
    const duration: ValueJson = { __extn: { fn: 'duration', arg: `${edge}ms` } }
    const start: ValueJson = { __extn: { fn: 'datetime', arg: '1970-01-01' } }
    return { lasts: duration, ms: { __extn: { fn: 'offset', args: [start, duration] } } }
  }
})

it('whoever writes SQL into a value finds it compared as a value', async () => {
  await fill([{ id: 'one', name: `'; DROP TABLE things; --`, tags: '{"\' OR TRUE --": "x"}' }, { id: 'two' }])
  for (const context of [`'; DROP TABLE things; --`, `' OR TRUE --`, `" OR TRUE --`, '$1', '\\', `\\'; SELECT 1; --`]) {
    const found = await idsOf({ expression: 'resource.name == context.s || resource.hasTag(context.s)', context })
    expect(found).toEqual(context.startsWith("'") ? ['one'] : [])
  }
  expect(await idsOf({ expression: 'resource.name like "*DROP TABLE*"' })).toEqual(['one'])
  for (const context of ['a\0', '\ud800']) {
    expect(await idsOf({ expression: 'resource.name == context.s || resource.hasTag(context.s)', context })).toEqual([])
    expect(await idsOf({ expression: '[context.s].contains(resource.name)', context })).toEqual([])
  }
})

it('instants are cut to milliseconds, as applications read them', async () => {
  await fill([
    { id: 'before', at: '2024-01-01 00:00:00.122999+00' },
    { id: 'begin', at: '2024-01-01 00:00:00.123+00' },
    { id: 'within', at: '2024-01-01 00:00:00.123999+00' },
    { id: 'end', at: '2024-01-01 00:00:00.124+00' },
  ])
  const at = 'datetime("2024-01-01T00:00:00.123Z")'
  expect(await idsOf({ expression: `resource.at == ${at}` })).toEqual(['begin', 'within'])
  expect(await idsOf({ expression: `resource.at != ${at}` })).toEqual(['before', 'end'])
  expect(await idsOf({ expression: `resource.at <= ${at}` })).toEqual(['before', 'begin', 'within'])
  expect(await idsOf({ expression: `${at} < resource.at` })).toEqual(['end'])
  expect(await idsOf({ expression: `${at} >= resource.at` })).toEqual(['before', 'begin', 'within'])
  expect(await idsOf({ expression: `resource.at.durationSince(${at}) == duration("0ms")` })).toEqual([
    'begin',
    'within',
  ])
})

describe('columns of a kind are of several types', () => {
  const text = `
entity Person;
entity Folder in [Folder];
entity Paper in [Folder] { owner: Person, title: String, other: String };
action read appliesTo { principal: [Person], resource: [Paper], context: { s: String } };`
  const read = parseSchema(text)
  if (!read.ok) throw new Error(read.findings[0]?.message)
  const papers = createSchema(read.schema)

  it.each([
    ['integer', 'bigint', '1', '2'],
    ['smallint', 'bigint', '1', '2'],
    ['varchar(50)', 'text', 'a', 'b'],
    ['text COLLATE "C"', 'text', 'a', 'b'],
    ['uuid', 'uuid', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b'],
  ] as const)('%s', async (type, as, one, two) => {
    await client.query(`DROP TABLE IF EXISTS papers, folders; CREATE TABLE folders (id ${type} PRIMARY KEY, parent ${type});
      CREATE TABLE papers (id ${type} PRIMARY KEY, owner ${type} NOT NULL, folder ${type}, title varchar(9) COLLATE "C" NOT NULL, other text NOT NULL)`)
    await client.query('INSERT INTO folders VALUES ($1, $2)', [two, one])
    await client.query(`INSERT INTO papers VALUES ($1, $1, $2, 'x', 'x'), ($2, $2, NULL, 'y', 'x')`, [one, two])
    const table: TableMapping = {
      type: 'Paper',
      table: 'papers',
      id: { column: 'id', as },
      attributes: { owner: { column: 'owner', as }, title: 'title', other: 'other' },
      parents: [{ kind: 'tree', type: 'Folder', as, column: 'folder', table: 'folders', id: 'id', parent: 'parent' }],
    }
    const found = async (expression: string) => {
      const asked = {
        principal: { type: 'Person', id: one },
        action: { type: 'Action', id: 'read' },
        resourceType: 'Paper',
      }
      const all = createEntities(papers.actions)
      const left = partial(setOf({ expression }), asked, all, papers, { validated: true })
      const { sql, parameters } = toSql(left, table)
      return (
        await client.query<{ id: unknown }>(`SELECT id FROM papers WHERE ${sql} ORDER BY id`, [...parameters])
      ).rows.map(({ id }) => String(id))
    }
    expect(await found(`resource in Folder::"${one}"`)).toEqual([one])
    expect(await found(`!(resource in Folder::"${one}")`)).toEqual([two])
    expect(await found(`resource in Folder::"${two}"`)).toEqual([one])
    expect(await found('resource.owner == principal')).toEqual([one])
    expect(await found(`resource == Paper::"${two}" || resource in Paper::"${one}"`)).toEqual([one, two])
    expect(await found('resource.title == resource.other')).toEqual([one])
    expect(await found('[resource.other, "y"].containsAll([resource.title]) && resource.title like "y*"')).toEqual([
      two,
    ])
  })
})

import { parsePolicySet, validate } from '@holdfast/policy/authoring'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bigint,
  decimalColumn,
  durationColumn,
  ipColumn,
  longColumn,
  person,
  record,
  references,
  uuid,
} from './filters/columns.ts'
import type { Holdfast } from './holdfast.ts'
import type { PrincipalReference } from './principal.ts'
import { defineResource, type ResourceEntity } from './resource.ts'
import { sql } from './filters/sql.ts'
import { type Library, openLibrary } from './testing/library.ts'
import { ValueError } from './values.ts'

const ADA = '0198a000-0000-7000-8000-00000000000a'
const BEN = '0198a000-0000-7000-8000-00000000000b'

const SCHEMA = `
entity Role in [Role]; entity Group in [Group, Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
entity Item {
  owner: Person, at: datetime, amount: decimal, from: ipaddr, span: duration, big: Long, small: Long, labels: Set<String>,
  editors: Set<Person>, place: { city: String, zip?: String }, meta?: { level: Long, name: String },
} tags String;
action see, pass appliesTo { principal: [Person], resource: [Item], context: { question: Long } };
`

/** Each is a policy of its own, asked as question n. */
const CONDITIONS = [
  'resource.owner == principal',
  'resource.at < datetime("2026-01-01T00:00:00.123Z")',
  'resource.at.offset(duration("1ms")) >= datetime("2026-01-01T00:00:00.123Z")',
  'resource.amount.greaterThan(decimal("12.5"))',
  'resource.amount.lessThanOrEqual(decimal("-0.0001"))',
  'resource.from.isInRange(ip("10.0.0.0/8"))',
  'resource.from == ip("10.0.0.1")',
  '!resource.from.isIpv4()',
  'resource.span < duration("1500ms")',
  'resource.big > 9007199254740990',
  'resource.big + 1 > 0',
  'resource.small * 2 == 6',
  'resource.labels.contains("it\'s")',
  'resource.labels.containsAll(["a", "b"])',
  'resource.labels.isEmpty()',
  'resource.editors.contains(principal)',
  'resource.editors == [principal]',
  'resource.place.city == "Ulm"',
  'resource.place has zip && resource.place.zip == "$1"',
  '!(resource.place has zip)',
  'resource has meta && resource.meta.level == 3',
  'resource has meta && resource.meta.name like "*%_*"',
  'resource.hasTag("k") && resource.getTag("k") == "v"',
]
/** What permits `see` forbids `pass`: a condition that fails permits nothing, and forbids. */
const POLICIES = [
  `@id("all") permit(principal, action == Action::"pass", resource);`,
  ...CONDITIONS.flatMap((condition, n) => {
    const when = `when { context.question == ${n} && ${condition} };`
    return [
      `@id("permit${n}") permit(principal, action == Action::"see", resource) ${when}`,
      `@id("forbid${n}") forbid(principal, action == Action::"pass", resource) ${when}`,
    ]
  }),
]

const Item = defineResource({
  type: 'Item',
  table: 'items',
  id: bigint('id'),
  attributes: {
    owner: person(uuid('owner_id')),
    at: 'at',
    amount: decimalColumn('amount'),
    from: ipColumn('source'),
    span: durationColumn('span_ms'),
    big: longColumn('big'),
    small: 'small',
    labels: 'labels',
    editors: references('Person', uuid('editor_ids')),
    place: record({ city: 'city', zip: 'zip' }),
    meta: 'meta',
  },
  tags: 'tags',
})

const TABLE = `CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id uuid NOT NULL, at timestamptz NOT NULL, amount numeric NOT NULL,
  source inet NOT NULL, span_ms bigint NOT NULL, big bigint NOT NULL, small smallint NOT NULL, labels text[] NOT NULL,
  editor_ids uuid[] NOT NULL, city text NOT NULL, zip text, meta jsonb, tags jsonb)`

/** A usual row, and what one column of it may hold as well. */
const USUAL = {
  owner_id: BEN,
  at: '2026-01-01T00:00:00.123Z',
  amount: '12.5',
  source: '10.0.0.1',
  span_ms: '1500',
  big: '1',
  small: '3',
  labels: ['a', 'b'],
  editor_ids: [ADA],
  city: 'Ulm',
  zip: null,
  meta: '{"level":3,"name":"x"}',
  tags: '{}',
} as const
const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  owner_id: [ADA],
  at: [
    '2026-01-01T00:00:00.1229Z',
    '2026-01-01T00:00:00.1239Z',
    '2026-01-01T00:00:00.122Z',
    '1969-12-31T23:59:59.9999Z',
    '0044-03-15 BC',
    'infinity',
  ],
  amount: ['12.5001', '12.50010', '-0.0001', '-0.00001', '922337203685477.5807', '1e20', 'NaN', '0'],
  source: ['10.0.0.1/8', '10.0.0.0/7', '11.0.0.1', '::1', '::ffff:10.0.0.1', '10.0.0.1/32', 'fe80::1/64'],
  span_ms: ['1499', '-1', '0', '9223372036854775807'],
  big: ['9007199254740993', '9223372036854775807', '-9223372036854775808', '9007199254740990'],
  small: ['-3', '0'],
  labels: [[], ["it's"], ['b', 'a', 'a'], ['{a,b}'], [null, 'a', 'b'], ['', '$1', '"']],
  editor_ids: [[], [ADA, ADA], [BEN, ADA], [BEN], [null]],
  city: ['ulm', ' Ulm', ''],
  zip: ['$1', '1', ''],
  meta: [
    null,
    '{"level":3,"name":"50%_off"}',
    '{"level":4,"name":"x"}',
    '{"level":3}',
    '{"level":"3","name":"x"}',
    'null',
    '{"level":3.5,"name":"x"}',
    '{"level":3.0,"name":"x","more":1}',
    '[]',
  ],
  tags: [null, '{"k":"v"}', '{"k":"w"}', '{"K":"v"}', '{"k":1}', '{"k":null}'],
}

/** JSON that is not as the schema says. */
const ODD: ReadonlySet<unknown> = new Set([
  '{"level":3}',
  '{"level":"3","name":"x"}',
  'null',
  '{"level":3.5,"name":"x"}',
  '[]',
  '{"k":1}',
  '{"k":null}',
])

/** Where a condition names the column. */
const NAMES: Readonly<Record<string, string>> = {
  owner_id: 'resource.owner',
  at: 'resource.at',
  amount: 'resource.amount',
  source: 'resource.from',
  span_ms: 'resource.span',
  big: 'resource.big',
  small: 'resource.small',
  labels: 'resource.labels',
  editor_ids: 'resource.editors',
  city: 'resource.place',
  zip: 'resource.place',
  meta: 'resource has meta',
  tags: 'resource.hasTag',
}
const ROWS = [
  { changed: 'owner_id', row: USUAL },
  ...Object.entries(OTHERS).flatMap(([changed, values]) =>
    values.map((value) => ({ changed, row: { ...USUAL, [changed]: value } })),
  ),
]
type Row = Parameters<typeof Item.of>[0] & { id: string }

let library: Library
let holdfast: Holdfast
beforeAll(async () => {
  library = await openLibrary()
  library.control.schema = SCHEMA
  library.control.policies = POLICIES.join('\n')
  library.control.accounts = [ADA, BEN].map((id) => ({ type: 'Person', id }))
  const { pool } = library.database
  await pool.query(TABLE)
  for (const { row } of ROWS) {
    const names = sql.join(Object.keys(row).map((name) => sql.identifier(name)))
    const { text, values } = sql`INSERT INTO items (${names}) VALUES (${sql.join(Object.values(row))})`
    await pool.query(text, [...values])
  }
  holdfast = await library.connect()
  await holdfast.checkColumns(pool, [Item])
})
afterAll(() => library?.close())

/** What the decision of the process is; null where the row holds something that has no form in Cedar. */
function decision(
  principal: PrincipalReference,
  action: string,
  row: Row,
  context: { question: number },
): boolean | null {
  let entity: ResourceEntity
  try {
    entity = Item.of(row)
  } catch (error) {
    if (error instanceof ValueError) return null
    throw error
  }
  const { code, allowed } = holdfast.can(principal, action, entity, context)
  return code === 'input_malformed' ? null : allowed
}

function isOdd({ id }: Row): boolean {
  const { changed = '', row } = ROWS[Number(id) - 1] ?? {}
  return ODD.has((row as Readonly<Record<string, unknown>> | undefined)?.[changed])
}

/** Whether the condition asks for what is unusual in the row. */
function reads(n: number, { id }: Row): boolean {
  return (CONDITIONS[n] ?? '').includes(NAMES[ROWS[Number(id) - 1]?.changed ?? ''] ?? '')
}

describe('a value of each kind', () => {
  it('is asked for by policies that fit the schema', () => {
    expect(parsePolicySet(POLICIES.join('\n')).ok).toBe(true)
    expect(validate(Object.fromEntries(POLICIES.map((text, n) => [`p${n}`, text])), SCHEMA)).toEqual([])
  })

  const cases = CONDITIONS.flatMap((condition, n) => [['see', condition, n] as const, ['pass', condition, n] as const])
  it.each(cases)('means in SQL what it means in the process: %s when %s', async (action, _, n) => {
    const { rows } = await library.database.pool.query<Row>('SELECT * FROM items')
    expect(rows).toHaveLength(ROWS.length)
    const counts: number[] = []
    for (const id of [ADA, BEN]) {
      const principal = { type: 'Person', id }
      const context = { question: n }
      const { text, values } = sql`SELECT id FROM items WHERE ${holdfast.filter(principal, action, Item, { context })}`
      const kept = await library.database.pool.query<{ id: string }>(text, [...values])
      const found = kept.rows.map((row) => row.id)
      const decisions = rows.map((row) => ({ row, is: decision(principal, action, row, context) }))
      const decided = decisions.filter(({ is }) => is === true).map(({ row }) => row.id)
      // A row with a value that has no form in Cedar is refused whole; a filter refuses it where the policies read that value. JSON that
      // contradicts the schema is refused by a filter that reads it, and may mean something to a decision.
      const unsure = new Set(
        decisions.filter(({ row, is }) => (is === null && !reads(n, row)) || isOdd(row)).map(({ row }) => row.id),
      )
      const sure = (ids: readonly string[]) => ids.filter((each) => !unsure.has(each)).toSorted()
      expect(sure(found)).toEqual(sure(decided))
      const odd = decisions.filter(({ row, is }) => isOdd(row) && is === false)
      for (const { row } of odd) expect(found).not.toContain(row.id)
      counts.push(decided.length)
    }
    expect(Math.max(...counts)).toBeGreaterThan(0)
    expect(Math.min(...counts)).toBeLessThan(rows.length)
  })
})

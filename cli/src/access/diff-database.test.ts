import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, createEntities, createSchema, type EntityJson, evaluate, type PolicyJson } from '@holdfast/policy'
import { parsePolicy, parseSchema, validate } from '@holdfast/policy/authoring'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { holdfast, type Scripted, scripted } from '../testing/run.ts'
import type { Comparison } from './diff-report.ts'

const schemaText = `entity Group in [Group];
entity Person in [Group];
entity Doc { owner: Person, readers: Set<Person>, secret: Bool, level: Long, note?: String };
action read, write appliesTo { principal: Person, resource: Doc };
`
const when = (effect: string, condition: string, scope = 'principal, action, resource') =>
  `${effect} (${scope}) when { ${condition} };`
const TEXTS = [
  when('permit', 'resource.owner == principal'),
  when('permit', 'resource.readers.contains(principal)', 'principal, action == Action::"read", resource'),
  when('permit', 'resource.level > 2', 'principal in Group::"staff", action, resource'),
  when('permit', 'resource has note && resource.note like "a*"'),
  when('permit', '!resource.secret', 'principal == Person::"p1", action, resource'),
  when('forbid', 'resource.secret && resource.owner != principal'),
  when('forbid', 'resource has note && resource.note == "b"', 'principal, action == Action::"write", resource'),
  when(
    'forbid',
    'resource.level * 4000000000000000 * 1000 > 12000000000000',
    'principal in Group::"staff", action, resource',
  ),
]

interface Row {
  readonly owner: string
  readonly readers: readonly string[]
  readonly secret: boolean
  readonly level: number
  readonly note: string | null
}

const people = ['p0', 'p1', 'p2', 'p3']
const person = fc.constantFrom(...people)
const row: fc.Arbitrary<Row> = fc.record({
  owner: person,
  readers: fc.uniqueArray(person, { maxLength: 3 }),
  secret: fc.boolean(),
  level: fc.integer({ min: 0, max: 4 }),
  note: fc.constantFrom(null, 'a', 'ab', 'b'),
})
const numbers = fc.uniqueArray(fc.nat({ max: TEXTS.length - 1 }), { maxLength: 5 })

const schema = parseSchema(schemaText)
const policies: PolicyJson[] = []
const name = `diff_rows_${randomBytes(6).toString('hex')}`
const admin = inject('postgresUrl')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-'))
let database = ''
let client: Client
let server: Scripted
let sides: object = {}

beforeAll(async () => {
  expect(validate(Object.fromEntries(TEXTS.map((text, at) => [`p${at}`, text])), schemaText)).toEqual([])
  for (const text of TEXTS) {
    const parsed = parsePolicy('p', text)
    if (parsed.ok) policies.push(parsed.policy)
  }
  const first = new Client({ connectionString: admin })
  await first.connect()
  await first.query(`CREATE DATABASE ${name}`)
  await first.end()
  database = admin.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
  client = new Client({ connectionString: database })
  await client.connect()
  await client.query(`CREATE TABLE docs (id int PRIMARY KEY, owner text NOT NULL, readers text[] NOT NULL,
    secret boolean NOT NULL, level bigint NOT NULL, note text)`)
  writeFileSync(
    join(folder, 'resources.mjs'),
    `export const Doc = { mapping: { type: 'Doc', table: 'docs', id: { column: 'id', as: 'bigint' }, attributes: {
      owner: 'owner', readers: 'readers', secret: 'secret', level: 'level', note: 'note' } } }`,
  )
  server = await scripted(({ path }) => (path.endsWith('/diff/sides') ? { body: sides } : { status: 404 }))
})

afterAll(async () => {
  await server.close()
  await client.end()
  const last = new Client({ connectionString: admin })
  await last.connect()
  await last.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await last.end()
})

it('what is counted in PostgreSQL is what deciding each row says, over random policies and rows', async () => {
  if (!schema.ok) throw new Error('the schema is not valid')
  const hierarchy: EntityJson[] = [
    ...createSchema(schema.schema).actions,
    { uid: { type: 'Group', id: 'staff' } },
    ...people.map((id, at) => ({
      uid: { type: 'Person', id },
      parents: at < 2 ? [{ type: 'Group', id: 'staff' }] : [],
    })),
  ]
  const setOf = (chosen: readonly number[]) => ({
    staticPolicies: Object.fromEntries(
      policies.flatMap((policy, at) => (chosen.includes(at) ? [[`p${at}`, policy]] : [])),
    ),
    templates: {},
    templateLinks: [],
  })
  const material = (chosen: readonly number[]) => ({
    schema: schema.schema,
    validated: true,
    policies: setOf(chosen),
    entities: hierarchy,
    principals: people.map((id) => ({ type: 'Person', id })),
  })
  const entityOf = ({ owner, readers, secret, level, note }: Row, id: number): EntityJson => ({
    uid: { type: 'Doc', id: String(id) },
    attrs: {
      owner: { __entity: { type: 'Person', id: owner } },
      readers: readers.map((reader) => ({ __entity: { type: 'Person', id: reader } })),
      secret,
      level,
      ...(note !== null && { note }),
    },
  })
  let differences = 0
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), numbers, numbers, async (rows, old, now) => {
      await client.query('TRUNCATE docs')
      for (const [id, { owner, readers, secret, level, note }] of rows.entries()) {
        await client.query('INSERT INTO docs VALUES ($1, $2, $3, $4, $5, $6)', [
          id,
          owner,
          readers,
          secret,
          level,
          note,
        ])
      }
      sides = { old: material(old), new: material(now) }
      const words = ['access', 'diff', 'live', 'live', '--application', 'docs', '--database', database]
      const ran = await holdfast(
        [...words, '--resources', join(folder, 'resources.mjs'), '--json', '--url', server.url],
        { env: { HOLDFAST_TOKEN: 't' } },
      )
      expect(ran.error).toBe('')
      const { changes } = JSON.parse(ran.out) as Comparison

      const entities = createEntities([...hierarchy, ...rows.map(entityOf)])
      const [before, after] = [compile(setOf(old)), compile(setOf(now))]
      const expected = new Map<string, { pairs: number; rows: Set<number> }>()
      for (const action of ['read', 'write']) {
        for (const id of people) {
          for (const number of rows.keys()) {
            const request = {
              principal: { type: 'Person', id },
              action: { type: 'Action', id: action },
              resource: { type: 'Doc', id: String(number) },
            }
            const [was, is] = [before, after].map(
              (set) => evaluate(set, request, entities, { onError: 'deny' }).decision,
            )
            if (was === is) continue
            const key = `${is === 'allow' ? 'gain' : 'loss'} ${action}`
            const known = expected.get(key) ?? { pairs: 0, rows: new Set() }
            expected.set(key, known)
            known.pairs++
            known.rows.add(number)
            differences++
          }
        }
      }
      const said = changes.map(({ kind, action, pairs, resources }) => `${kind} ${action} ${pairs} ${resources}`)
      const wanted = [...expected].map(([key, { pairs, rows: distinct }]) => `${key} ${pairs} ${distinct.size}`)
      expect(said.toSorted()).toEqual(wanted.toSorted())
    }),
    { numRuns: 25 },
  )
  expect(differences).toBeGreaterThan(0)
})

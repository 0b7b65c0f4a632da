import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { type RealServer, startReal } from '../testing/server.ts'
import type { Comparison } from './diff-report.ts'

const schema = `entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Doc { owner: Person, secret: Bool, note?: String };
action read, write appliesTo { principal: Person, resource: Doc };
`
const owners = 'permit (principal, action, resource is Doc) when { resource.owner == principal };\n'
const team = 'permit (principal in Group::"team", action == Action::"read", resource is Doc);\n'
const noSecrets =
  'forbid (principal, action, resource is Doc) when { resource.secret } unless { resource.owner == principal };\n'

let real: RealServer
let database = ''
const people: string[] = []
const on = ['--application', 'docs']
const admin = inject('postgresUrl')
const databaseName = `diff_${randomBytes(6).toString('hex')}`

function file(name: string, text: string): string {
  const path = join(real.folder, name)
  writeFileSync(path, text)
  return path
}

/** A directory with the schema and these policies. */
function rules(name: string, texts: Readonly<Record<string, string>>): string {
  const directory = join(real.folder, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  writeFileSync(join(directory, 'docs.cedarschema'), schema)
  for (const [policy, text] of Object.entries(texts)) writeFileSync(join(directory, `${policy}.cedar`), text)
  return directory
}

const diff = (...words: string[]) => real.cli(['access', 'diff', ...words, ...on])
const diffJson = (...words: string[]) => real.json<Comparison>('access', 'diff', ...words, ...on)

beforeAll(async () => {
  real = await startReal()
  const client = new Client({ connectionString: admin })
  await client.connect()
  await client.query(`CREATE DATABASE ${databaseName}`)
  await client.end()
  database = admin.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${databaseName}`)
  await real.json('groups', 'create', 'team', '--name', 'Team')
  await real.json('applications', 'create', 'docs')
  await real.cli(['policies', 'schema', 'put', 'docs', file('docs.cedarschema', schema)])
  for (const [name, text] of Object.entries({ owners, 'no-secrets': noSecrets })) {
    expect((await real.cli(['policies', 'put', 'docs', file(`${name}.cedar`, text)])).error).toBe('')
  }
  for (const number of [0, 1, 2, 3]) {
    const words = ['people', 'create', `p${number}@docs.example`, '--name', `P${number}`, '--no-password']
    people.push((await real.json<Person>(...words, ...(number < 2 ? ['--group', 'team'] : []))).id)
  }
})

afterAll(async () => {
  await real.stop()
  const client = new Client({ connectionString: admin })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${databaseName} WITH (FORCE)`)
  await client.end()
})

describe('access diff', () => {
  const entities = () =>
    file(
      'docs.json',
      JSON.stringify(
        ['a', 'b', 'c'].map((id, at) => ({
          uid: { type: 'Doc', id },
          attrs: { owner: { __entity: { type: 'Person', id: people[at === 0 ? 0 : 3] } }, secret: at === 2 },
        })),
      ),
    )

  it('says in words, and in a table with names, what a directory of policies would change', async () => {
    const next = rules('next', { owners, 'no-secrets': noSecrets, team })
    const { code, out, error } = await diff('live', next, '--entities', entities())
    expect([code, error]).toEqual([0, ''])
    expect(out).toContain('2 people gain read on 2 Docs (by team; all of them are in Group::"team")\n')
    expect(out).toMatch(/^\+ +read +p0@docs\.example, p1@docs\.example +Doc::"b" +Group::"team" +team$/m)
    expect((await diff('live', next, '--entities', entities(), '--exit-code')).code).toBe(1)
  })

  it('lays single policies over the live ones, and knows that nothing changed', async () => {
    const single = await diffJson(
      'live',
      file('team.cedar', team),
      '--entities',
      entities(),
      '--principal',
      'p1@docs.example',
    )
    expect(single.changes).toMatchObject([{ kind: 'gain', principals: 1, pairs: 2, because: ['team'] }])
    const same = await diff('live', 'live', '--exit-code', '--entities', entities())
    expect([same.code, same.out]).toEqual([0, 'Nobody gains or loses anything.\n\nCompared 0 requests of 0 actions.\n'])
  })

  it('says what it cannot compare, and what it does not understand', async () => {
    const blind = await diff('live', file('team.cedar', `${team.trimEnd().slice(0, -1)} when { resource.secret };`))
    expect(blind.out).toContain('read on Doc is not compared: no Doc is known here, and ')
    expect((await diff('live', file('wrong.cedar', team.replace('read', 'reed')))).error).toContain('reed')
    expect((await diff('live', 'yesterday')).code).toBe(2)
    expect((await diff('live', '2020-01-01')).error).toContain('diff_past_unknown')
    expect((await diff('live', 'live', '--database', database)).code).toBe(2)
  })
})

describe("access diff in the application's own database", () => {
  const resources = () =>
    file(
      'resources.mjs',
      `export const Doc = { mapping: { type: 'Doc', table: 'docs', id: { column: 'id', as: 'bigint' },
        attributes: { owner: { column: 'owner_id', as: 'uuid' }, secret: 'secret', note: 'note' } } }`,
    )
  const counted = (...words: string[]) => diff(...words, '--database', database, '--resources', resources())

  beforeAll(async () => {
    const client = new Client({ connectionString: database })
    await client.connect()
    await client.query(
      'CREATE TABLE docs (id bigint PRIMARY KEY, owner_id uuid NOT NULL, secret boolean NOT NULL, note text)',
    )
    // 1,000 rows: a quarter each is somebody's, every tenth is secret.
    await client.query(
      `INSERT INTO docs SELECT n, ($1::uuid[])[n % 4 + 1], n % 10 = 0, NULL FROM generate_series(1, 1000) AS n`,
      [people],
    )
    await client.end()
  })

  it('counts rows exactly, forbids and all, and changes nothing', async () => {
    const next = rules('next', { owners, 'no-secrets': noSecrets, team })
    const { code, out, error } = await counted('live', next)
    expect([code, error]).toEqual([0, ''])
    const client = new Client({ connectionString: database })
    await client.connect()
    // The broken twin: what the new policy alone would permit, without asking what forbids.
    const { rows } = await client.query<{ pairs: string; twin: string; rows: string }>(
      `SELECT count(*) FILTER (WHERE NOT secret) AS pairs, count(*) AS twin, count(DISTINCT id) FILTER (WHERE NOT secret) AS rows
       FROM docs CROSS JOIN unnest($1::uuid[]) AS person WHERE owner_id <> person`,
      [people.slice(0, 2)],
    )
    await client.end()
    const json = JSON.parse((await counted('live', next, '--json')).out) as Comparison
    expect(json.changes).toMatchObject([
      { kind: 'gain', action: 'read', principals: 2, pairs: Number(rows[0]?.pairs), resources: Number(rows[0]?.rows) },
    ])
    expect(json.changes[0]?.pairs).not.toBe(Number(rows[0]?.twin))
    expect(out).toContain(`2 people gain read on ${Number(rows[0]?.rows)} Docs (all of them are in Group::"team")`)
    const back = JSON.parse((await counted(next, 'live', '--json')).out) as Comparison
    expect(back.changes).toMatchObject([{ kind: 'loss', pairs: Number(rows[0]?.pairs) }])
    expect((await counted('live', 'live', '--exit-code')).code).toBe(0)
  })

  it('says by name what SQL cannot express, and ends with 1', async () => {
    const noted = 'permit (principal, action == Action::"read", resource is Doc) when { resource has note };'
    const without = file('unmapped.mjs', readFileSync(resources(), 'utf8').replace(", note: 'note'", ''))
    const { code, out } = await diff('live', file('noted.cedar', noted), '--database', database, '--resources', without)
    expect(out).toMatch(/^read on Doc is not compared: .*note/m)
    expect(code).toBe(1)
    expect((await counted('live', file('noted.cedar', noted), '--exit-code')).code).toBe(0)
  })

  it('refuses columns on which counts would not be exact, and modules without resources', async () => {
    const client = new Client({ connectionString: database })
    await client.connect()
    await client.query('ALTER TABLE docs ALTER COLUMN secret DROP NOT NULL')
    const { code, error } = await counted('live', 'live')
    await client.query('ALTER TABLE docs ALTER COLUMN secret SET NOT NULL')
    await client.end()
    expect(code).toBe(1)
    expect(error).toContain('docs.secret: may be NULL, and the schema requires a value')
    const empty = await diff(
      'live',
      'live',
      '--database',
      database,
      '--resources',
      file('none.mjs', 'export const x = 1'),
    )
    expect([empty.code, empty.error]).toEqual([2, expect.stringContaining('no_resources')])
    const shop = fileURLToPath(new URL('../../../examples/shop/src/guarded/resources.ts', import.meta.url))
    const foreign = await diff('live', 'live', '--database', database, '--resources', shop, '--type', 'Order')
    expect(foreign.error).toContain('Order: the schema has no entity type `Order`')
  })
})

describe('access roles apply', () => {
  const roles = (more: string) => `
roles:
  reader: { description: Reads, permissions: [{ allow: read, on: Doc }] }
  writer:
    inherits: [reader]
    permissions:
      - { allow: write, on: Doc, when: owner }
${more}`
  const assigned = 'assignments: { writer: [p2@docs.example], reader: [\'Group::"team"\'] }\n'
  const apply = (text: string, ...words: string[]) =>
    real.cli(['access', 'roles', 'apply', file('roles.yaml', text), ...on, ...words])

  it('compiles a file beside its schema', async () => {
    const { code, out } = await real.cli(['access', 'roles', 'compile', file('roles.yaml', roles(''))])
    expect(code).toBe(0)
    expect(out).toContain('// role-writer-doc-owner\n@doc("The role writer may write Doc when owner.")')
  })

  it('shows what it would do, does it, and has nothing to do then', async () => {
    const plan = await apply(roles(assigned), '--dry-run')
    expect([plan.code, plan.error]).toEqual([0, ''])
    expect(plan.out).toContain(
      `+ role reader\n+ role writer\n+ policy role-reader-doc\n+ policy role-writer-doc-owner\n+ writer for Person::"${people[2]}"\n+ reader for Group::"team"\n6 changes.\nNothing was changed.\n`,
    )
    const done = await apply(roles(assigned))
    expect([done.code, done.error]).toEqual([0, ''])
    expect(done.out).toContain('6 changes.\nDone.\n')
    expect((await apply(roles(assigned))).out).toBe('docs has all of that already.\n')
    const may = await real.cli([
      'access',
      'check',
      'p2@docs.example',
      'read',
      'Doc::"x"',
      ...on,
      '--entities',
      file(
        'x.json',
        JSON.stringify([
          {
            uid: { type: 'Doc', id: 'x' },
            attrs: { owner: { __entity: { type: 'Person', id: people[0] } }, secret: false },
          },
        ]),
      ),
    ])
    expect(may.code, may.out + may.error).toBe(0)
  })

  it('takes away what is no longer there, but not without being told to', async () => {
    const fewer = roles('assignments: { writer: [p2@docs.example] }\n').replace('[{ allow: read, on: Doc }]', '[]')
    expect((await apply(fewer)).error).toContain('not_agreed')
    const { code, out } = await apply(fewer, '--yes')
    expect(code).toBe(0)
    expect(out).toContain('- policy role-reader-doc\n')
    expect(out).toContain('- reader for Group::"team"\n')
    expect((await real.cli(['policies', 'list', 'docs'])).out).toContain('owners')
  })

  it('names the line of what is wrong', async () => {
    const wrong = await apply(roles('').replace('when: owner', 'when: onwer'))
    expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining('roles.yaml:7:')])
    const nobody = await apply(roles('assignments: { reader: [nobody@docs.example] }'))
    expect([nobody.code, nobody.error]).toEqual([2, expect.stringMatching(/roles\.yaml:8:.*nobody@docs\.example/)])
  })
})

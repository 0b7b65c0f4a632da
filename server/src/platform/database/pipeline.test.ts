import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { createThings } from '../../testing/things.ts'
import { type Database, openDatabase, type OwnTransaction, type Transaction } from './database.ts'
import { inOrder } from './pipeline.ts'

/*
 * What goes out together: BEGIN with the first statement, the last one with COMMIT. Nothing may be done outside of the
 * transaction and of the role that it takes, whatever of it fails.
 */
let fixture: Fixture

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
})
afterAll(() => fixture.close())
beforeEach(() => fixture.admin.query('DELETE FROM things'))

type Statements = ReturnType<Transaction['kysely']>

const add = (statements: Statements, tenant: string, id: string) =>
  sql`INSERT INTO things (tenant_id, id) VALUES (${tenant}::uuid, ${id})`.execute(statements)

const there = async () =>
  (await fixture.admin.query<{ id: string }>('SELECT id FROM things ORDER BY id')).rows.map(({ id }) => id)

const own = <T>(run: (tx: OwnTransaction) => Promise<T>, database: Database = fixture.database) =>
  database.asTenant(fixture.tenant, run)

describe('the last statement of a transaction', () => {
  it('is answered, and committed with all before it', async () => {
    const { rows } = await own(async (tx) => {
      await add(tx.kysely(), fixture.tenant, 'first')
      return sql<{ id: string }>`SELECT id FROM things`.execute(tx.last())
    })
    expect(rows).toEqual([{ id: 'first' }])
    expect(await there()).toEqual(['first'])
  })

  it('takes everything back when it fails', async () => {
    const failing = own(async (tx) => {
      await add(tx.kysely(), fixture.tenant, 'first')
      await add(tx.last(), fixture.other, 'theirs')
    })
    await expect(failing).rejects.toMatchObject({ code: '42501' })
    expect(await there()).toEqual([])
  })

  it('lets none follow: it would be in no transaction, and under no role', async () => {
    const late = own(async (tx) => {
      await add(tx.last(), fixture.tenant, 'last')
      await add(tx.kysely(), fixture.tenant, 'late')
    })
    await expect(late).rejects.toThrow('after the last')
    const twice = own(async (tx) => {
      const last = tx.last()
      await Promise.all([add(last, fixture.tenant, 'one'), add(last, fixture.tenant, 'two')])
    })
    await expect(twice).rejects.toThrow('after the last')
    expect(await there()).toEqual(['last', 'one'])
    await own((tx) => add(tx.kysely(), fixture.tenant, 'next'))
    expect(await there()).toEqual(['last', 'next', 'one'])
  })
})

describe('a statement of a transaction that has ended', () => {
  const endings = {
    failed: (tx: OwnTransaction) => add(tx.kysely(), fixture.other, 'theirs'),
    committed: (tx: OwnTransaction) => add(tx.kysely(), fixture.tenant, 'own'),
  }
  it.each(['failed', 'committed'] as const)(
    "never goes out where it has %s: the connection is somebody else's",
    async (how) => {
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      let late: Promise<unknown> = Promise.resolve()
      await own((tx) => {
        late = ended.then(() => add(tx.kysely(), fixture.tenant, 'late'))
        late.catch(() => {})
        return endings[how](tx)
      }).catch(() => {})
      resolve()
      await expect(late).rejects.toThrow('after the last')
      expect(await there()).toEqual(how === 'failed' ? [] : ['own'])
    },
  )
})

describe('statements that go out in an order', () => {
  const count = async (tx: Transaction) =>
    (await sql<{ count: number }>`SELECT count(*)::int AS count FROM things`.execute(tx.kysely())).rows[0]?.count

  it('see what those before them did, however long each takes to make', async () => {
    const late = async (tx: Transaction) => {
      for (let turn = 0; turn < 50; turn++) await Promise.resolve()
      return add(tx.kysely(), fixture.tenant, 'second')
    }
    const seen = await own(async (tx) => {
      const first = () => add(tx.kysely(), fixture.tenant, 'first')
      const answers = await inOrder(
        tx,
        () => count(tx),
        first,
        () => count(tx),
        () => late(tx),
        () => count(tx),
      )
      return [answers[0], answers[2], answers[4]]
    })
    expect(seen).toEqual([0, 1, 2])
  })

  it('fail as the first that failed, and nothing of them stays', async () => {
    const failing = own((tx) =>
      inOrder(
        tx,
        () => add(tx.kysely(), fixture.tenant, 'first'),
        () => add(tx.kysely(), fixture.other, 'theirs'),
        () => count(tx),
      ),
    )
    await expect(failing).rejects.toMatchObject({ code: '42501' })
    expect(await there()).toEqual([])
  })
})

describe('statements that are transactions of their own', () => {
  it('each stay by themselves, under the role of the tenant', async () => {
    const { tenant, other } = fixture
    const singly = fixture.database.singly(tenant, 'write')
    await add(singly.kysely(), tenant, 'one')
    await expect(add(singly.kysely(), other, 'theirs')).rejects.toMatchObject({ code: '42501' })
    await add(singly.kysely(), tenant, 'two')
    expect(await there()).toEqual(['one', 'two'])
    await expect(add(fixture.database.singly(tenant, 'read').kysely(), tenant, 'three')).rejects.toThrow('read-only')
  })
})

describe('a transaction that could not take its role', () => {
  it('does nothing of what was sent with it, and says why', async () => {
    const { admin, url } = fixture
    await admin.query(`
      CREATE ROLE pipeline_test LOGIN PASSWORD 'test';
      GRANT ALL ON things TO pipeline_test; CREATE POLICY all_of_them ON things TO pipeline_test USING (true)`)
    const outsider = url.replace(/\/\/[^@]*@/, '//pipeline_test:test@')
    const database = openDatabase({ url: outsider })
    try {
      // By itself it may.
      const client = new Client({ connectionString: outsider })
      await client.connect()
      await client.query('INSERT INTO things (tenant_id, id) VALUES ($1, $2)', [fixture.tenant, 'itself'])
      await client.end()
      for (const part of ['kysely', 'last'] as const) {
        const refused = own((tx) => add(tx[part](), fixture.tenant, part), database)
        await expect(refused).rejects.toThrow('permission denied to set role')
      }
      expect(await there()).toEqual(['itself'])
    } finally {
      await database.close()
      await admin.query('DROP OWNED BY pipeline_test; DROP ROLE pipeline_test')
    }
  })
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { migrationSources } from '../../modules.ts'
import { createEmptyDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { migrate, MigrationError, type MigrationSource } from './migrate.ts'

let database: TestDatabase
let folder: string
let client: Client

beforeEach(async () => {
  database = await createEmptyDatabase(inject('postgresUrl'))
  folder = mkdtempSync(join(tmpdir(), 'holdfast-migrations-'))
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
  rmSync(folder, { recursive: true })
})

function source(module: string, files: Record<string, string>): MigrationSource {
  const directory = join(folder, module)
  mkdirSync(directory, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return { module, directory }
}

const run = (...sources: MigrationSource[]) => migrate({ url: database.url, sources })
const tables = async () =>
  (
    await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
  ).rows.map(({ name }) => name)

describe('migrate', () => {
  it('applies what is missing, in the order of modules and names, and nothing twice', async () => {
    const one = source('one', {
      '0002_b.sql': 'ALTER TABLE a ADD b int',
      '0001_a.sql': 'CREATE TABLE a (id int)',
      'notes.txt': 'not SQL',
      '3_short.sql': 'not applied',
    })
    const two = source('two', { '0001_c.sql': 'ALTER TABLE a ADD c int' })
    expect(await run(one, two)).toEqual(['one/0001_a.sql', 'one/0002_b.sql', 'two/0001_c.sql'])
    expect(await run(one, two)).toEqual([])
    source('one', { '0003_d.sql': 'CREATE TABLE d (id int)' })
    expect(await run(one, two)).toEqual(['one/0003_d.sql'])
    expect(await tables()).toEqual(['a', 'd', 'migrations'])
  })

  it('refuses a file that changed after it was applied', async () => {
    const one = source('one', { '0001_a.sql': 'CREATE TABLE a (id int)' })
    await run(one)
    source('one', { '0001_a.sql': 'CREATE TABLE a (id bigint)', '0002_b.sql': 'CREATE TABLE b (id int)' })
    await expect(run(one)).rejects.toThrow(/one\/0001_a.sql was changed after it had been applied/)
    expect(await tables()).toEqual(['a', 'migrations'])
  })

  it('takes a file back whole when a part of it fails, and says which', async () => {
    const one = source('one', {
      '0001_a.sql': 'CREATE TABLE a (id int)',
      '0002_b.sql': 'CREATE TABLE b (id int); SELECT 1/0;',
    })
    const failure: unknown = await run(one).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MigrationError)
    expect(String(failure)).toMatch(/one\/0002_b.sql failed: division by zero/)
    expect(await tables()).toEqual(['a', 'migrations'])
    source('one', { '0002_b.sql': 'CREATE TABLE b (id int)' })
    expect(await run(one)).toEqual(['one/0002_b.sql'])
  })

  it('applies a breaking one only when the operator says so', async () => {
    const one = source('one', {
      '0001_a.sql': 'CREATE TABLE a (id int)',
      '0002_b.sql': '-- breaking\nDROP TABLE a',
    })
    await expect(run(one)).rejects.toThrow(/is breaking: take a backup/)
    expect(await tables()).toEqual(['a', 'migrations'])
    expect(await migrate({ url: database.url, sources: [one], allowBreaking: true })).toEqual(['one/0002_b.sql'])
    expect(await tables()).toEqual(['migrations'])
  })

  it('lets replicas that start together wait for each other', async () => {
    const one = source('one', { '0001_a.sql': 'SELECT pg_sleep(0.2); CREATE TABLE a (id int)' })
    const results = await Promise.all(Array.from({ length: 5 }, () => run(one)))
    expect(results.flat()).toEqual(['one/0001_a.sql'])
  })

  it('builds the whole database from nothing, beside others on the same server', async () => {
    const beside = await createEmptyDatabase(inject('postgresUrl'))
    const urls = [database.url, beside.url]
    try {
      const done = await Promise.all(urls.map((url) => migrate({ url, sources: migrationSources })))
      expect(done[0]).toEqual(done[1])
      expect(done[0]).toContain('ledger/0001_ledger.sql')
    } finally {
      await beside.drop()
    }
  })

  it('needs no superuser', async () => {
    await client.query("CREATE ROLE migrate_test LOGIN PASSWORD 'test' CREATEROLE")
    try {
      await client.query('GRANT ALL ON SCHEMA public TO migrate_test')
      await client.query('GRANT holdfast_tenant, holdfast_system TO migrate_test WITH ADMIN OPTION')
      const url = database.url.replace(/\/\/[^@]*@/, '//migrate_test:test@')
      await migrate({ url, sources: migrationSources })
      expect((await tables()).length).toBeGreaterThan(10)
    } finally {
      await client.query('DROP OWNED BY migrate_test; DROP ROLE migrate_test')
    }
  })
})

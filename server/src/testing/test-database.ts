// For tests only: of the server's own files, and of other packages by `@holdfast/testkit`.
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationSources } from '../modules.ts'
import { migrate } from '../platform/database/migrate.ts'
import { Client } from 'pg'
import type { ProvidedContext } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** superuser URL of the run's PostgreSQL, on its maintenance database */
    readonly postgresUrl: string
  }
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/**
 * A database of its own for a test file, cloned from a template that is migrated once per run.
 * @param postgresUrl `inject('postgresUrl')` of the global set-up
 */
export async function createTestDatabase(postgresUrl: ProvidedContext['postgresUrl']): Promise<TestDatabase> {
  const template = await migratedTemplate(postgresUrl)
  const name = `test_${randomBytes(6).toString('hex')}`
  await clone(postgresUrl, template, name)
  return {
    url: withDatabase(postgresUrl, name),
    drop: () => execute(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

/** An empty database: for the tests of migrations themselves, and for applications. */
export async function createEmptyDatabase(postgresUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await execute(postgresUrl, `CREATE DATABASE ${name}`)
  return {
    url: withDatabase(postgresUrl, name),
    drop: () => execute(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function migratedTemplate(postgresUrl: string): Promise<string> {
  const name = `template_${migrationsHash()}`
  const client = await connect(postgresUrl)
  try {
    // Test files of one run start together: one of them makes the template, the others wait for it.
    await client.query('SELECT pg_advisory_lock(4711)')
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) {
      await client.query(`DROP DATABASE IF EXISTS ${name}_half`)
      await client.query(`CREATE DATABASE ${name}_half`)
      await migrate({ url: withDatabase(postgresUrl, `${name}_half`), sources: migrationSources })
      await client.query(`ALTER DATABASE ${name}_half RENAME TO ${name}`)
    }
    return name
  } finally {
    await client.end()
  }
}

/** The template is named by what it holds: a server that outlives the run never hands out an old schema. */
function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const { directory } of migrationSources) {
    for (const file of readdirSync(directory).toSorted()) hash.update(file).update(readFileSync(join(directory, file)))
  }
  return hash.digest('hex').slice(0, 12)
}

async function clone(postgresUrl: string, template: string, name: string): Promise<void> {
  const client = await connect(postgresUrl)
  try {
    await client.query('SELECT pg_advisory_lock(4711)')
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const [, head = '', query = ''] = /^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*(\?.*)?$/.exec(url) ?? []
  return `${head}/${name}${query}`
}

async function execute(url: string, sql: string): Promise<void> {
  const client = await connect(url)
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

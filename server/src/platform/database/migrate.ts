import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'

export interface MigrationSource {
  readonly module: string
  /** a folder of `0001_name.sql` files, applied in the order of their names */
  readonly directory: string
}

export interface MigrateOptions {
  readonly url: string
  readonly sources: readonly MigrationSource[]
  /** a file whose first line is `-- breaking` is applied only when the operator says so */
  readonly allowBreaking?: boolean
}

/** A migration that cannot be applied; the message says which and what to do. */
export class MigrationError extends Error {}

const lockKey = 0x401d_0001

/**
 * Applies what is missing, one transaction per file, each under an advisory lock: replicas that start together wait for
 * each other. The lock is the transaction's, since a pooler may give the next one another session. A file that changed after
 * it was applied is refused, since nobody knows what the database then is.
 * @returns the names of the files applied
 */
export async function migrate({ url, sources, allowBreaking = false }: MigrateOptions): Promise<string[]> {
  const client = new Client({ connectionString: url, application_name: 'holdfast migrate' })
  client.on('error', () => {}) // a connection that dies fails the query under way as well
  await connect(client)
  try {
    await requireVersion(client)
    const done: string[] = []
    const applied = await locked(client, () => known(client))
    for (const { module, directory } of sources) {
      for (const name of migrationFiles(directory)) {
        const text = readFileSync(join(directory, name), 'utf8')
        const file = { module, name, text, checksum: createHash('sha256').update(text).digest('hex') }
        if (isApplied(applied, file)) continue
        if (text.startsWith('-- breaking') && !allowBreaking) {
          throw new MigrationError(
            `The migration ${module}/${name} is breaking: take a backup, then start with --set database.allowBreaking=true.`,
          )
        }
        if (await apply(client, file)) done.push(`${module}/${name}`)
      }
    }
    return done
  } finally {
    await client.end()
  }
}

async function connect(client: Client): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw new MigrationError(
      `The database cannot be reached (${typeof code === 'string' ? code : 'no answer'}). Check that PostgreSQL runs, and host, port, user, password and database of database.url.`,
      { cause: error },
    )
  }
}

async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string }>("SELECT current_setting('server_version_num') AS number")
  const version = Math.floor(Number(rows[0]?.number) / 10_000)
  if (version < 15) throw new MigrationError(`Holdfast needs PostgreSQL 15 or newer, and this is ${version}.`)
}

interface MigrationFile {
  readonly module: string
  readonly name: string
  readonly text: string
  readonly checksum: string
}

/** In a transaction under the lock. */
async function locked<T>(client: Client, run: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    const result = await run()
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** @returns the checksum of each migration that was applied */
async function known(client: Client): Promise<ReadonlyMap<string, string>> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS migrations (module text, name text, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (module, name))',
  )
  const { rows } = await client.query<{ module: string; name: string; checksum: string }>(
    'SELECT module, name, checksum FROM migrations',
  )
  return new Map(rows.map((row) => [`${row.module}/${row.name}`, row.checksum]))
}

function isApplied(applied: ReadonlyMap<string, string>, { module, name, checksum }: MigrationFile): boolean {
  const before = applied.get(`${module}/${name}`)
  if (before === undefined || before === checksum) return before !== undefined
  throw new MigrationError(`The migration ${module}/${name} was changed after it had been applied to this database.`)
}

/** @returns false when another replica was quicker */
async function apply(client: Client, file: MigrationFile): Promise<boolean> {
  const { module, name, checksum, text } = file
  try {
    return await locked(client, async () => {
      if (isApplied(await known(client), file)) return false
      await client.query(text)
      await client.query('INSERT INTO migrations (module, name, checksum) VALUES ($1, $2, $3)', [
        module,
        name,
        checksum,
      ])
      return true
    })
  } catch (error) {
    if (error instanceof MigrationError) throw error
    throw new MigrationError(
      `The migration ${module}/${name} failed: ${error instanceof Error ? error.message : 'unknown'}`,
      { cause: error },
    )
  }
}

function migrationFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .toSorted()
}

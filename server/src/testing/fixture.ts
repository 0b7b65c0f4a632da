import { sql } from 'kysely'
import { Client } from 'pg'
import type { ProvidedContext } from 'vitest'
import { type Database, openDatabase } from '../platform/database/database.ts'
import { createTestDatabase } from './test-database.ts'

export { contextOf } from './context.ts'

export interface Fixture {
  readonly url: string
  readonly database: Database
  /** a superuser on the same database, whom neither row-level security nor grants hold */
  readonly admin: Client
  /** two tenants that exist */
  readonly tenant: string
  readonly other: string
  close(): Promise<void>
}

/** A migrated database of its own with two tenants. */
export async function openFixture(postgresUrl: ProvidedContext['postgresUrl']): Promise<Fixture> {
  const own = await createTestDatabase(postgresUrl)
  const { url } = own
  const database = openDatabase({ url })
  const admin = new Client({ connectionString: url })
  await admin.connect()
  const tenant = '01900000-0000-7000-8000-00000000000a'
  const other = '01900000-0000-7000-8000-00000000000b'
  await database.asSystem((tx) =>
    sql`INSERT INTO tenants (id, slug, name) VALUES (${tenant}, 'one', 'One'), (${other}, 'two', 'Two')`.execute(
      tx.kysely(),
    ),
  )
  return {
    url,
    database,
    admin,
    tenant,
    other,
    async close() {
      await database.close()
      await admin.end()
      await own.drop()
    },
  }
}

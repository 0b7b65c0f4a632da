import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the run's PostgreSQL: testkit/src/postgres/global-setup.ts starts it. */
    readonly postgresUrl: string
  }
}

export interface TestDatabase {
  readonly pool: Pool
  drop(): Promise<void>
}

/** A new, empty database on the real PostgreSQL of this run. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `sdk_${randomBytes(8).toString('hex')}`
  await execute(server, `CREATE DATABASE ${name}`)
  const connectionString = server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
  const pool = new Pool({ connectionString, max: 4 })
  // `end` resolves before the server has taken its leave: dropping the database may end a connection that nobody listens to any more.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return {
    pool,
    drop: async () => {
      await pool.end()
      await execute(server, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the run's PostgreSQL: testkit/src/postgres/global-setup.ts starts it. */
    readonly postgresUrl: string
  }
}

/** A new, empty database on the real PostgreSQL of this run. */
export async function createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = inject('postgresUrl')
  const name = `cli_${randomBytes(6).toString('hex')}`
  await execute(server, `CREATE DATABASE ${name}`)
  return {
    url: server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`),
    drop: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
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

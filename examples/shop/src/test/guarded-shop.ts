import { holdfast } from '@holdfast/sdk/hono'
import type { Hono } from 'hono'
import { openDatabase, type Database } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { createGuardedShop } from '../guarded/app.ts'
import { LISTED } from '../guarded/resources.ts'
import { startControlPlane, type TestControlPlane } from './control-plane.ts'
import { DIRECTORY, PEOPLE } from './people.ts'
import { createDatabase } from './postgres.ts'

export interface TestShop {
  app: Hono
  database: Database
  control: TestControlPlane
  /** The statements that the shop has sent since the last call. */
  statements(): string[]
  /** The rows that PostgreSQL has sent since the last call, as JSON. */
  received(): string
  send(who: keyof typeof PEOPLE | null, method: string, path: string, options?: SendOptions): Promise<Response>
  balance(who: keyof typeof PEOPLE): Promise<number>
  count(table: 'orders' | 'reviews'): Promise<number>
  close(): Promise<void>
}

interface SendOptions {
  body?: unknown
  headers?: Record<string, string>
}

/** The guarded shop in this process, on a real database, with the real SDK against a control plane for tests. */
export async function startTestShop(): Promise<TestShop> {
  let statements: string[] = []
  let received: unknown[] = []
  const own = await createDatabase()
  const database = openDatabase(own.url, {
    log: { sent: (text) => void statements.push(text), received: (rows) => void received.push(...rows) },
  })
  await createTables(database, 'guarded.sql')
  await seed(database, PEOPLE)
  const control = await startControlPlane(DIRECTORY)
  const guard = await holdfast({ routes: false, credentials: control.credentialsFile })
  await guard.holdfast.checkColumns(database, LISTED)
  const app = createGuardedShop(database, guard)
  return {
    app,
    database,
    control,
    statements: () => {
      const sent = statements
      statements = []
      return sent
    },
    received: () => {
      const rows = JSON.stringify(received)
      received = []
      return rows
    },
    send: async (who, method, path, { body, headers = {} } = {}) =>
      app.request(path, {
        method,
        headers: {
          'holdfast-identity': control.identity(who === null ? null : PEOPLE[who]),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    balance: async (who) => {
      const { rows } = await database.query<{ balance_cents: number }>(
        'SELECT balance_cents FROM wallets WHERE person_id = $1',
        [PEOPLE[who]],
      )
      return rows[0]?.balance_cents ?? Number.NaN
    },
    count: async (table) => {
      const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
      return rows[0]?.n ?? Number.NaN
    },
    close: async () => {
      await guard.holdfast.close()
      await control.stop()
      await database.close()
      await own.drop()
    },
  }
}

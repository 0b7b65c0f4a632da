import { holdfast } from '@holdfast/sdk/hono'
import { guardSql } from '@holdfast/sdk/sql-guard'
import { openDatabase } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { listen, runProcess, type Running } from '../serve.ts'
import { readSettings } from '../settings.ts'
import { createGuardedShop } from './app.ts'
import { LISTED } from './resources.ts'

/** Credentials come from HOLDFAST_CREDENTIALS, or .holdfast/credentials.json: the SDK finds them. */
async function start(): Promise<Running> {
  const settings = readSettings(process.env, '127.0.0.1:7410')
  const guard = await holdfast({ routes: false, accept: settings.accept })
  // Every query has its values as parameters; who forgets that once is refused by this.
  const database = openDatabase(settings.databaseUrl, {
    guard: (pool) => guardSql(pool, { dialect: 'postgresql', holdfast: guard.holdfast }),
  })
  await createTables(database, 'guarded.sql')
  await seed(database, settings.people)
  await guard.holdfast.checkColumns(database, LISTED)
  const server = await listen(createGuardedShop(database, guard), settings.host, settings.port)
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await guard.holdfast.close()
      await database.close()
    },
  }
}

await runProcess(start, (url) => `The guarded shop listens at ${url}.`)

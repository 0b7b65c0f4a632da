import { holdfast } from '@holdfast/sdk/hono'
import { openDatabase } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { listen, runProcess, type Running } from '../serve.ts'
import { readSettings } from '../settings.ts'
import { createGuardedShop } from './app.ts'
import { LISTED } from './resources.ts'

/** Credentials come from HOLDFAST_CREDENTIALS, or .holdfast/credentials.json: the SDK finds them. */
async function start(): Promise<Running> {
  const settings = readSettings(process.env, '127.0.0.1:7410')
  const database = openDatabase(settings.databaseUrl)
  await createTables(database, 'guarded.sql')
  await seed(database, settings.people)
  const guard = await holdfast({ routes: false, accept: settings.accept })
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

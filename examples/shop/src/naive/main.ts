import { openDatabase } from '../database/connection.ts'
import { createTables, seed } from '../database/seed.ts'
import { listen, runProcess, type Running } from '../serve.ts'
import { readSettings } from '../settings.ts'
import { createNaiveShop } from './app.ts'
import { NAIVE_PEOPLE, sowSecrets } from './seed.ts'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** Starts the naive shop, and only where nobody but this machine can reach it. */
async function start(): Promise<Running> {
  const settings = readSettings(process.env, '127.0.0.1:7411')
  if (!LOOPBACK.includes(settings.host)) {
    throw new Error(`The naive shop is insecure on purpose and listens on 127.0.0.1 only, not on ${settings.host}.`)
  }
  const people = Object.keys(settings.people).length === 0 ? NAIVE_PEOPLE : settings.people
  const database = openDatabase(settings.databaseUrl)
  await createTables(database, 'naive.sql')
  await seed(database, people)
  await sowSecrets(database, people)
  const server = await listen(createNaiveShop(database), settings.host, settings.port, {
    // BAD: "an old client of a partner sends broken requests". Whoever stands in front may then read them otherwise than this does.
    // Guarded: whatever is ambiguous is refused, here and at the gateway.
    insecureHTTPParser: true,
  })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await database.close()
    },
  }
}

await runProcess(
  start,
  (url) => `NAIVE SHOP at ${url}: insecure on purpose, to be attacked. Never deploy it, never copy from it.`,
)

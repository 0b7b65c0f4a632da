import { once } from 'node:events'
import { sql } from 'kysely'
import { lend } from '../../modules/protection/budgets.ts'
import { openDatabase, type Transaction } from '../../platform/database/database.ts'

/*
 * A gateway's part in a race for one budget of 30 units an hour, 25 times at once. Arguments: URL, tenant, `right` or `twin`, and the key in
 * hexadecimal digits. Says `ready`, begins when its standard input ends, and says `won <units>`. The twin reads and writes then.
 */
const [url = '', tenant = '', which = '', given = ''] = process.argv.slice(2)
const tries = 25
const database = openDatabase({ url, poolSize: tries })
const key = Buffer.from(given, 'hex')
const budget = { units: 30, seconds: 3600, burst: 30, cost: 1 }
const owner = { application: 'shop', rule: 'raced' }
const interval = 120_000

async function readThenWrite(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ ahead: number }>`
    SELECT greatest(empty_ms - extract(epoch FROM clock_timestamp())::float8 * 1000, 0) AS ahead FROM rate_budgets
    WHERE key = ${key}`.execute(tx.kysely())
  const ahead = rows[0]?.ahead ?? 0
  await sql`SELECT pg_sleep(0.02)`.execute(tx.kysely())
  if (ahead + interval > interval * budget.burst + 1) return 0
  await sql`
    INSERT INTO rate_budgets (tenant_id, key, empty_ms, granted, asked_ms)
    VALUES (current_tenant(), ${key}, extract(epoch FROM clock_timestamp())::float8 * 1000 + ${ahead + interval}::float8, 1, 0)
    ON CONFLICT (tenant_id, key) DO UPDATE SET empty_ms = EXCLUDED.empty_ms`.execute(tx.kysely())
  return 1
}

const take = async (tx: Transaction) =>
  which === 'twin' ? readThenWrite(tx) : (await lend(tx, owner, key, budget, 1)).units

await Promise.all(
  Array.from({ length: tries }, () => database.asTenant(tenant, (tx) => sql`SELECT 1`.execute(tx.kysely()))),
)
process.stdout.write('ready\n')
process.stdin.resume()
await once(process.stdin, 'end')
const taken = await Promise.all(Array.from({ length: tries }, () => database.asTenant(tenant, take)))
process.stdout.write(`won ${taken.reduce((sum, units) => sum + units, 0)}\n`)
await database.close()

// `npm run fuzz -- policy-sql [--decisions N] [--seed N]`: compares conditions in PostgreSQL with the evaluator, row by row, until so many decisions are equal.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { startEmbedded } from '../../platform/database/embedded/cluster.ts'
import { type Compared, compareWorld } from './compare.ts'

const { values } = parseArgs({
  options: { decisions: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const [wanted, first] = [Number(values.decisions), Number(values.seed)]
if (!(wanted > 0) || !Number.isSafeInteger(first)) throw new Error('--decisions and --seed are numbers')

const SIZE = { rows: 100, sets: 40 }
const STEP = 100_000
const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-fuzz-'))
chmodSync(dataDir, 0o755)
const cluster = await startEmbedded({ dataDir, durable: false })
const compared: Compared = { decisions: 0, allowed: 0, varying: 0, refused: new Map() }
const client = new Client({ connectionString: cluster.url('postgres') })
await client.connect()
try {
  await client.query('SET search_path = fuzz; SET client_min_messages = warning')
  let seed = first
  let told = 0
  while (compared.decisions < wanted) {
    await compareWorld(client, seed++, SIZE, compared)
    if (compared.decisions - told < STEP && compared.decisions < wanted) continue
    told = compared.decisions
    process.stdout.write(`${line(compared, seed - first)}\n`)
  }
  process.stdout.write(`policy-sql: ${compared.decisions} decisions about rows equal to the evaluator's.\n`)
  for (const [why, times] of compared.refused) process.stdout.write(`  refused ${times} times: ${why}\n`)
} catch (error) {
  process.stdout.write(`policy-sql: a difference\n${String(error)}\n`)
  process.exitCode = 1
} finally {
  await client.end()
  await cluster.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

function line({ decisions, allowed, varying }: Compared, worlds: number): string {
  return `${decisions} decisions equal over ${worlds} tables (${allowed} allowed; ${varying} conditions that the rows decide)`
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startEmbedded } from '../../server/src/platform/database/embedded/cluster.ts'
import { createDocuments, type Documents, documents, filterOf, handWritten } from '../lib/policy-documents.ts'
import { type Measure, measure, type Row, type RowOptions } from '../lib/row.ts'

/** What a filter may cost, in microseconds of processor. */
const BUDGET = 100

/** Producing a filter, and listing with it: what the policies say against what somebody would write by hand. */
export const policyFilter: Row = {
  name: 'policy-filter',
  title: 'Filters: 20 policies become SQL; list the newest 20 of 1,000,000 rows',
  peer: 'the same query with a hand-written condition, on the same PostgreSQL; for producing, 100 us',
  run: async (options) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
    const cluster = await startEmbedded({ dataDir })
    const client = new Client({ connectionString: cluster.url('postgres') })
    await client.connect()
    try {
      await createDocuments(client)
      const application = documents()
      await sameRows(client, application)
      const produced = producing(application, options)
      return [
        produced,
        await listing('list of 20, newest first', 'ORDER BY d.id DESC LIMIT 20', client, application, options),
        await listing('page 500 of it', 'ORDER BY d.id DESC LIMIT 20 OFFSET 10000', client, application, options),
        await listing('count of all', '', client, application, options),
      ]
    } finally {
      await client.end()
      await cluster.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}

function producing(application: Documents, { rounds, seconds }: RowOptions): Measure {
  const ours: number[] = []
  for (let round = -1; round < rounds; round++) {
    const began = process.cpuUsage()
    let made = 0
    let used = 0
    for (; used < (seconds / 4) * 1e6; made++) {
      filterOf(application, made % 2000)
      const { user, system } = process.cpuUsage(began)
      used = user + system
    }
    // The first round only warms up.
    if (round >= 0) ours.push(used / made)
  }
  return measure(
    'producing a filter, processor time',
    'us',
    true,
    ours,
    ours.map(() => BUDGET),
  )
}

interface Condition {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Ours is produced anew for each query, as for each request. */
async function listing(
  what: string,
  end: string,
  client: Client,
  application: Documents,
  { rounds, seconds }: RowOptions,
): Promise<Measure> {
  const columns = end === '' ? 'count(*)' : 'd.id, d.title'
  const sides: readonly ((person: number) => Condition)[] = [(person) => filterOf(application, person), handWritten]
  const times: readonly number[][] = [[], []]
  for (let round = -1; round < rounds; round++) {
    const sums = [0, 0]
    let queries = 0
    const ends = performance.now() + seconds * 1000
    for (; performance.now() < ends || queries < 2; queries++) {
      // In turns, so that both see the same machine and the same pages in memory.
      for (const side of queries % 2 === 0 ? [0, 1] : [1, 0]) {
        const began = performance.now()
        const condition = sides[side]?.((queries * 37) % 2000)
        if (condition === undefined) continue
        await client.query(`SELECT ${columns} FROM documents d WHERE ${condition.sql} ${end}`, [
          ...condition.parameters,
        ])
        sums[side] = (sums[side] ?? 0) + performance.now() - began
      }
    }
    if (round < 0) continue
    times[0]?.push((sums[0] ?? 0) / queries)
    times[1]?.push((sums[1] ?? 0) / queries)
  }
  return measure(what, 'ms', true, times[0] ?? [], times[1] ?? [])
}

/** Both sides must say the same, or nothing is compared. */
async function sameRows(client: Client, application: Documents): Promise<void> {
  for (const person of [0, 7, 1999]) {
    const [ours, peer] = await Promise.all(
      [filterOf(application, person), handWritten(person)].map(async ({ sql, parameters }) => {
        const text = `SELECT count(*), sum(d.id) FROM documents d WHERE ${sql}`
        const { rows } = await client.query<object>(text, [...parameters])
        return JSON.stringify(rows)
      }),
    )
    if (ours !== peer) throw new Error(`the conditions differ: ${ours}, ${peer}`)
  }
}

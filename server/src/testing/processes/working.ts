import { sql } from 'kysely'
import { systemClock } from '../../platform/clock.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { createJobs, type JobHandler } from '../../platform/jobs/jobs.ts'
import { systemRandom } from '../../platform/random.ts'

/*
 * A worker for the race test: runs jobs of the kind `race` and writes down each run. Arguments: URL, `right` or
 * `twin`. Says `ready`, and works until its standard input ends.
 */
const [url = '', which = 'right'] = process.argv.slice(2)
const database = openDatabase({ url, poolSize: 4 })

const run: JobHandler = async ({ id }) => {
  await database.asSystem((tx) =>
    sql`INSERT INTO job_runs (job, process) SELECT ${id}::uuid, ${process.pid} FROM pg_sleep(0.01)`.execute(
      tx.kysely(),
    ),
  )
}

async function right(): Promise<() => Promise<void>> {
  const jobs = createJobs({
    database,
    clock: systemClock,
    random: systemRandom(systemClock),
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  })
  jobs.start({ race: run })
  return () => jobs.stop()
}

/** The broken twin: finds a job that nobody has, and then says that it is taken. */
async function twin(): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const working = (async () => {
    while (!stopping.signal.aborted) {
      const { rows } = await database.asSystem((tx) =>
        sql<{ id: string }>`
          SELECT id FROM jobs WHERE finished_at IS NULL AND leased_until IS NULL ORDER BY run_at LIMIT 1`.execute(
          tx.kysely(),
        ),
      )
      const id = rows[0]?.id
      if (id === undefined) continue
      await database.asSystem((tx) =>
        sql`UPDATE jobs SET leased_until = now() + interval '1 minute' WHERE id = ${id}::uuid`.execute(tx.kysely()),
      )
      await run({ id, tenant: null, kind: 'race', payload: {}, attempt: 1 })
      await database.asSystem((tx) =>
        sql`UPDATE jobs SET finished_at = now() WHERE id = ${id}::uuid`.execute(tx.kysely()),
      )
    }
  })()
  return async () => {
    stopping.abort()
    await working
  }
}

const stop = await (which === 'twin' ? twin() : right())
process.stdout.write('ready\n')
process.stdin.resume().once('end', () => {
  void stop().then(() => database.close())
})

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { startChild } from '../../testing/processes/child.ts'

let fixture: Fixture
const many = 150

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await fixture.admin.query(`
    CREATE TABLE job_runs (job uuid, process int); GRANT INSERT ON job_runs TO holdfast_system`)
})
afterEach(() => fixture.close())

/** Two workers of their own process take the same jobs. @returns how often each job was run, and by how many */
async function race(which: 'right' | 'twin'): Promise<{ jobs: number; runs: number; processes: number }> {
  const workers = [startChild('working.ts', [fixture.url, which]), startChild('working.ts', [fixture.url, which])]
  await Promise.all(workers.map((worker) => worker.line('ready')))
  // Both hear the NOTIFY only once they listen; else one of them waits for its poll.
  await sleep(300)
  await fixture.admin.query(
    `INSERT INTO jobs (id, tenant_id, kind, run_at)
     SELECT gen_random_uuid(), $1, 'race', now() FROM generate_series(1, $2::int)`,
    [fixture.tenant, many],
  )
  await fixture.admin.query("NOTIFY holdfast_jobs, ''")
  const end = performance.now() + 60_000
  while ((await fixture.admin.query('SELECT 1 FROM jobs WHERE finished_at IS NULL')).rowCount !== 0) {
    if (performance.now() > end) throw new Error('the workers do not come to an end')
    await sleep(20)
  }
  for (const worker of workers) worker.process.stdin?.end()
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0])
  const { rows } = await fixture.admin.query<{ jobs: number; runs: number; processes: number }>(
    'SELECT count(DISTINCT job)::int AS jobs, count(*)::int AS runs, count(DISTINCT process)::int AS processes FROM job_runs',
  )
  return rows[0] ?? { jobs: 0, runs: 0, processes: 0 }
}

describe('two workers', () => {
  it('run each job once between them', async () => {
    expect(await race('right')).toEqual({ jobs: many, runs: many, processes: 2 })
  })

  it('run some twice when they find first and take then (the broken twin)', async () => {
    expect((await race('twin')).runs).toBeGreaterThan(many)
  })
})

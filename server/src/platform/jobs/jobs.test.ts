import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { ledgerOn } from '../../testing/ledger.ts'
import { onceWithin } from '../../testing/once-within.ts'
import { createThings } from '../../testing/things.ts'
import { addSeconds } from '../clock.ts'
import { systemRandom } from '../random.ts'
import { createJobs, type Job, type JobHandler, type Jobs } from './jobs.ts'

let fixture: Fixture
let now: Date
let started: Jobs[]
let errors: unknown[]
let first: PromiseWithResolvers<void>
let second: PromiseWithResolvers<void>
const clock = { now: () => now }

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  now = new Date()
  started = []
  errors = []
  first = Promise.withResolvers()
  second = Promise.withResolvers()
})
afterEach(async () => {
  first.resolve()
  second.resolve()
  await Promise.all(started.map((jobs) => jobs.stop()))
  await fixture.close()
})

function create(): Jobs {
  const { database } = fixture
  return createJobs({
    database,
    clock,
    random: systemRandom(clock),
    onError: (error) => errors.push(error),
    // The clock is set here, of which nobody tells it.
    backstopSeconds: 0.1,
  })
}

function start(handlers: Record<string, JobHandler>): Jobs {
  const jobs = create()
  started.push(jobs)
  jobs.start(handlers)
  return jobs
}

function enqueue(job: Parameters<Jobs['enqueue']>[1], tenant = fixture.tenant): Promise<void> {
  return fixture.database.asTenant(tenant, (tx) => create().enqueue(tx, job))
}

interface JobRow {
  readonly attempts: number
  readonly finished_at: Date | null
  readonly failed_at: Date | null
  readonly leased_until: Date | null
  readonly last_error: string | null
  readonly run_at: Date
}

async function row(): Promise<JobRow | undefined> {
  return (await fixture.admin.query<JobRow>('SELECT * FROM jobs')).rows[0]
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it did not come to be')
    await sleep(10)
  }
}

describe('a job', () => {
  it('is run soon after its commit, with what it was given', async () => {
    const seen: Job[] = []
    start({ greet: async (job) => void seen.push(job) })
    await sleep(50)
    await onceWithin(900, async () => {
      await fixture.admin.query('DELETE FROM jobs')
      seen.length = 0
      const enqueued = performance.now()
      await enqueue({ kind: 'greet', payload: { name: 'Ada' } })
      await until(async () => (await row())?.finished_at !== null)
      return performance.now() - enqueued
    })
    expect(seen).toMatchObject([{ kind: 'greet', tenant: fixture.tenant, payload: { name: 'Ada' }, attempt: 1 }])
  })

  it('is not there without its change', async () => {
    await createThings(fixture.admin)
    const { units } = ledgerOn(fixture)
    const faulty = units.work(contextOf(fixture.tenant), async (tx) => {
      await create().enqueue(tx, { kind: 'greet' })
      throw new Error('fault')
    })
    await expect(faulty).rejects.toThrow('fault')
    expect(await row()).toBeUndefined()
  })

  it('waits for its time', async () => {
    let runs = 0
    start({ later: async () => void (runs += 1) })
    await enqueue({ kind: 'later', runAt: addSeconds(now, 3600) })
    await sleep(100)
    expect(runs).toBe(0)
    now = addSeconds(now, 3601)
    await until(() => runs === 1)
  })

  it('of a kind that nobody handles here is left to others', async () => {
    start({ greet: async () => {} })
    await enqueue({ kind: 'other' })
    await sleep(100)
    expect(await row()).toMatchObject({ attempts: 0, finished_at: null, leased_until: null })
  })

  it('of one key waits once, and may be enqueued again when it is done', async () => {
    await enqueue({ kind: 'sweep', key: 'only' })
    await enqueue({ kind: 'sweep', key: 'only' })
    await enqueue({ kind: 'sweep', key: 'another' })
    const count = async () => Number((await fixture.admin.query('SELECT 1 FROM jobs')).rowCount)
    expect(await count()).toBe(2)
    let runs = 0
    start({ sweep: async () => void (runs += 1) })
    await until(() => runs === 2)
    await until(async () => (await fixture.admin.query('SELECT 1 FROM jobs WHERE finished_at IS NULL')).rowCount === 0)
    await enqueue({ kind: 'sweep', key: 'only' })
    expect(await count()).toBe(3)
  })
})

describe('a job that fails', () => {
  it('is tried again, later and later', async () => {
    const attempts: number[] = []
    start({
      flaky: async ({ attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error(`attempt ${attempt}`)
      },
    })
    await enqueue({ kind: 'flaky' })
    await until(async () => (await row())?.last_error === 'attempt 1')
    expect((await row())?.run_at).toEqual(addSeconds(now, 2))
    now = addSeconds(now, 2)
    await until(async () => (await row())?.last_error === 'attempt 2')
    expect((await row())?.run_at).toEqual(addSeconds(now, 4))
    now = addSeconds(now, 4)
    await until(async () => (await row())?.finished_at !== null)
    expect(attempts).toEqual([1, 2, 3])
    expect(errors).toHaveLength(2)
  })

  it('is given up after its last attempt, and stays to be looked at', async () => {
    start({
      hopeless: async () => {
        throw new Error('x'.repeat(2000))
      },
    })
    await enqueue({ kind: 'hopeless', key: 'only' })
    await fixture.admin.query('UPDATE jobs SET max_attempts = 2')
    await until(async () => (await row())?.last_error !== null)
    now = addSeconds(now, 60)
    await until(async () => (await row())?.failed_at !== null)
    expect(await row()).toMatchObject({ attempts: 2, finished_at: null })
    expect((await row())?.last_error).toHaveLength(500)
    await enqueue({ kind: 'hopeless', key: 'only', runAt: addSeconds(now, 3600) })
    expect((await fixture.admin.query('SELECT 1 FROM jobs')).rowCount).toBe(2)
  })
})

describe('a job that recurs', () => {
  it('comes back after the seconds that it says, with a clean count of attempts', async () => {
    let runs = 0
    start({
      tick: async () => {
        runs += 1
        if (runs === 2) throw new Error('once')
        return { again: 30 }
      },
    })
    await enqueue({ kind: 'tick', key: 'only' })
    await until(async () => (await row())?.run_at.getTime() === now.getTime() + 30_000)
    expect(await row()).toMatchObject({ finished_at: null, leased_until: null, attempts: 0 })
    now = addSeconds(now, 30)
    await until(async () => (await row())?.last_error === 'once')
    now = addSeconds(now, 2)
    await until(() => runs === 3)
    await until(async () => (await row())?.run_at.getTime() === now.getTime() + 30_000)
    expect(await row()).toMatchObject({ attempts: 0, failed_at: null })
  })
})

describe('a worker', () => {
  it('that died is replaced when its lease lapses, and not before', async () => {
    await enqueue({ kind: 'long' })
    await fixture.admin.query('UPDATE jobs SET attempts = 1, lease = gen_random_uuid(), leased_until = $1', [
      addSeconds(now, 60),
    ])
    const attempts: number[] = []
    start({ long: async ({ attempt }) => void attempts.push(attempt) })
    await sleep(100)
    expect(attempts).toEqual([])
    now = addSeconds(now, 61)
    await until(() => attempts.length === 1)
    expect(attempts).toEqual([2])
  })

  it('that stops finishes what it has begun and begins nothing more', async () => {
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    let runs = 0
    const jobs = start({
      slow: async () => {
        runs += 1
        begun.resolve()
        await end.promise
      },
    })
    await enqueue({ kind: 'slow' })
    await enqueue({ kind: 'slow' })
    await begun.promise
    let stopped = false
    const stopping = jobs.stop().then(() => {
      stopped = true
    })
    await sleep(50)
    expect(stopped).toBe(false)
    end.resolve()
    await stopping
    expect(runs).toBe(1)
    expect((await fixture.admin.query('SELECT 1 FROM jobs WHERE finished_at IS NOT NULL')).rowCount).toBe(1)
  })

  it('whose lease lapsed does not put an end to the run of the next one', async () => {
    start({
      slow: async ({ attempt }) => {
        await (attempt === 1 ? first.promise : second.promise)
        if (attempt === 1) throw new Error('the first one failed late')
      },
    })
    await enqueue({ kind: 'slow' })
    await until(async () => (await row())?.attempts === 1)
    now = addSeconds(now, 61)
    start({ slow: async () => second.promise })
    await until(async () => (await row())?.attempts === 2)
    first.resolve()
    await until(() => errors.length === 1)
    await sleep(50)
    // The second still works on it: nobody may lease it a third time.
    expect((await row())?.leased_until?.getTime()).toBeGreaterThan(now.getTime())
    second.resolve()
    await until(async () => (await row())?.finished_at !== null)
    expect(await row()).toMatchObject({ attempts: 2 })
  })
})

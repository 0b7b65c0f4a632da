import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../testing/fixture.ts'
import { ledgerOn } from '../testing/ledger.ts'
import { createThings } from '../testing/things.ts'
import { platformErrors } from './errors.ts'
import { ok, refuse } from './outcome.ts'
import type { Tx, UnitOfWork } from './work.ts'

let fixture: Fixture
let units: UnitOfWork

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  units = ledgerOn(fixture).units
})
afterEach(() => fixture.close())

interface Things {
  things: { tenant_id: string; id: string }
}

async function change(tx: Tx, id: string): Promise<void> {
  await tx.kysely<Things>().insertInto('things').values({ tenant_id: tx.tenant, id }).execute()
  await tx.record({ kind: 'thing.created', resource: { type: 'Thing', id } })
}

async function stored(): Promise<{ things: string[]; events: string[] }> {
  const things = await fixture.admin.query<{ id: string }>('SELECT id FROM things ORDER BY id')
  const events = await fixture.admin.query<{ id: string }>(
    'SELECT resource_id AS id FROM events ORDER BY recorded_at, id',
  )
  return { things: things.rows.map(({ id }) => id), events: events.rows.map(({ id }) => id) }
}

/** Connections that the pool still holds in a transaction. */
async function openTransactions(): Promise<number> {
  const { rowCount } = await fixture.admin.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holdfast' AND state LIKE 'idle in transaction%'",
  )
  return rowCount ?? 0
}

describe('work', () => {
  it('commits change and event together', async () => {
    await units.work(contextOf(fixture.tenant), (tx) => change(tx, 'a'))
    expect(await stored()).toEqual({ things: ['a'], events: ['a'] })
  })

  it('takes both back for a fault', async () => {
    const faulty = units.work(contextOf(fixture.tenant), async (tx) => {
      await change(tx, 'a')
      throw new Error('fault')
    })
    await expect(faulty).rejects.toThrow('fault')
    expect(await stored()).toEqual({ things: [], events: [] })
    expect(await openTransactions()).toBe(0)
  })
})

describe('the work of a request', () => {
  it('is not committed before it is settled', async () => {
    const request = units.request(contextOf(fixture.tenant))
    expect(request.used).toBe(false)
    const outcome = await request.work(async (tx) => {
      await change(tx, 'a')
      return ok('done')
    })
    expect(outcome).toMatchObject({ ok: true, value: 'done' })
    expect(request.used).toBe(true)
    expect(await stored()).toEqual({ things: [], events: [] })
    await request.settle(async (tx) => {
      expect(tx?.recorded).toMatchObject([{ outcome: 'success' }])
    })
    expect(await stored()).toEqual({ things: ['a'], events: ['a'] })
    expect(await openTransactions()).toBe(0)
  })

  it('commits a refusal, with what it counted and recorded', async () => {
    const request = units.request(contextOf(fixture.tenant))
    const outcome = await request.work(async (tx) => {
      await change(tx, 'counter')
      return refuse(platformErrors.forbidden)
    })
    expect(outcome.ok).toBe(false)
    await request.settle(async (tx) => {
      await tx?.record({ kind: 'thing.refused', outcome: 'refused', resource: { type: 'Thing', id: 'refusal' } })
    })
    expect(await stored()).toEqual({ things: ['counter'], events: ['counter', 'refusal'] })
  })

  it('is taken back when the answer does not pass', async () => {
    const request = units.request(contextOf(fixture.tenant))
    await request.work(async (tx) => {
      await change(tx, 'a')
      return ok(null)
    })
    const failed = request.settle(async () => {
      throw new Error('the answer is misshapen')
    })
    await expect(failed).rejects.toThrow('misshapen')
    await request.abandon(new Error('misshapen'))
    expect(await stored()).toEqual({ things: [], events: [] })
    expect(await openTransactions()).toBe(0)
  })

  it('is taken back when it is abandoned, whether it succeeded or failed', async () => {
    for (const fail of [false, true]) {
      const request = units.request(contextOf(fixture.tenant))
      const working = request.work(async (tx) => {
        await change(tx, 'a')
        if (fail) throw new Error('fault')
        return ok(null)
      })
      await working.catch(() => {})
      await request.abandon(new Error('fault'))
    }
    expect(await stored()).toEqual({ things: [], events: [] })
    expect(await openTransactions()).toBe(0)
  })

  it('runs once', async () => {
    const request = units.request(contextOf(fixture.tenant))
    await request.work(async () => ok(null))
    await expect(request.work(async () => ok(null))).rejects.toThrow('once')
    await request.abandon(new Error('over'))
  })

  it('needs no transaction when nothing was asked of it', async () => {
    const request = units.request(contextOf(fixture.tenant))
    let seen: unknown = 'not called'
    await request.settle(async (tx) => {
      seen = tx
    })
    expect(seen).toBeUndefined()
    await request.abandon(new Error('over'))
  })

  it('tells of a commit that fails', async () => {
    await fixture.admin.query(`
      CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused late'; END $$;
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()`)
    const request = units.request(contextOf(fixture.tenant))
    await request.work(async (tx) => {
      await change(tx, 'a')
      return ok(null)
    })
    await expect(request.settle(async () => {})).rejects.toThrow('refused late')
    expect(await stored()).toEqual({ things: [], events: [] })
    expect(await openTransactions()).toBe(0)
  })

  it('is confined to its tenant', async () => {
    const request = units.request(contextOf(fixture.tenant))
    const planting = request.work(async (tx) => {
      await tx.kysely<Things>().insertInto('things').values({ tenant_id: fixture.other, id: 'a' }).execute()
      return ok(null)
    })
    await expect(planting).rejects.toMatchObject({ code: '42501' })
    await request.abandon(new Error('refused'))
  })
})

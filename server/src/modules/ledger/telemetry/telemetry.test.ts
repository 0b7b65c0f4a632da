import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { SeenRequest } from '../../../platform/http/server.ts'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../../testing/ledger.ts'
import { testCaller } from '../../../testing/test-server.ts'
import { ledgerConfig } from '../config.ts'
import type { Ledger } from '../index.ts'
import type { TelemetryConfig } from './config.ts'
import { telemetryControls } from './controls.ts'
import { createDiskWatch } from './disk.ts'
import { checkStall } from './stall.ts'

let fixture: Fixture
let own: LedgerFixture
const started: Ledger[] = []

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  own = ledgerOn(fixture)
})
afterEach(async () => {
  for (const ledger of started.splice(0)) await ledger.stop()
  await fixture.close()
})

function ledgerWith(telemetry: Partial<TelemetryConfig>): Ledger {
  const config = ledgerConfig.parse({ telemetry })
  const ledger = testLedger(fixture.database, { keys: own.keys, config })
  started.push(ledger)
  return ledger
}

async function told(kind: string) {
  return (await own.events()).filter(({ view }) => view.kind === kind).map(({ view }) => view)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(20)) if (await holds()) return
  throw new Error('it does not come to that')
}

const check = () => telemetryControls[0]?.check({ database: fixture.database, tenant: fixture.tenant, now: new Date() })

const request: SeenRequest = {
  route: '/api/v1/people/:id',
  method: 'GET',
  path: '/api/v1/people/42',
  host: 'holdfast.test',
  status: 404,
  seconds: 0.012,
  requestId: 'r-1',
  source: { address: '192.0.2.7', userAgent: 'curl/8.1' },
  caller: null,
}

describe('a process that writes to the log', () => {
  it('says that it lives, and goodbye when it stops', async () => {
    expect(await check()).toMatchObject({ status: 'unknown' })
    const ledger = ledgerWith({})
    ledger.telemetry.start(fixture.tenant, undefined)
    await until(async () => (await told('ledger.heartbeat')).length === 1)
    expect(await check()).toMatchObject({ status: 'pass' })
    await ledger.telemetry.stop()
    const beats = await told('ledger.heartbeat')
    expect(beats.map(({ data }) => [data['number'], data['last']])).toEqual([
      [1, undefined],
      [2, true],
    ])
    expect(new Set(beats.map(({ resource }) => resource?.id)).size).toBe(1)
  })

  it('is missed when it just ends, by the control and by one other process, with what it last counted', async () => {
    await fixture.admin.query(
      `INSERT INTO log_processes (process, version, started_at, beat, beat_at, every_seconds, accepted, recorded, lost)
       VALUES ('01900000-0000-7000-8000-0000000000dd', '1', now() - interval '1 hour', 7, now() - interval '4 minutes', 60, 120, 90, 10)`,
    )
    expect(await check()).toMatchObject({ status: 'fail' })
    const ledgers = [ledgerWith({}), ledgerWith({})]
    for (const ledger of ledgers) ledger.telemetry.start(fixture.tenant, undefined)
    await until(async () => (await told('ledger.heartbeat')).length === 2)
    const lost = await told('ledger.process_lost')
    expect(lost).toMatchObject([
      {
        outcome: 'failure',
        resource: { type: 'Process', id: '01900000-0000-7000-8000-0000000000dd' },
        data: { beat: 7, accepted: 120, recorded: 90, lost: 10 },
      },
    ])
  })
})

describe('requests to the control plane', () => {
  const see = async (config: Partial<TelemetryConfig>, ...seen: readonly Partial<SeenRequest>[]) => {
    const ledger = ledgerWith(config)
    ledger.telemetry.start(fixture.tenant, undefined)
    for (const one of seen) ledger.telemetry.seen({ ...request, ...one })
    await ledger.telemetry.stop()
    // Two of one millisecond have ids in any order.
    return (await told('http.request')).toSorted((a, b) => Number(a.data['number']) - Number(b.data['number']))
  }

  it('are events when they were refused, and nothing else told it', async () => {
    const caller = testCaller(fixture.tenant)
    const events = await see(
      {},
      {},
      { status: 200 },
      { status: 403, eventId: 'e-1' },
      { status: 429, caller },
      { path: '/readyz', status: 503 },
    )
    expect(events).toMatchObject([
      {
        outcome: 'refused',
        actor: null,
        requestId: 'r-1',
        source: { address: '192.0.2.7' },
        data: {
          method: 'GET',
          path: '/api/v1/people/42',
          route: '/api/v1/people/:id',
          status: 404,
          milliseconds: 12,
          number: 1,
        },
      },
      { actor: { ...caller.principal, name: caller.name }, data: { status: 429, number: 2 } },
    ])
  })

  it('are all events, or none, where the configuration says so', async () => {
    expect(await see({ httpActivity: 'none' }, {}, { status: 200 })).toEqual([])
    expect(await see({ httpActivity: 'all' }, {}, { status: 200 }, { status: 403, eventId: 'e-1' })).toHaveLength(3)
  })

  it('cannot fill the log: of a flood the first are events, and the next one counts the others', async () => {
    const events = await see({}, ...Array.from({ length: 300 }, () => ({ status: 401 })))
    expect(events.length).toBeLessThan(70)
  })

  it('are counted when they have no room, and the gap is told', async () => {
    const events = await see(
      { httpActivity: 'all', room: 100, delayMilliseconds: 60_000 },
      ...Array.from({ length: 140 }, () => ({ status: 200 })),
    )
    expect(events).toHaveLength(100)
    expect(await told('telemetry.gap')).toMatchObject([
      { outcome: 'failure', data: { kind: 'http.request', count: 40 } },
    ])
  })

  it('are written once, though nobody knows whether the first try was committed', async () => {
    const ledger = ledgerWith({ httpActivity: 'all', delayMilliseconds: 20 })
    ledger.telemetry.start(fixture.tenant, undefined)
    await fixture.admin.query(`
      CREATE FUNCTION sometimes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.kind = 'http.request' AND nextval('tries') = 1 THEN RAISE EXCEPTION 'away' USING ERRCODE = 'connection_failure'; END IF;
        RETURN NEW; END $$;
      CREATE SEQUENCE tries; GRANT USAGE ON SEQUENCE tries TO PUBLIC;
      CREATE TRIGGER sometimes BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION sometimes()`)
    for (let n = 0; n < 5; n += 1) ledger.telemetry.seen({ ...request, status: 200 })
    await ledger.telemetry.stop()
    const events = await told('http.request')
    expect(events.map(({ data }) => data['number']).toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5])
  })
})

describe('a sequencer that does not keep up', () => {
  it('is told once, however many look, and once more when it is over', async () => {
    const look = () =>
      checkStall({
        units: own.units,
        clock: { now: () => new Date() },
        context: { tenant: fixture.tenant, actor: null, source: { address: null, userAgent: null }, requestId: null },
        stalledSeconds: 60,
      })
    await own.record()
    await look()
    expect(await told('ledger.stalled')).toEqual([])
    await fixture.admin.query(`UPDATE log_queue SET recorded_at = now() - interval '2 minutes'`)
    await Promise.all([look(), look(), look()])
    await look()
    const [stalled, ...more] = await told('ledger.stalled')
    expect(more).toEqual([])
    expect(stalled).toMatchObject({ outcome: 'failure', data: { waiting: 1 } })
    expect(Number(stalled?.data['seconds'])).toBeGreaterThanOrEqual(120)
    await own.sequenceAll()
    await Promise.all([look(), look()])
    expect(await told('ledger.resumed')).toHaveLength(1)
  })
})

describe('the watch over the disk', () => {
  it('tells once when space runs out, and again only after it was enough', async () => {
    const events: unknown[] = []
    let freeBytes = 200
    let fails = false
    const watch = createDiskWatch({
      threshold: 100,
      space: async () => ({ freeBytes, totalBytes: 1_000 }),
      record: async (event) => {
        if (fails) throw new Error('full')
        events.push(event)
      },
    })
    const at = async (bytes: number) => {
      freeBytes = bytes
      await watch.look()
    }
    await at(200)
    expect([watch.low(), events.length]).toEqual([false, 0])
    fails = true
    await expect(at(90)).rejects.toThrow('full')
    fails = false
    await at(90)
    await at(80)
    await at(110)
    expect([watch.low(), events.length]).toEqual([true, 1])
    await at(130)
    expect(watch.low()).toBe(false)
    await at(50)
    expect(events).toHaveLength(2)
  })
})

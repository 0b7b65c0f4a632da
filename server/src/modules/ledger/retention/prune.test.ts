import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { checkRemovals } from '../fsck/removals.ts'
import { createReport } from '../fsck/report.ts'
import { v7 } from 'uuid'
import { contextOf } from '../../../testing/fixture.ts'
import { testLedger } from '../../../testing/ledger.ts'
import { edgeEvent } from '../testing/edge-event.ts'
import { openWorld, type World } from './testing/world.ts'
import { pruneTenant } from './prune.ts'

let world: World
beforeEach(async () => {
  world = await openWorld(inject('postgresUrl'))
})
afterEach(() => world.close())

const prune = () => pruneTenant(world.fixture.tenant, null, world.deps)

interface Removal {
  readonly id: string
  readonly what: string
  readonly seqs: string
}

async function removals(): Promise<Removal[]> {
  const { rows } = await world.fixture.admin.query<Removal>(
    'SELECT id, what, seqs::text AS seqs FROM log_removals ORDER BY id',
  )
  return rows
}

describe('pruning', () => {
  it('removes what is past its retention, of its own tenant only, and the log verifies without it', async () => {
    await world.long(400, { kind: 'old.one', actor: { type: 'Person', id: 'p1', name: 'Ada' } })
    await world.long(400, { kind: 'old.foreign' }, world.fixture.other)
    await world.long(300, { kind: 'not.old' })
    await world.long(366, { kind: 'old.two' })
    await world.sequenceAll()
    expect(await prune()).toEqual({ removed: 2, after: null })
    await world.sequenceAll()
    expect(await world.kinds()).toEqual(['not.old', 'log.pruned'])
    expect(await world.kinds(world.fixture.other)).toEqual(['old.foreign'])
    expect(await world.verify(world.fixture.tenant, world.fixture.other)).toMatchObject({ size: 5, problems: [] })
    const { rows } = await world.fixture.admin.query('SELECT 1 FROM event_subjects')
    expect(rows).toEqual([])
    expect(await prune()).toEqual({ removed: 0, after: null })
  })

  it('tells in the log which places it emptied', async () => {
    await world.long(400)
    await world.long(100)
    await world.long(400)
    await world.long(400)
    await world.sequenceAll()
    await prune()
    const [removal] = await removals()
    expect(removal).toMatchObject({ what: 'pruned', seqs: '{[1,2),[3,5)}' })
    const [event] = (await world.events()).filter(({ view }) => view.kind === 'log.pruned')
    expect(event).toMatchObject({
      id: removal?.id,
      view: {
        actor: null,
        data: {
          events: 3,
          from: 1,
          to: 4,
          seqs: createHash('sha256')
            .update(removal?.seqs ?? '')
            .digest('hex'),
        },
      },
    })
  })

  it('tells again of what was told by events that are pruned themselves', async () => {
    const { admin, database } = world.fixture
    await admin.query('ALTER TABLE log_removals DISABLE TRIGGER log_guard')
    for (let round = 1; round <= 3; round += 1) {
      await world.long(400, { kind: 'old.one' })
      await world.sequenceAll()
      await prune()
      await world.sequenceAll()
      // A year goes by.
      await admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
      await admin.query("UPDATE events SET recorded_at = recorded_at - interval '400 days'")
      await admin.query("UPDATE log_removals SET time = time - interval '400 days'")
    }
    expect(await world.kinds()).toEqual(['log.pruned'])
    const untold = async () => {
      const report = createReport()
      await checkRemovals(database, world.ledger.readEvents, report)
      return report.problems.map(({ event }) => event)
    }
    expect(await untold()).toEqual([])
    // The first one, whose event is gone since two years, explains one place more: the event that is there says otherwise.
    const [first, , last] = await removals()
    await admin.query("UPDATE log_removals SET seqs = seqs + '{[99,100)}' WHERE id = $1", [first?.id])
    expect(await untold()).toContain(last?.id)
  })

  it('is for good: an edge that ships an event once more, after it was pruned, does not bring its place back', async () => {
    const { admin, database, tenant } = world.fixture
    const then = Date.now() - 30 * 86_400_000 - 1000
    const past = testLedger(database, { keys: world.keys, clock: { now: () => new Date(then) } })
    // Its clock is four minutes ahead of ours.
    const ahead = then + 240_000
    const event = edgeEvent({ id: v7({ msecs: ahead }), time: new Date(ahead).toISOString() })
    const ship = (ledger: World['ledger']) =>
      world.units.work(contextOf(tenant), (tx) => ledger.ingest(tx, [event], { type: 'Service', id: 'shop' }))
    expect(await ship(past)).toBe(1)
    expect((await world.events())[0]?.id).toBe(event.id)
    await world.sequenceAll()
    await admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
    await admin.query('UPDATE events SET recorded_at = $1', [new Date(then)])
    await pruneTenant(tenant, null, { ...world.deps, config: { ...world.config, days: 30 } })
    expect(await world.kinds()).toEqual(['log.pruned'])
    await ship(world.ledger)
    // An event that has a place already would keep everybody's from getting theirs.
    await world.sequenceAll()
    expect((await world.verify()).problems).toEqual([])
    await past.stop()
  })

  it('goes by the rule of the longest kind, then by that of the class', async () => {
    for (const [target, days] of [
      ['class:6003', 100],
      ['kind:order', 200],
      ['kind:order.paid', 500],
    ] as const)
      expect(await world.api('PUT', `/ledger/retention/${target}`, { days })).toMatchObject({ status: 200 })
    for (const kind of ['thing.done', 'order.placed', 'order.paid', 'order.paid.twice', 'orders.other']) {
      await world.long(150, { kind })
      await world.long(250, { kind })
      await world.long(450, { kind })
    }
    await world.sequenceAll()
    await prune()
    const left = (await world.kinds()).filter((kind) => !/^(retention|log)/.test(kind))
    expect(left.toSorted()).toEqual([
      'order.paid',
      'order.paid',
      'order.paid',
      'order.paid.twice',
      'order.paid.twice',
      'order.paid.twice',
      'order.placed',
    ])
    expect(await world.api('DELETE', '/ledger/retention/kind:order')).toMatchObject({ status: 200 })
    await prune()
    expect((await world.kinds()).filter((kind) => kind === 'order.placed')).toEqual([])
  })

  it('keeps for the default what nobody may keep quiet, whatever the rules say', async () => {
    for (const target of ['class:6003', 'kind:access', 'kind:access.glass_broken']) {
      expect(await world.api('PUT', `/ledger/retention/${target}`, { days: 100 })).toMatchObject({ status: 200 })
    }
    for (const kind of ['access.denied', 'access.glass_broken']) {
      await world.long(150, { kind })
      await world.long(400, { kind })
    }
    await world.sequenceAll()
    await prune()
    expect((await world.kinds()).filter((kind) => kind.startsWith('access.'))).toEqual(['access.glass_broken'])
  })

  it('goes in batches, and on where a run stopped', async () => {
    for (let n = 0; n < 7; n += 1) await world.long(400 - n)
    await world.sequenceAll()
    const deps = { ...world.deps, config: { ...world.config, batch: 3 } }
    expect(await pruneTenant(world.fixture.tenant, null, deps)).toEqual({ removed: 7, after: null })
    expect((await removals()).map(({ seqs }) => seqs)).toEqual(['{[1,4)}', '{[4,7)}', '{[7,8)}'])
  })

  it('leaves alone what has no place yet, and what an edge only claims to be old', async () => {
    await world.long(400, { kind: 'unplaced' })
    await world.sequenceAll()
    const id = await world.long(400, { kind: 'claimed' })
    await world.fixture.admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
    await world.fixture.admin.query('UPDATE events SET recorded_at = now() WHERE id = $1', [id])
    await world.fixture.admin.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_unchanged')
    await world.long(400, { kind: 'waiting' })
    await prune()
    expect((await world.kinds()).toSorted()).toEqual(['claimed', 'log.pruned', 'waiting'])
  })
})

describe('a legal hold', () => {
  const person = '01900000-0000-7000-8000-0000000000aa'
  const old = { type: 'Order', id: 'o-1' }

  beforeEach(async () => {
    await world.long(400, { kind: 'by.person', actor: { type: 'Person', id: person, name: 'Ada' } })
    await world.long(410, { kind: 'on.order', resource: old })
    await world.long(420, { kind: 'other.thing' })
    await world.sequenceAll()
  })

  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

  it.each([
    ['everything', {}, ['by.person', 'on.order', 'other.thing']],
    ['a person', { subject: { type: 'Person', id: person } }, ['by.person']],
    ['a resource', { subject: old }, ['on.order']],
    ['a time', { since: ago(415), until: ago(405) }, ['on.order']],
    ['a subject in a time', { subject: { type: 'Person', id: person }, until: ago(405) }, []],
  ])('on %s keeps it, until it is released', async (_, what, kept) => {
    const { body } = await world.api<{ id: string; reason: string }>('POST', '/ledger/holds', {
      reason: 'Case 7',
      ...what,
    })
    await prune()
    const left = async () => (await world.kinds()).filter((kind) => !/^(hold|log)\./.test(kind)).toSorted()
    expect(await left()).toEqual(kept)
    expect(await world.api('POST', `/ledger/holds/${body.id}/release`, {})).toMatchObject({ status: 200 })
    await prune()
    expect(await left()).toEqual([])
  })

  it('that is placed while events are being removed is waited for, and wins', async () => {
    const { admin, url, tenant } = world.fixture
    const other = new Client({ connectionString: url })
    await other.connect()
    await other.query('BEGIN')
    await other.query(
      `INSERT INTO legal_holds (tenant_id, id, reason, placed_at) VALUES ($1, gen_random_uuid(), '', now())`,
      [tenant],
    )
    const pruning = prune().catch((error: unknown) => error)
    await waitFor(
      async () =>
        (
          await admin.query(
            `SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
              WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`,
          )
        ).rowCount === 1,
    )
    await other.query('COMMIT')
    await other.end()
    expect(String(await pruning)).toContain('held')
    expect(await prune()).toMatchObject({ removed: 0 })
    expect(await world.kinds()).toHaveLength(3)
  })

  it('says who placed and released it and why, and nothing of that lies in clear', async () => {
    const { body, status } = await world.api<{ id: string }>('POST', '/ledger/holds', { reason: 'Against Mallory' })
    expect(status).toBe(201)
    await world.api('POST', `/ledger/holds/${body.id}/release`, {})
    expect((await world.api<{ items: unknown[] }>('GET', '/ledger/holds')).body.items).toMatchObject([
      { id: body.id, reason: 'Against Mallory', placedBy: { type: 'Person' }, releasedBy: { type: 'Person' } },
    ])
    const { rows } = await world.fixture.admin.query<{ text: string }>(
      `SELECT encode(reason, 'escape') || legal_holds::text AS text FROM legal_holds`,
    )
    expect(rows[0]?.text).not.toContain('Mallory')
    expect(await world.api('POST', `/ledger/holds/${body.id}/release`, {})).toMatchObject({
      status: 409,
      body: { code: 'hold_released' },
    })
    expect(await world.api('POST', '/ledger/holds/x/release', {})).toMatchObject({
      status: 404,
      body: { code: 'hold_not_found' },
    })
  })
})

describe('whoever has the roles of the server', () => {
  const asSystem = (statement: Parameters<typeof run>[0]) => run(statement)
  const run = (statement: ReturnType<typeof sql>) =>
    world.fixture.database.asSystem((tx) => statement.execute(tx.kysely()))
  const refused = { code: '42501' }

  it('cannot remove an event by itself', async () => {
    await world.long(400)
    await world.sequenceAll()
    for (const statement of [
      sql`DELETE FROM events`,
      sql`DELETE FROM event_subjects`,
      sql`UPDATE events SET recorded_at = 'epoch'`,
      sql`DELETE FROM legal_holds`,
    ]) {
      await expect(asSystem(statement)).rejects.toMatchObject(refused)
      await expect(
        world.fixture.database.asTenant(world.fixture.tenant, (tx) => statement.execute(tx.kysely())),
      ).rejects.toMatchObject(refused)
    }
    expect(await world.kinds()).toHaveLength(1)
  })

  it('cannot have one removed that is young, held, or not told', async () => {
    const { tenant, database } = world.fixture
    const young = await world.long(20)
    const old = await world.long(400)
    await world.sequenceAll()
    const tell = (seqs: string) =>
      sql`INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest) VALUES (gen_random_uuid(), ${tenant}::uuid, 'pruned', now(), ${seqs}::int8multirange, sha256(''))`
    const attempt = (ids: readonly string[], seqs: string | null) =>
      database.asTenant(tenant, async (tx) => {
        if (seqs !== null) await tell(seqs).execute(tx.kysely())
        await sql`SET LOCAL ROLE holdfast_system`.execute(tx.kysely())
        await sql`SELECT prune_events(${tenant}::uuid, ${ids}::uuid[])`.execute(tx.kysely())
      })
    await expect(attempt([young], '{[1,2)}')).rejects.toMatchObject(refused)
    await expect(attempt([old], null)).rejects.toMatchObject(refused)
    await expect(attempt([old], '{[1,2)}')).rejects.toMatchObject(refused)
    await world.api('POST', '/ledger/holds', { reason: 'x' })
    await expect(attempt([old], '{[2,3)}')).rejects.toMatchObject(refused)
    expect(await world.kinds()).toHaveLength(3)
    await expect(
      database.asTenant(tenant, (tx) => sql`SELECT prune_events(${tenant}::uuid, '{}'::uuid[])`.execute(tx.kysely())),
    ).rejects.toMatchObject(refused)
  })
})

describe('the rules of retention', () => {
  it('have bounds, and leave events', async () => {
    for (const days of [1, 89, 3_661])
      expect(await world.api('PUT', '/ledger/retention/kind:order', { days })).toMatchObject({
        status: 422,
        body: { code: 'retention_out_of_bounds' },
      })
    for (const target of ['order', 'kind:', 'kind:a.*', 'class:x', "kind:a'"])
      expect(await world.api('PUT', `/ledger/retention/${encodeURIComponent(target)}`, { days: 100 })).toMatchObject({
        status: 404,
      })
    await world.api('PUT', '/ledger/retention/kind:order', { days: 100 })
    await world.api('PUT', '/ledger/retention/kind:order', { days: 200 })
    expect((await world.api('GET', '/ledger/retention')).body).toMatchObject({
      days: 365,
      leastDays: 90,
      mostDays: 3660,
      rules: [{ target: 'kind:order', days: 200 }],
    })
    await world.api('DELETE', '/ledger/retention/kind:order')
    const told = (await world.events()).map(({ view }) => [view.kind, view.data['days'], view.data['before']])
    expect(told).toEqual([
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', undefined, undefined],
      ['retention.changed', 100, null],
      ['retention.changed', 200, 100],
      ['retention.reset', undefined, 200],
    ])
  })
})

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(20)) if (await holds()) return
  throw new Error('it does not come to that')
}

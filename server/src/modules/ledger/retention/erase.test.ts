import { about } from '@holdfast/events'
import { verifyEventProof } from '@holdfast/merkle'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { contextOf } from '../../../testing/fixture.ts'
import { openWorld, type World } from './testing/world.ts'

const ada = { type: 'Person', id: '01900000-0000-7000-8000-0000000000aa' }
const bob = { type: 'Person', id: '01900000-0000-7000-8000-0000000000bb' }

let world: World
let stop: () => Promise<void>
beforeEach(async () => {
  world = await openWorld(inject('postgresUrl'))
  // As a server has it: what is recorded gets its place within moments.
  world.ledger.startSequencer()
  stop = () => world.ledger.stop()
})
afterEach(async () => {
  await stop()
  await world.close()
})

const recordBoth = () =>
  world.units.work(
    contextOf(world.fixture.tenant, {
      actor: { ...ada, name: 'Ada Lovelace' },
      source: { address: '192.0.2.7', userAgent: 'Browser of Ada' },
    }),
    (tx) =>
      tx.record({
        kind: 'order.placed',
        resource: { type: 'Order', id: 'o-1' },
        data: { by: about(ada, 'ada@example.com'), for: about(bob, 'bob@example.com'), note: 'gift' },
      }),
  )

const erase = (person = ada) => world.api<Record<string, unknown>>('DELETE', `/events/subjects/Person/${person.id}`)
const proof = async (id: string) => {
  const response = await world.server.request(`/api/v1/events/${id}/proof`)
  return verifyEventProof(await response.text())
}
const placed = async () => {
  while ((await world.fixture.admin.query('SELECT 1 FROM log_queue')).rowCount !== 0) await sleep(20)
}
const found = async (query: string) =>
  (await world.api<{ items: { kind: string }[] }>('GET', `/events?kind=order.*&${query}`)).body.items.length

describe('erasing a person from the log', () => {
  it('leaves nothing of theirs, what is others’, and proofs that verify', async () => {
    const id = await recordBoth()
    await placed()
    expect(await found('query=ada@example.com')).toBe(1)
    expect(await found('address=192.0.2.7')).toBe(1)
    expect(await proof(id)).toMatchObject({ ok: true })

    const answer = await erase()
    expect(world.server.faults).toEqual([])
    expect(answer).toMatchObject({ status: 200, body: { subject: ada, events: 1, keys: 1 } })
    expect(answer.body['remains']).toHaveLength(5)
    await placed()

    const [event] = (await world.events()).filter((one) => one.id === id)
    expect(event?.view).toMatchObject({
      actor: { ...ada, name: '[erased]' },
      source: { address: '[erased]', userAgent: '[erased]' },
      data: { by: '[erased]', for: 'bob@example.com', note: 'gift' },
    })
    expect(event?.problem).toBeNull()
    expect(await proof(id)).toMatchObject({ ok: true })
    expect(await world.verify()).toMatchObject({ problems: [] })
    for (const query of ['query=ada@example.com', 'query=lovelace', 'address=192.0.2.7'])
      expect(await found(query)).toBe(0)
    for (const query of ['query=bob@example.com', 'query=gift', `actor=${ada.id}`]) expect(await found(query)).toBe(1)

    const told = (await world.events()).find(({ view }) => view.kind === 'person.erased_from_log')
    expect(told?.view).toMatchObject({ resource: ada, data: { events: 1, keys: 1 } })
    expect(JSON.stringify(await world.events())).not.toMatch(/Lovelace|ada@example|192\.0\.2\.7|Browser of Ada/)
    const { rows } = await world.fixture.admin.query('SELECT subject FROM event_subjects')
    expect(rows).not.toContainEqual({ subject: `Person/${ada.id}` })
  })

  it('takes the searches with it that they had saved', async () => {
    const saved = (owner: string) =>
      world.fixture.admin.query(
        `INSERT INTO saved_searches VALUES ($1, gen_random_uuid(), 'Person', $2, true, 'x', now(), now())`,
        [world.fixture.tenant, owner],
      )
    await saved(ada.id)
    await saved(bob.id)
    await erase()
    const { rows } = await world.fixture.admin.query('SELECT owner_id FROM saved_searches')
    expect(rows).toEqual([{ owner_id: bob.id }])
  })

  it('a second time finds nothing, and says so', async () => {
    await recordBoth()
    await erase()
    expect(await erase()).toMatchObject({ status: 200, body: { events: 0, keys: 0 } })
  })

  it('is refused while they have an account, while something is held, and for what is no person', async () => {
    await recordBoth()
    await placed()
    world.accounts.add(ada.id)
    expect(await erase()).toMatchObject({ status: 409, body: { code: 'subject_exists' } })
    world.accounts.clear()
    for (const what of [
      {},
      { subject: ada },
      { subject: bob },
      { subject: { type: 'Order', id: 'o-1' } },
      { since: '2020-01-01T00:00:00Z' },
    ]) {
      const hold = await world.api<{ id: string }>('POST', '/ledger/holds', { reason: 'Case 7', ...what })
      expect(await erase()).toMatchObject({ status: 409, body: { code: 'subject_held' } })
      await world.api('POST', `/ledger/holds/${hold.body.id}/release`, {})
    }
    const elsewhere = await world.api<{ id: string }>('POST', '/ledger/holds', {
      reason: 'x',
      until: '2020-01-01T00:00:00Z',
    })
    expect(elsewhere.status).toBe(201)
    expect(await world.api('DELETE', '/events/subjects/Service/x')).toMatchObject({
      status: 422,
      body: { code: 'subject_not_person' },
    })
    expect(await found('query=lovelace')).toBe(1)
    expect(await erase()).toMatchObject({ status: 200 })
  })

  it('waits for events without a place, and gives up when they get none', async () => {
    await stop()
    await recordBoth()
    expect(await erase()).toMatchObject({ status: 503, body: { code: 'subject_busy' } })
    const { rows } = await world.fixture.admin.query('SELECT subject FROM event_subjects ORDER BY subject')
    expect(rows).toEqual(expect.arrayContaining([{ subject: `Person/${ada.id}` }, { subject: `Person/${bob.id}` }]))
  })

  it('is nothing that the roles of the server can do untold, or against a hold', async () => {
    await recordBoth()
    await placed()
    const { database, tenant } = world.fixture
    const attempt = () =>
      database.asSystem((tx) =>
        sql`SELECT erase_event_subject(${tenant}::uuid, ${`Person/${ada.id}`})`.execute(tx.kysely()),
      )
    await expect(attempt()).rejects.toMatchObject({ code: '42501' })
    await world.api('POST', '/ledger/holds', { reason: 'x' })
    await expect(attempt()).rejects.toMatchObject({ code: '42501' })
  })
})

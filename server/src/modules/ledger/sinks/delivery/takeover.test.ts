import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Fixture, openFixture } from '../../../../testing/fixture.ts'
import { type Child, startChild } from '../../../../testing/processes/child.ts'
import { advance, beginDelivery, dropLease, fail, renewLeases, takeLeases } from '../store/delivery.ts'
import { bodyOf, type Delivering, deliveringOn } from '../testing/delivering.ts'
import { type HttpReceiver, startHttpReceiver } from '../testing/http-receiver.ts'

let fixture: Fixture
let receiver: HttpReceiver
/** Records and sequences; it delivers nothing in these tests, since replicas of their own do. */
let writing: Delivering
let replicas: Child[]

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  receiver = await startHttpReceiver()
  writing = deliveringOn(fixture, undefined, false)
  replicas = []
})
afterEach(async () => {
  for (const { process } of replicas) process.kill('SIGKILL')
  await Promise.all(replicas.map(({ ended }) => ended))
  await writing.stop()
  await receiver.close()
  await fixture.close()
})

async function replica(...args: readonly string[]): Promise<Child> {
  const child = startChild('delivering.ts', [fixture.url, ...args])
  replicas.push(child)
  await child.line('ready')
  return child
}

const sink = () => ({
  kind: 'webhook',
  settings: { url: receiver.url, timeoutSeconds: 5, batch: 10 },
  filter: { kinds: ['thing.*'] },
})
const events = () => receiver.received.flatMap((request) => bodyOf(request).data.events)
const distinct = () => [...new Map(events().map((event) => [event.seq, event.id]))]

describe('two replicas', () => {
  test('of which nobody dies send each event once', async () => {
    await writing.add(sink())
    await Promise.all([replica('right'), replica('right')])
    const recorded = await writing.record(300)
    await expect.poll(distinct).toHaveLength(300)
    expect(events().map(({ id }) => id)).toEqual(recorded)
  })

  test('that find and then update, as the broken twins do, send events twice', async () => {
    const { id } = await writing.add(sink())
    const twin = () => replica('twin', fixture.tenant, id, receiver.url)
    await Promise.all([twin(), twin()])
    await writing.record(300)
    await expect.poll(distinct).toHaveLength(300)
    expect(events().length).toBeGreaterThan(300)
  })

  test('of which one is killed again and again skip nothing, and what comes twice comes as the same message', async () => {
    // Slow enough that a kill falls into the middle of a delivery, before it is answered or after.
    receiver.behave(async (_, response) => {
      await sleep(15)
      response.writeHead(200).end()
    })
    await writing.add({ ...sink(), settings: { url: receiver.url, timeoutSeconds: 5, batch: 4 } })
    let recorded: string[] = []
    const recording = writing.record(600).then((ids) => {
      recorded = ids
    })
    const progress = async () => {
      const before = receiver.received.length
      await expect.poll(() => receiver.received.length, { interval: 5 }).toBeGreaterThan(before + 3)
    }
    let holder = await replica('right')
    for (let round = 0; round < 4; round += 1) {
      await progress()
      const standby = await replica('right')
      holder.process.kill('SIGKILL')
      await holder.ended
      holder = standby
    }
    await recording
    await expect.poll(distinct).toHaveLength(600)
    // In the order of the log, but for repetitions; and each place is one event, however often it came.
    expect(distinct().map(([, id]) => id)).toEqual(recorded)
    const messages = new Map<unknown, string>()
    for (const { headers, body } of receiver.received) {
      const id = headers['webhook-id']
      expect(messages.get(id) ?? body.toString()).toBe(body.toString())
      messages.set(id, body.toString())
    }
    const unique = [...messages.values()].flatMap((body) => bodyOf({ body: Buffer.from(body) }).data.events)
    expect(unique.map(({ id }) => id)).toEqual(recorded)
  })
})

test('a deliverer that was frozen and comes back changes nothing', async () => {
  const { id } = await writing.add(sink())
  await writing.record(3)
  const { database, tenant } = fixture
  const own = <T>(run: Parameters<typeof database.asTenant<T>>[1]) => database.asTenant(tenant, run)
  const [frozen] = await database.asSystem((tx) => takeLeases(tx, 10, 60))
  if (frozen === undefined) throw new Error('no lease')
  expect(await database.asSystem((tx) => takeLeases(tx, 10, 60))).toEqual([])
  await fixture.admin.query("UPDATE log_sinks SET leased_until = now() - interval '1 second'")
  const [next] = await database.asSystem((tx) => takeLeases(tx, 10, 60))
  if (next === undefined) throw new Error('not taken over')
  expect(next.id).toBe(id)

  const before = await writing.sink(id)
  expect(await own((tx) => beginDelivery(tx, frozen, 1, false))).toBe(false)
  expect(await own((tx) => advance(tx, frozen, { upTo: 1, events: 1, refused: 0 }))).toBe(false)
  const failure = { message: 'x', retryInSeconds: 1, half: null, disable: true }
  expect(await own((tx) => fail(tx, frozen, failure))).toBe(false)
  await own((tx) => dropLease(tx, frozen))
  const kept = await database.asSystem((tx) => renewLeases(tx, [frozen.lease, next.lease], 60))
  expect([...kept]).toEqual([next.lease])
  expect(await writing.sink(id)).toEqual(before)

  expect(await own((tx) => beginDelivery(tx, next, before.cursor + 1, false))).toBe(true)
  expect(await own((tx) => advance(tx, next, { upTo: before.cursor + 1, events: 1, refused: 0 }))).toBe(true)
  // Its cursor never goes back.
  expect(await own((tx) => advance(tx, next, { upTo: before.cursor, events: 1, refused: 0 }))).toBe(false)
})

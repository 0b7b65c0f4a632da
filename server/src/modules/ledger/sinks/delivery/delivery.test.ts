import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Fixture, openFixture } from '../../../../testing/fixture.ts'
import { encodeResponseProtobuf } from '../../otlp/index.ts'
import { pauseSink, resumeSink, rewindSink } from '../steer.ts'
import { bodyOf, type Delivering, deliveringOn } from '../testing/delivering.ts'
import { answers, type HttpReceiver, startHttpReceiver } from '../testing/http-receiver.ts'

let fixture: Fixture
let receiver: HttpReceiver
let delivering: Delivering
let folder: string

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  receiver = await startHttpReceiver()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sinks-'))
  delivering = deliveringOn(fixture, folder)
})
afterEach(async () => {
  await delivering.stop()
  await receiver.close()
  await fixture.close()
  rmSync(folder, { recursive: true })
})

const webhook = (more: object = {}) => ({
  kind: 'webhook',
  settings: { url: receiver.url, timeoutSeconds: 1, batch: 10 },
  filter: { kinds: ['thing.*'] },
  ...more,
})
const arrived = () => receiver.received.flatMap((request) => bodyOf(request).data.events)
const ids = () => arrived().map(({ id }) => id)
const seqs = () => arrived().map(({ seq }) => seq)

describe('what is recorded arrives', () => {
  test('in the order of the log, each with its place and id, and the cursor ends at the head', async () => {
    const { id } = await delivering.add(webhook())
    const recorded = await delivering.record(35)
    await expect.poll(ids).toHaveLength(35)
    expect(ids()).toEqual(recorded)
    expect(seqs()).toEqual(seqs().toSorted((a, b) => a - b))
    expect(receiver.received.every((request) => bodyOf(request).data.events.length <= 10)).toBe(true)
    const { rows } = await fixture.admin.query<{ event_id: string }>('SELECT event_id FROM log_entries ORDER BY seq')
    for (const event of arrived()) expect(rows[event.seq - 1]?.event_id).toBe(event.id)
    await expect.poll(async () => (await delivering.sink(id)).cursor).toBe(rows.length)
    expect(await delivering.sink(id)).toMatchObject({ delivered: 35, repeated: 0, failures: 0, inFlight: null })
  })

  test('only what it is for, only of its tenant, and from where it is told to begin', async () => {
    await delivering.record(3)
    await delivering.add(webhook({ from: 'start', filter: { kinds: ['thing.*'], outcomes: ['success'] } }))
    await delivering.record(2, 'other.done')
    await delivering.record(2, 'thing.done', fixture.other)
    const last = await delivering.record(1, 'thing.changed')
    await expect.poll(() => ids().at(-1)).toBe(last[0])
    expect(arrived().map(({ kind }) => kind)).toEqual(['thing.done', 'thing.done', 'thing.done', 'thing.changed'])
  })

  test('a broken glass, whatever it is for', async () => {
    await delivering.add(webhook({ filter: { kinds: ['thing.*'], classes: [1], outcomes: ['failure'] } }))
    await delivering.record(1)
    const loud = await delivering.record(1, 'access.glass_broken')
    await expect.poll(ids).toEqual(loud)
  })

  test('in a file, whole and with its place', async () => {
    await delivering.add({ kind: 'file', settings: { path: 'audit/events.ndjson' }, filter: { kinds: ['thing.*'] } })
    const recorded = await delivering.record(20)
    const documents = () => {
      try {
        const lines = readFileSync(join(folder, 'audit/events.ndjson'), 'utf8').split('\n').filter(Boolean)
        return lines.map(
          (line) => JSON.parse(line) as { metadata: { uid: string; sequence: number }; class_uid: number },
        )
      } catch {
        return []
      }
    }
    await expect.poll(() => documents().length).toBe(20)
    expect(documents().map(({ metadata }) => metadata.uid)).toEqual(recorded)
    expect(documents().every(({ metadata }) => Number.isInteger(metadata.sequence))).toBe(true)
  })
})

describe('a receiver that fails', () => {
  test('gets the same message again until it takes it, and nothing is skipped', async () => {
    let refusals = 3
    receiver.behave((request, response) => {
      refusals -= 1
      return answers(refusals >= 0 ? 503 : 200)(request, response)
    })
    const { id } = await delivering.add(webhook())
    const recorded = await delivering.record(4)
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(4)
    const messages = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(messages.slice(0, 4)).size).toBe(1)
    expect(new Set(receiver.received.slice(0, 4).map(({ body }) => body.toString())).size).toBe(1)
    expect([...new Set(ids())]).toEqual(recorded)
    expect(await delivering.sink(id)).toMatchObject({ failures: 0, lastError: null, repeated: 3 })
  })

  test('longer than it may is an event, once, and so is its recovery, with how far behind it was', async () => {
    let well = false
    receiver.behave((request, response) => answers(well ? 200 : 500)(request, response))
    const { id } = await delivering.add(webhook({ failedAfterSeconds: 5 }))
    await delivering.record(12)
    await expect.poll(async () => (await delivering.sink(id)).failures).toBeGreaterThan(0)
    // Five seconds, of which the test need not wait for all.
    await fixture.admin.query("UPDATE log_sinks SET failing_since = now() - interval '6 seconds'")
    await expect.poll(() => delivering.events('sink.failed')).toHaveLength(1)
    const before = (await delivering.sink(id)).failures
    await expect.poll(async () => (await delivering.sink(id)).failures).toBeGreaterThan(before + 2)
    well = true
    await expect.poll(() => delivering.events('sink.recovered')).toHaveLength(1)
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(12)
    const [failed, recovered, ...more] = await delivering.events('sink.failed', 'sink.recovered')
    expect(more).toEqual([])
    expect(failed).toMatchObject({ outcome: 'failure', data: { name: 'test', error: 'it answered 500' } })
    expect(recovered?.data).toMatchObject({ name: 'test', failures: expect.any(Number), behind: expect.any(Number) })
    expect(Number(recovered?.data['failingSeconds'])).toBeGreaterThanOrEqual(6)
  })

  test('by taking its time delays nobody who records', async () => {
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    receiver.behave(async (request, response) => {
      await held
      return answers(200)(request, response)
    })
    const slow = { settings: { url: receiver.url, timeoutSeconds: 60, batch: 1 } }
    for (let n = 0; n < 4; n += 1) await delivering.add(webhook({ ...slow, name: `slow-${n}` }))
    await delivering.record(10)
    await expect.poll(() => receiver.received.length).toBe(4)
    await delivering.record(10)
    release()
    await expect.poll(ids).toHaveLength(4 * 20)
  })

  test('that says it is gone is sent nothing more, until somebody resumes it', async () => {
    receiver.behave(answers(410))
    const { id } = await delivering.add(webhook())
    const recorded = await delivering.record(3)
    await expect.poll(async () => (await delivering.sink(id)).state).toBe('disabled')
    const sent = receiver.received.length
    receiver.behave(answers(200))
    await delivering.record(1, 'other.done')
    expect(receiver.received).toHaveLength(sent)
    expect(await delivering.events('sink.disabled')).toHaveLength(1)
    await resumeSink(delivering.work(), id, new Date())
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(3)
    expect([...new Set(ids())]).toEqual(recorded)
  })

  test('at the size of a message gets half of it, until it fits', async () => {
    receiver.behave((request, response) =>
      answers(bodyOf(request).data.events.length > 2 ? 413 : 200)(request, response),
    )
    const { id } = await delivering.add(webhook())
    const recorded = await delivering.record(10)
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(10)
    const taken = receiver.received.filter((request) => bodyOf(request).data.events.length <= 2)
    expect(taken.flatMap((request) => bodyOf(request).data.events.map((event) => event.id))).toEqual(recorded)
  })

  test('for one event refuses it for ever: the sink stands still, and says at which one', async () => {
    const { id } = await delivering.add(webhook({ settings: { url: receiver.url, timeoutSeconds: 1, batch: 1 } }))
    const [first, bad, last] = await delivering.record(3)
    receiver.behave((request, response) =>
      answers(bodyOf(request).data.events.some((event) => event.id === bad) ? 422 : 200)(request, response),
    )
    await expect.poll(async () => (await delivering.sink(id)).failures).toBeGreaterThan(3)
    expect(new Set(ids())).toEqual(new Set([first, bad]))
    const stuck = await delivering.sink(id)
    expect(stuck).toMatchObject({ lastError: 'it answered 422' })
    // Somebody decides to go on behind it.
    await rewindSink(delivering.work(), id, stuck.inFlight ?? 0, new Date())
    await expect.poll(() => ids().at(-1)).toBe(last)
    const [rewound] = await delivering.events('sink.rewound')
    expect(rewound?.data).toMatchObject({ from: stuck.cursor, to: stuck.inFlight, effect: 'skips' })
  })

  test('by rejecting some of a batch is counted and told, but not once for each batch', async () => {
    const { id } = await delivering.add({ kind: 'otlp', settings: { url: receiver.url, compression: 'none' } })
    const body = Buffer.from(encodeResponseProtobuf(1, 'not this one'))
    receiver.behave(answers(200, { 'content-type': 'application/x-protobuf' }, body))
    await delivering.record(5)
    await expect.poll(async () => (await delivering.sink(id)).refused).toBeGreaterThan(0)
    // The event that tells it goes the same way, is rejected too, and is not told again.
    const before = receiver.received.length
    await delivering.record(1)
    await expect.poll(() => receiver.received.length).toBeGreaterThan(before)
    expect(await delivering.events('sink.events_refused')).toHaveLength(1)
  })
})

test('what cannot be read here is a failure of the sink, and told as one', async () => {
  const { id } = await delivering.add(webhook({ failedAfterSeconds: 5 }))
  const { rows } = await fixture.admin.query<{ secrets: Buffer }>('SELECT secrets FROM log_sinks')
  await fixture.admin.query("UPDATE log_sinks SET secrets = '\\x00', lease = NULL, leased_until = NULL")
  const recorded = await delivering.record(2)
  await expect.poll(async () => (await delivering.sink(id)).lastError).toContain('could not be read')
  await fixture.admin.query("UPDATE log_sinks SET failing_since = now() - interval '6 seconds'")
  await expect.poll(() => delivering.events('sink.failed')).toHaveLength(1)
  expect(receiver.received).toEqual([])
  await fixture.admin.query('UPDATE log_sinks SET secrets = $1, next_attempt_at = NULL', [rows[0]?.secrets])
  await expect.poll(ids).toEqual(recorded)
})

describe('somebody steers', () => {
  test('paused it keeps its place, and goes on from there', async () => {
    const { id } = await delivering.add(webhook())
    await pauseSink(delivering.work(), id, new Date())
    const recorded = await delivering.record(3)
    await delivering.add(webhook({ name: 'other', filter: { kinds: ['marker.set'] } }))
    const [marker] = await delivering.record(1, 'marker.set')
    await expect.poll(ids).toEqual([marker])
    expect(await delivering.sink(id)).toMatchObject({ state: 'paused', delivered: 0 })
    await resumeSink(delivering.work(), id, new Date())
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(3)
    expect(ids().slice(1)).toEqual(recorded)
  })

  test('rewound it sends again what lies above, with the same places', async () => {
    const { id } = await delivering.add(webhook())
    await delivering.record(3)
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(3)
    const first = seqs()
    await rewindSink(delivering.work(), id, (first[0] ?? 0) - 1, new Date())
    await expect.poll(async () => (await delivering.sink(id)).delivered).toBe(6)
    expect(seqs()).toEqual([...first, ...first])
    expect((await delivering.events('sink.rewound'))[0]?.data).toMatchObject({ effect: 'repeats' })
  })
})

test('events that are no longer kept are told as a gap, with their places', async () => {
  const recorded = await delivering.record(6)
  const gone = recorded.slice(1, 4)
  await expect
    .poll(
      async () =>
        (await fixture.admin.query('SELECT 1 FROM log_entries WHERE event_id = ANY($1)', [recorded])).rowCount,
    )
    .toBe(6)
  const { rows } = await fixture.admin.query<{ seq: string }>(
    'SELECT seq FROM log_entries WHERE event_id = ANY($1) ORDER BY seq',
    [gone],
  )
  const [from, , to] = rows.map(({ seq }) => Number(seq))
  await fixture.admin.query('BEGIN')
  await fixture.admin.query(
    "INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest) VALUES (gen_random_uuid(), $1, 'pruned', now(), int8multirange(int8range($2, $3, '[]')), sha256(''))",
    [fixture.tenant, from, to],
  )
  await fixture.admin.query('DELETE FROM events WHERE id = ANY($1)', [gone])
  await fixture.admin.query('COMMIT')
  await delivering.add(webhook({ from: 'start' }))
  await expect.poll(ids).toHaveLength(3)
  expect(ids()).toEqual([recorded[0], recorded[4], recorded[5]])
  expect(receiver.received.flatMap((request) => bodyOf(request).data.gaps)).toEqual([{ from, to, count: 3 }])
})

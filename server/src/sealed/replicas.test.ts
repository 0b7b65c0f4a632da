import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { Client } from 'pg'
import { type Installation, installation, type OwnProcess } from '../testing/own-process.ts'

const passphrase = 'six random words are quite good'

/** Each starts several servers, beside whatever else the machine does. */
const long = { timeout: 180_000 }

let place: Installation
let admin: Client
let one: OwnProcess
let two: OwnProcess
/** of the first replica, as the database knows it */
let first: string | undefined
beforeEach(async () => {
  place = await installation(inject('postgresUrl'))
  admin = new Client({ connectionString: place.databaseUrl })
  await admin.connect()
  // The one in this process is started in a fifth of the time; two processes it is all the same.
  one = await place.start({}, 'one', undefined, 'here')
  first = (await admin.query<{ id: string }>('SELECT id FROM seal_replicas')).rows[0]?.id
  mkdirSync(join(place.folder, 'two'))
  copyFileSync(join(place.folder, 'one', 'seal.key'), join(place.folder, 'two', 'seal.key'))
  two = await place.start({}, 'two')
})
afterEach(async () => {
  await admin.end()
  await place.close()
})

const rotate = (server: OwnProcess) => server.call('POST', '/api/v1/seal/rotate')
const generation = async () =>
  Number((await admin.query("SELECT generation FROM seals WHERE state = 'current'")).rows[0]?.generation)

/** Stops the second replica where it holds nothing that others wait for. */
async function hang(): Promise<void> {
  const held = async () =>
    (
      await admin.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
      )
    ).rowCount
  for (;;) {
    two.signal('SIGSTOP')
    if ((await held()) === 0) return
    two.signal('SIGCONT')
    await sleep(50)
  }
}

/** Writes and reads what is encrypted: a session of the caller's own, its events with their personal fields. */
async function works(server: OwnProcess): Promise<void> {
  expect((await server.call('GET', '/readyz')).json).toMatchObject({ status: 'ready' })
  const id = `g${randomBytes(8).toString('hex')}`
  expect((await server.call('POST', '/api/v1/groups', { id, name: 'A group' })).status).toBeLessThan(300)
  const { status, json } = await server.call('GET', '/api/v1/events?limit=5')
  expect([status, (json['items'] as unknown[]).length > 0]).toEqual([200, true])
}

describe('two replicas', () => {
  test('follow each other through rotations and changes, none of them stops', long, async () => {
    for (const server of [one, two, two, one]) {
      const { status, json } = await rotate(server)
      expect([status, json]).toMatchObject([200, { replicas: 2 }])
    }
    expect(await generation()).toBe(5)
    await Promise.all([works(one), works(two)])
    const changed = await one.call('POST', '/api/v1/seal/change', { to: 'passphrase', passphrase })
    expect(changed.json).toMatchObject({ generation: 6 })
    // The other one can seal as well, though nobody gave it the passphrase.
    expect((await rotate(two)).json).toMatchObject({ generation: 7, replicas: 2 })
    await Promise.all([works(one), works(two)])
    await two.stop()
    two = await place.start({}, 'two')
    expect((await two.call('GET', '/readyz')).json).toMatchObject({ status: 'sealed', kind: 'passphrase' })
    await works(one)
    await two.call('POST', '/api/v1/seal/unseal', { passphrase })
    await two.ready()
    await works(two)
  })

  test('that rotate at the same moment both do, or one is told; no step is lost', long, async () => {
    const answers = await Promise.all([one, two, one, two, one, two].map(rotate))
    const done = answers.filter(({ status }) => status === 200)
    const told = answers.filter(({ json }) => json['code'] === 'seal_changed_meanwhile')
    expect(done.length).toBeGreaterThan(0)
    expect(done.length + told.length).toBe(6)
    expect(await generation()).toBe(1 + done.length)
    await Promise.all([works(one), works(two)])
  })

  test(
    'make keys and rotate the root key at the same time, and a start afterwards opens all of them',
    long,
    async () => {
      const person = { email: 'ada@example.com', name: 'Ada Seeded' }
      const { json: ada } = await one.call('POST', '/api/v1/people', person)
      const both = [one, two]
      const acts = Array.from({ length: 12 }, (_, n) => {
        const server = both[n % 2] ?? one
        if (n % 3 === 0) return rotate(server)
        if (n % 3 === 1) return server.call('POST', '/api/v1/key-encryption-keys/rotate')
        return server.call('POST', '/api/v1/people', { email: `person${n}@example.com`, name: `Person ${n}` })
      })
      const answers = await Promise.all(acts)
      // Losing a race is an answer; nothing fails.
      for (const { status, json } of answers)
        expect([status, json]).toEqual([expect.toBeOneOf([200, 201, 202, 409]), json])
      await one.stop()
      await two.stop()
      one = await place.start({}, 'one', undefined, 'here')
      await works(one)
      expect((await one.call('GET', `/api/v1/people/${String(ada['id'])}`)).json).toMatchObject(person)
      const { items } = (await one.call('GET', '/api/v1/people?limit=50')).json as { items: { name: string }[] }
      expect(items.map(({ name }) => name)).not.toContain('[erased]')
      expect(items.length).toBe(5)
    },
  )

  test('catch up over several rotations that one of them slept through', long, async () => {
    // Nothing tells it: the way that is left is to be asked for something that needs the root key.
    await admin.query('DELETE FROM seal_handovers')
    for (let round = 0; round < 3; round++) expect((await rotate(one)).status).toBe(200)
    expect((await rotate(two)).json).toMatchObject({ generation: 5 })
    await works(two)
  })
})

describe('somebody who writes the database', () => {
  test('is handed no root key for a replica of their own', long, async () => {
    const { rows } = await admin.query('SELECT * FROM seal_replicas')
    await admin.query(
      'INSERT INTO seal_replicas (id, public_key, generation, proof, seen_at) VALUES (gen_random_uuid(), $1, 1, $2, now())',
      [Buffer.alloc(32, 9), rows[0].proof],
    )
    const rotated = await rotate(one)
    expect(rotated.json).toMatchObject({ replicas: 2 })
    expect((await admin.query('SELECT DISTINCT replica_id FROM seal_handovers')).rows.length).toBeLessThan(3)
    expect((await one.event('seal.rotated')).data).toMatchObject({ unproven: 1 })
  })

  test('cannot make a replica take another root key: it is sealed, and says so', long, async () => {
    await two.stop()
    await admin.query("UPDATE seals SET generation = 2, wrapped_root = $1 WHERE state = 'current'", [
      Buffer.alloc(93, 1),
    ])
    const [replica] = (await admin.query<{ id: string }>('SELECT id FROM seal_replicas')).rows
    await admin.query('INSERT INTO seal_handovers VALUES ($1, 2, $2)', [replica?.id, Buffer.alloc(300, 9)])
    await admin.query("SELECT pg_notify('holdfast_seal', '')")
    await expect.poll(async () => (await one.call('GET', '/readyz')).status).toBe(503)
    expect((await one.call('GET', '/readyz')).json).toMatchObject({ status: 'sealed', kind: 'file' })
    expect((await rotate(one)).json['code']).toBe('sealed')
  })
})

test('a replica that was handed nothing is sealed, and works again without another start', long, async () => {
  await one.call('POST', '/api/v1/seal/change', { to: 'passphrase', passphrase })
  expect((await rotate(two)).status).toBe(200)
  await hang()
  // As if it had been forgotten after a day of silence.
  expect((await admin.query('DELETE FROM seal_replicas WHERE id <> $1', [first])).rowCount).toBe(1)
  expect((await rotate(one)).json).toMatchObject({ replicas: 1 })
  two.signal('SIGCONT')
  await expect.poll(async () => (await two.call('GET', '/readyz')).status).toBe(503)
  expect((await two.call('POST', '/api/v1/seal/unseal', { passphrase })).json).toMatchObject({ sealed: false })
  await works(two)
  expect((await rotate(two)).status).toBe(200)
})

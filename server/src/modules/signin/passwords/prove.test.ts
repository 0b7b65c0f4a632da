import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { systemRandom } from '../../../platform/random.ts'
import { createUnitOfWork, type UnitOfWork } from '../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { createDirectory, type Directory } from '../../directory/index.ts'
import { testKeyring } from '../../keys/testing/keyring.ts'
import { signinConfig } from '../config.ts'
import { createColumns, type SigninColumns } from '../store/columns.ts'
import { forgivePassword, putPassword } from '../store/passwords.ts'
import { knowsPassword } from '../set-password.ts'
import { createDecoys } from './decoys.ts'
import { createHasher, formOf, type Hasher } from './hasher.ts'
import type { PasswordTools } from './parts.ts'
import { proveByPassword } from './prove.ts'

/*
 * Whether somebody has an account must not be told by what a refusal costs. Clocks would say it now and then; what is counted
 * here is the work itself: each statement, in order, and each hash with its form.
 */
let fixture: Fixture
let units: UnitOfWork
let directory: Directory
let columns: SigninColumns
let deps: PasswordTools
let hasher: Hasher
let hashed: string[]
let said: string[]

const config = signinConfig.parse({ argon2: { memoryKib: 7168, iterations: 1 }, throttle: { accountFree: 3 } })
const now = new Date('2026-11-22T12:00:00Z')
const password = 'gravel teapot 71 invoice'

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  const keys = testKeyring(fixture.database)
  const random = systemRandom(systemClock)
  units = createUnitOfWork(fixture.database, async (_tx, { kind, reason }) => {
    said.push(`event ${kind} ${reason === 'throttled' ? reason : ''}`)
    return ''
  })
  const never = () => {
    throw new Error('not here')
  }
  directory = createDirectory({
    clock: systemClock,
    random,
    keys,
    decide: async () => ({ allowed: true, explanation: '', reasons: [] }),
    principalGone: async () => {},
    hierarchyChanged: async () => {},
    passwords: { prepare: never, imported: never, store: never, holders: async () => new Set() },
    canSignIn: async (_, ids) => new Set(ids),
    sessions: { revokeAllOf: async () => 0 },
    applications: { exists: async () => true },
    powerOf: async () => false,
    publicUrl: 'http://holdfast.test',
    trust: async () => ({ keys: [] }),
  })
  columns = createColumns(keys)
  const plain = createHasher(config)
  hasher = {
    ...plain,
    verify(kept, typed) {
      hashed.push(formOf(kept.hash))
      return plain.verify(kept, typed)
    },
    hash(typed) {
      hashed.push('anew')
      return plain.hash(typed)
    },
  }
  const breach = { filter: async () => null, has: async () => false }
  const decoys = createDecoys({ hasher, clock: systemClock, columns })
  deps = { config, database: fixture.database, directory, columns, hasher, decoys, breach } as unknown as PasswordTools
  said = []
  await units.work(contextOf(fixture.tenant), async (tx) => {
    await directory.provisionTenant(tx)
    await columns.index(tx)
  })
  for (const name of ['ada', 'disabled', 'without', 'long', 'guessed']) await addPerson(name)
  const original: unknown = Reflect.get(Client.prototype, 'query')
  const query = vi.spyOn(Client.prototype, 'query')
  query.mockImplementation(function counted(this: Client, ...given: readonly unknown[]) {
    const [what] = given as [string | { readonly text: string }]
    said.push((typeof what === 'string' ? what : what.text).replaceAll(/\s+/g, ' '))
    return Reflect.apply(original as () => never, this, given)
  })
})

afterAll(async () => {
  vi.restoreAllMocks()
  await fixture.close()
})

beforeEach(async () => {
  await fixture.admin.query('DELETE FROM sign_in_throttles')
  hashed = []
  said = []
})

async function addPerson(name: string): Promise<void> {
  const hash = await createHasher(config).hash(password)
  await units.work(contextOf(fixture.tenant), async (tx) => {
    const added = await directory.addAccount(tx, { email: `${name}@x.example`, name, groups: [] })
    if (!added.ok || !hash.ok) throw new Error('not added')
    const { id: personId } = added.value
    const kept = { hash: hash.value, imported: false, sufficesAlone: true }
    if (name !== 'without') await putPassword(tx, columns, { personId, password: kept, now })
  })
  if (name === 'disabled') {
    await fixture.admin.query(
      "UPDATE people SET state = 'disabled' WHERE id = (SELECT max(id::text)::uuid FROM people)",
    )
  }
}

/** @returns the refusal, what it took, and what was told of it */
async function attempt(username: string, typed: string) {
  hashed = []
  said = []
  const context = contextOf(fixture.tenant)
  const request = units.request(context)
  const proven = await proveByPassword(
    {
      work: request.work,
      tenant: fixture.tenant,
      source: { address: '203.0.113.9', userAgent: null },
      now,
    },
    deps,
    { username, password: typed },
  )
  await request.settle(async () => {})
  return { proven, work: { said: [...said], hashed: [...hashed] } }
}

describe('a refusal', () => {
  const cases: readonly (readonly [about: string, username: string, typed: string])[] = [
    ['a wrong password', 'ada@x.example', 'not the password'],
    ['a password that is too long', 'ada@x.example', 'x'.repeat(3000)],
    ['the right password of somebody who is disabled', 'disabled@x.example', password],
    ['somebody without a password', 'without@x.example', password],
    ['nobody’s address', 'nobody@x.example', password],
    ['no address at all', 'no\0body', password],
  ]

  it.each(cases)('%s: as much work as any, and the same answer', async (_about, username, typed) => {
    // The first of a process reads keys and shares that the further ones remember, whoever it is for.
    await attempt('somebody@x.example', password)
    await fixture.admin.query('DELETE FROM sign_in_throttles')
    const any = await attempt('ada@x.example', 'something else')
    await fixture.admin.query('DELETE FROM sign_in_throttles')
    const { proven, work } = await attempt(username, typed)
    expect(work).toEqual(any.work)
    expect(proven).toEqual(any.proven)
    expect(proven).toMatchObject({ ok: false, error: { code: 'sign_in_refused', status: 401 } })
    expect(work.hashed).toHaveLength(1)
    expect(work.said.length).toBeGreaterThan(5)
  })

  it('is braked alike, whether anybody has the address or not, and then costs no hash', async () => {
    const of = async (username: string) => {
      const all = []
      for (let at = 0; at < 5; at++) all.push(await attempt(username, 'not the password'))
      return all
    }
    const nobody = await of('nobody@x.example')
    for (const username of ['guessed@x.example', 'without@x.example', 'disabled@x.example']) {
      expect(await of(username), username).toEqual(nobody)
    }
    expect(nobody.map(({ proven }) => !proven.ok && proven.error.code)).toEqual([
      'sign_in_refused',
      'sign_in_refused',
      'sign_in_refused',
      'sign_in_throttled',
      'sign_in_throttled',
    ])
    expect(nobody.at(-1)?.work.hashed).toEqual([])
  })
})

describe('a password that was right', () => {
  it('is taken off the brakes in the order in which it was counted: two at once do not wait for each other', async () => {
    const { proven } = await attempt('ada@x.example', password)
    if (!proven.ok) throw new Error('refused')
    const { address, account } = proven.proof.attempt
    const lock = 'SELECT FROM sign_in_throttles WHERE key = $1 FOR UPDATE'
    const counting = new Client({ connectionString: fixture.url })
    await counting.connect()
    await counting.query('BEGIN')
    await counting.query(lock, [address?.key])
    const forgiven = units.work(contextOf(fixture.tenant), (tx) => forgivePassword(tx, proven.proof))
    try {
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      await expect.poll(async () => (await fixture.admin.query(waits)).rowCount).toBe(1)
      await counting.query(`${lock} NOWAIT`, [account.key])
    } finally {
      await counting.end()
    }
    expect(await forgiven).toBe(true)
    expect((await fixture.admin.query('SELECT FROM sign_in_throttles WHERE attempts > 0')).rowCount).toBe(0)
  })
})

describe('hashes that were brought along', () => {
  it('nobody’s addresses are compared with hashes as people have them, in the same shares, each always with the same', async () => {
    await fixture.admin.query("UPDATE passwords SET form = '$2b$04' WHERE ctid IN (SELECT ctid FROM passwords LIMIT 2)")
    const fresh = createDecoys({ hasher, clock: systemClock, columns })
    const reading = fixture.database.singly(fixture.tenant, 'read')
    const decoyFor = (at: number, decoys = fresh) => decoys.of(reading, `nobody${at}@x.example`)
    const decoysOf = async (decoys = fresh) => {
      const all = []
      for (let at = 0; at < 400; at++) all.push(await decoyFor(at, decoys))
      return all
    }
    const decoys = await decoysOf()
    const bcrypt = decoys.filter(({ hash }) => hash.startsWith('$2b$04$'))
    // Two of four people: the keyed hash that decides is even, and 400 are ten deviations from nought.
    expect(bcrypt.length).toBeGreaterThan(100)
    expect(bcrypt.length).toBeLessThan(300)
    for (let at = 0; at < 20; at++) expect(await decoyFor(at)).toEqual(decoys[at])

    // As people's hashes are renewed the decoys go along, and none goes back.
    await fixture.admin.query(
      "UPDATE passwords SET form = $1 WHERE ctid IN (SELECT ctid FROM passwords WHERE form = '$2b$04' LIMIT 1)",
      [hasher.form],
    )
    const later = createDecoys({ hasher, clock: systemClock, columns })
    const after = await decoysOf(later)
    const back = after.filter(({ imported }, at) => imported && decoys[at]?.imported === false)
    expect(back).toEqual([])
    expect(after.filter(({ imported }) => imported).length).toBeLessThan(bcrypt.length)
  })
})

describe('changing one’s own password', () => {
  it('takes the current one, or a sign-in of just now by more than a password', async () => {
    const { rows } = await fixture.admin.query<{ person: string }>('SELECT person_id AS person FROM passwords LIMIT 1')
    const person = { id: rows[0]?.person ?? '', email: 'ada@x.example' }
    const asked = {
      read: (<T>(run: (tx: never) => Promise<T>) =>
        fixture.database.asTenant(fixture.tenant, run as never, 'read')) as never,
      tenant: fixture.tenant,
      person,
      source: { address: '203.0.113.9', userAgent: null },
      now,
      current: undefined,
    }
    const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
    const without = async (acr: 'aal1' | 'aal2' | 'phr', minutes: number) =>
      (await knowsPassword(deps, { ...asked, session: { acr, authenticatedAt: ago(minutes) } })).ok
    expect(await without('aal2', 1)).toBe(true)
    expect(await without('phr', 5)).toBe(true)
    expect(await without('aal1', 0)).toBe(false)
    expect(await without('phr', 6)).toBe(false)
    const session = { acr: 'phr', authenticatedAt: now } as const
    expect((await knowsPassword(deps, { ...asked, session, current: 'wrong' })).ok).toBe(false)
    expect((await knowsPassword(deps, { ...asked, session: null, current: password })).ok).toBe(true)
  })
})

import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import { installation, type Installation, type OwnProcess } from '../../../testing/own-process.ts'
import { quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'

const app = '/api/v1/applications/docs'
/** Both open the same seal. */
const settings = {
  ...quickSignIn,
  HOLDFAST_SEAL_KIND: 'passphrase',
  HOLDFAST_SEAL_PASSPHRASE: 'gravel teapot 99 invoices',
}
const names = ['Ben', 'Cara', 'Dan'] as const

let house: Installation
let one: OwnProcess
let two: OwnProcess
let admin: Client
let database: Database
let tenant: string
/** each person at a browser of each replica */
const browsers = new Map<string, readonly Visitor[]>()
const ids = new Map<string, string>()

beforeAll(async () => {
  house = await installation(inject('postgresUrl'))
  one = await house.start(settings, 'one', undefined, 'here')
  two = await house.start(settings, 'two')
  admin = new Client({ connectionString: house.databaseUrl })
  await admin.connect()
  database = openDatabase({ url: house.databaseUrl })
  tenant = (await admin.query<{ id: string }>('SELECT id FROM tenants')).rows[0]?.id ?? ''
  await call('POST', '/api/v1/applications', { id: 'docs', name: 'Docs' })
  await call('POST', `${app}/roles`, { id: 'editor' })
  for (const name of names) {
    const email = `${name.toLowerCase()}@shop.example`
    const password = `gravel teapot ${name} 71 invoice`
    ids.set(name, (await call('POST', '/api/v1/people', { email, name, password }))['id'] as string)
    browsers.set(name, [await signInAs(one.url, { email, password }), await signInAs(two.url, { email, password })])
  }
  await call('PUT', `${app}/elevation-rules/editor`, {
    eligible: [uid('Ben')],
    approvers: [uid('Cara'), uid('Dan')],
    maximumSeconds: 3600,
    breakGlass: { perDay: 1 },
  })
}, 120_000)

afterAll(async () => {
  await database.close()
  await admin.end()
  await house.close()
})

const uid = (name: string) => ({ type: 'Person', id: ids.get(name) ?? '' })

async function call(method: string, path: string, body: unknown) {
  const { status, json } = await one.call(method, path, body)
  expect(status, JSON.stringify(json)).toBeLessThan(300)
  return json
}

const at = (name: string, replica: number) => {
  const found = browsers.get(name)?.[replica]
  if (found === undefined) throw new Error('nobody there')
  return found
}
const request = { role: 'editor', seconds: 600, reason: 'x' }
const act = (name: string, replica: number, id: string, what: string) =>
  at(name, replica).api('POST', `${app}/elevations/${id}/${what}`, {})

async function asked(): Promise<string> {
  const { status, json } = await at('Ben', 0).api('POST', `${app}/elevations`, request)
  expect(status, JSON.stringify(json)).toBe(201)
  return json['id'] as string
}

const grantsOf = async (id: string) =>
  (await admin.query('SELECT DISTINCT id FROM grants WHERE source_id = $1', [id])).rowCount

describe('over two servers', () => {
  test('one answer wins: of approvals, denials and the person who takes it back', async () => {
    for (let round = 0; round < 4; round += 1) {
      const id = await asked()
      const answers = await Promise.all(
        [0, 1].flatMap((replica) => [
          act('Cara', replica, id, 'approve'),
          act('Dan', replica, id, 'approve'),
          act('Cara', replica, id, 'deny'),
          act('Dan', replica, id, 'deny'),
          act('Ben', replica, id, 'cancel'),
        ]),
      )
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200,
        ...Array<number>(9).fill(409),
      ])
      const won = answers.find(({ status }) => status === 200)?.json
      expect(await grantsOf(id)).toBe(won?.['state'] === 'approved' ? 1 : 0)
      const { rows } = await admin.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM elevations WHERE id = $1 AND state = $2`,
        [id, won?.['state']],
      )
      expect(rows).toEqual([{ count: 1 }])
      if (won?.['state'] === 'approved') expect((await act('Ben', 1, id, 'end')).status).toBe(200)
    }
  })

  test('one request for the same waits, and the glass breaks as often as the rule says', async () => {
    const path = `${app}/elevations`
    const many = await Promise.all([0, 1, 0, 1, 0, 1].map((replica) => at('Ben', replica).api('POST', path, request)))
    expect(many.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409])
    const glass = { role: 'editor', reason: 'x' }
    const broken = await Promise.all(
      [0, 1, 0, 1, 0, 1].map((replica) => at('Ben', replica).api('POST', `${app}/break-glass`, glass)),
    )
    expect(broken.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 429, 429, 429, 429, 429])
  })
})

test('the twin that looks first and decides then lets several through', async () => {
  const decide = (id: string, state: 'denied' | 'cancelled') =>
    database.asTenant(tenant, async (tx) => {
      const { rows } = await sql<{ state: string }>`SELECT state FROM elevations WHERE id = ${id}`.execute(tx.kysely())
      await sql`SELECT pg_sleep(0.1)`.execute(tx.kysely())
      if (rows[0]?.state !== 'pending') return false
      await sql`UPDATE elevations SET state = ${state} WHERE id = ${id}`.execute(tx.kysely())
      return true
    })
  const { rows } = await admin.query<{ id: string }>("SELECT id FROM elevations WHERE state = 'pending'")
  const id = rows[0]?.id ?? (await asked())
  let most = 0
  for (let round = 0; round < 50 && most < 2; round += 1) {
    const won = await Promise.all(
      (['denied', 'cancelled', 'denied', 'cancelled'] as const).map((state) => decide(id, state)),
    )
    most = Math.max(most, won.filter(Boolean).length)
    await admin.query("UPDATE elevations SET state = 'pending' WHERE id = $1", [id])
  }
  expect(most).toBeGreaterThan(1)
})

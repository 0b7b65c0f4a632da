import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { letterTo, linkIn } from '../../../testing/mailbox.ts'
import { quickSignIn, signInAs, type Visitor, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer
let database: Client

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await whole.close()
})

const rescued = 'thistle harbour lamp 42 oven'
const stolen = 'another teapot entirely 5'
type Thief = (browser: Visitor, person: { readonly id: string; readonly password: string }) => Promise<number>

const ways: readonly (readonly [string, { readonly temporary: boolean }, Thief])[] = [
  [
    'in a session',
    { temporary: false },
    async (browser, { id, password: current }) =>
      (await browser.api('PUT', `/api/v1/people/${id}/password`, { password: stolen, current })).status,
  ],
  [
    'at the last step of a sign-in',
    { temporary: true },
    async (browser, { password: current }) =>
      (await browser.post('/sign-in/password', { current, password: stolen })).status,
  ],
]

async function waiting(count: number): Promise<void> {
  const question = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await expect.poll(async () => (await database.query(question)).rowCount).toBe(count)
}

test.each(ways)(
  'a link holds against whoever knows the old password and is setting another, %s',
  async (_, more, take) => {
    const email = `${more.temporary ? 'kim' : 'lea'}@shop.example`
    const password = 'first given teapot 8'
    const { json } = await whole.call('POST', '/api/v1/people', { email, name: 'Kim', password, ...more })
    const thief = await signInAs(whole.url, { email, password })
    const owner = visitor(whole.url)
    await owner.post('/recover', { email })
    const link = new URL(linkIn(await letterTo(whole, email, 'recovery')), whole.url)
    const token = link.searchParams.get('token') ?? ''

    await database.query('BEGIN')
    await database.query('SELECT FROM passwords FOR UPDATE')
    const saved = owner.post('/recover/new', { token, password: rescued, again: rescued })
    await waiting(1)
    const taken = take(thief, { id: String(json['id']), password })
    await waiting(2)
    await database.query('COMMIT')
    expect((await saved).status).toBe(200)
    expect([401, 422]).toContain(await taken)

    const enters = async (typed: string) =>
      (await visitor(whole.url).post('/sign-in', { username: email, password: typed })).status
    expect([await enters(rescued), await enters(stolen), await enters(password)]).toEqual([303, 401, 401])
  },
)

import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createThings, thingRoutes } from '../../testing/things.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer
let time = Date.parse('2026-01-01T00:00:00Z')

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  ledger = ledgerOn(fixture)
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: thingRoutes(),
    recordEvent: ledger.ledger.recordEvent,
    clock: { now: () => new Date(time) },
  })
})
afterAll(async () => {
  await server.close()
  await fixture.close()
})

const refused = async () => {
  const response = await server.request('/api/v1/things/x', { headers: { authorization: 'Bearer wrong' } })
  expect(response.status).toBe(401)
  return (await response.json()) as { code: string; eventId?: string }
}

const events = async () =>
  (await ledger.events()).map(({ view }) => view).filter(({ kind }) => kind === 'credential.refused')

it('nobody fills the ledger without a credential: a flood of refusals is counted, not written one by one', async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, refused))
  expect(answers.every(({ code }) => code === 'credential_invalid')).toBe(true)
  const told = answers.filter(({ eventId }) => eventId !== undefined).length
  expect(told).toBeGreaterThan(10)
  expect(told).toBeLessThan(100)
  expect(await events()).toHaveLength(told)

  time += 120_000
  expect((await refused()).eventId).toBeDefined()
  expect((await events()).at(-1)?.data['unrecorded']).toBe(300 - told)
})

it('and who has one is served meanwhile', async () => {
  await Promise.all(Array.from({ length: 100 }, refused))
  expect((await server.request('/api/v1/things/x')).status).not.toBe(401)
})

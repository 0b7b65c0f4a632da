import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../../testing/test-server.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  const { tenant, other } = fixture
  server = await startTestServer({
    database: fixture.database,
    tenant,
    routes: ledger.ledger.routes,
    recordEvent: ledger.ledger.recordEvent,
    callers: {
      bob: testCaller(tenant, { principal: { type: 'Person', id: '01900000-0000-7000-8000-0000000000bb' } }),
      stranger: testCaller(other),
    },
  })
})
afterAll(async () => {
  await server.close()
  await ledger.ledger.stop()
  await fixture.close()
})

interface Answer<T> {
  readonly status: number
  readonly body: T
}

async function ask<T>(method: string, path: string, body?: unknown, secret = 'one'): Promise<Answer<T>> {
  const response = await server.request(`/api/v1/ledger/searches${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as T }
}

interface Saved {
  readonly id: string
  readonly name: string
  readonly yours: boolean
}

const filter = { query: 'ada@example.com', outcome: 'refused', kind: 'session.*' }

describe('saved searches', () => {
  it('are one’s own until they are shared, and changed by their owner alone', async () => {
    const own = await ask<Saved>('POST', '', { name: 'Mine', filter })
    const shared = await ask<Saved>('POST', '', { name: 'Ours', filter, shared: true })
    expect([own.status, shared.status]).toEqual([201, 201])
    const names = async (secret: string) =>
      (await ask<{ items: Saved[] }>('GET', '', undefined, secret)).body.items.map(({ name, yours }) => [name, yours])
    expect(await names('one')).toEqual([
      ['Mine', true],
      ['Ours', true],
    ])
    expect(await names('bob')).toEqual([['Ours', false]])
    expect(await names('stranger')).toEqual([])

    expect(await ask('PATCH', `/${shared.body.id}`, { name: 'His' }, 'bob')).toMatchObject({
      status: 403,
      body: { code: 'search_not_yours' },
    })
    expect(await ask('DELETE', `/${shared.body.id}`, undefined, 'bob')).toMatchObject({ status: 403 })
    for (const [id, secret] of [
      [own.body.id, 'bob'],
      [shared.body.id, 'stranger'],
      ['x', 'one'],
    ] as const) {
      expect(await ask('PATCH', `/${id}`, { shared: true }, secret)).toMatchObject({
        status: 404,
        body: { code: 'search_not_found' },
      })
      expect(await ask('DELETE', `/${id}`, undefined, secret)).toMatchObject({ status: 404 })
    }

    expect((await ask('PATCH', `/${own.body.id}`, { shared: true })).body).toMatchObject({
      shared: true,
      name: 'Mine',
      filter,
    })
    expect(await names('bob')).toHaveLength(2)
    expect((await ask('DELETE', `/${own.body.id}`)).body).toEqual({ deleted: true })
    expect(await names('one')).toEqual([['Ours', true]])
  })

  it('are checked when they are saved', async () => {
    for (const wrong of [{ outcome: 'fine' }, { cursor: 'x' }, { since: 'yesterday' }, { kind: "'" }]) {
      expect(await ask('POST', '', { name: 'x', filter: wrong })).toMatchObject({
        status: 422,
        body: { code: 'input_invalid' },
      })
    }
  })

  it('do not lie in the database in clear', async () => {
    await ask('POST', '', { name: 'About Grace Hopper', filter })
    const { rows } = await fixture.admin.query<{ text: string }>(
      `SELECT saved_searches::text || encode(sealed, 'escape') AS text FROM saved_searches`,
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ text }) => text).join('')).not.toMatch(/Hopper|example\.com/)
  })

  it('are a hundred at most', async () => {
    await fixture.admin.query(
      `INSERT INTO saved_searches SELECT tenant_id, gen_random_uuid(), owner_type, owner_id, shared, sealed, created_at, changed_at
       FROM (SELECT * FROM saved_searches WHERE owner_id = $1 LIMIT 1) AS one, generate_series(1, 100)`,
      [testCaller(fixture.tenant).principal.id],
    )
    expect(await ask('POST', '', { name: 'one more', filter })).toMatchObject({
      status: 409,
      body: { code: 'searches_too_many' },
    })
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { quickSignIn } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { plainClient } from '../oauth/testing/client.ts'
import { makeTenant, type TestTenant } from './testing/tenant.ts'

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
}, 120_000)
afterAll(() => whole.close())

const machine = {
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_post',
  redirect_uris: [],
}

/** An application of this name, whose client gets a token for itself; twice, since what is known by then answers the second. */
async function tokensAt(tenant: TestTenant, id: string) {
  const made = await tenant.call('POST', '/api/v1/applications', { id, ...machine })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
  const client = plainClient({ client_id: id, client_secret: String(made.json['client_secret']) })
  const ask = () => client.send(whole.url, '/oauth/token', { grant_type: 'client_credentials' })
  const statuses = [(await ask()).status, (await ask()).status]
  return { statuses, ask }
}

async function deleted(slug: string, id: string): Promise<void> {
  expect((await whole.call('POST', `/api/v1/tenants/${slug}/suspend`, { reason: 'over' })).status).toBe(200)
  expect((await whole.call('DELETE', `/api/v1/tenants/${slug}?people=9`)).status).toBe(200)
  const database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  const rows = async () => (await database.query('SELECT 1 FROM oauth_clients WHERE tenant_id = $1', [id])).rowCount
  await expect.poll(rows).toBe(0)
  await database.end()
}

describe('the names of a deleted tenant', () => {
  it('are for whoever takes them next, and what was kept under them opens nothing', async () => {
    const gone = await makeTenant(whole, 'gone')
    const before = await tokensAt(gone, 'robot')
    expect(before.statuses).toEqual([200, 200])
    await deleted('gone', gone.id)
    expect((await before.ask()).status).toBe(401)
    const heir = await makeTenant(whole, 'heir')
    expect((await tokensAt(heir, 'robot')).statuses).toEqual([200, 200])
    expect((await before.ask()).status).toBe(401)
  })
})

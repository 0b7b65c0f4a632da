import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { oneOfEverything, type Things } from '../../testing/abuse/tenant-things.ts'
import { eventsOf, quickSignIn, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { makeTenant, password, type TestTenant } from './testing/tenant.ts'

let whole: WholeServer
let database: Client
let gone: TestTenant
let other: TestTenant
let things: Things
const host = 'login.gone.example'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  gone = await makeTenant(whole, 'gone', { hosts: [host] })
  other = await makeTenant(whole, 'other')
  things = await oneOfEverything(whole, gone)
}, 120_000)
afterAll(async () => {
  await database.end()
  await whole.close()
})

const remove = (people: number, tenant = 'gone') => whole.call('DELETE', `/api/v1/tenants/${tenant}?people=${people}`)
const codeOf = async (people: number, tenant?: string) => (await remove(people, tenant)).json['code']

async function count(question: string, ...values: unknown[]): Promise<number> {
  const { rows } = await database.query<{ count: string }>(question, values)
  return Number(rows[0]?.count)
}

/** Every table of the real database with rows of the tenant. */
async function tablesWith(tenant: string): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(`
    SELECT c.table_name AS name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name
    WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND NOT t.relispartition ORDER BY 1`)
  const found: string[] = []
  for (const { name } of rows) {
    if ((await count(`SELECT count(*) FROM ${name} WHERE tenant_id = $1`, tenant)) > 0) found.push(name)
  }
  return found
}

describe('deleting a tenant', () => {
  it('is refused to its own operators, of the first, of one that is answered, and of one that does not exist', async () => {
    for (const [tenant, path] of [
      [gone, 'other'],
      [gone, 'gone'],
      [other, 'gone'],
      [other, 'default'],
    ] as const) {
      const tried = await tenant.call('DELETE', `/api/v1/tenants/${path}?people=100`)
      expect([path, tried.status, tried.json['code']]).toEqual([path, 403, 'forbidden'])
      expect((await tenant.call('GET', `/api/v1/tenants/${path}/hits`)).status).toBe(403)
    }
    expect(await codeOf(100, 'default')).toBe('tenant_first')
    expect(await codeOf(100, 'gone')).toBe('tenant_active')
    expect(await codeOf(100, 'nobody')).toBe('tenant_not_found')
    expect((await whole.call('DELETE', '/api/v1/tenants/gone')).status).toBe(422)
  })

  it('is refused where something is held, and where it hits more than was said', async () => {
    expect((await whole.call('POST', '/api/v1/tenants/gone/suspend', { reason: 'over' })).status).toBe(200)
    const hits = await whole.call('GET', '/api/v1/tenants/gone/hits')
    expect(hits.json).toMatchObject({ people: 2, services: 4, applications: 2, clients: 1, holds: 1 })
    expect(await codeOf(2)).toBe('tenant_held')
    await whole.call('POST', '/api/v1/tenants/gone/resume')
    const back = visitor(whole.url)
    await back.post('/sign-in?tenant=gone', { username: 'boss@gone.example', password })
    const released = await back.api('POST', `/api/v1/ledger/holds/${things['holds'] ?? ''}/release`)
    expect(released.status, JSON.stringify(released.json)).toBe(200)
    await whole.call('POST', '/api/v1/tenants/gone/suspend', { reason: 'over' })
    expect(await codeOf(1)).toBe('tenant_hits_more')
    expect(await count(`SELECT count(*) FROM data_keys WHERE state = 'destroyed'`)).toBe(0)
  })

  it('destroys its keys at once, leaves no row of it, and gives its name to nobody', async () => {
    const before = await tablesWith(gone.id)
    expect(before.length).toBeGreaterThan(40)
    const others = await tablesWith(other.id)
    const done = await remove(2)
    expect(done.json, JSON.stringify(done.json)).toMatchObject({ slug: 'gone', people: 2 })
    expect(done.json['keys']).toBeGreaterThan(5)
    const live = `SELECT count(*) FROM data_keys WHERE tenant_id = $1 AND state <> 'destroyed'`
    expect(await count(live, gone.id)).toBe(0)
    expect(await codeOf(2)).toBe('tenant_not_found')
    expect((await whole.call('GET', '/api/v1/tenants/gone')).status).toBe(404)
    expect((await gone.browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await visitor(whole.url).get('/sign-in?tenant=gone')).status).toBe(404)
    const again = { slug: 'gone', name: 'Gone', admin: { email: 'x@gone.example' } }
    expect((await whole.call('POST', '/api/v1/tenants', again)).json['code']).toBe('tenant_taken')
    // Its host leads somewhere again.
    expect((await whole.call('PATCH', '/api/v1/tenants/other', { hosts: [host] })).json['hosts']).toEqual([host])

    const erased = () => count('SELECT count(*) FROM tenants WHERE id = $1 AND erased_at IS NOT NULL', gone.id)
    await expect.poll(erased, { timeout: 60_000 }).toBe(1)
    expect(await tablesWith(gone.id)).toEqual(['log_entries'])
    const { rows } = await database.query('SELECT slug, name FROM tenants WHERE id = $1', [gone.id])
    expect(rows).toEqual([{ slug: 'gone', name: 'gone' }])
    expect(await tablesWith(other.id)).toEqual([...others, 'tenant_hosts'].toSorted())
    expect((await other.browser.api('GET', '/api/v1/me')).status).toBe(200)
    const told = await eventsOf(whole, 'tenant.deleted')
    expect(told.find(({ outcome }) => outcome === 'success')).toMatchObject({
      resource: gone.id,
      data: { slug: 'gone', people: 2 },
    })
    expect(await eventsOf(whole, 'tenant.erased')).toHaveLength(1)
  })

  it('leaves the log whole: every removal is told, and every proof is right', async () => {
    const { id } = (await whole.call('POST', '/api/v1/ledger/fsck')).json as { id: string }
    const check = async () => (await whole.call('GET', `/api/v1/ledger/fsck/${id}`)).json
    await expect.poll(async () => (await check())['state'], { timeout: 60_000 }).toBe('done')
    expect((await check())['problems']).toEqual([])
    expect((await whole.call('GET', '/api/v1/controls')).json).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: 'tenants.deleted-are-gone', status: 'pass' })]),
    })
    // The check is the installation's: it looks into everybody's events.
    expect((await other.call('POST', '/api/v1/ledger/fsck')).status).toBe(403)
  })
})

describe('who writes to the database themselves', () => {
  const refused = async (...statements: string[]) => {
    await database.query('BEGIN; SET LOCAL ROLE holdfast_system')
    const failed = await database.query(statements.join(';')).then(
      () => 'done',
      (error: Error) => error.message,
    )
    await database.query('ROLLBACK')
    return failed
  }

  it('removes nothing of a tenant that is not deleted, and none comes back', async () => {
    expect(await refused(`SELECT erase_tenant_rows('${other.id}', 'people', 10)`)).toContain('not deleted')
    expect(await refused(`SELECT remove_tenant_events('${gone.id}', '${other.id}', '{}')`)).toContain('not deleted')
    const back = `UPDATE tenants SET deleted_at = NULL, erased_at = NULL WHERE slug = 'gone'`
    expect(await refused(back)).toContain('stays deleted')
    const untold = `INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest)
      VALUES (gen_random_uuid(), '${gone.id}', 'tenant', now(), '{[1,1000)}', sha256(''))`
    const swept = `DELETE FROM events WHERE tenant_id = '${other.id}'`
    expect(await refused('RESET ROLE', untold, swept)).toContain('append-only')
  })
})

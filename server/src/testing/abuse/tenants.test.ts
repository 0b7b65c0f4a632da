import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { describeRoutes } from '../../describe.ts'
import { makeTenant, personIn, type TestTenant } from '../../modules/tenants/testing/tenant.ts'
import type { Route } from '../../platform/http/route.ts'
import { sampleOf } from '../sample.ts'
import { quickSignIn } from '../visitor.ts'
import { startWholeServer, type WholeServer } from '../whole-server.ts'
import { marker, oneOfEverything, type Things } from './tenant-things.ts'

// An operator of one tenant tries every route with an id in it on what is another tenant's. Driven by the table of the routes:
// whoever adds one says what stands there and what it takes, or this fails.

let whole: WholeServer
let database: Client
let acme: TestTenant
let theirs: Things
/** the parents of what is tried the second time: their own ones, with another's thing below */
let ours: Things
let scimKey: string
let routes: readonly Route[]

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  acme = await makeTenant(whole, 'acme')
  database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  theirs = await oneOfEverything(whole)
  const text = 'permit(principal, action, resource);'
  expect((await acme.call('PUT', '/api/v1/applications/holdfast/policies/all', { text })).status).toBeLessThan(300)
  const person = await personIn(acme, 'Ada')
  const service = await acme.call('POST', '/api/v1/services', { name: 'robot' })
  const scim = await acme.call('POST', '/api/v1/scim/connections', { name: 'entra' })
  await acme.call('POST', '/api/v1/applications', { id: 'own', name: 'Own', redirect_uris: ['https://own.example/'] })
  scimKey = JSON.stringify(scim.json).match(/hfk_[A-Za-z0-9_-]{43}/)?.[0] ?? ''
  ours = {
    people: person.id,
    services: (service.json['service'] as { id: string }).id,
    'scim/connections': (scim.json['connection'] as { id: string }).id,
    applications: 'own',
    clients: 'own',
    subjects: 'Person',
  }
  ;({ routes } = await describeRoutes())
}, 120_000)
afterAll(async () => {
  await database.end()
  await whole.close()
})

const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'esmeralda' }
const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'esmeralda' }
const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'add', value: {} }] }
const person = { type: 'Person', id: 'x' }

/** What no schema tells by itself. */
const bodies: Readonly<Record<string, unknown>> = {
  'PUT /scim/v2/Users/:id': user,
  'PATCH /scim/v2/Users/:id': patch,
  'PUT /scim/v2/Groups/:id': group,
  'PATCH /scim/v2/Groups/:id': patch,
  'POST /api/v1/people/:id/email': { email: 'mallory@acme.example' },
  'POST /api/v1/applications/:app/grants': { principal: person, role: 'ringer', reason: 'x' },
  'POST /api/v1/applications/:app/elevations': { role: 'ringer', seconds: 60, reason: 'x' },
  'POST /api/v1/tenants/:tenant/operators': { email: 'mallory@acme.example' },
  'PUT /api/v1/applications/:app/branding/logo': Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==',
    'base64',
  ),
  'PUT /api/v1/ledger/retention/:target': { days: 400 },
  'PUT /api/v1/applications/:app/policies/:name': { text: 'permit(principal, action, resource);' },
  'PUT /oauth/register/:client': { redirect_uris: ['https://mallory.example/'] },
}
const queries: Readonly<Record<string, string>> = {
  'DELETE /api/v1/tenants/:tenant': '?people=100',
  'GET /api/v1/applications/:app/who-can': '?action=ring&resource=Bell::"x"',
  'GET /api/v1/applications/:app/what-can': '?principal=Person::"x"',
  'GET /api/v1/applications/:app/explain': '?principal=Person::"x"&action=ring&resource=Bell::"x"',
}

/** What may be answered otherwise than 403 or 404, since what stands there is a name in one's own tenant, or nobody's. */
const otherwise: Readonly<Record<string, readonly number[]>> = {
  'PUT /api/v1/ledger/retention/:target': [200],
  'DELETE /api/v1/ledger/retention/:target': [200],
  'PUT /api/v1/mail/templates/:name': [422],
  'PUT /api/v1/applications/:app/policies/:name': [201, 404],
  'DELETE /api/v1/applications/:app/policies/:name': [200, 404],
  'PUT /api/v1/applications/:app/elevation-rules/:name': [422, 404],
  'GET /api/v1/me/applications/:app': [200],
  'GET /.well-known/authzen-configuration/applications/:app': [200],
  'GET /scim/v2/ResourceTypes/:name': [200],
  'GET /scim/v2/Schemas/:id': [200],
  // Of somebody who is nobody in one's own tenant there is nothing.
  'DELETE /api/v1/events/subjects/:type/:id': [200],
  'GET /api/v1/people/:id/clients': [200],
  'GET /api/v1/applications/:app/elevations': [200],
  // Who comes without the secret is told that nothing waits.
  'GET /sign-in/callback/:connection': [400],
  'GET /oauth/consent/:uid': [400],
  'POST /oauth/consent/:uid': [400],
  'GET /oauth/register/:client': [401],
  'PUT /oauth/register/:client': [401],
  'DELETE /oauth/register/:client': [401],
}

async function attempt(route: Route, path: string): Promise<{ status: number; text: string }> {
  const named = bodies[`${route.method} ${route.path}`]
  const schema = route.input.body ?? route.input.form
  const value = named ?? (schema === undefined ? undefined : sampleOf(schema))
  const [body, type] = sent(route, value)
  const scim = path.startsWith('/scim/')
  const response = await fetch(`${whole.url}${path}${queries[`${route.method} ${route.path}`] ?? ''}`, {
    method: route.method,
    redirect: 'manual',
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(scim ? { authorization: `Bearer ${scimKey}` } : { cookie: `__Host-holdfast=${acme.browser.session ?? ''}` }),
      ...(type !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body }),
  })
  return { status: response.status, text: `${response.headers.get('location') ?? ''}${await response.text()}` }
}

function sent({ input }: Route, value: unknown): [Uint8Array<ArrayBuffer> | string | undefined, string | undefined] {
  if (value === undefined)
    return input.form === undefined ? [undefined, undefined] : ['', 'application/x-www-form-urlencoded']
  if (Buffer.isBuffer(value)) return [new Uint8Array(value), 'image/png']
  if (input.bytes !== undefined) return [JSON.stringify(value), 'application/scim+json']
  if (input.form === undefined) return [JSON.stringify(value), 'application/json']
  return [new URLSearchParams(value as Record<string, string>).toString(), 'application/x-www-form-urlencoded']
}

/** @param parents what stands for all ids but the last */
function pathOf({ path }: Route, parents: Things): string {
  const parts = path.split('/')
  const last = parts.findLastIndex((part) => part.startsWith(':'))
  return parts
    .map((part, at) => {
      if (!part.startsWith(':')) return part
      const before = parts[at - 1] ?? ''
      const things = at === last ? theirs : parents
      const thing = things[parts.slice(at - 2, at).join('/')] ?? things[before]
      if (thing === undefined) throw new Error(`what stands after ${before} in ${path}? (tenant-things.ts)`)
      return thing
    })
    .join('/')
}

/** Every row of the first tenant, table by table: what changes while nobody does anything there is left out. */
async function everyRow(): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string }>(`
    SELECT c.table_name AS name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name
    WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND NOT t.relispartition AND c.table_name <> ALL
      ('{events,event_subjects,log_queue,log_entries,log_removals,jobs,data_keys,data_key_uses,mails,mail_counts}')`)
  const found: Record<string, string> = {}
  for (const { name } of rows) {
    const { rows: digests } = await database.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS digest FROM ${name} t
       WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'default')`,
    )
    found[name] = digests[0]?.digest ?? ''
  }
  const gone = `SELECT count(*) FROM data_keys WHERE state = 'destroyed'`
  return { ...found, destroyed: String((await database.query<{ count: string }>(gone)).rows[0]?.count) }
}

/** What of people the log has: it grows by itself, and never gets less. */
async function ofPeople(): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `SELECT count(*) FROM event_subjects WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'default')`,
  )
  return Number(rows[0]?.count)
}

it('reaches nothing of another tenant by any route that there is, and changes nothing', async () => {
  const [before, people] = [await everyRow(), await ofPeople()]
  expect(Object.keys(before).length).toBeGreaterThan(40)
  const wrong: string[] = []
  const withIds = routes.filter(({ path }) => path.includes('/:'))
  expect(withIds.length).toBeGreaterThan(130)
  for (const route of withIds) {
    const name = `${route.method} ${route.path}`
    for (const path of new Set([pathOf(route, theirs), pathOf(route, ours)])) {
      const { status, text } = await attempt(route, path)
      const allowed = otherwise[name] ?? [403, 404]
      if (!allowed.includes(status) || text.includes(marker))
        wrong.push(`${name} at ${path}: ${status} ${text.slice(0, 200)}`)
    }
  }
  expect(wrong).toEqual([])
  expect(await everyRow()).toEqual(before)
  expect(people).toBeGreaterThan(0)
  expect(await ofPeople()).toBeGreaterThanOrEqual(people)
})

it('was tried with things that are there: their own operators read them', async () => {
  const missing: string[] = []
  for (const route of routes.filter(({ method, path }) => method === 'GET' && /^\/api\/v1\/.*\/:/.test(path))) {
    const path = pathOf(route, theirs)
    const query = queries[`GET ${route.path}`] ?? ''
    const { status } = await fetch(`${whole.url}${path}${query}`, {
      headers: { authorization: `Bearer ${whole.token}` },
    })
    if (status === 404) missing.push(route.path)
  }
  // A check of the whole log is nobody's: there was none.
  expect(missing).toEqual(['/api/v1/ledger/fsck/:id'])
})

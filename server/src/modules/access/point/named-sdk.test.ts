import type { PublicJwk } from '@holdfast/bundle'
import { createHoldfast, defineResource, type Holdfast, sql } from '@holdfast/sdk'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { addPerson, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

// An application in production decides as the control plane does, also where a policy itself looks into what is stored.

const schema = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Config { locked?: Bool, next?: Config };
entity Document { title: String };
action view appliesTo { principal: [Person, Service], resource: Document };
`
const app = '/api/v1/applications/looking'
const uid = (type: string, id: string) => ({ type, id })
const Document = defineResource({ type: 'Document', table: 'documents', id: 'id', attributes: { title: 'title' } })
const row = { uid: uid('Document', 'd'), attrs: { title: 'x' }, parents: [] }

let whole: WholeServer
let holdfast: Holdfast
let database: Pool
let ada: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = (await addPerson(whole, 'Ada')).id
  await call('POST', '/api/v1/applications', { id: 'looking', name: 'Looking', schema }, 201)
  await call('PUT', `${app}/policies/all`, { text: 'permit (principal, action, resource);' }, 201)
  await store({ uid: uid('Config', 'first'), attrs: { next: uid('Config', 'main') } })
  await store({ uid: uid('Config', 'main'), attrs: { locked: true } })
  const made = await call('POST', '/api/v1/services', { name: 'looking', application: 'looking' }, 201)
  const trust = made['trust'] as { keys: PublicJwk[] }
  const credentials = { url: whole.url, application: 'looking', token: made['key'] as string, trust }
  holdfast = await createHoldfast({ credentials, onProblem: () => {} })
  database = new Pool({ connectionString: whole.databaseUrl })
  await database.query(`CREATE TABLE documents (id text PRIMARY KEY, title text NOT NULL)`)
  await database.query(`INSERT INTO documents VALUES ('d', 'x')`)
  await holdfast.checkColumns(database, [Document])
})

afterAll(async () => {
  await database.end()
  await holdfast.close()
  await whole.close()
})

async function call(method: string, path: string, body?: unknown, expected = 200) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}

const store = (entity: object) => call('PUT', `${app}/entities`, { entities: [entity] })
const epoch = async () => (await call('GET', app))['epoch'] as number
const asked = () => ({ principal: uid('Person', ada), action: 'view', resource: uid('Document', 'd') })

/** What the SDK says of the document, and how many rows it finds; by the bundle of this moment at least. */
async function said() {
  await holdfast.reached(await epoch(), { within: 60_000 })
  const person = uid('Person', ada)
  const condition = sql`SELECT id FROM documents WHERE ${holdfast.filter(person, 'view', Document)}`
  const { rows } = await database.query(condition)
  return { decision: holdfast.can(person, 'view', row).decision, rows: rows.length }
}

test('a forbid that looks into an entity denies in the SDK, until that entity is changed', async () => {
  const text =
    'forbid (principal, action, resource) when { Config::"first" has next && Config::"first".next has locked && Config::"first".next.locked };'
  await call('PUT', `${app}/policies/lock`, { text }, 201)
  expect((await call('POST', `${app}/evaluate`, asked()))['decision']).toBe('deny')
  expect(await said()).toEqual({ decision: 'deny', rows: 0 })

  const before = await epoch()
  await store({ uid: uid('Config', 'main'), attrs: { locked: false } })
  expect(await epoch()).toBeGreaterThan(before)
  expect((await call('POST', `${app}/evaluate`, asked()))['decision']).toBe('allow')
  expect(await said()).toEqual({ decision: 'allow', rows: 1 })
}, 120_000)

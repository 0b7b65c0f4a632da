import { prepareKeys, type PublicJwk, verifyApplicationBundle } from '@holdfast/bundle'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { addPerson, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

// What the database knows decides, also where no question names it by itself.

const schema = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Team in [Team, Role];
entity Config { locked?: Bool, next?: Config };
entity Document { client?: { type: String, id: String, owner: Person } };
action view appliesTo { principal: [Person, Service], resource: Document };
`
const app = '/api/v1/applications/named'
const uid = (type: string, id: string) => ({ type, id })

let whole: WholeServer
let ada: string
let ben: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = (await addPerson(whole, 'Ada')).id
  ben = (await addPerson(whole, 'Ben', ['admins'])).id
  await call('POST', '/api/v1/applications', { id: 'named', name: 'Named', schema }, 201)
  await call('PUT', `${app}/policies/all`, { text: 'permit (principal, action, resource);' }, 201)
  const entities = [
    { uid: uid('Config', 'main'), attrs: { locked: true } },
    { uid: uid('Config', 'first'), attrs: { next: uid('Config', 'main') } },
    { uid: uid('Team', 'a'), parents: [uid('Team', 'b')] },
    { uid: uid('Document', 'd'), attrs: { client: { type: 'Web', id: 'w', owner: uid('Person', ben) } } },
  ]
  await call('PUT', `${app}/entities`, { entities })
  await call('POST', `${app}/roles`, { id: 'closed' }, 201)
  await call('POST', `${app}/grants`, { principal: uid('Team', 'z'), role: 'closed', reason: 'x' }, 201)
})

afterAll(() => whole.close())

async function call(method: string, path: string, body?: unknown, expected = 200) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}

const ask = () => ({ principal: uid('Person', ada), action: 'view', resource: uid('Document', 'd') })

test.each([
  'Config::"main" has locked && Config::"main".locked',
  'Config::"first" has next && Config::"first".next has locked && Config::"first".next.locked',
  '(if principal == Person::"x" then Config::"first" else Config::"main") has locked',
  'Team::"a" in Team::"b"',
  'Team::"a" is Team in Team::"b"',
  'Team::"z" in Role::"closed"',
  'resource has client && resource.client.owner in Group::"admins"',
])('a forbid that looks into %s', async (condition) => {
  const text = `forbid (principal, action, resource) when { ${condition} };`
  const { status } = await whole.call('PUT', `${app}/policies/lock`, { text })
  expect([200, 201]).toContain(status)
  expect((await call('POST', `${app}/evaluate`, ask()))['decision']).toBe('deny')
  await call('DELETE', `${app}/policies/lock`)
  expect((await call('POST', `${app}/evaluate`, ask()))['decision']).toBe('allow')
})

test('a service of a person’s id is nobody, also after that person in a batch', async () => {
  const about = (type: string) => ({
    subject: uid(type, ada),
    action: { name: 'view' },
    resource: uid('Document', 'd'),
  })
  const path = '/applications/named/access/v1/evaluations'
  const { evaluations } = await call('POST', path, { evaluations: [about('Person'), about('Service')] })
  expect(evaluations).toMatchObject([{ decision: true }, { decision: false }])
})

test('an SDK gets what the policies name and look into, whatever types it gets', async () => {
  const text =
    'forbid (principal, action, resource) when { Config::"first" has next && Config::"first".next has locked };'
  await call('PUT', `${app}/policies/lock`, { text }, 201)
  const made = await call('POST', '/api/v1/services', { name: 'named', application: 'named' }, 201)
  const edge = { kind: 'sdk', version: '0.1.0', id: 'named-by-policies' }
  const body = { application: 'named', epoch: 0, cursor: 0, waitSeconds: 0, edge }
  const { json } = await whole.call('POST', '/api/v1/edge/sync', body, made['key'] as string)
  const keys = prepareKeys((made['trust'] as { keys: PublicJwk[] }).keys)
  const expected = { keys, audience: 'named', issuer: whole.url, now: Math.floor(Date.now() / 1000) }
  const { entities } = verifyApplicationBundle(json['bundle'] as string, expected)
  const ids = entities.filter(({ uid: { type } }) => type === 'Config' || type === 'Document').map((one) => one.uid.id)
  expect(ids.toSorted()).toEqual(['first', 'main'])
})

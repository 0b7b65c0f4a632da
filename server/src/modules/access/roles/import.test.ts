import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addPerson, type Credentials, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

const app = '/api/v1/applications/wiki'
let whole: WholeServer
let ada: Credentials
let ben: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  ben = await addPerson(whole, 'Ben')
  await call('POST', '/api/v1/applications', { id: 'wiki', name: 'Wiki' }, 201)
})
afterAll(() => whole.close())

async function call(method: string, path: string, body?: unknown, expected = 200) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
  return json
}

const put = (body: object, expected = 200) => call('PUT', `${app}/roles`, body, expected)
const to = ({ id }: { id: string }, role: string) => ({ role, principal: { type: 'Person', id } })
const nothing = { created: [], changed: [], deleted: [], granted: 0, ended: 0 }

async function held(): Promise<string[]> {
  const { items } = (await call('GET', `${app}/grants`)) as {
    items: { principal: { id: string }; role: string; source: string }[]
  }
  const names = new Map([
    [ada.id, 'ada'],
    [ben.id, 'ben'],
  ])
  return items.map(({ principal, role, source }) => `${names.get(principal.id)} ${role} ${source}`).toSorted()
}

describe('a whole set of roles', () => {
  const roles = [{ id: 'editor', parents: ['viewer'] }, { id: 'viewer' }]

  test('is brought about, also where a role names one that comes later, and twice is as good as once', async () => {
    const set = { roles, grants: [to(ada, 'editor'), to(ben, 'viewer')] }
    expect(await put(set)).toEqual({ ...nothing, created: ['editor', 'viewer'], granted: 2 })
    expect(await put(set)).toEqual(nothing)
    expect(await held()).toEqual(['ada editor import', 'ben viewer import'])
  })

  test('ends what it gave before, and leaves alone what a person gave', async () => {
    await call('POST', `${app}/grants`, { ...to(ben, 'editor'), reason: 'by hand' }, 201)
    expect(await put({ roles, grants: [to(ada, 'viewer')] })).toEqual({ ...nothing, granted: 1, ended: 2 })
    expect(await held()).toEqual(['ada viewer import', 'ben editor direct'])
    expect(await put({ roles: [{ id: 'viewer' }] }, 409)).toMatchObject({ code: 'role_in_use' })
    expect(await put({ roles: [...roles, { id: 'chief', name: 'Chief' }] })).toEqual({ ...nothing, created: ['chief'] })
    expect(await put({ roles: [...roles, { id: 'chief', name: 'Boss' }] })).toEqual({ ...nothing, changed: ['chief'] })
    expect(await put({ roles })).toEqual({ ...nothing, deleted: ['chief'] })
    expect(await held()).toEqual(['ada viewer import', 'ben editor direct'])
  })

  test.each([
    [
      'a circle',
      {
        roles: [
          { id: 'a', parents: ['b'] },
          { id: 'b', parents: ['a'] },
        ],
      },
      409,
      'role_cycle',
    ],
    ['an unknown parent', { roles: [{ id: 'a', parents: ['nobody'] }] }, 422, 'roles_unknown'],
    [
      'an unknown role given',
      { roles, grants: [{ role: 'king', principal: { type: 'Group', id: 'admins' } }] },
      422,
      'roles_unknown',
    ],
    [
      'somebody unknown',
      { roles, grants: [{ role: 'viewer', principal: { type: 'Group', id: 'nobody' } }] },
      422,
      'grant_principal_unknown',
    ],
  ])('with %s changes nothing', async (_, body, status, code) => {
    const before = [await call('GET', `${app}/roles`), await held()]
    expect(await put(body, status)).toMatchObject({ code })
    expect([await call('GET', `${app}/roles`), await held()]).toEqual(before)
  })

  test('is one set, also when eight say it at the same time', async () => {
    const set = { roles: [...roles, { id: 'racer' }], grants: [to(ada, 'racer'), to(ben, 'racer')] }
    const answers = await Promise.all(Array.from({ length: 8 }, () => whole.call('PUT', `${app}/roles`, set)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(answers.reduce((sum, { json }) => sum + Number(json['granted']), 0)).toBe(2)
    expect(await held()).toEqual(['ada racer import', 'ben editor direct', 'ben racer import'])
  })
})

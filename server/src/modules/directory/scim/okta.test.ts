import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { addGroup, addUser, connect, groupSchema, patchOf, type ScimClient, userSchema } from './testing/client.ts'

/*
 * What Okta's provisioning service sends, by its documentation: it looks for the user name, writes whole users with PUT,
 * deactivates with PATCH, and pushes groups.
 */
let whole: WholeServer
let okta: ScimClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  okta = await connect(whole, 'Okta')
})
afterAll(() => whole.close())

describe('Okta', () => {
  it('looks at what there is before anything is', async () => {
    for (const path of ['/Users?startIndex=1&count=2', '/Groups?startIndex=1&count=100']) {
      const { status, json } = await okta.send('GET', path)
      expect([status, json]).toEqual([
        200,
        expect.objectContaining({ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] }),
      ])
    }
  })

  it('adds a user with a password, which is not taken, and writes them whole afterwards', async () => {
    const asked = '/Users?filter=userName%20eq%20%22test.user%40okta.example%22&startIndex=1&count=100'
    expect((await okta.send('GET', asked)).json['totalResults']).toBe(0)
    const user = {
      schemas: [userSchema],
      userName: 'test.user@okta.example',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.example', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq-secret',
      active: true,
    }
    const made = await okta.send('POST', '/Users', user)
    expect(made.status, made.text).toBe(201)
    expect(made.text).not.toContain('1mz050nq')
    const id = made.json['id'] as string
    expect((await okta.send('GET', asked)).json).toMatchObject({ totalResults: 1, Resources: [{ id }] })

    const written = await okta.send('PUT', `/Users/${id}`, {
      ...user,
      id,
      meta: { resourceType: 'User' },
      name: { givenName: 'Another', middleName: 'Excited', familyName: 'User' },
      displayName: 'Another User',
      emails: [
        { primary: true, value: 'another@okta.example', type: 'work' },
        { value: null, type: 'home' },
      ],
      locale: undefined,
    })
    expect(written.status, written.text).toBe(200)
    expect(written.json).toMatchObject({
      id,
      name: { middleName: 'Excited' },
      emails: [{ value: 'another@okta.example' }],
    })
    expect(written.json).not.toHaveProperty('locale')
    expect(written.json['emails']).toHaveLength(1)
    const person = await whole.call('GET', `/api/v1/people/${id}`)
    expect(person.json).toMatchObject({ name: 'Another User', email: 'another@okta.example', hasPassword: false })

    const off = await okta.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active: false } }))
    expect([off.status, off.json['active']]).toEqual([200, false])
    // Silence about it lets nobody in again.
    expect((await okta.send('PUT', `/Users/${id}`, { ...user, active: undefined })).json).toMatchObject({
      active: false,
    })
    expect((await okta.send('PUT', `/Users/${id}`, { ...user, active: true })).json).toMatchObject({ active: true })

    const admin = new Client({ connectionString: whole.databaseUrl })
    await admin.connect()
    const { rows } = await admin.query<{ passwords: number }>('SELECT count(*)::int AS passwords FROM passwords')
    await admin.end()
    expect(rows[0]?.passwords).toBe(0)
  })

  it('pushes groups: adds, renames, adds and removes members, writes all, removes', async () => {
    const [one = '', two = ''] = await Promise.all(['g1', 'g2'].map((name) => addUser(okta, `${name}@okta.example`)))
    const made = await okta.send('POST', '/Groups', {
      schemas: [groupSchema],
      displayName: 'Test SCIMv2',
      members: [{ value: one, display: 'g1@okta.example' }],
    })
    expect(made.status, made.text).toBe(201)
    expect(made.json).toMatchObject({ displayName: 'Test SCIMv2', members: [{ value: one, type: 'User' }] })
    const { id } = made.json as { id: string }
    const group = `/Groups/${id}`
    const members = async () =>
      ((await okta.send('GET', group)).json['members'] as { value: string }[]).map((each) => each.value)
    await okta.send('PATCH', group, patchOf({ op: 'replace', value: { id, displayName: 'Renamed' } }))
    expect((await okta.send('GET', group)).json).toMatchObject({
      id,
      displayName: 'Renamed',
      members: [{ value: one }],
    })
    await okta.send(
      'PATCH',
      group,
      patchOf(
        { op: 'remove', path: `members[value eq "${one}"]` },
        { op: 'add', path: 'members', value: [{ value: two, display: 'g2@okta.example' }] },
      ),
    )
    expect(await members()).toEqual([two])
    await okta.send(
      'PATCH',
      group,
      patchOf({ op: 'replace', path: 'members', value: [{ value: one }, { value: two }] }),
    )
    expect(await members()).toEqual([one, two].toSorted())
    const put = await okta.send('PUT', group, {
      schemas: [groupSchema],
      id,
      displayName: 'Renamed',
      members: [{ value: one }],
    })
    expect([put.status, await members()]).toEqual([200, [one]])
    expect((await okta.send('PUT', group, { displayName: 'Renamed', members: [] })).status).toBe(200)
    expect(await members()).toEqual([])
    expect((await okta.send('DELETE', group)).status).toBe(204)
  })

  it('walks through many by pages that neither repeat nor leave out anybody', async () => {
    const before = (await okta.send('GET', '/Users?count=0')).json['totalResults'] as number
    await Promise.all(
      Array.from({ length: 23 }, (_, turn) => addUser(okta, `p${turn}@okta.example`, { title: `T${turn % 3}` })),
    )
    const seen: string[] = []
    for (let start = 1; ; start += 10) {
      const { json } = await okta.send('GET', `/Users?startIndex=${start}&count=10`)
      expect(json['totalResults']).toBe(before + 23)
      const page = json['Resources'] as { id: string }[]
      expect(json['itemsPerPage']).toBe(page.length)
      if (page.length === 0) break
      seen.push(...page.map(({ id }) => id))
    }
    expect(new Set(seen).size).toBe(before + 23)
    const some = await okta.send(
      'GET',
      `/Users?startIndex=3&count=4&sortBy=userName&sortOrder=descending&attributes=userName,meta.version&filter=${encodeURIComponent('title eq "t1" and userName sw "p"')}`,
    )
    expect(some.json).toMatchObject({ totalResults: 8, startIndex: 3, itemsPerPage: 4 })
    const resources = some.json['Resources'] as Record<string, unknown>[]
    expect(resources.map((each) => each['userName'])).toEqual(
      ['p22', 'p1', 'p19', 'p16'].map((name) => `${name}@okta.example`),
    )
    expect(Object.keys(resources[0] ?? {}).toSorted()).toEqual(['id', 'meta', 'schemas', 'userName'])
    for (const odd of ['/Users?startIndex=-5&count=-1', '/Users?startIndex=99999&count=100']) {
      expect((await okta.send('GET', odd)).json).toMatchObject({ totalResults: before + 23, Resources: [] })
    }
    const group = await addGroup(okta, 'Odd ones', seen.slice(0, 5))
    const counted = await okta.send('GET', `/Users?filter=${encodeURIComponent(`groups.value eq "${group}"`)}`)
    expect(counted.json['totalResults']).toBe(5)
  })
})

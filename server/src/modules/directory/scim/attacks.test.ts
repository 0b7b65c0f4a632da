import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { addGroup, addUser, connect, patchOf, type ScimAnswer, type ScimClient } from './testing/client.ts'

/* Whoever has stolen the key of a provisioning service, and wants more than it may. */
let whole: WholeServer
let stolen: ScimClient
let other: ScimClient
let ada: Credentials

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  stolen = await connect(whole, 'Stolen')
  other = await connect(whole, 'Other')
  ada = await addPerson(whole, 'Ada', ['admins'])
})
afterAll(() => whole.close())

const connections = '/api/v1/scim/connections'
const put = (path: string, body: object, expected = 200) => operator('PUT', path, body, expected)
async function operator(method: string, path: string, body: object | undefined, expected: number) {
  const { status, json } = await whole.call(method, path, body)
  expect(status, JSON.stringify(json)).toBe(expected)
  return json
}
function refused({ status, json }: ScimAnswer, expected: number, code: string): void {
  expect([status, codeOf(json)]).toEqual([expected, code])
}
const codeOf = (json: Record<string, unknown>) =>
  (json['urn:holdfast:params:scim:api:messages:2.0:Error'] as { code?: string } | undefined)?.code
const add = (id: string) => patchOf({ op: 'add', path: 'members', value: [{ value: id }] })
const groupsOf = async (id: string) => (await whole.call('GET', `/api/v1/people/${id}`)).json['groups'] as string[]

describe('the key of a provisioning service', () => {
  it('opens nothing else', async () => {
    for (const path of ['/api/v1/people', '/api/v1/groups', '/api/v1/services', '/api/v1/events', connections]) {
      expect((await whole.call('GET', path, undefined, stolen.key)).status, path).toBe(403)
    }
    const groups = await whole.call('POST', '/api/v1/groups', { id: 'mine', name: 'Mine' }, stolen.key)
    const person = await whole.call('POST', '/api/v1/people', { email: 'x@x.example', name: 'X' }, stolen.key)
    expect([groups.status, person.status]).toEqual([403, 403])
  })

  it('is needed: nobody else comes in, but operators', async () => {
    for (const authorization of ['', 'Bearer hfk_none', 'Basic YTpi']) {
      const { status, json } = await stolen.send('GET', '/Users', undefined, { authorization })
      expect([status, json['status']]).toEqual([401, '401'])
    }
    const plain = await whole.call('POST', '/api/v1/services', { name: 'plain' })
    const answer = await stolen.send('GET', '/Users', undefined, {
      authorization: `Bearer ${plain.json['key'] as string}`,
    })
    refused(answer, 403, 'forbidden')
    expect((await stolen.send('GET', '/Users', undefined, { authorization: `Bearer ${whole.token}` })).status).toBe(200)
  })

  it('neither sees nor touches who was made here, or is of another connection', async () => {
    const theirs = await addUser(other, 'theirs@x.example')
    const group = await addGroup(other, 'Theirs', [theirs])
    for (const id of [ada.id, theirs]) {
      refused(await stolen.send('GET', `/Users/${id}`), 404, 'scim_user_unknown')
      refused(
        await stolen.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false })),
        404,
        'scim_user_unknown',
      )
      refused(await stolen.send('PUT', `/Users/${id}`, { userName: 'mine' }), 404, 'scim_user_unknown')
      refused(await stolen.send('DELETE', `/Users/${id}`), 404, 'scim_user_unknown')
    }
    refused(await stolen.send('DELETE', `/Groups/${group}`), 404, 'scim_group_unknown')
    for (const question of [
      'userName pr',
      'emails eq "ada@shop.example"',
      'userName eq "theirs@x.example"',
      `id eq "${ada.id}"`,
    ]) {
      expect((await stolen.send('GET', `/Users?filter=${encodeURIComponent(question)}`)).json['totalResults']).toBe(0)
    }
    const mine = await addGroup(stolen, 'Mine')
    for (const id of [ada.id, theirs]) {
      expect((await stolen.send('PATCH', `/Groups/${mine}`, add(id))).json).toMatchObject({ scimType: 'invalidValue' })
    }
    expect((await stolen.send('POST', '/Groups', { displayName: 'More', members: [{ value: ada.id }] })).status).toBe(
      400,
    )
  })

  it('takes over nobody by the address or the name', async () => {
    expect((await stolen.send('POST', '/Users', { userName: ada.email })).json).toMatchObject({
      scimType: 'uniqueness',
    })
    expect(
      (await stolen.send('POST', '/Users', { userName: 'eve', emails: [{ value: ada.email.toUpperCase() }] })).status,
    ).toBe(409)
    const eve = await addUser(stolen, 'eve@x.example')
    const moved = patchOf({ op: 'replace', path: 'emails', value: [{ value: ada.email, primary: true }] })
    expect((await stolen.send('PATCH', `/Users/${eve}`, moved)).status).toBe(409)
    expect(
      (
        await stolen.send(
          'PATCH',
          `/Users/${eve}`,
          patchOf({ op: 'replace', path: 'userName', value: 'theirs@x.example' }),
        )
      ).status,
    ).toBe(409)
  })

  it('makes no operators: not by the built-in groups, by their names, or by what a user says of their groups', async () => {
    const eve = await addUser(stolen, 'eve2@x.example', { groups: [{ value: 'admins' }], roles: [{ value: 'admin' }] })
    for (const id of ['admins', 'auditors', 'gateways', 'provisioning', 'support', 'bootstrap']) {
      refused(await stolen.send('GET', `/Groups/${id}`), 404, 'scim_group_unknown')
      refused(await stolen.send('PATCH', `/Groups/${id}`, add(eve)), 404, 'scim_group_unknown')
      refused(
        await stolen.send('PUT', `/Groups/${id}`, { displayName: id, members: [{ value: eve }] }),
        404,
        'scim_group_unknown',
      )
      refused(await stolen.send('DELETE', `/Groups/${id}`), 404, 'scim_group_unknown')
    }
    for (const displayName of ['ADMINS', 'Operators', 'scim-admins', '../admins', 'аdmins']) {
      const made = await stolen.send('POST', '/Groups', { displayName, id: 'admins', members: [{ value: eve }] })
      expect(made.status, made.text).toBe(201)
      expect(made.json['id']).toMatch(/^scim-/)
    }
    expect((await groupsOf(eve)).every((group) => group.startsWith('scim-'))).toBe(true)
    expect(
      (
        await stolen.send(
          'PATCH',
          `/Users/${eve}`,
          patchOf({ op: 'add', path: 'groups', value: [{ value: 'admins' }] }),
        )
      ).json,
    ).toMatchObject({ scimType: 'mutability' })
  })

  it('nor by a group of its own that has come to give power', async () => {
    const eve = await addUser(stolen, 'eve3@x.example')
    const nested = await addGroup(stolen, 'On call')
    await operator('PATCH', `/api/v1/groups/${nested}`, { parents: ['admins'] }, 200)
    const granted = await addGroup(stolen, 'Release managers')
    await operator(
      'POST',
      '/api/v1/applications/holdfast/grants',
      { principal: { type: 'Group', id: granted }, role: 'admin', reason: 'because' },
      201,
    )
    for (const group of [nested, granted]) {
      refused(await stolen.send('PATCH', `/Groups/${group}`, add(eve)), 403, 'scim_protected')
      refused(
        await stolen.send('PUT', `/Groups/${group}`, { displayName: 'x', members: [{ value: eve }] }),
        403,
        'scim_protected',
      )
      refused(await stolen.send('DELETE', `/Groups/${group}`), 403, 'scim_protected')
      expect(await groupsOf(eve)).toEqual([])
      const [event] = await eventsOf(whole, 'group.deleted')
      expect(event).toMatchObject({ outcome: 'refused', reason: 'scim_protected', actor: stolen.id })
    }
    // An operator may allow it, group by group, knowing what it gives.
    await put(`${connections}/${stolen.id}/groups/${nested}`, {}, 409)
    await put(`${connections}/${stolen.id}/groups/${nested}`, { power: true })
    expect((await stolen.send('PATCH', `/Groups/${nested}`, add(eve))).status).toBe(204)
    expect(await groupsOf(eve)).toEqual([nested])
    await operator('DELETE', `${connections}/${stolen.id}/groups/${nested}`, undefined, 200)
    refused(await stolen.send('PUT', `/Groups/${nested}`, { displayName: 'x' }), 403, 'scim_protected')
  })

  it('changes a group that was made here when an operator has said so, and only who of its own is in it', async () => {
    await operator('POST', '/api/v1/groups', { id: 'sales', name: 'Sales' }, 201)
    const ben = await addPerson(whole, 'Ben', ['sales'])
    const cy = await addUser(stolen, 'cy@x.example')
    refused(await stolen.send('GET', '/Groups/sales'), 404, 'scim_group_unknown')
    await put(`${connections}/${stolen.id}/groups/sales`, {})
    await put(`${connections}/${other.id}/groups/sales`, {}, 409)
    await put(`${connections}/${stolen.id}/groups/none`, {}, 404)
    await put(`${connections}/${ada.id}/groups/sales`, {}, 404)
    expect((await stolen.send('GET', '/Groups?filter=displayName%20eq%20%22sales%22')).json).toMatchObject({
      Resources: [{ id: 'sales', members: [] }],
    })
    expect(
      (await stolen.send('PUT', '/Groups/sales', { displayName: 'Sales', members: [{ value: cy }] })).json,
    ).toMatchObject({ members: [{ value: cy }] })
    expect(await groupsOf(ben.id)).toEqual(['sales'])
    expect((await stolen.send('PUT', '/Groups/sales', { displayName: 'Sales', members: [] })).status).toBe(200)
    expect(await groupsOf(ben.id)).toEqual(['sales'])
    refused(await stolen.send('DELETE', '/Groups/sales'), 403, 'scim_protected')
    // Nobody who only may provision allows anything.
    const self = await whole.call('PUT', `${connections}/${stolen.id}/groups/admins`, { power: true }, stolen.key)
    expect(self.status).toBe(403)
  })

  it('may end an operator whom it made, and neither take over nor revive one', async () => {
    const dee = await addUser(stolen, 'dee@x.example', { externalId: 'd' })
    await operator('PATCH', `/api/v1/people/${dee}`, { groups: ['admins'] }, 200)
    const path = `/Users/${dee}`
    for (const operation of [
      { op: 'replace', path: 'emails', value: [{ value: 'eve@evil.example', primary: true }] },
      { op: 'replace', path: 'userName', value: 'eve@evil.example' },
      { op: 'replace', path: 'externalId', value: 'e' },
    ]) {
      refused(await stolen.send('PATCH', path, patchOf(operation)), 403, 'scim_protected')
    }
    refused(await stolen.send('DELETE', path), 403, 'scim_protected')
    expect((await stolen.send('PATCH', path, patchOf({ op: 'replace', path: 'title', value: 'CTO' }))).status).toBe(200)
    expect((await stolen.send('PATCH', path, patchOf({ op: 'replace', path: 'active', value: false }))).status).toBe(
      200,
    )
    refused(
      await stolen.send('PATCH', path, patchOf({ op: 'replace', path: 'active', value: true })),
      403,
      'scim_protected',
    )
    expect((await whole.call('GET', `/api/v1/people/${dee}`)).json).toMatchObject({
      email: 'dee@x.example',
      state: 'disabled',
    })
  })

  it('is handed nobody who has power, and who is handed over comes with what they are', async () => {
    await put(`${connections}/${stolen.id}/people/${ada.id}`, {}, 403)
    const fay = await addPerson(whole, 'Fay', ['support'])
    await put(`${connections}/${stolen.id}/people/${fay.id}`, {}, 403)
    const gil = await addPerson(whole, 'Gil')
    await put(`${connections}/${stolen.id}/people/${gil.id}`, {})
    expect((await stolen.send('GET', '/Users?filter=userName%20eq%20%22gil@shop.example%22')).json).toMatchObject({
      Resources: [{ id: gil.id, displayName: 'Gil', emails: [{ value: 'gil@shop.example' }] }],
    })
    await operator('DELETE', `${connections}/${stolen.id}/people/${gil.id}`, undefined, 200)
    refused(await stolen.send('GET', `/Users/${gil.id}`), 404, 'scim_user_unknown')
    expect((await whole.call('GET', `/api/v1/people/${gil.id}`)).json).toMatchObject({
      source: 'local',
      hasPassword: true,
    })
  })
})

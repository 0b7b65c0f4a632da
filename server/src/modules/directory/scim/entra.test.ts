import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import {
  addGroup,
  addUser,
  connect,
  enterpriseSchema,
  groupSchema,
  patchOf,
  type ScimClient,
  userSchema,
} from './testing/client.ts'

/*
 * What the provisioning service of Microsoft Entra ID sends, by its documentation and by what other servers report of it:
 * operations in capitals, truth as text, whole paths as names, members to remove in the value.
 */
let whole: WholeServer
let entra: ScimClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  entra = await connect(whole, 'Entra ID')
})
afterAll(() => whole.close())

const patch = (id: string, ...operations: readonly object[]) =>
  entra.send('PATCH', `/Users/${id}`, patchOf(...operations))
const show = async (id: string) => (await entra.send('GET', `/Users/${id}`)).json

describe('Entra ID', () => {
  it('tests the connection by asking for a user who cannot be there', async () => {
    const { status, json } = await entra.send('GET', '/Users?filter=userName+eq+"5f1b-nobody"')
    expect(status).toBe(200)
    expect(json).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    })
  })

  it('adds a user with the enterprise extension, and finds them by what it matches on', async () => {
    const made = await entra.send('POST', '/Users', {
      schemas: [userSchema, enterpriseSchema],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Ada.Lovelace@contoso.example',
      active: true,
      displayName: 'Ada Lovelace',
      emails: [{ primary: true, type: 'work', value: 'ada@contoso.example' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada' },
      roles: [],
      [enterpriseSchema]: { department: 'Engines', employeeNumber: 1815 },
    })
    expect(made.status, made.text).toBe(201)
    const { id } = made.json as { id: string }
    expect(made.headers.get('location')).toBe(`${whole.url}/scim/v2/Users/${id}`)
    expect(made.headers.get('content-type')).toBe('application/scim+json')
    expect(made.json).toMatchObject({
      schemas: [userSchema, enterpriseSchema],
      userName: 'Ada.Lovelace@contoso.example',
      active: true,
      [enterpriseSchema]: { department: 'Engines', employeeNumber: '1815' },
      meta: { resourceType: 'User', location: `${whole.url}/scim/v2/Users/${id}` },
    })
    expect(made.json).not.toHaveProperty('roles')
    const questions = [
      'userName eq "ada.lovelace@CONTOSO.example"',
      'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
      'emails[type eq "work"].value eq "ada@contoso.example"',
      'emails[type eq "work" and value eq "ada@contoso.example"]',
      'displayName eq "Ada Lovelace"',
      `id eq "${id}" and manager ne "2819c223-7f76-453a-919d-413861904646"`,
    ]
    for (const question of questions) {
      const found = await entra.send('GET', `/Users?filter=${encodeURIComponent(question)}`)
      expect(
        (found.json['Resources'] as { id: string }[]).map((each) => each.id),
        question,
      ).toEqual([id])
    }
    const none = await entra.send(
      'GET',
      `/Users?filter=${encodeURIComponent('emails[type eq "home"].value eq "ada@contoso.example"')}`,
    )
    expect(none.json['totalResults']).toBe(0)
    const person = await whole.call('GET', `/api/v1/people/${id}`)
    expect(person.json).toMatchObject({
      email: 'ada@contoso.example',
      name: 'Ada Lovelace',
      state: 'active',
      hasPassword: false,
      source: 'scim',
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    })
  })

  it('replaces with paths, also of what is not there yet', async () => {
    const id = await addUser(entra, 'bea@contoso.example')
    const changed = await patch(
      id,
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'bea.work@contoso.example' },
      { op: 'Add', path: 'addresses[type eq "work"].formatted', value: 'Room 7' },
      { op: 'Replace', path: 'name.familyName', value: 'Byron' },
      { op: 'Add', path: `${enterpriseSchema}:manager`, value: '2819c223-7f76-453a-919d-413861904646' },
      { op: 'Add', path: `${enterpriseSchema}:department`, value: 'Verse' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 1' },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'poet' },
    )
    expect(changed.status, changed.text).toBe(200)
    expect(changed.json).toMatchObject({
      emails: [{ type: 'work', value: 'bea.work@contoso.example' }],
      addresses: [{ type: 'work', formatted: 'Room 7' }],
      name: { familyName: 'Byron' },
      phoneNumbers: [{ type: 'mobile', value: '+44 1' }],
      roles: [{ primary: true, value: 'poet' }],
      [enterpriseSchema]: { manager: { value: '2819c223-7f76-453a-919d-413861904646' }, department: 'Verse' },
    })
    const again = await patch(
      id,
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@contoso.example' },
      { op: 'Remove', path: `${enterpriseSchema}:manager` },
      { op: 'Remove', path: 'phoneNumbers[type eq "mobile"].value' },
      { op: 'Remove', path: 'addresses[type eq "home"]' },
    )
    expect(again.json).toMatchObject({ emails: [{ type: 'work', value: 'b@contoso.example' }] })
    expect(again.json[enterpriseSchema]).toEqual({ department: 'Verse' })
    expect(again.json).not.toHaveProperty('phoneNumbers')
    expect((await whole.call('GET', `/api/v1/people/${id}`)).json).toMatchObject({ email: 'b@contoso.example' })
  })

  it('replaces without a path, with whole paths as names', async () => {
    const id = await addUser(entra, 'cy@contoso.example')
    const changed = await patch(id, {
      op: 'replace',
      value: {
        active: 'True',
        'name.givenName': 'Cy',
        displayName: 'Cy Young',
        'emails[type eq "work"].value': 'cy.work@contoso.example',
        [`${enterpriseSchema}:employeeNumber`]: '7',
        [enterpriseSchema]: { division: 'Pitching', nobodyKnows: 'this' },
        nobodyKnows: 'that',
        id: 'cannot be set',
      },
    })
    expect(changed.status, changed.text).toBe(200)
    expect(changed.json).toMatchObject({
      id,
      active: true,
      name: { givenName: 'Cy' },
      displayName: 'Cy Young',
      emails: [{ type: 'work', value: 'cy.work@contoso.example' }],
      [enterpriseSchema]: { employeeNumber: '7', division: 'Pitching' },
    })
    expect(changed.text).not.toContain('nobodyKnows')
  })

  it('deactivates with text for truth, and still finds the user', async () => {
    const id = await addUser(entra, 'dee@contoso.example')
    expect((await patch(id, { op: 'Replace', path: 'active', value: 'False' })).json).toMatchObject({ active: false })
    expect((await whole.call('GET', `/api/v1/people/${id}`)).json).toMatchObject({ state: 'disabled' })
    const found = await entra.send('GET', '/Users?filter=userName%20eq%20%22dee@contoso.example%22')
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ id, active: false }] })
    expect((await patch(id, { op: 'Replace', path: 'active', value: [{ value: 'True' }] })).status).toBe(400)
    expect((await patch(id, { op: 'Replace', value: { active: 'true' } })).json).toMatchObject({ active: true })
    expect((await entra.send('DELETE', `/Users/${id}`)).status).toBe(204)
    expect((await entra.send('DELETE', `/Users/${id}`)).status).toBe(404)
    expect((await entra.send('GET', `/Users/${id}`)).json).toMatchObject({
      schemas: expect.arrayContaining(['urn:ietf:params:scim:api:messages:2.0:Error']),
      status: '404',
    })
  })

  it('adds a group, asks for it without its members, and changes who is in it', async () => {
    const ids = await Promise.all(['e1', 'e2', 'e3'].map((name) => addUser(entra, `${name}@contoso.example`)))
    const [one = '', two = '', three = ''] = ids
    const made = await entra.send('POST', '/Groups', {
      schemas: [groupSchema, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Analysts (EMEA)',
      meta: { resourceType: 'Group' },
    })
    expect(made.status, made.text).toBe(201)
    const { id } = made.json as { id: string }
    expect(id).toBe('scim-analysts-emea')
    const group = `/Groups/${id}`
    const add = patchOf({ op: 'Add', path: 'members', value: [{ value: one }, { $ref: null, value: two }] })
    const added = await entra.send('PATCH', group, add)
    expect([added.status, added.text]).toEqual([204, ''])
    expect((await entra.send('PATCH', group, add)).status).toBe(204)
    const found = await entra.send('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+"analysts (emea)"')
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ id, displayName: 'Analysts (EMEA)' }] })
    expect(found.text).not.toContain('members')
    const whether = await entra.send(
      'GET',
      `/Groups?excludedAttributes=members&filter=${encodeURIComponent(`id eq "${id}" and members eq "${two}"`)}`,
    )
    expect(whether.json['totalResults']).toBe(1)
    const members = async () =>
      ((await entra.send('GET', group)).json['members'] as { value: string }[] | undefined)?.map((each) => each.value)
    expect(await members()).toEqual([one, two].toSorted())
    expect((await show(one))['groups']).toMatchObject([{ value: id, display: 'Analysts (EMEA)', type: 'direct' }])
    await entra.send('PATCH', group, patchOf({ op: 'Remove', path: 'members', value: [{ value: one }] }))
    expect(await members()).toEqual([two])
    await entra.send(
      'PATCH',
      group,
      patchOf(
        { op: 'Remove', path: `members[value eq "${two}"]` },
        { op: 'Add', path: 'members', value: [{ value: three }] },
      ),
    )
    expect(await members()).toEqual([three])
    await entra.send('PATCH', group, patchOf({ op: 'Replace', path: 'displayName', value: 'Analysts' }))
    expect((await whole.call('GET', `/api/v1/people/${three}`)).json).toMatchObject({ groups: [id] })
    expect((await entra.send('PATCH', group, patchOf({ op: 'Remove', path: 'members' }))).status).toBe(204)
    expect(await members()).toEqual([])
    expect((await entra.send('DELETE', group)).status).toBe(204)
    expect((await entra.send('GET', group)).status).toBe(404)
  })

  it('gets 409 for who is there, and for somebody who was made here', async () => {
    await addUser(entra, 'fay@contoso.example')
    await whole.call('POST', '/api/v1/people', { email: 'gil@contoso.example', name: 'Gil' })
    for (const userName of ['FAY@contoso.example', 'gil@contoso.example']) {
      const { status, json } = await entra.send('POST', '/Users', { schemas: [userSchema], userName })
      expect([status, json['status'], json['scimType']]).toEqual([409, '409', 'uniqueness'])
    }
    await addGroup(entra, 'Readers')
    expect((await entra.send('POST', '/Groups', { displayName: 'readers' })).json).toMatchObject({
      scimType: 'uniqueness',
    })
  })
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { claimsOf, granted, plainClient } from '../../oauth/testing/client.ts'
import {
  addGroup,
  addUser,
  connect,
  enterpriseSchema,
  groupSchema,
  patchOf,
  type ScimClient,
  scimClient,
  userSchema,
} from './testing/client.ts'

let whole: WholeServer
let client: ScimClient
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  client = await connect(whole, 'Directory')
})
afterAll(() => whole.close())

describe('what the server says of itself', () => {
  it('is what RFC 7643 has for it, and what it does', async () => {
    const config = (await client.send('GET', '/ServiceProviderConfig')).json
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 500 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    })
    const types = (await client.send('GET', '/ResourceTypes')).json
    expect(types).toMatchObject({
      totalResults: 2,
      Resources: [
        {
          id: 'User',
          endpoint: '/Users',
          schema: userSchema,
          schemaExtensions: [{ schema: enterpriseSchema, required: false }],
        },
        { id: 'Group', endpoint: '/Groups', schema: groupSchema },
      ],
    })
    const schemas = (await client.send('GET', '/Schemas')).json['Resources'] as {
      id: string
      attributes: { name: string }[]
    }[]
    expect(schemas.map(({ id }) => id)).toEqual([userSchema, enterpriseSchema, groupSchema])
    expect(schemas[0]?.attributes.map(({ name }) => name)).not.toContain('password')
    expect((await client.send('GET', `/Schemas/${enterpriseSchema}`)).json).toMatchObject({ id: enterpriseSchema })
    expect((await client.send('GET', '/ResourceTypes/Group')).json).toMatchObject({ id: 'Group' })
    for (const path of ['/Schemas/urn:none', '/ResourceTypes/Device'])
      expect((await client.send('GET', path)).status).toBe(404)
    expect((await client.send('GET', '/Schemas?filter=id%20pr')).status).toBe(403)
    for (const [method, path] of [
      ['GET', '/Me'],
      ['POST', '/Bulk'],
    ] as const) {
      const { status, json } = await client.send(method, path)
      expect([status, json['status']]).toEqual([501, '501'])
    }
  })

  it('has every attribute that is declared taken, kept and given back', async () => {
    const types = (await client.send('GET', '/Schemas')).json['Resources'] as { id: string; attributes: Attribute[] }[]
    const [core, extension] = types
    const values = (attributes: readonly Attribute[]): Record<string, unknown> =>
      Object.fromEntries(
        attributes.filter(({ mutability }) => mutability !== 'readOnly').map((each) => [each.name, valueOf(each)]),
      )
    const valueOf = ({ type, multiValued, subAttributes, name }: Attribute): unknown => {
      const one = type === 'complex' ? values(subAttributes ?? []) : type === 'boolean' ? true : `${name} é`
      return multiValued ? [one] : one
    }
    const user = {
      ...values(core?.attributes ?? []),
      externalId: 'x-1',
      [enterpriseSchema]: values(extension?.attributes ?? []),
    }
    const made = await client.send('POST', '/Users', { schemas: [userSchema, enterpriseSchema], ...user })
    expect(made.status, made.text).toBe(201)
    expect(made.json).toMatchObject(user)
    expect((await client.send('GET', `/Users/${made.json['id'] as string}`)).json).toEqual(made.json)
    // Nothing of it is an address: the account has one to which nothing can be sent.
    const person = await whole.call('GET', `/api/v1/people/${made.json['id'] as string}`)
    expect(person.json['email']).toBe(`${made.json['id'] as string}@provisioned.invalid`)
  })
})

interface Attribute {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly mutability: string
  readonly subAttributes?: readonly Attribute[]
}

describe('the credential', () => {
  it('may be an access token of OAuth, where its service may provision', async () => {
    const resource = 'urn:holdfast:application:holdfast'
    const made = await whole.call('POST', '/api/v1/applications', {
      id: 'provisioner',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      resources: [{ identifier: resource }],
    })
    expect(made.status, JSON.stringify(made.json)).toBe(201)
    const app = plainClient({ client_id: 'provisioner', client_secret: made.json['client_secret'] as string })
    const token = async () =>
      granted(await app.send(whole.url, '/oauth/token', { grant_type: 'client_credentials', resource })).access
    const id = claimsOf(await token())['sub'] as string
    const before = scimClient(whole.url, { id, key: await token() })
    expect((await before.send('GET', '/Users')).status).toBe(403)
    expect((await whole.call('PATCH', `/api/v1/services/${id}`, { groups: ['provisioning'] })).status).toBe(200)
    const after = scimClient(whole.url, { id, key: await token() })
    const user = await addUser(after, 'by-token@x.example')
    expect((await after.send('GET', '/Users')).json).toMatchObject({ totalResults: 1, Resources: [{ id: user }] })
    expect((await client.send('GET', `/Users/${user}`)).status).toBe(404)
  })
})

describe('versions', () => {
  it('of a user guard against a change that was not seen', async () => {
    const id = await addUser(client, 'v1@x.example')
    const first = await client.send('GET', `/Users/${id}`)
    const tag = first.headers.get('etag') ?? ''
    expect(tag).toMatch(/^W\/"/)
    expect((first.json['meta'] as { version: string }).version).toBe(tag)
    const known = await client.send('GET', `/Users/${id}`, undefined, { 'if-none-match': tag })
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', tag])
    const changed = await client.send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: 'title', value: 'A' }), {
      'if-match': tag,
    })
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(tag)
    for (const [method, body] of [
      ['PATCH', patchOf({ op: 'add', path: 'title', value: 'B' })],
      ['PUT', { userName: 'v1@x.example' }],
      ['DELETE', undefined],
    ] as const) {
      const { status, json } = await client.send(method, `/Users/${id}`, body, { 'if-match': tag })
      expect([status, json['scimType']]).toEqual([412, 'invalidVers'])
    }
    expect((await client.send('GET', `/Users/${id}`)).json).toMatchObject({ title: 'A' })
    expect((await client.send('DELETE', `/Users/${id}`, undefined, { 'if-match': '*' })).status).toBe(204)
  })

  it('of a group change with its members, by whichever way they change', async () => {
    const id = await addUser(client, 'v2@x.example')
    const group = await addGroup(client, 'Versions')
    const tagNow = async () => (await client.send('GET', `/Groups/${group}`)).headers.get('etag') ?? ''
    const tags = [await tagNow()]
    const step = async (run: () => Promise<{ status: number }>) => {
      expect((await run()).status).toBeLessThan(300)
      tags.push(await tagNow())
    }
    await step(() =>
      client.send('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value: [{ value: id }] })),
    )
    await step(() => whole.call('PATCH', `/api/v1/groups/${group}`, { name: 'Versions by hand' }))
    await step(() => whole.call('PATCH', `/api/v1/people/${id}`, { groups: [] }))
    await step(() => whole.call('PATCH', `/api/v1/people/${id}`, { groups: [group] }))
    await step(() => client.send('DELETE', `/Users/${id}`))
    expect(new Set(tags).size).toBe(tags.length)
    expect(
      (await client.send('PUT', `/Groups/${group}`, { displayName: 'Old' }, { 'if-match': tags[0] ?? '' })).status,
    ).toBe(412)
  })
})

describe('an answer', () => {
  it('has what was asked for', async () => {
    const id = await addUser(client, 'p1@x.example', {
      name: { givenName: 'P', familyName: 'One' },
      emails: [{ value: 'p1@x.example', type: 'work' }],
      [enterpriseSchema]: { department: 'D', division: 'E' },
    })
    const show = async (query: string) => (await client.send('GET', `/Users/${id}?${query}`)).json
    expect(await show('attributes=name.givenName,emails.type')).toEqual({
      schemas: [userSchema, enterpriseSchema],
      id,
      name: { givenName: 'P' },
      emails: [{ type: 'work' }],
    })
    expect(await show(`attributes=${enterpriseSchema}:department,nobodyKnows`)).toEqual({
      schemas: [userSchema, enterpriseSchema],
      id,
      [enterpriseSchema]: { department: 'D' },
    })
    const less = await show(`excludedAttributes=name.givenName,emails,id,${enterpriseSchema}`)
    expect(less).toMatchObject({ id, userName: 'p1@x.example', name: { familyName: 'One' } })
    for (const name of ['emails', enterpriseSchema]) expect(less).not.toHaveProperty([name])
    const patched = await client.send(
      'PATCH',
      `/Users/${id}?attributes=title`,
      patchOf({ op: 'add', path: 'title', value: 'T' }),
    )
    expect(patched.json).toEqual({ schemas: [userSchema, enterpriseSchema], id, title: 'T' })
  })

  it('to a search is that to a list', async () => {
    await addUser(client, 's1@x.example')
    const { status, json } = await client.send('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'userName eq "s1@x.example"',
      attributes: ['userName'],
      startIndex: 1,
      count: 10,
    })
    expect([status, json['totalResults']]).toEqual([200, 1])
    expect(Object.keys((json['Resources'] as object[])[0] ?? {}).toSorted()).toEqual(['id', 'schemas', 'userName'])
    await addGroup(client, 'Searched')
    const groups = await client.send('POST', '/Groups/.search', { filter: 'displayName sw "search"' })
    expect(groups.json['totalResults']).toBe(1)
    expect((await client.send('POST', '/Users/.search', { count: {} })).json).toMatchObject({
      scimType: 'invalidValue',
    })
  })

  it.each([
    ['GET', '/Users?filter=userName%20is%20%22a%22', undefined, 400, 'invalidFilter'],
    ['GET', '/Groups?filter=(', undefined, 400, 'invalidFilter'],
    ['GET', '/Users?sortBy=emails%5B', undefined, 400, 'invalidPath'],
    ['GET', '/Users?sortBy=nobodyKnows', undefined, 400, 'invalidPath'],
    ['GET', '/Users?count=many', undefined, 400, 'invalidValue'],
    ['GET', '/Users?filter=a%00', undefined, 400, 'invalidValue'],
    ['POST', '/Users', {}, 400, 'invalidValue'],
    ['POST', '/Users', [], 400, 'invalidSyntax'],
    ['POST', '/Users', { schemas: [groupSchema], userName: 'a' }, 400, 'invalidSyntax'],
    ['POST', '/Users', { userName: 'a', emails: 7 }, 400, 'invalidValue'],
    ['POST', '/Users', { userName: 'a', active: 'perhaps' }, 400, 'invalidValue'],
    ['POST', '/Users', '{"userName": "a", "userName": "b"}', 400, 'invalidSyntax'],
    ['POST', '/Users', '{', 400, 'invalidSyntax'],
    [
      'POST',
      '/Users',
      { userName: 'a', x509Certificates: Array.from({ length: 9 }, () => ({ value: 'A'.repeat(20_000) })) },
      400,
      'invalidValue',
    ],
    ['POST', '/Groups', { displayName: 'G', members: [{ value: 'nobody' }] }, 400, 'invalidValue'],
    ['POST', '/Groups', { displayName: 'G', members: [{ value: 'x', type: 'Group' }] }, 400, 'invalidValue'],
    ['POST', '/Groups', { displayName: ' ' }, 400, 'invalidValue'],
    ['GET', '/Users/none', undefined, 404, undefined],
    ['GET', '/Users/01900000-0000-7000-8000-00000000000a', undefined, 404, undefined],
    ['PATCH', '/Users/01900000-0000-7000-8000-00000000000a', patchOf({ op: 'remove', path: 'title' }), 404, undefined],
    ['PATCH', '/Users/01900000-0000-7000-8000-00000000000a', { Operations: [] }, 400, 'invalidSyntax'],
    ['PUT', '/Groups/none', { displayName: 'G' }, 404, undefined],
    ['DELETE', '/Groups/None!', undefined, 404, undefined],
  ] as const)('that refuses has the form of RFC 7644: %s %s', async (method, path, body, expected, scimType) => {
    const { status, json, headers } = await client.send(method, path, body)
    expect([status, json['status'], json['scimType']]).toEqual([expected, String(expected), scimType])
    expect(json['schemas']).toContain(errorSchema)
    expect(headers.get('content-type')).toBe('application/scim+json')
    expect((json['detail'] as string).length).toBeGreaterThan(10)
  })

  it('leaves nothing behind where it refuses', async () => {
    const { json } = await client.send('GET', '/Groups?filter=displayName%20eq%20%22G%22')
    expect(json['totalResults']).toBe(0)
    expect((await whole.call('GET', '/api/v1/groups')).json['items']).not.toContainEqual(
      expect.objectContaining({ name: 'G' }),
    )
  })

  it('to plain JSON is the same, to anything else 415', async () => {
    const plain = await client.send(
      'POST',
      '/Users',
      { userName: 'j1@x.example' },
      { 'content-type': 'application/json' },
    )
    expect(plain.status).toBe(201)
    const form = await client.send('POST', '/Users', 'userName=a', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect([form.status, form.json['status']]).toEqual([415, '415'])
  })
})

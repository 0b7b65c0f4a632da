import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, eventsOf, quickSignIn } from '../../testing/visitor.ts'
import { type Answer, startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

const people = '/api/v1/people'
const add = (body: object) => whole.call('POST', people, body)
const emails = ({ json }: Answer) => (json['items'] as { email: string }[]).map(({ email }) => email)

describe('people', () => {
  it('are added, shown, changed and removed; each leaves its event', async () => {
    const created = await add({
      email: ' Ada@Shop.example ',
      name: ' Ada  Lovelace ',
      groups: ['auditors', 'auditors'],
    })
    expect(created.status).toBe(201)
    const id = created.json['id'] as string
    const shown = {
      id,
      email: 'Ada@Shop.example',
      name: 'Ada Lovelace',
      state: 'active',
      groups: ['auditors'],
      hasPassword: false,
      lastSignInAt: null,
    }
    expect(created.json).toMatchObject(shown)
    expect((await whole.call('GET', `${people}/${id}`)).json).toEqual(created.json)

    const changed = await whole.call('PATCH', `${people}/${id}`, { name: 'Ada', groups: ['support'] })
    expect(changed.json).toMatchObject({ name: 'Ada', groups: ['support'], state: 'active' })
    expect((await whole.call('PATCH', `${people}/${id}`, { state: 'disabled' })).json).toMatchObject({
      state: 'disabled',
    })
    expect((await whole.call('PATCH', `${people}/${id}`, { state: 'active' })).json).toMatchObject({ state: 'active' })
    expect((await whole.call('PATCH', `${people}/${id}`, {})).status).toBe(200)
    expect((await whole.call('DELETE', `${people}/${id}`)).status).toBe(200)
    expect((await whole.call('GET', `${people}/${id}`)).status).toBe(404)

    const { rows } = await admin.query<{ kind: string }>(
      'SELECT kind FROM events WHERE resource_id = $1 ORDER BY recorded_at, id',
      [id],
    )
    expect(rows.map(({ kind }) => kind)).toEqual([
      'person.created',
      'person.updated',
      'person.disabled',
      'person.enabled',
      'person.updated',
      'person.deleted',
    ])
    const members = await eventsOf(whole, 'group.members_changed')
    expect(members.map(({ resource, data }) => [resource, data])).toEqual([
      ['auditors', { added: [], removed: [{ type: 'Person', id }] }],
      ['support', { added: [{ type: 'Person', id }], removed: [] }],
      ['auditors', { added: [{ type: 'Person', id }], removed: [] }],
    ])
  })

  it('leave no name and no address in the events about them', async () => {
    await add({ email: 'quite.unmistakable@shop.example', name: 'Unmistakable' })
    const { rowCount } = await admin.query("SELECT 1 FROM events e WHERE e::text ~* 'unmistakable'")
    expect(rowCount).toBe(0)
    for (const { data } of await eventsOf(whole, 'person.created')) {
      expect(JSON.stringify(data)).not.toMatch(/unmistakable/i)
    }
  })

  it('have an address each, however it is written', async () => {
    expect((await add({ email: 'cafe\u0301@shop.example', name: 'C' })).status).toBe(201)
    for (const email of ['caf\u00e9@shop.example', 'CAF\u00c9@SHOP.example', ' caf\u00e9@shop.example\t']) {
      const { status, json } = await add({ email, name: 'D' })
      expect([status, json['code']]).toEqual([409, 'email_taken'])
      expect(json['eventId']).toBeDefined()
    }
    const both = await Promise.all([0, 1, 2, 3].map(() => add({ email: 'at.once@shop.example', name: 'E' })))
    expect(both.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1)
    expect(both.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(3)
  })

  it('are found by a part of name or address, which is no pattern', async () => {
    await add({ email: 'percent@find.example', name: '100%_sure' })
    await add({ email: 'other@find.example', name: '100 percent sure' })
    const find = async (query: string) =>
      emails(await whole.call('GET', `${people}?query=${encodeURIComponent(query)}`))
    expect(await find('0%_S')).toEqual(['percent@find.example'])
    expect(await find('PERCENT')).toEqual(['other@find.example', 'percent@find.example'])
    expect(await find('@find.')).toHaveLength(2)
    expect(await find('\\')).toEqual([])
    expect(await find("' OR true --")).toEqual([])
  })

  it('are listed newest first, in pages that do not overlap', async () => {
    const all = emails(await whole.call('GET', `${people}?limit=200`))
    const paged: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page = await whole.call('GET', `${people}?limit=2${next === '' ? '' : `&cursor=${next}`}`)
      paged.push(...emails(page))
      next = page.json['next'] as string | null
    }
    expect(paged).toEqual(all)
    expect(new Set(paged).size).toBe(all.length)
  })

  it('come with a password that is judged', async () => {
    const weak = await add({ email: 'weak@shop.example', name: 'Weak', password: 'qwertyuiop12345' })
    expect(weak.json).toMatchObject({ status: 422, code: 'password_weak', reason: 'sequence' })
    expect((await eventsOf(whole, 'person.created'))[0]).toMatchObject({ outcome: 'refused', reason: 'password_weak' })
    const { id } = await addPerson(whole, 'Strong')
    expect((await whole.call('GET', `${people}/${id}`)).json).toMatchObject({ hasPassword: true })
  })
})

describe('bad input', () => {
  it.each([
    [{ name: 'A' }],
    [{ email: 'a@b.example' }],
    [{ email: 'nonsense', name: 'A' }],
    [{ email: 'a@b.example\u0001', name: 'A' }],
    [{ email: 'a@b.example', name: '' }],
    [{ email: 'a@b.example', name: '  ' }],
    [{ email: 'a@b.example', name: 'a\u0001b' }],
    [{ email: 'a@b.example', name: 'a\u202eb' }],
    [{ email: 'a@b.example', name: 'x'.repeat(201) }],
    [{ email: 'a@b.example', name: 'A', groups: 'admins' }],
    [{ email: 'a@b.example', name: 'A', groups: ['no such group'] }],
    [{ email: 'a@b.example', name: 'A', groups: ['missing'] }],
    [{ email: 'a@b.example', name: 'A', role: 'admin' }],
    [{ email: 'a@b.example', name: 'A', state: 'active' }],
    [{ email: 7, name: 'A' }],
    [[]],
  ])('is refused with 422: %j', async (body) => {
    expect((await add(body)).status).toBe(422)
    const { json } = await whole.call('GET', '/api/v1/people?query=a@b')
    expect(json['items']).toEqual([])
  })

  it.each(['x', '%27', '01900000-0000-7000-8000-00000000000', '01900000-0000-7000-8000-000000000000'])(
    'has no person at %s',
    async (id) => {
      expect((await whole.call('GET', `${people}/${id}`)).status).toBe(404)
      expect((await whole.call('PATCH', `${people}/${id}`, { name: 'A' })).status).toBe(404)
      expect((await whole.call('DELETE', `${people}/${id}`)).status).toBe(404)
    },
  )

  it.each(['limit=0', 'limit=201', 'limit=1.5', 'cursor=x', 'query=%00'])('refuses ?%s', async (query) => {
    expect((await whole.call('GET', `${people}?${query}`)).status).toBe(422)
  })
})

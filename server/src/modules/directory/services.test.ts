import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventsOf, quickSignIn } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'] })
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

interface Service {
  readonly id: string
  readonly lastUsedAt: string | null
  readonly keys: readonly { readonly id: string; readonly prefix: string; readonly lastUsedAt: string | null }[]
}

async function create(body: object): Promise<{ service: Service; key: string }> {
  const { status, json } = await whole.call('POST', '/api/v1/services', body)
  expect(status, JSON.stringify(json)).toBe(201)
  return json as unknown as { service: Service; key: string }
}
const show = async (id: string) => {
  const { json } = await whole.call('GET', '/api/v1/services?limit=200')
  return (json['items'] as Service[]).find((service) => service.id === id)
}
const me = (key: string) => whole.call('GET', '/api/v1/me', undefined, key)

describe('a machine account', () => {
  it('has a key that is shown once, and kept as a hash', async () => {
    const { service, key } = await create({ name: 'script', groups: ['auditors'] })
    expect(key).toMatch(/^hfk_[\w-]{43}$/)
    expect(service).toMatchObject({ name: 'script', application: null, groups: ['auditors'], lastUsedAt: null })
    expect(service.keys[0]?.prefix).toBe(key.slice(0, 12))
    expect(JSON.stringify(await show(service.id))).not.toContain(key)
    const { rowCount } = await admin.query('SELECT 1 FROM service_keys k WHERE k::text LIKE $1', [`%${key.slice(12)}%`])
    expect(rowCount).toBe(0)
    expect((await me(key)).json).toMatchObject({
      principal: { type: 'Service', id: service.id },
      name: 'script',
      email: null,
      groups: ['auditors'],
      session: null,
    })
    expect((await whole.call('GET', '/api/v1/people', undefined, key)).status).toBe(200)
    const body = { email: 'x@shop.example', name: 'X' }
    expect((await whole.call('POST', '/api/v1/people', body, key)).status).toBe(403)
  })

  it('comes with what an edge has to trust', async () => {
    const { status, json } = await whole.call('POST', '/api/v1/services', { name: 'shop', application: 'shop' })
    expect(status).toBe(201)
    expect(json['trust']).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519' }] })
    expect(json['service']).toMatchObject({ application: 'shop' })
    expect(JSON.stringify(json['trust'])).not.toContain('"d"')
  })

  it('changes its key without a gap, and a deleted one is worth nothing', async () => {
    const { service, key } = await create({ name: 'rotating', groups: ['auditors'] })
    const made = await whole.call('POST', `/api/v1/services/${service.id}/keys`)
    expect(made.status).toBe(201)
    const fresh = made.json['key'] as string
    expect([(await me(key)).status, (await me(fresh)).status]).toEqual([200, 200])
    const old = service.keys[0]?.id ?? ''
    expect((await whole.call('DELETE', `/api/v1/services/${service.id}/keys/${old}`)).status).toBe(200)
    expect([(await me(key)).status, (await me(fresh)).status]).toEqual([401, 200])
    expect((await whole.call('DELETE', `/api/v1/services/${service.id}/keys/${old}`)).status).toBe(404)
    expect((await whole.call('DELETE', `/api/v1/services/${service.id}/keys/%27`)).status).toBe(404)
    expect((await eventsOf(whole, 'service.key_deleted'))[2]).toMatchObject({
      resource: service.id,
      data: { keyId: old },
    })

    const other = await create({ name: 'other' })
    const foreign = (await show(service.id))?.keys[0]?.id ?? ''
    expect((await whole.call('DELETE', `/api/v1/services/${other.service.id}/keys/${foreign}`)).status).toBe(404)
    expect((await whole.call('DELETE', `/api/v1/services/${service.id}`)).status).toBe(200)
    expect((await me(fresh)).status).toBe(401)
  })

  it('has ten keys at most, however many are asked for at once', async () => {
    const { service } = await create({ name: 'greedy' })
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => whole.call('POST', `/api/v1/services/${service.id}/keys`)),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(9)
    expect((await show(service.id))?.keys).toHaveLength(10)
  })

  it('writes down a use once a minute', async () => {
    const { service, key } = await create({ name: 'busy', groups: ['auditors'] })
    await me(key)
    const first = (await show(service.id))?.lastUsedAt
    expect(first).not.toBeNull()
    await me(key)
    expect((await show(service.id))?.lastUsedAt).toBe(first)
    await admin.query("UPDATE service_keys SET last_used_at = last_used_at - interval '60 seconds'")
    await me(key)
    expect(Date.parse((await show(service.id))?.lastUsedAt ?? '')).toBeGreaterThan(Date.parse(first ?? '') - 1)
  })

  it.each([
    [{ name: 'script' }, 409, 'service_exists'],
    [{ name: 'x', application: 'nothing' }, 422, 'application_unknown'],
    [{ name: 'x', groups: ['nothing'] }, 422, 'groups_unknown'],
    [{ name: 'x\u0001' }, 422, 'input_invalid'],
    [{ name: 'x', key: `hfk_${'A'.repeat(43)}` }, 422, 'input_invalid'],
  ])('is not made of %j', async (body, status, code) => {
    const answer = await whole.call('POST', '/api/v1/services', body)
    expect([answer.status, answer.json['code']]).toEqual([status, code])
  })

  it('is renamed, and put into groups', async () => {
    const { service } = await create({ name: 'before' })
    const path = `/api/v1/services/${service.id}`
    const changed = await whole.call('PATCH', path, { name: 'after', groups: ['support'] })
    expect(changed.json).toMatchObject({ name: 'after', groups: ['support'] })
    expect((await whole.call('PATCH', path, { name: 'script' })).json).toMatchObject({ code: 'service_exists' })
    expect((await whole.call('PATCH', path, { application: 'shop' })).status).toBe(422)
    expect((await whole.call('PATCH', '/api/v1/services/x', { name: 'y' })).status).toBe(404)
  })
})

import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { startChild } from '../../testing/processes/child.ts'
import { raceInTwoProcesses } from '../../testing/race.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn } from '../../testing/visitor.ts'
import { freePort } from '../../testing/free-port.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let ada: Credentials

beforeEach(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada', ['admins'])
})

afterEach(async () => {
  await admin.end()
  await whole.close()
})

const person = (id: string) => `/api/v1/people/${id}`

async function operators(): Promise<number> {
  const { rowCount } = await admin.query(
    `SELECT 1 FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.group_id = 'admins' AND p.state = 'active'`,
  )
  return rowCount ?? 0
}

describe('the last operator', () => {
  it.each([
    ['is not disabled', 'PATCH', { state: 'disabled' }],
    ['is not taken out', 'PATCH', { groups: [] }],
    ['is not deleted', 'DELETE', undefined],
  ])('%s', async (_, method, body) => {
    const { status, json } = await whole.call(method, person(ada.id), body)
    expect([status, json['code']]).toEqual([409, 'last_operator'])
    expect(await operators()).toBe(1)
    const kind = method === 'DELETE' ? 'person.deleted' : 'person.updated'
    expect((await eventsOf(whole, kind))[0]).toMatchObject({ id: json['eventId'], outcome: 'refused' })
  })

  it('is the last who can sign in: one without a password does not count', async () => {
    await whole.call('POST', '/api/v1/people', { email: 'b@shop.example', name: 'B', groups: ['admins'] })
    expect((await whole.call('DELETE', person(ada.id))).status).toBe(409)
    await addPerson(whole, 'Cara', ['admins'])
    expect((await whole.call('DELETE', person(ada.id))).status).toBe(200)
  })

  describe('who has no password', () => {
    /** Instead of the password that the person came with. */
    async function passwordless(id: string, way: 'passkey' | 'provider'): Promise<void> {
      await admin.query('DELETE FROM passwords WHERE person_id = $1', [id])
      if (way === 'passkey') {
        await admin.query(
          `INSERT INTO passkeys (id, tenant_id, person_id, credential_id, public_key, sign_count, name, aaguid, attestation,
            transports, backup_eligible, backed_up, registered_at)
          SELECT gen_random_uuid(), tenant_id, id, 'credential', 'key', 0, 'name', gen_random_uuid(), 'none', '{}', false, false, now()
          FROM people WHERE id = $1`,
          [id],
        )
        return
      }
      const connection = { id: 'corp', name: 'Corp', issuer: 'https://id.corp.example', clientId: 'holdfast' }
      expect((await whole.call('POST', '/api/v1/connections', connection)).status).toBe(201)
      await admin.query(
        `INSERT INTO upstream_identities (id, tenant_id, connection_id, person_id, subject_key, label, linked_by, linked_at)
        SELECT gen_random_uuid(), tenant_id, 'corp', id, 'subject', 'label', 'person', now() FROM people WHERE id = $1`,
        [id],
      )
    }

    it.each(['passkey', 'provider'] as const)('is one by a %s alone, and stays', async (way) => {
      await passwordless(ada.id, way)
      for (const [method, body] of [
        ['PATCH', { state: 'disabled' }],
        ['PATCH', { groups: [] }],
        ['DELETE', undefined],
      ] as const) {
        expect((await whole.call(method, person(ada.id), body)).json, method).toMatchObject({ code: 'last_operator' })
      }
      const proof = { method: 'in_person', reason: 'test' }
      const reset = await whole.call('POST', `${person(ada.id)}/factors/reset`, proof)
      expect([reset.status, reset.json['code']]).toEqual(way === 'passkey' ? [409, 'last_operator'] : [200, undefined])
      await addPerson(whole, 'Ben', ['admins'])
      expect((await whole.call('DELETE', person(ada.id))).status).toBe(200)
    })

    it('lets another one go who has a password', async () => {
      const ben = await addPerson(whole, 'Ben', ['admins'])
      await passwordless(ben.id, 'passkey')
      expect((await whole.call('DELETE', person(ada.id))).status).toBe(200)
    })

    it('is none by a passkey of which a copy was seen', async () => {
      const ben = await addPerson(whole, 'Ben', ['admins'])
      await passwordless(ben.id, 'passkey')
      await admin.query('UPDATE passkeys SET cloned_at = now()')
      expect((await whole.call('DELETE', person(ada.id))).json).toMatchObject({ code: 'last_operator' })
    })

    it('keeps the connection that they come by', async () => {
      await passwordless(ada.id, 'provider')
      const off = await whole.call('PATCH', '/api/v1/connections/corp', { enabled: false })
      expect(off.json).toMatchObject({ code: 'last_operator' })
      expect((await whole.call('DELETE', '/api/v1/connections/corp')).json).toMatchObject({ code: 'last_operator' })
      expect((await whole.call('GET', '/api/v1/connections/corp')).json).toMatchObject({ enabled: true, linked: 1 })
      await addPerson(whole, 'Ben', ['admins'])
      expect((await whole.call('PATCH', '/api/v1/connections/corp', { enabled: false })).status).toBe(200)
      expect((await whole.call('DELETE', '/api/v1/connections/corp')).status).toBe(200)
      expect((await whole.call('DELETE', '/api/v1/connections/corp')).status).toBe(404)
    })
  })

  it('may be one through another group, which then stays, and stays inside', async () => {
    await whole.call('POST', '/api/v1/groups', { id: 'inner', name: 'Inner', parents: ['admins'] })
    await addPerson(whole, 'Ben', ['inner'])
    expect((await whole.call('DELETE', person(ada.id))).status).toBe(200)
    expect((await whole.call('DELETE', '/api/v1/groups/inner')).json).toMatchObject({ code: 'last_operator' })
    const moved = await whole.call('PATCH', '/api/v1/groups/inner', { parents: [] })
    expect(moved.json).toMatchObject({ code: 'last_operator' })
    await addPerson(whole, 'Cara', ['admins'])
    expect((await whole.call('DELETE', '/api/v1/groups/inner')).status).toBe(200)
  })

  it('keeps their sessions when the attempt is refused', async () => {
    await whole.call('PATCH', person(ada.id), { state: 'disabled' })
    expect(await eventsOf(whole, 'session.revoked')).toHaveLength(0)
    expect((await whole.call('GET', person(ada.id))).json).toMatchObject({ state: 'active', groups: ['admins'] })
  })

  it('two who are taken away at the same time at two control planes: one stays', async () => {
    const flags = {
      data: whole.dataDir,
      publicUrl: whole.url,
      'http.listen': `127.0.0.1:${await freePort()}`,
      'database.url': whole.databaseUrl,
      'log.level': 'silent',
    }
    const replica = startChild('replica.ts', [JSON.stringify(flags), JSON.stringify(quickSignIn)])
    try {
      const origins = [whole.url, await replica.line('listening ')]
      const ways = [
        { method: 'PATCH', body: JSON.stringify({ state: 'disabled' }) },
        { method: 'PATCH', body: JSON.stringify({ groups: [] }) },
        { method: 'DELETE' },
      ]
      let last = ada
      for (let round = 0; round < 6; round++) {
        const next = await addPerson(whole, `Op${round}`, ['admins'])
        const statuses = await Promise.all(
          [last, next].map(async ({ id }, at) => {
            const response = await fetch(`${origins[at]}${person(id)}`, {
              ...ways[(round + at) % ways.length],
              headers: { authorization: `Bearer ${whole.token}`, 'content-type': 'application/json' },
            })
            await response.arrayBuffer()
            return response.status
          }),
        )
        expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 409])
        expect(await operators()).toBe(1)
        if (statuses[0] === 200) last = next
      }
    } finally {
      replica.process.stdin?.end()
      await replica.ended
    }
  })

  it('the twin that counts before it changes leaves nobody', async () => {
    const { rows } = await admin.query<{ tenant_id: string }>('SELECT tenant_id FROM people LIMIT 1')
    const ben = await addPerson(whole, 'Ben', ['admins'])
    const race = async (which: 'right' | 'twin') => {
      await admin.query("UPDATE people SET state = 'active'")
      await raceInTwoProcesses(whole.databaseUrl, rows[0]?.tenant_id ?? '', 'operator', which, [ada.id, ben.id])
      return operators()
    }
    expect(await race('right')).toBe(1)
    expect(await race('twin')).toBe(0)
  })
})

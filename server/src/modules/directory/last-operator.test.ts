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

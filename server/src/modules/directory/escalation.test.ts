import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, type Visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

// Somebody of the help desk: may edit people, add people, groups and services, and change the members of their own group.
let whole: WholeServer
let admin: Client
let ada: Credentials
let eve: Credentials
let browser: Visitor

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  ada = await addPerson(whole, 'Ada', ['admins'])
  await whole.call('POST', '/api/v1/groups', { id: 'helpdesk', name: 'Help desk' })
  const policies = {
    'helpdesk-people': `permit (principal in Group::"helpdesk", action in [Action::"createPerson", Action::"updatePerson", Action::"createGroup", Action::"createService", Action::"updateService", Action::"viewPerson"], resource);`,
    'helpdesk-members': `permit (principal in Group::"helpdesk", action == Action::"changeMembers", resource == Group::"helpdesk");`,
  }
  for (const [name, text] of Object.entries(policies)) {
    const { status, json } = await whole.call('PUT', `/api/v1/applications/holdfast/policies/${name}`, { text })
    expect(status, JSON.stringify(json)).toBe(201)
  }
  eve = await addPerson(whole, 'Eve', ['helpdesk'])
  browser = await signInAs(whole.url, eve)
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

async function refused(method: string, path: string, body: object, group: string): Promise<void> {
  const { status, json } = await browser.api(method, path, body)
  expect([status, json['code'], json['action']]).toEqual([403, 'forbidden', 'changeMembers'])
  const [event] = await eventsOf(whole, 'access.denied')
  expect(event).toMatchObject({ id: json['eventId'], actor: eve.id, resource: group, outcome: 'refused' })
  const { rows } = await admin.query<{ groups: string[] }>(
    `SELECT array_agg(group_id) AS groups FROM memberships WHERE group_id <> 'bootstrap'`,
  )
  expect(rows[0]?.groups.toSorted()).toEqual(['admins', 'helpdesk'])
}

describe('whoever may edit people, and not the operators, does not become one', () => {
  it('by putting themselves into the group', async () => {
    expect((await browser.api('PATCH', `/api/v1/people/${eve.id}`, { name: 'Eva' })).status).toBe(200)
    await refused('PATCH', `/api/v1/people/${eve.id}`, { groups: ['helpdesk', 'admins'] }, 'admins')
  })

  it('by a new person in it', async () => {
    const body = { email: 'eve2@shop.example', name: 'Eve', password: 'gravel teapot 81 invoice', groups: ['admins'] }
    await refused('POST', '/api/v1/people', body, 'admins')
  })

  it('by a new group inside of it, or by moving one’s own there', async () => {
    await refused('POST', '/api/v1/groups', { id: 'innocent', name: 'Innocent', parents: ['admins'] }, 'admins')
    await refused('PATCH', '/api/v1/groups/helpdesk', { parents: ['admins'] }, 'admins')
  })

  it('by a machine account in it, new or changed', async () => {
    await refused('POST', '/api/v1/services', { name: 'robot', groups: ['admins'] }, 'admins')
    await refused('POST', '/api/v1/services', { name: 'robot', groups: ['gateways'] }, 'gateways')
    const made = await browser.api('POST', '/api/v1/services', { name: 'honest' })
    expect(made.status).toBe(201)
    const { id } = made.json['service'] as { id: string }
    await refused('PATCH', `/api/v1/services/${id}`, { groups: ['admins'] }, 'admins')
  })

  it('nor throws an operator out', async () => {
    await refused('PATCH', `/api/v1/people/${ada.id}`, { groups: [] }, 'admins')
  })

  it('nor sets an operator’s password, or reads what is not theirs', async () => {
    const password = 'gravel teapot 82 invoice'
    expect((await browser.api('PUT', `/api/v1/people/${ada.id}/password`, { password })).status).toBe(403)
    expect((await browser.api('GET', '/api/v1/people')).status).toBe(403)
    expect((await browser.api('GET', '/api/v1/groups')).status).toBe(403)
  })

  it('but does what is theirs', async () => {
    const made = await browser.api('POST', '/api/v1/people', {
      email: 'new@shop.example',
      name: 'New',
      groups: ['helpdesk'],
    })
    expect(made.status).toBe(201)
    const path = `/api/v1/people/${made.json['id'] as string}`
    expect((await browser.api('PATCH', path, { groups: [] })).status).toBe(200)
  })
})

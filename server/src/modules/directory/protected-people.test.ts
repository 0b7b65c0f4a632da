import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

/*
 * The help desk may reset passwords, end sessions and renew keys, but not those of operators. What such a policy says of
 * the resource's groups has to hold where the API decides, not only where a decision is tried.
 */
let whole: WholeServer
let ada: Credentials
let cy: Credentials
let browser: Visitor

const policies = {
  helpdesk: `permit (principal in Group::"helpdesk", action in [Action::"resetPassword", Action::"updatePerson", Action::"rotateServiceKey", Action::"changeMembers"], resource);`,
  'helpdesk-sessions': `permit (principal in Group::"helpdesk", action == Action::"revokeSession", resource is Session) unless { resource.owner in Group::"admins" };`,
  'protect-operators': `forbid (principal in Group::"helpdesk", action, resource in Group::"admins");`,
  'protect-shop': `forbid (principal in Group::"helpdesk", action, resource is Service) when { resource has application && resource.application == Application::"shop" };`,
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  await whole.call('POST', '/api/v1/groups', { id: 'helpdesk', name: 'Help desk' })
  await whole.call('POST', '/api/v1/groups', { id: 'on-call', name: 'On call', parents: ['admins'] })
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop' })
  ada = await addPerson(whole, 'Ada', ['on-call'])
  cy = await addPerson(whole, 'Cy', [])
  for (const [name, text] of Object.entries(policies)) {
    const { status, json } = await whole.call('PUT', `/api/v1/applications/holdfast/policies/${name}`, { text })
    expect(status, JSON.stringify(json)).toBe(201)
  }
  browser = await signInAs(whole.url, await addPerson(whole, 'Eve', ['helpdesk']))
})

afterAll(() => whole.close())

async function status(method: string, path: string, body?: object): Promise<number> {
  return (await browser.api(method, path, body)).status
}

async function newService(body: object): Promise<string> {
  const made = await whole.call('POST', '/api/v1/services', body)
  return (made.json['service'] as { id: string }).id
}

describe('a policy that protects operators', () => {
  it('keeps the help desk from an operator’s account, and from no other', async () => {
    expect(await status('POST', `/api/v1/people/${ada.id}/password-reset`)).toBe(403)
    expect(await status('PATCH', `/api/v1/people/${ada.id}`, { name: 'Eve' })).toBe(403)
    expect(await status('POST', `/api/v1/people/${cy.id}/password-reset`)).toBe(202)
  })

  it('holds for an operator who is disabled, and would be one again', async () => {
    const bea = await addPerson(whole, 'Bea', ['admins'])
    await whole.call('PATCH', `/api/v1/people/${bea.id}`, { state: 'disabled' })
    expect(await status('PATCH', `/api/v1/people/${bea.id}`, { state: 'active' })).toBe(403)
  })

  it('holds for machine accounts: by their groups, and by the application that they are bound to', async () => {
    const robot = await newService({ name: 'robot', groups: ['on-call'] })
    const shop = await newService({ name: 'shop', application: 'shop' })
    const other = await newService({ name: 'other' })
    expect(await status('POST', `/api/v1/services/${robot}/keys`)).toBe(403)
    expect(await status('POST', `/api/v1/services/${shop}/keys`)).toBe(403)
    expect(await status('POST', `/api/v1/services/${other}/keys`)).toBe(201)
  })

  it('holds for groups inside of theirs', async () => {
    expect(await status('PATCH', '/api/v1/groups/on-call', { name: 'Mine' })).toBe(403)
    expect(await status('PATCH', '/api/v1/groups/helpdesk', { name: 'Desk' })).toBe(200)
  })

  it('holds for what belongs to them', async () => {
    await signInAs(whole.url, ada)
    const { json } = await whole.call('GET', `/api/v1/sessions?person=${ada.id}`)
    const [session] = json['items'] as { id: string }[]
    expect(await status('DELETE', `/api/v1/sessions/${session?.id}`)).toBe(403)
  })
})

describe('a decision that is tried', () => {
  it('sees the groups of everybody whom the question names', async () => {
    await whole.call('PUT', '/api/v1/applications/shop/schema', {
      text: `entity Group in [Group]; entity Person in [Group]; entity Service in [Group];
        entity Review { author: Person }; action delete appliesTo { principal: Person, resource: Review };`,
    })
    const texts = {
      all: 'permit (principal, action, resource);',
      staff: 'forbid (principal, action, resource) when { resource.author in Group::"admins" };',
    }
    for (const [name, text] of Object.entries(texts))
      await whole.call('PUT', `/api/v1/applications/shop/policies/${name}`, { text })
    const about = async (author: string) => {
      const { json } = await whole.call('POST', '/access/v1/evaluation?application=shop', {
        subject: { type: 'Person', id: cy.id },
        action: { name: 'delete' },
        resource: { type: 'Review', id: '1', properties: { author: { type: 'Person', id: author } } },
      })
      return json['decision']
    }
    expect(await about(cy.id)).toBe(true)
    expect(await about(ada.id)).toBe(false)
  })
})

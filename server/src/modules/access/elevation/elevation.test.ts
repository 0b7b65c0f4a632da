import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eventsOf } from '../../../testing/visitor.ts'
import { hour, type House, idOf, itemsOf, openHouse, type Somebody } from './testing/house.ts'

const app = '/api/v1/applications/docs'
const holdfast = '/api/v1/applications/holdfast'
const group = (id: string) => ({ type: 'Group', id })
const person = (id: string) => ({ type: 'Person', id })

let house: House
let ada: Somebody
let ben: Somebody
let cara: Somebody
let eve: Somebody

beforeAll(async () => {
  house = await openHouse(inject('postgresUrl'))
  for (const id of ['oncall', 'leads']) await house.call('POST', '/api/v1/groups', { id, name: id }, 201)
  ada = await house.person('Ada', ['admins'])
  ben = await house.person('Ben', ['oncall'])
  cara = await house.person('Cara', ['leads'])
  eve = await house.person('Eve')
  await house.call('POST', '/api/v1/applications', { id: 'docs', name: 'Docs' }, 201)
  for (const id of ['editor', 'reader']) await house.call('POST', `${app}/roles`, { id }, 201)
  await house.call(
    'PUT',
    `${app}/policies/editors`,
    { text: 'permit (principal in Role::"editor", action, resource);' },
    201,
  )
  await house.call('PUT', `${app}/elevation-rules/editor`, rule, 201)
})

afterAll(() => house.close())

const rule = {
  eligible: [group('oncall')],
  approvers: [group('leads')],
  maximumSeconds: 4 * hour,
  breakGlass: { maximumSeconds: hour, perDay: 2 },
}
const ask = (who: Somebody, more: object = {}, expected = 201, at = app) =>
  house.as(who, 'POST', `${at}/elevations`, { role: 'editor', seconds: hour, reason: 'the deploy', ...more }, expected)
const act = (who: Somebody, what: string, id: string, expected = 200, body: object = {}, at = app) =>
  house.as(who, 'POST', `${at}/elevations/${id}/${what}`, body, expected)
const decide = async (who: Somebody) => {
  const resource = { type: 'Route', id: '/' }
  const attrs = { method: 'GET', path: '/' }
  const body = { principal: person(who.id), action: 'get', resource, entities: [{ uid: resource, attrs }] }
  return (await house.call('POST', `${app}/evaluate`, body))['decision']
}

describe('a request', () => {
  test('is approved by another, gives the role for its time, and is given back at once', async () => {
    const asked = await ask(ben, { reason: 'customer <b>case</b> 7' })
    expect(asked).toMatchObject({
      state: 'pending',
      role: 'editor',
      seconds: hour,
      reason: 'customer <b>case</b> 7',
      person: { ...person(ben.id), name: 'Ben' },
      grant: null,
    })
    expect(await decide(ben)).toBe('deny')
    expect(itemsOf(await house.as(cara, 'GET', `${app}/elevations?toApprove=true`))).toMatchObject([
      { id: asked['id'] },
    ])
    expect(itemsOf(await house.as(ben, 'GET', `${app}/elevations?toApprove=true`))).toEqual([])
    const given = await act(cara, 'approve', idOf(asked), 200, { note: 'go on' })
    expect(given).toMatchObject({ state: 'approved', note: 'go on', decidedBy: { id: cara.id, name: 'Cara' } })
    const grant = given['grant'] as { id: string; validFrom: string; validTo: string }
    expect(Date.parse(grant.validTo) - Date.parse(grant.validFrom)).toBe(hour * 1000)
    expect(await decide(ben)).toBe('allow')
    expect(itemsOf(await house.call('GET', `${app}/grants?role=editor`))).toMatchObject([
      { id: grant.id, source: 'elevation', sourceId: asked['id'], validTo: grant.validTo },
    ])
    expect(itemsOf(await house.as(cara, 'GET', `${app}/elevations?toApprove=true`))).toEqual([])
    expect(await act(ben, 'end', idOf(asked), 200, { note: 'done' })).toMatchObject({ state: 'ended' })
    expect(await decide(ben)).toBe('deny')
    expect(await act(ben, 'end', idOf(asked), 409)).toMatchObject({ code: 'elevation_not_active' })
    for (const [kind, actor] of [
      ['elevation.requested', ben.id],
      ['elevation.approved', cara.id],
      ['elevation.ended', ben.id],
    ] as const) {
      const event = (await eventsOf(house.whole, kind)).find(({ outcome }) => outcome === 'success')
      expect(event).toMatchObject({ actor, resource: ben.id, application: 'docs' })
      expect(event?.data).toMatchObject({ privileges: ['role editor'], elevation: asked['id'] })
    }
  })

  test('is denied, or cancelled, and then nothing is left to decide', async () => {
    const denied = idOf(await ask(ben))
    expect(await ask(ben, {}, 409)).toMatchObject({ code: 'elevation_pending' })
    expect(await act(cara, 'deny', denied, 200, { note: 'not now' })).toMatchObject({ state: 'denied', grant: null })
    const cancelled = idOf(await ask(ben))
    expect(await act(ben, 'cancel', cancelled)).toMatchObject({ state: 'cancelled' })
    for (const id of [denied, cancelled]) {
      expect(await act(cara, 'approve', id, 409)).toMatchObject({ code: 'elevation_decided' })
      expect(await act(cara, 'deny', id, 409)).toMatchObject({ code: 'elevation_decided' })
      expect(await act(ben, 'cancel', id, 409)).toMatchObject({ code: 'elevation_decided' })
    }
    expect(await decide(ben)).toBe('deny')
  })
})

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

/** Wide: a slow machine is no failure. */
const patience = { timeout: 60_000, interval: 50 }
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

describe('time', () => {
  test('ends what was given, without anybody', async () => {
    const asked = idOf(await ask(ben, { seconds: 1 }))
    await act(cara, 'approve', asked)
    await expect.poll(() => decide(ben), patience).toBe('deny')
    expect(await house.as(ben, 'GET', `${app}/elevations/${asked}`)).toMatchObject({ state: 'ended' })
    expect(await act(ben, 'end', asked, 409)).toMatchObject({ code: 'elevation_not_active' })
  })

  test('ends a request that nobody answers, and one may ask anew', async () => {
    await house.call('PUT', `${app}/elevation-rules/editor`, { ...rule, waitSeconds: 1 })
    const asked = idOf(await ask(ben))
    const state = async () => (await house.as(ben, 'GET', `${app}/elevations/${asked}`))['state']
    await expect.poll(state, patience).toBe('expired')
    for (const [who, what] of [
      [cara, 'approve'],
      [cara, 'deny'],
      [ben, 'cancel'],
    ] as const) {
      expect(await act(who, what, asked, 409)).toMatchObject({ code: 'elevation_decided' })
    }
    expect(itemsOf(await house.as(cara, 'GET', `${app}/elevations?toApprove=true`))).toEqual([])
    await house.call('PUT', `${app}/elevation-rules/editor`, rule)
    await act(ben, 'cancel', idOf(await ask(ben)))
    const [event] = await eventsOf(house.whole, 'elevation.expired')
    expect(event).toMatchObject({ actor: null, resource: ben.id, application: 'docs' })
    expect(event?.data).toMatchObject({ elevation: asked })
  })

  test('is written down by a job when nobody comes', async () => {
    await house.call('PUT', `${app}/elevation-rules/editor`, { ...rule, waitSeconds: 1 })
    const asked = idOf(await ask(ben))
    await house.call('PUT', `${app}/elevation-rules/editor`, rule)
    const state = async () => (await house.as(ben, 'GET', `${app}/elevations/${asked}`))['state']
    await expect.poll(state, patience).toBe('expired')
    await house.execute(
      "UPDATE jobs SET run_at = now() WHERE kind = 'access.expire-elevations' AND finished_at IS NULL; NOTIFY holdfast_jobs",
    )
    const told = async () => (await eventsOf(house.whole, 'elevation.expired')).map(({ data }) => data['elevation'])
    await expect.poll(told, patience).toContain(asked)
  })
})

describe('what is asked for', () => {
  test('is bounded by the rule, whatever the number', async () => {
    for (const seconds of [0, -1, 1.5, 604_801, 2 ** 31, '3600', null]) await ask(ben, { seconds }, 422)
    expect(await ask(ben, { seconds: 4 * hour + 1 }, 422)).toMatchObject({ code: 'elevation_too_long' })
    expect(
      await house.as(ben, 'POST', `${app}/break-glass`, { role: 'editor', seconds: hour + 1, reason: 'x' }, 422),
    ).toMatchObject({ code: 'elevation_too_long' })
  })

  test('needs a rule that names the person, for this role of this application', async () => {
    for (const [who, more, at] of [
      [eve, {}, app],
      [cara, {}, app],
      [ben, { role: 'reader' }, app],
      [ben, { role: 'nothing' }, app],
      [ben, { role: 'admin' }, holdfast],
      [ben, {}, '/api/v1/applications/none'],
    ] as const) {
      expect(await ask(who, more, 403, at)).toMatchObject({ code: 'elevation_not_eligible' })
      const emergency = { role: 'role' in more ? more.role : 'editor', reason: 'x' }
      expect(await house.as(who, 'POST', `${at}/break-glass`, emergency, 403)).toMatchObject({
        code: 'elevation_not_eligible',
      })
    }
  })

  test('is shown to whoever asked, may answer, or sees everything', async () => {
    const asked = idOf(await ask(ben))
    const seen = (who: Somebody, expected: number) =>
      house.as(who, 'GET', `${app}/elevations/${asked}`, undefined, expected)
    for (const who of [ben, cara, ada]) expect(await seen(who, 200)).toMatchObject({ reason: 'the deploy' })
    await seen(eve, 404)
    await house.as(eve, 'GET', `${app}/elevations`, undefined, 403)
    expect(itemsOf(await house.as(eve, 'GET', `${app}/elevations?mine=true`))).toEqual([])
    const mine = await house.as(ben, 'GET', `${app}/elevations?mine=true&limit=1`)
    expect(mine).toMatchObject({ items: [{ id: asked }], next: asked })
    expect(itemsOf(await house.as(ben, 'GET', `${app}/elevations?mine=true&cursor=${asked}`))[0]?.['id']).not.toBe(
      asked,
    )
    expect(itemsOf(await house.as(ada, 'GET', `${app}/elevations?state=pending`))).toMatchObject([{ id: asked }])
    expect(itemsOf(await house.as(ben, 'GET', `${app}/elevation-rules?mine=true`))).toMatchObject([
      { name: 'editor', mine: { eligible: true, approver: false } },
    ])
    expect(itemsOf(await house.as(eve, 'GET', `${app}/elevation-rules?mine=true`))).toEqual([])
    await act(ben, 'cancel', asked)
  })

  test('may be asked for anew before it is over, and lasts no longer than what was approved last', async () => {
    const first = idOf(await ask(ben))
    await act(cara, 'approve', first)
    expect(await ask(ben, { seconds: 60 }, 409)).toMatchObject({ code: 'elevation_active' })
    const second = await act(cara, 'approve', idOf(await ask(ben, { seconds: 2 * hour })))
    const [before, after] = [await house.as(ben, 'GET', `${app}/elevations/${first}`), second].map(
      ({ grant }) => grant as { validFrom: string; validTo: string },
    )
    expect(after?.validFrom).toBe(before?.validTo)
    expect(Date.parse(after?.validTo ?? '')).toBeLessThanOrEqual(Date.now() + 2 * hour * 1000)
    expect(await decide(ben)).toBe('allow')
    await act(cara, 'end', first, 200, { note: 'enough' })
    await act(ben, 'end', idOf(second))
    expect(await decide(ben)).toBe('deny')
    expect(await house.as(ben, 'GET', `${app}/elevations/${idOf(second)}`)).toMatchObject({ state: 'ended' })
  })
})

describe('what needs no approval', () => {
  test('is given at once, and still only for its time', async () => {
    await house.call('PUT', `${app}/elevation-rules/reader`, { ...rule, approvers: null, breakGlass: null }, 201)
    const given = await ask(ben, { role: 'reader' })
    expect(given).toMatchObject({ state: 'approved', needsApproval: false, decidedBy: null })
    expect(await ask(ben, { role: 'reader', seconds: 60 }, 409)).toMatchObject({ code: 'elevation_active' })
    await act(ben, 'end', idOf(given))
    await house.call('DELETE', `${app}/elevation-rules/reader`)
    expect(await ask(ben, { role: 'reader' }, 403)).toMatchObject({ code: 'elevation_not_eligible' })
  })
})

describe('a rule', () => {
  test('names who is there, and goes with its role', async () => {
    for (const wrong of [
      { eligible: [group('nobody')] },
      { approvers: [{ type: 'Role', id: 'nobody' }] },
      { approvers: [person('01900000-0000-7000-8000-000000000001')] },
    ]) {
      expect(await house.call('PUT', `${app}/elevation-rules/editor`, { ...rule, ...wrong }, 422)).toMatchObject({
        code: 'elevation_rule_invalid',
      })
    }
    await house.call('PUT', `${app}/elevation-rules/editor`, { ...rule, approvers: [] }, 422)
    await house.call('PUT', `${app}/elevation-rules/nothing`, rule, 422)
    expect(
      await house.call('PUT', `${app}/elevation-rules/editor`, { ...rule, expectedVersion: 7 }, 409),
    ).toMatchObject({
      code: 'elevation_rule_conflict',
    })
    await house.call('POST', `${app}/roles`, { id: 'passing' }, 201)
    await house.call('PUT', `${app}/elevation-rules/passing`, rule, 201)
    await house.call('DELETE', `${app}/roles/passing`)
    await house.call('POST', `${app}/roles`, { id: 'passing' }, 201)
    await ask(ben, { role: 'passing' }, 403)
  })

  test('forgets a group that is gone: another of its name has nothing of it', async () => {
    await house.call('POST', '/api/v1/groups', { id: 'crew', name: 'Crew' }, 201)
    await house.call(
      'PUT',
      `${app}/elevation-rules/passing`,
      { ...rule, eligible: [group('crew')], approvers: [group('crew')] },
      201,
    )
    await house.call('DELETE', '/api/v1/groups/crew')
    const found = itemsOf(await house.call('GET', `${app}/elevation-rules`)).find(({ name }) => name === 'passing')
    expect(found).toMatchObject({ eligible: [], approvers: [] })
  })

  test('of a template lets ask for one resource, which another looks at', async () => {
    const text = 'permit (principal == ?principal, action == Action::"get", resource == ?resource);'
    await house.call('PUT', `${app}/policies/see`, { text }, 201)
    const path = `${app}/elevation-rules/see?gives=template`
    await house.call('PUT', path, { ...rule, approvers: null, breakGlass: null }, 422)
    await house.call('PUT', path, rule, 422)
    await house.call('PUT', path, { ...rule, breakGlass: null }, 201)
    const wanted = { role: undefined, template: 'see', resource: { type: 'Route', id: '/' } }
    const asked = await ask(ben, wanted)
    expect(asked).toMatchObject({ role: null, template: 'see', resource: wanted.resource })
    await act(cara, 'approve', idOf(asked))
    expect(await decide(ben)).toBe('allow')
    await act(ben, 'end', idOf(asked))
    expect(await decide(ben)).toBe('deny')
    await ask(ben, { ...wanted, resource: { type: 'Nothing', id: '/' } }).then(({ id }) =>
      act(cara, 'approve', id as string, 422),
    )
  })
})

test('what was asked of an application that is gone is not for another of its name', async () => {
  const at = '/api/v1/applications/brief'
  const make = async () => {
    await house.call('POST', '/api/v1/applications', { id: 'brief', name: 'Brief' }, 201)
    await house.call('POST', `${at}/roles`, { id: 'editor' }, 201)
    await house.call('PUT', `${at}/elevation-rules/editor`, rule, 201)
  }
  await make()
  const asked = idOf(await ask(ben, {}, 201, at))
  await house.call('DELETE', at)
  await make()
  await act(cara, 'approve', asked, 404, {}, at)
})

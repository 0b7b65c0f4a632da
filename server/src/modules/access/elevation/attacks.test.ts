import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import { eventsOf, signInAs } from '../../../testing/visitor.ts'
import { elevationControls } from './controls.ts'
import { hour, type House, idOf, itemsOf, openHouse, type Somebody } from './testing/house.ts'

const holdfast = '/api/v1/applications/holdfast'
const group = (id: string) => ({ type: 'Group', id })
const person = (id: string) => ({ type: 'Person', id })
const rule = {
  eligible: [group('oncall')],
  approvers: [group('leads'), { type: 'Role', id: 'chief' }],
  maximumSeconds: 4 * hour,
  breakGlass: { perDay: 2 },
}

let house: House
let admin: Client
let database: Database
/** operator; may ask; approves; may ask and approves */
let ada: Somebody
let ben: Somebody
let cara: Somebody
let dan: Somebody

beforeAll(async () => {
  house = await openHouse(inject('postgresUrl'))
  admin = new Client({ connectionString: house.whole.databaseUrl })
  await admin.connect()
  database = openDatabase({ url: house.whole.databaseUrl })
  for (const id of ['oncall', 'leads']) await house.call('POST', '/api/v1/groups', { id, name: id }, 201)
  ada = await house.person('Ada', ['admins'])
  ben = await house.person('Ben', ['oncall'])
  cara = await house.person('Cara', ['leads'])
  dan = await house.person('Dan', ['oncall', 'leads'])
  await house.call('POST', `${holdfast}/roles`, { id: 'chief' }, 201)
  await house.call('PUT', `${holdfast}/elevation-rules/admin`, rule, 201)
})

afterAll(async () => {
  await database.close()
  await admin.end()
  await house.close()
})

const ask = async (who: Somebody) =>
  idOf(await house.as(who, 'POST', `${holdfast}/elevations`, { role: 'admin', seconds: hour, reason: 'x' }, 201))
const act = (who: Somebody, what: string, id: string, expected = 200, body: object = {}) =>
  house.as(who, 'POST', `${holdfast}/elevations/${id}/${what}`, body, expected)
const status = async (who: Somebody, method: string, path: string, body?: unknown) =>
  (await who.browser.api(method, path, body)).status
const may = (who: Somebody) => status(who, 'GET', '/api/v1/sessions')

describe('nobody approves their own', () => {
  test('neither by another session, nor by being an approver as well', async () => {
    const id = await ask(dan)
    const again = { ...dan, browser: await signInAs(house.whole.url, dan) }
    for (const who of [dan, again]) {
      for (const what of ['approve', 'deny']) {
        expect(await act(who, what, id, 403)).toMatchObject({ code: 'elevation_own' })
      }
    }
    expect(itemsOf(await house.as(dan, 'GET', `${holdfast}/elevations?toApprove=true`))).toEqual([])
    await act(dan, 'cancel', id)
  })

  test('nor by a key of a service, whatever that may', async () => {
    const made = await house.call('POST', '/api/v1/services', { name: 'robot', groups: ['admins', 'leads'] }, 201)
    const key = made['key'] as string
    const id = await ask(ben)
    for (const what of ['approve', 'deny', 'cancel', 'end']) {
      const { status: refused, json } = await house.whole.call('POST', `${holdfast}/elevations/${id}/${what}`, {}, key)
      expect([refused, json['code']]).toEqual([403, 'elevation_people_only'])
    }
    for (const [path, body] of [
      ['elevations', { role: 'admin', seconds: hour, reason: 'x' }],
      ['break-glass', { role: 'admin', reason: 'x' }],
    ] as const) {
      expect((await house.whole.call('POST', `${holdfast}/${path}`, body, key)).status).toBe(403)
    }
    await act(ben, 'cancel', id)
  })

  test('and who may not approve is refused, an operator too; a stranger’s cancel finds nothing', async () => {
    const id = await ask(ben)
    for (const what of ['approve', 'deny']) {
      expect(await act(ada, what, id, 403)).toMatchObject({ code: 'elevation_not_approver' })
    }
    expect(await act(cara, 'cancel', id, 404)).toMatchObject({ code: 'elevation_not_found' })
    expect(await act(cara, 'approve', '01900000-0000-7000-8000-000000000001', 404)).toMatchObject({
      code: 'elevation_not_found',
    })
    await act(cara, 'approve', 'x', 404)
    await house.as(cara, 'POST', `/api/v1/applications/docs/elevations/${id}/approve`, {}, 404)
    await act(ben, 'cancel', id)
  })

  test('nor by a role that one has for a time', async () => {
    const eve = await house.person('Eve')
    const give = (more: object) =>
      house.call('POST', `${holdfast}/grants`, { principal: person(eve.id), role: 'chief', reason: 'x', ...more }, 201)
    const id = await ask(ben)
    const timed = await give({ validTo: new Date(Date.now() + hour * 1000).toISOString() })
    expect(await act(eve, 'approve', id, 403)).toMatchObject({ code: 'elevation_not_approver' })
    await house.call('POST', `${holdfast}/grants/${idOf(timed)}/end`, { reason: 'x' })
    await give({})
    expect(await act(eve, 'approve', id)).toMatchObject({ state: 'approved' })
    expect(await act(eve, 'end', id)).toMatchObject({ state: 'ended' })
    expect(await act(eve, 'approve', id, 409)).toMatchObject({ code: 'elevation_decided' })
  })
})

describe('an administrator for a time', () => {
  test('may what an administrator may, but nothing that lasts', async () => {
    expect(await may(ben)).toBe(403)
    const id = await ask(ben)
    const given = await act(cara, 'approve', id)
    expect(await may(ben)).toBe(200)
    const { id: grant } = given['grant'] as { id: string }
    const other = await house.person('Olga', ['oncall'])
    const others = await ask(other)
    for (const [method, path, body] of [
      ['POST', `${holdfast}/grants`, { principal: person(ben.id), role: 'admin', reason: 'for good' }],
      ['PATCH', `${holdfast}/grants/${grant}`, { validTo: null, reason: 'for good' }],
      ['PATCH', `/api/v1/people/${ben.id}`, { groups: ['admins', 'oncall'] }],
      ['POST', '/api/v1/people', { email: 'm@shop.example', name: 'M', groups: ['admins'] }],
      ['PUT', `${holdfast}/elevation-rules/admin`, { ...rule, approvers: null }],
      ['DELETE', `${holdfast}/elevation-rules/admin`, undefined],
      ['PUT', `${holdfast}/policies/mine`, { text: `permit (principal == Person::"${ben.id}", action, resource);` }],
      ['POST', `${holdfast}/elevations/${others}/approve`, {}],
    ] as const) {
      expect(await status(ben, method, path, body), `${method} ${path}`).toBe(403)
    }
    // Nor may whoever may for good: what was approved is what it is.
    expect(
      await house.as(ada, 'PATCH', `${holdfast}/grants/${grant}`, { validTo: null, reason: 'x' }, 409),
    ).toMatchObject({ code: 'grant_elevation' })
    const { headers } = await ben.browser.api('POST', `${holdfast}/elevations/${id}/end?wait=effective`, {})
    expect(headers.get('holdfast-effective')).toMatch(/^\d{4}-/)
    expect(await may(ben)).toBe(403)
    await act(other, 'cancel', others)
  })

  test('is none any more when disabled, and nobody’s request outlives them', async () => {
    const gone = await house.person('Gus', ['oncall'])
    const id = await ask(gone)
    await house.call('PATCH', `/api/v1/people/${gone.id}`, { state: 'disabled' })
    expect(await act(cara, 'approve', id, 409)).toMatchObject({ code: 'elevation_requester' })
    await house.call('PATCH', `/api/v1/people/${gone.id}`, { state: 'active' })
    const back = { ...gone, browser: await signInAs(house.whole.url, gone) }
    const given = await act(cara, 'approve', id)
    expect(await may(back)).toBe(200)
    await house.call('DELETE', `/api/v1/people/${gone.id}`)
    expect(await may(back)).toBe(401)
    const { id: grant } = given['grant'] as { id: string }
    expect(await house.call('GET', `${holdfast}/grants/${grant}`)).toMatchObject({ versions: [{ inForce: false }, {}] })
    expect(await house.call('GET', `${holdfast}/elevations?state=ended&limit=1`)).toMatchObject({
      items: [{ id, reason: 'x' }],
    })
    await house.call('DELETE', `/api/v1/events/subjects/Person/${gone.id}`)
    expect(await house.call('GET', `${holdfast}/elevations/${id}`)).toMatchObject({ id, reason: null })
  })

  test('who is no longer eligible gets nothing that was asked for before', async () => {
    const id = await ask(ben)
    await house.call('PATCH', `/api/v1/people/${ben.id}`, { groups: [] })
    expect(await act(cara, 'approve', id, 409)).toMatchObject({ code: 'elevation_requester' })
    await house.call('PATCH', `/api/v1/people/${ben.id}`, { groups: ['oncall'] })
    await house.call('PUT', `${holdfast}/elevation-rules/admin`, { ...rule, maximumSeconds: 60 })
    expect(await act(cara, 'approve', id, 422)).toMatchObject({ code: 'elevation_too_long' })
    await house.call('PUT', `${holdfast}/elevation-rules/admin`, rule)
    await act(cara, 'deny', id)
  })
})

describe('broken glass', () => {
  const breakGlass = (who: Somebody, expected = 201) =>
    house.as(who, 'POST', `${holdfast}/break-glass`, { role: 'admin', reason: 'Ada is away, <script>' }, expected)
  const control = async (id: string, days = 0) => {
    const { rows } = await admin.query<{ id: string }>('SELECT id FROM tenants')
    const now = new Date(Date.now() + days * 24 * hour * 1000)
    const context = { database, tenant: rows[0]?.id ?? '', now }
    return (await elevationControls.find((one) => one.id === `access.${id}`)?.check(context))?.status
  }
  let broken: string

  test('gives the role at once, with a critical event that says who and why', async () => {
    const given = await breakGlass(ben)
    broken = idOf(given)
    expect(given).toMatchObject({
      kind: 'break_glass',
      state: 'approved',
      reason: 'Ada is away, <script>',
      review: null,
    })
    const { validFrom, validTo } = given['grant'] as { validFrom: string; validTo: string }
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(hour * 1000)
    expect(await may(ben)).toBe(200)
    const [event] = await eventsOf(house.whole, 'access.glass_broken')
    expect(event).toMatchObject({ outcome: 'success', actor: ben.id, resource: ben.id, application: 'holdfast' })
    expect(event?.data).toMatchObject({ privileges: ['role admin'], elevation: broken, why: 'Ada is away, <script>' })
    const { rows } = await admin.query<{ row: string }>('SELECT e::text AS row FROM elevations e WHERE id = $1', [
      broken,
    ])
    expect(rows[0]?.row).not.toContain('away')
    const stored = await admin.query(
      "SELECT severity_id FROM events WHERE kind = 'access.glass_broken' AND outcome = 'success'",
    )
    expect(stored.rows).toEqual([{ severity_id: 5 }])
    const metrics = await (await fetch(`${house.whole.url}/metrics`)).text()
    expect(metrics).toMatch(/^holdfast_break_glass_times 1$/m)
    expect(metrics).toMatch(/^holdfast_break_glass_unreviewed 1$/m)
  })

  test('is for what one may ask for, as often as the rule says, and makes nothing that lasts', async () => {
    expect(await breakGlass(ben, 409)).toMatchObject({ code: 'grant_exists' })
    expect(await breakGlass(cara, 403)).toMatchObject({ code: 'elevation_not_eligible' })
    expect(await status(ben, 'PUT', `${holdfast}/elevation-rules/admin`, rule)).toBe(403)
    await act(ben, 'end', broken)
    expect(await may(ben)).toBe(403)
    await act(ben, 'end', idOf(await breakGlass(ben)))
    expect(await breakGlass(ben, 429)).toMatchObject({ code: 'elevation_glass_limit' })
    await house.call('PUT', `${holdfast}/elevation-rules/admin`, { ...rule, breakGlass: null })
    expect(await breakGlass(dan, 403)).toMatchObject({ code: 'elevation_not_eligible' })
    await house.call('PUT', `${holdfast}/elevation-rules/admin`, rule)
  })

  test('is reviewed by another, once', async () => {
    const review = { finding: 'justified', note: 'it was' }
    expect(await act(ben, 'review', broken, 403, review)).toMatchObject({ code: 'elevation_own' })
    const nobody = await house.person('Nora')
    expect(await act(nobody, 'review', broken, 403, review)).toMatchObject({ code: 'elevation_not_approver' })
    expect(itemsOf(await house.as(ben, 'GET', `${holdfast}/elevations?toReview=true`))).toEqual([])
    const [, first] = itemsOf(await house.as(cara, 'GET', `${holdfast}/elevations?toReview=true`))
    expect(first).toMatchObject({ id: broken })
    expect(itemsOf(await house.as(ada, 'GET', `${holdfast}/elevations?toReview=true`))).toHaveLength(2)
    expect(await act(cara, 'review', broken, 200, review)).toMatchObject({
      review: { by: { id: cara.id, name: 'Cara' }, ...review },
    })
    expect(await act(ada, 'review', broken, 409, { ...review, finding: 'unjustified' })).toMatchObject({
      code: 'elevation_no_review',
    })
  })

  test('that nobody looked at for days fails a control', async () => {
    expect(await control('break-glass-reviewed')).toBe('pass')
    expect(await control('break-glass-reviewed', 4)).toBe('fail')
  })

  test('nor the grants for a time pass, when one is not as it was approved', async () => {
    const id = await ask(ben)
    await act(cara, 'approve', id)
    expect(await control('elevations-approved')).toBe('pass')
    await admin.query('UPDATE elevations SET seconds = seconds - 1 WHERE id = $1', [id])
    expect(await control('elevations-approved')).toBe('fail')
    await act(ben, 'end', id)
    expect(await control('elevations-approved')).toBe('pass')
    expect(await control('few-standing-admins')).toBe('pass')
  })

  test('cannot happen when nobody can be told', async () => {
    await admin.query('ALTER TABLE events RENAME TO events_gone')
    try {
      expect((await dan.browser.api('POST', `${holdfast}/break-glass`, { role: 'admin', reason: 'x' })).status).toBe(
        500,
      )
    } finally {
      await admin.query('ALTER TABLE events_gone RENAME TO events')
    }
    const { rows } = await admin.query('SELECT 1 FROM grants WHERE principal_id = $1', [dan.id])
    expect(rows).toEqual([])
    expect(await may(dan)).toBe(403)
  })
})

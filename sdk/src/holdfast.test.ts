import { about } from '@holdfast/events'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { person } from './filters/columns.ts'
import { defineResource } from './resource.ts'
import { until } from './testing/control-plane.ts'
import { ada, ben, caught, Review, review, robot, testShop, withIdentity } from './testing/shop.ts'
import { entity } from './values.ts'

const shop = testShop()

describe('a decision', () => {
  it('is taken on what the application read, and explained when it is no', async () => {
    const holdfast = await shop.connect()
    expect(holdfast.can(ben, 'deleteReview', review('ben'))).toEqual({
      allowed: true,
      decision: 'allow',
      code: 'allowed',
      reasons: ['own-review'],
      errors: [],
    })
    const principal = await holdfast.authenticate({
      ...withIdentity(shop.control.identity(ben)),
      socket: { remoteAddress: '10.0.0.1' },
    })
    const error = caught(() => holdfast.require(principal, 'deleteReview', review('ada')))
    expect(error).toMatchObject({
      name: 'ForbiddenError',
      status: 403,
      code: 'forbidden',
      type: `${shop.control.url}/problems/forbidden`,
      policies: [],
      explanation: { nearest: { policy: 'own-review', failed: expect.stringContaining('author') } },
    })
    const { eventId } = error as { eventId: string }
    await until(() => shop.control.events.some(({ id }) => id === eventId))
    expect(shop.control.events.find(({ id }) => id === eventId)).toMatchObject({
      kind: 'decision.denied',
      outcome: 'refused',
      reason: 'denied',
      actor: { type: 'Person', id: 'ben' },
      resource: { type: 'Review', id: 'r1' },
      source: { address: '10.0.0.1' },
      data: { action: 'deleteReview', policies: [], nearest: { policy: 'own-review' } },
    })
  })

  it('names the policy that forbids', async () => {
    const holdfast = await shop.connect()
    expect(caught(() => holdfast.require(ada, 'deleteReview', review('ada', true)))).toMatchObject({
      policies: ['frozen'],
    })
  })

  it('does not count a forbid that cannot be evaluated as absent', async () => {
    const holdfast = await shop.connect()
    const Bare = defineResource({ type: 'Review', id: 'id', attributes: { author: person('author_id') } })
    const decision = holdfast.can(ada, 'deleteReview', Bare.of({ id: 'r1', author_id: 'ada' }))
    expect(decision).toMatchObject({ allowed: false, reasons: ['frozen'], errors: [{ policy: 'frozen' }] })
  })

  it('takes groups from the bundle only', async () => {
    const holdfast = await shop.connect()
    const forgeries = [
      { ...ben, groups: ['admins'], parents: [{ type: 'Group', id: 'admins' }], role: 'admin' },
      { ...ben, uid: { type: 'Person', id: 'ada' } },
    ]
    for (const forged of forgeries) expect(holdfast.can(forged, 'anything', review('x')).allowed).toBe(false)
    const context = { role: 'admin', groups: ['admins'], principal: entity('Person', 'ada'), quantity: 5 }
    expect(holdfast.can(ben, 'anything', review('x'), context).allowed).toBe(false)
  })

  it('lets no resource extend the hierarchy of the directory', async () => {
    const holdfast = await shop.connect()
    const admins = [{ type: 'Group', id: 'admins' }]
    for (const uid of [
      { type: 'Person', id: 'ben' },
      { type: 'Person', id: 'eve' },
      { type: 'Group', id: 'admins' },
      { type: 'Group', id: 'x' },
    ]) {
      expect(holdfast.can(ben, 'anything', { uid, attrs: {}, parents: admins })).toMatchObject({
        allowed: false,
        code: 'input_malformed',
      })
      expect(holdfast.can({ type: 'Person', id: 'eve' }, 'anything', { uid, attrs: {}, parents: admins }).allowed).toBe(
        false,
      )
    }
  })

  it('lets nothing that comes with a resource extend it either', async () => {
    const holdfast = await shop.connect()
    const admins = [{ type: 'Group', id: 'admins' }]
    for (const type of ['Person', 'Service', 'Group', 'Role']) {
      const forged = { uid: { type, id: 'x' }, attrs: {}, parents: admins }
      const asked = {
        ...review('ben'),
        others: [{ ...review('x'), uid: { type: 'Shelf', id: '1' }, others: [forged] }],
      }
      expect(holdfast.can(ben, 'deleteReview', asked)).toMatchObject({ allowed: false, code: 'input_malformed' })
    }
    const shelf = { uid: { type: 'Shelf', id: '1' }, attrs: {}, parents: [] }
    expect(holdfast.can(ben, 'deleteReview', { ...review('ben'), others: [shelf] }).allowed).toBe(true)
  })

  it('denies a context that would pass itself off as something else, and says so', async () => {
    const holdfast = await shop.connect()
    const body = JSON.parse('{"quantity":{"__extn":{"fn":"decimal","arg":"1.0"}}}') as Record<string, unknown>
    expect(holdfast.can(ben, 'buy', review('x'), body).code).toBe('input_malformed')
    expect(holdfast.can(ben, 'buy', review('x'), { quantity: 1.5 }).code).toBe('input_malformed')
    expect(holdfast.can(ben, 'buy', review('x'), { quantity: 1 }).allowed).toBe(true)
    expect(caught(() => holdfast.require(ben, 'buy', review('x'), { quantity: 1.5 }))).toMatchObject({
      status: 403,
      explanation: { text: expect.stringContaining('context.quantity') },
    })
  })

  it('about nobody is 401, and never a yes', async () => {
    const holdfast = await shop.connect()
    expect(holdfast.can(null, 'buy', review('x'), { quantity: 1 })).toMatchObject({
      allowed: false,
      code: 'unauthenticated',
    })
    expect(caught(() => holdfast.require(null, 'buy', review('x'), { quantity: 1 }))).toMatchObject({ status: 401 })
    expect(holdfast.can({ type: 'Person', id: 'eve' }, 'buy', review('x'), { quantity: 1 }).code).toBe(
      'principal_unknown',
    )
    expect(holdfast.can({ type: 'Group', id: 'admins' }, 'buy', review('x'), { quantity: 1 }).code).toBe(
      'principal_unknown',
    )
  })

  it('can keep its explanation to the event', async () => {
    const holdfast = await shop.connect({ explain: false })
    const error = caught(() => holdfast.require(ben, 'deleteReview', review('ada'))) as { getResponse(): Response }
    expect(await error.getResponse().json()).not.toHaveProperty('explanation')
  })
})

describe('without a fresh bundle', () => {
  it('nothing is allowed: cold', async () => {
    shop.control.broken = 500
    const holdfast = await shop.connect()
    await expect(holdfast.authenticate(withIdentity(shop.control.identity(ada)))).rejects.toMatchObject({
      status: 503,
      code: 'policy_unavailable',
    })
    expect(holdfast.can(ada, 'x', review('x')).code).toBe('policy_unavailable')
    expect(caught(() => holdfast.require(ada, 'x', review('x')))).toMatchObject({ status: 503 })
    expect(caught(() => holdfast.filter(ada, 'x', Review))).toMatchObject({ status: 503 })
    expect(caught(() => holdfast.columns(ada, Review))).toMatchObject({ status: 503 })
    expect(caught(() => holdfast.mask(ada, Review, { id: 'r', author_id: 'a', frozen: false }))).toMatchObject({
      status: 503,
    })
  })

  it('nothing is allowed: lapsed', async () => {
    const holdfast = await shop.connect()
    expect(holdfast.can(ada, 'x', review('x')).allowed).toBe(true)
    shop.control.broken = 500
    shop.control.news()
    shop.clock.move(21_000)
    expect(holdfast.can(ada, 'x', review('x')).code).toBe('policy_unavailable')
    expect(caught(() => holdfast.require(ada, 'x', review('x')))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
    })
  })

  it('a bundle that this version cannot evaluate is not taken over', async () => {
    shop.control.tamper = (answer) => ({
      ...answer,
      bundle: shop.control.bundle({
        policies: { staticPolicies: { a: { effect: 'allow' } }, templates: {}, templateLinks: [] },
      }),
    })
    const holdfast = await shop.connect()
    expect(holdfast.can(ada, 'x', review('x')).code).toBe('policy_unavailable')
  })
})

describe('mask and record', () => {
  it('shows the fields that may be seen', async () => {
    const holdfast = await shop.connect()
    const row = { id: 'r1', author_id: 'ben', frozen: false, email: 'x' }
    expect(holdfast.mask(ben, Review, row).pick(row)).toEqual({ email: 'x' })
    expect(holdfast.mask(robot, Review, row).fields).toEqual([])
  })

  it('ships events of the application, scrubbed, with the request of their principal', async () => {
    const holdfast = await shop.connect()
    const requestId = v7()
    const request = {
      headers: {
        'holdfast-identity': shop.control.identity(ben),
        'x-forwarded-for': '1.2.3.4',
        'holdfast-request-id': requestId,
      },
      socket: { remoteAddress: '10.0.0.1' },
    }
    const principal = await holdfast.authenticate(request)
    const id = holdfast.record({
      kind: 'order.placed',
      outcome: 'success',
      principal,
      resource: { type: 'Order', id: '1' },
      data: { password: 'x', total: 5, to: about({ type: 'Person', id: 'ada' }, 'ada@example.org') },
    })
    await until(() => shop.control.events.length > 0)
    expect(shop.control.events).toEqual([
      expect.objectContaining({
        id,
        kind: 'order.placed',
        actor: { type: 'Person', id: 'ben' },
        resource: { type: 'Order', id: '1' },
        application: 'shop',
        source: { address: '1.2.3.4', userAgent: null },
        requestId,
        data: { password: expect.stringContaining('redacted'), total: 5, to: 'ada@example.org' },
        personal: [{ pointer: '/to', subject: 'Person/ada' }],
      }),
    ])
    expect(() => holdfast.record({ kind: 'Order Placed', outcome: 'success' })).toThrow(TypeError)
  })

  it('delivers what is under way when it is closed', async () => {
    const holdfast = await shop.connect()
    for (let i = 0; i < 150; i += 1) holdfast.record({ kind: 'a.b', outcome: 'success', data: { i } })
    await holdfast.close()
    expect(shop.control.events).toHaveLength(150)
  })
})

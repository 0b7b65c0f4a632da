import { describe, expect, it } from 'vitest'
import type { Holdfast } from '../holdfast.ts'
import { ada, ben, caught, review, testShop } from '../testing/shop.ts'

const shop = testShop()

async function withRate(allowRate: number): Promise<Holdfast> {
  const { control } = shop
  const claims = control.claims.bind(control)
  control.claims = () => ({ ...claims(), decisionLog: { allowRate } })
  return shop.connect()
}
const eventsOf = (kind: string) => shop.control.events.filter((event) => event.kind === kind)
const product = { type: 'Product', id: '1' }

describe('what is allowed', () => {
  it('is logged in the share that the application has set', async () => {
    const holdfast = await withRate(0.05)
    for (let n = 0; n < 4_000; n += 1) holdfast.can(ada, 'sync', product)
    await holdfast.close()
    const logged = eventsOf('decision.allowed')
    // Binomial: 200 with a deviation of 14; ten of them are never met.
    expect(logged.length).toBeGreaterThan(200 - 140)
    expect(logged.length).toBeLessThan(200 + 140)
    expect(logged[0]?.data).toMatchObject({ rate: 0.05, via: 'can', policies: ['admins'], decision: 'allow', epoch: 1 })
  })

  it('is not logged at a rate of 0, and each at 1, with all that it was decided on', async () => {
    const none = await withRate(0)
    none.can(ada, 'sync', product)
    await none.close()
    expect(shop.control.events).toEqual([])
    const all = await withRate(1)
    all.require(ben, 'deleteReview', review('ben'))
    all.require(ben, 'buy', product, { quantity: 3, note: 'a gift', password: 'hunter2' })
    await all.close()
    const [deletion, purchase] = eventsOf('decision.allowed')
    expect(deletion).toMatchObject({
      actor: { type: 'Person', id: 'ben' },
      resource: { type: 'Review', id: 'r1' },
      data: {
        via: 'require',
        action: 'deleteReview',
        policies: ['own-review'],
        given: [
          {
            uid: { type: 'Review', id: 'r1' },
            attrs: { author: { __entity: { type: 'Person', id: 'ben' } }, frozen: false },
          },
        ],
      },
    })
    expect(purchase?.data).toMatchObject({ context: { quantity: 3, note: 'a gift', password: '[redacted:secret]' } })
    expect(purchase?.personal).toContainEqual({ pointer: '/context/note', subject: 'Person/ben' })
    expect(JSON.stringify(shop.control.events)).not.toContain('hunter2')
  })

  it('costs a bounded number of events, however often and at whatever rate; the rest is counted', async () => {
    const holdfast = await withRate(1)
    const began = Date.now()
    for (let n = 0; n < 5_000; n += 1) holdfast.can(ada, 'sync', product)
    const seconds = (Date.now() - began) / 1_000
    await holdfast.close()
    const told = eventsOf('decision.allowed')
    const single = told.filter(({ data }) => data['summary'] !== true)
    expect(single.length).toBeLessThanOrEqual(500 + 100 * (seconds + 1))
    const counted = told.reduce((sum, { data }) => sum + (data['summary'] === true ? Number(data['more']) : 1), 0)
    expect(counted).toBe(5_000)
  })

  it('cannot be kept out of the sample by what is asked: equal questions are chosen independently', async () => {
    const holdfast = await withRate(0.5)
    const gaps: number[] = []
    for (let n = 0; n < 800; n += 1) holdfast.can(ada, 'sync', { type: 'Product', id: String(n) })
    await holdfast.close()
    const ids = eventsOf('decision.allowed').map(({ resource }) => Number(resource?.id))
    for (let at = 1; at < ids.length; at += 1) gaps.push((ids[at] ?? 0) - (ids[at - 1] ?? 0))
    // Half of the gaps of independent draws are 1, a quarter 2: a fixed step would have one length only.
    expect(gaps.filter((gap) => gap === 1).length).toBeGreaterThan(gaps.length * 0.3)
    expect(gaps.filter((gap) => gap > 2).length).toBeGreaterThan(gaps.length * 0.1)
  })
})

describe('what is denied', () => {
  it('by require is told each time, with all that it was decided on', async () => {
    const holdfast = await withRate(0)
    expect(caught(() => holdfast.require(ben, 'buy', product, { quantity: 12 }))).toMatchObject({ code: 'forbidden' })
    await holdfast.close()
    expect(eventsOf('decision.denied')).toMatchObject([
      { data: { via: 'require', action: 'buy', decision: 'deny', epoch: 1, context: { quantity: 12 } } },
    ])
  })

  it('by can is told, and what is much is counted: nobody is hidden behind others, and nothing is lost unnoticed', async () => {
    const holdfast = await withRate(0)
    for (let n = 0; n < 500; n += 1) holdfast.can(ben, 'deleteReview', review('ada'))
    holdfast.can(ben, 'sync', review('ada'))
    await holdfast.close()
    expect(eventsOf('decision.denied')).toEqual([])
    const told = eventsOf('decision.answered_no')
    const summaries = told.filter(({ data }) => data['summary'] === true)
    expect(told.length - summaries.length).toBe(21)
    expect(told.filter(({ data }) => data['action'] === 'sync')).toHaveLength(1)
    expect(summaries).toMatchObject([
      { actor: { type: 'Person', id: 'ben' }, data: { action: 'deleteReview', told: 20, more: 480 } },
    ])
  })

  it('by can for many made-up actions costs a bounded number of events, and all are counted', async () => {
    const holdfast = await withRate(0)
    for (let n = 0; n < 10_000; n += 1) holdfast.can(ben, `action-${n}`, product)
    await holdfast.close()
    const told = eventsOf('decision.answered_no')
    expect(told.length).toBeLessThanOrEqual(1_000 + 101)
    const counted = told.reduce((sum, { data }) => sum + (data['summary'] === true ? Number(data['more']) : 1), 0)
    expect(counted).toBe(10_000)
  })
})

it('a policy that failed is told, whatever the answer and the rate are', async () => {
  const holdfast = await withRate(0)
  shop.control.publish({
    policies: `@id("shaky") permit(principal, action, resource) when { context.missing };
      @id("admins") permit(principal in Group::"admins", action, resource);`,
  })
  await expect.poll(() => holdfast.can(ada, 'sync', product).errors.length, { timeout: 60_000 }).toBe(1)
  for (let n = 0; n < 100; n += 1) expect(holdfast.can(ada, 'sync', product).allowed).toBe(true)
  await holdfast.close()
  const failed = eventsOf('decision.failed')
  expect(failed).toHaveLength(21)
  expect(failed[0]).toMatchObject({
    reason: 'policy_failed',
    data: { decision: 'allow', errors: [{ policy: 'shaky' }] },
  })
  expect(failed[20]?.data).toMatchObject({ summary: true, told: 20 })
})

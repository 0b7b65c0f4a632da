import { describe, expect, it } from 'vitest'
import type { Holdfast } from './holdfast.ts'
import { standingClock } from './testing/clock.ts'
import { ada, ben, Review, review, testShop } from './testing/shop.ts'

const shop = testShop()
/** So often that what can be prepared of a principal and an action is. */
const OFTEN = 110

/** What is answered, always alike. */
function answer(holdfast: Holdfast, call: (holdfast: Holdfast) => unknown): unknown {
  const answers = Array.from({ length: OFTEN }, () => JSON.stringify(call(holdfast)))
  expect(new Set(answers).size).toBe(1)
  return JSON.parse(answers[0] ?? '')
}

const bens = (holdfast: Holdfast) => answer(holdfast, (it) => it.can(ben, 'sweep', review('ada')))

describe('what is prepared of a principal', () => {
  it('does not outlive a grant: not one that ends, nor one that has not begun', async () => {
    const clock = standingClock()
    const from = clock.now() + 4000
    const membership = { child: ben, parent: { type: 'Group', id: 'admins' } }
    const claims = shop.control.claims.bind(shop.control)
    shop.control.claims = () => ({ ...claims(), timed: [{ from, until: from + 4000, membership }] })
    const holdfast = await shop.connect({ clock })
    shop.control.broken = 500
    expect(bens(holdfast)).toMatchObject({ code: 'denied' })
    clock.move(4000)
    expect(bens(holdfast)).toMatchObject({ code: 'allowed', reasons: ['admins'] })
    const rows = [{ id: 'r1', author_id: 'ada', frozen: false }]
    expect(holdfast.keepAllowed(ben, 'sweep', Review, rows)).toHaveLength(1)
    clock.move(4000)
    expect(bens(holdfast)).toMatchObject({ code: 'denied' })
    expect(holdfast.keepAllowed(ben, 'sweep', Review, rows)).toHaveLength(0)
    expect(() => holdfast.require(ben, 'sweep', review('ada'))).toThrow()
  })

  it('does not outlive its bundle: neither its policies nor its groups', async () => {
    const holdfast = await shop.connect()
    expect(bens(holdfast)).toMatchObject({ code: 'denied' })
    shop.control.publish({ accounts: [{ ...ben, groups: ['admins'] }, ada] })
    await holdfast.reached(2, { within: 60_000 })
    expect(bens(holdfast)).toMatchObject({ code: 'allowed', reasons: ['admins'] })
    shop.control.publish({ policies: '@id("none") forbid(principal, action, resource);' })
    await holdfast.reached(3, { within: 60_000 })
    expect(bens(holdfast)).toMatchObject({ code: 'denied', reasons: ['none'] })
  })

  it('does not outlive the principal: who has left the directory is unknown', async () => {
    const holdfast = await shop.connect()
    expect(answer(holdfast, (it) => it.can(ada, 'sweep', review('ben')))).toMatchObject({ code: 'allowed' })
    shop.control.publish({ accounts: [ben] })
    await holdfast.reached(2, { within: 60_000 })
    expect(answer(holdfast, (it) => it.can(ada, 'sweep', review('ben')))).toMatchObject({ code: 'principal_unknown' })
  })

  it('takes nothing of a question into another: rows, contexts, and what failed', async () => {
    const holdfast = await shop.connect()
    const bare = { uid: { type: 'Review', id: 'r1' }, attrs: {}, parents: [] }
    for (let round = 0; round < OFTEN; round++) {
      const may = (author: string, frozen: boolean) => holdfast.can(ben, 'deleteReview', review(author, frozen))
      expect(may('ben', false)).toMatchObject({ allowed: true, reasons: ['own-review'], errors: [] })
      expect(may('ada', false)).toMatchObject({ allowed: false, reasons: [], errors: [] })
      expect(may('ben', true)).toMatchObject({ allowed: false, reasons: ['frozen'], errors: [] })
      const failed = holdfast.can(ben, 'deleteReview', bare)
      expect(failed).toMatchObject({ allowed: false, reasons: ['frozen'] })
      expect(failed.errors.map(({ policy }) => policy)).toEqual(['own-review', 'frozen'])
      expect(holdfast.can(ben, 'buy', review('ada'), { quantity: round }).allowed).toBe(round < 10)
      expect(holdfast.can(ben, 'buy', review('ada'), { quantity: 1.5 }).code).toBe('input_malformed')
    }
  })
})

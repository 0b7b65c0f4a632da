import { expect, it } from 'vitest'
import { until } from './testing/control-plane.ts'
import { ada, caught, review, testShop } from './testing/shop.ts'

const shop = testShop()

it('a decision can demand what it must know: what is older refuses, also where it would have said yes', async () => {
  const holdfast = await shop.connect()
  expect(holdfast.epoch).toBe(1)
  expect(holdfast.can(ada, 'anything', review('ada'), undefined, { minEpoch: 1 }).code).toBe('allowed')
  expect(holdfast.can(ada, 'anything', review('ada'), undefined, { minEpoch: 2 })).toMatchObject({
    allowed: false,
    code: 'epoch_not_reached',
  })
  const none = Number('none')
  expect(holdfast.can(ada, 'anything', review('ada'), undefined, { minEpoch: none }).code).toBe('epoch_not_reached')
  const refused = caught(() => holdfast.require(ada, 'anything', review('ada'), undefined, { minEpoch: 2 }))
  expect(refused).toMatchObject({ status: 503, code: 'epoch_not_reached', headers: { 'retry-after': '2' } })
  holdfast.require(ada, 'anything', review('ada'), undefined, { minEpoch: 1 })
})

it('a change can be waited for, and what is decided then is decided with it', async () => {
  const holdfast = await shop.connect()
  const reached = holdfast.reached(2, { within: 60_000 })
  shop.control.publish({ policies: 'forbid(principal, action, resource);' })
  await reached
  expect(holdfast.can(ada, 'anything', review('ada'), undefined, { minEpoch: 2 }).code).toBe('denied')
})

it('a change that does not concern the application is asked for at once, and not when the open poll ends', async () => {
  const holdfast = await shop.connect()
  await until(() => shop.control.polled)
  shop.control.elsewhere = 5
  await holdfast.reached(6, { within: 60_000 })
  expect(holdfast.epoch).toBe(6)
})

it('is refused when it does not come in time, and when the process ends meanwhile', async () => {
  const holdfast = await shop.connect()
  await expect(holdfast.reached(9, { within: 50 })).rejects.toMatchObject({ status: 503, code: 'epoch_not_reached' })
  const waiting = holdfast.reached(9, { within: 60_000 })
  const refused = expect(waiting).rejects.toMatchObject({ code: 'epoch_not_reached' })
  await holdfast.close()
  await refused
})

it('a process that ends allows nothing any more, and says so', async () => {
  const holdfast = await shop.connect()
  expect(holdfast.can(ada, 'anything', review('ada')).allowed).toBe(true)
  await holdfast.close()
  expect(holdfast.can(ada, 'anything', review('ada')).code).toBe('policy_unavailable')
  expect(holdfast.epoch).toBe(0)
  expect(shop.control.left).toHaveLength(1)
})

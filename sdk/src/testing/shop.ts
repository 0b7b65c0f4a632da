import type { Account } from './control-plane.ts'
import { afterEach, beforeEach } from 'vitest'
import { createHoldfast, type Holdfast, type HoldfastOptions } from '../holdfast.ts'
import { person } from '../filters/columns.ts'
import { defineResource } from '../resource.ts'
import { movableClock } from './clock.ts'
import { TestControlPlane } from './control-plane.ts'

export const ben: Account = { type: 'Person', id: 'ben' }
export const ada: Account = { type: 'Person', id: 'ada', groups: ['admins'] }
export const robot: Account = { type: 'Service', id: 'robot' }

const policies = `
@id("own-review") permit(principal, action == Action::"deleteReview", resource) when { resource.author == principal };
@id("admins") permit(principal in Group::"admins", action, resource);
@id("small") permit(principal, action == Action::"buy", resource) when { context.quantity < 10 };
@id("contact") permit(principal, action == Action::"viewContact", resource) when { resource.author == principal };
@id("frozen") forbid(principal, action == Action::"deleteReview", resource) when { resource.frozen };
@id("robots") permit(principal == Service::"robot", action == Action::"sync", resource);
`

export const Review = defineResource({
  type: 'Review',
  id: 'id',
  attributes: { author: person('author_id'), frozen: 'frozen' },
  fields: { viewContact: ['email'] },
})
export const review = (author: string, frozen = false) => Review.of({ id: 'r1', author_id: author, frozen })

export interface TestShop {
  control: TestControlPlane
  clock: ReturnType<typeof movableClock>
  connect(options?: HoldfastOptions): Promise<Holdfast>
}

/** A control plane and a clock for each test of a file, and what they were connected with is closed afterwards. */
export function testShop(): TestShop {
  const open: Holdfast[] = []
  const shop: TestShop = {
    control: new TestControlPlane(),
    clock: movableClock(),
    connect: async (options = {}) => {
      const { clock } = shop
      const instance = await createHoldfast({
        credentials: shop.control.credentials,
        clock,
        onProblem: () => {},
        ...options,
      })
      open.push(instance)
      return instance
    },
  }
  beforeEach(async () => {
    shop.control = await new TestControlPlane({ policies, accounts: [ben, ada, robot] }).start()
    shop.clock = movableClock()
  })
  afterEach(async () => {
    shop.control.broken = null
    await Promise.all(open.splice(0).map((each) => each.close()))
    await shop.control.stop()
  })
  return shop
}

export function withIdentity(token: string): { headers: Record<string, string> } {
  return { headers: { 'holdfast-identity': token } }
}

export function caught(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('It did not throw.')
}

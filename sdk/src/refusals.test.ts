import { describe, expect, it } from 'vitest'
import { until } from './testing/control-plane.ts'
import { ben, caught, review, robot, testShop, withIdentity } from './testing/shop.ts'

const shop = testShop()

/** The address that a request comes from when it goes around the gateway. */
const from = (remoteAddress: string, headers: Record<string, string> = {}) => ({ headers, socket: { remoteAddress } })
const refusedBy = (call: Promise<unknown>) =>
  call.then(fail, (error: unknown) => (error as { eventId: string }).eventId)
const fail = () => {
  throw new Error('It was not refused.')
}
const eventsOf = (kind: string) => shop.control.events.filter((event) => event.kind === kind)

describe('an attacker at the port of the application', () => {
  it('fills neither the log nor the buffer: what else happens arrives, and the flood is counted', async () => {
    const holdfast = await shop.connect()
    shop.control.broken = 503
    const ids = new Set<string>()
    for (let n = 0; n < 20_000; n += 1) ids.add(await refusedBy(holdfast.authenticate(from('6.6.6.6'))))
    expect(ids.size).toBe(20)
    for (let n = 0; n < 5; n += 1) holdfast.record({ kind: 'order.placed', outcome: 'success' })
    shop.control.broken = null
    await holdfast.close()
    expect(eventsOf('order.placed')).toHaveLength(5)
    expect(eventsOf('edge.events_dropped')).toEqual([])
    const refusals = eventsOf('request.unauthenticated')
    expect(refusals).toHaveLength(21)
    expect(new Set(refusals.slice(0, 20).map(({ id }) => id))).toEqual(ids)
    expect(refusals[20]).toMatchObject({
      reason: 'credential_missing',
      application: 'shop',
      source: { address: '6.6.6.6' },
      data: { summary: true, told: 20, more: 19_980, last: [...ids].at(-1) },
    })
  })

  it('cannot do it from many addresses, for many reasons, while the control plane is away', async () => {
    const holdfast = await shop.connect()
    shop.control.broken = 503
    const { control } = shop
    const forgeries = [
      {},
      { holdfast_identity: 'x' },
      { 'holdfast-identity': 'x,y' },
      { 'holdfast-identity': 'x' },
      withIdentity(control.identity(ben, { application: 'bank' })).headers,
      withIdentity(control.identity(ben, { tenant: 'other' })).headers,
      withIdentity(control.identity(ben, { gateway: 'other' })).headers,
      withIdentity(control.identity(ben, { now: control.now() - 100 })).headers,
      withIdentity(control.identity({ type: 'Person', id: 'eve' })).headers,
    ]
    for (let n = 0; n < 20_000; n += 1) {
      const address = `10.${n % 250}.${Math.floor(n / 250)}.1`
      await refusedBy(holdfast.authenticate(from(address, forgeries[n % forgeries.length])))
    }
    for (let n = 0; n < 100; n += 1) holdfast.record({ kind: 'order.placed', outcome: 'success' })
    control.broken = null
    await until(() => eventsOf('order.placed').length === 100)
    expect(eventsOf('request.unauthenticated').length).toBeLessThanOrEqual(5_000)
  })
})

it('somebody who is signed in cannot hide one thing behind many others, nor behind somebody else', async () => {
  const holdfast = await shop.connect()
  const denied = ({ type, id }: typeof ben, action: string) =>
    caught(() => holdfast.require({ type, id }, action, review('eve'))) as { eventId: string }
  for (let n = 0; n < 300; n += 1) denied(ben, 'viewContact')
  const deletion = denied(ben, 'deleteReview').eventId
  const other = denied(robot, 'viewContact').eventId
  await holdfast.close()
  const told = new Map(eventsOf('decision.denied').map((event) => [event.id, event]))
  expect(told.size).toBe(23)
  expect(told.get(deletion)?.data).toMatchObject({ action: 'deleteReview' })
  expect(told.get(other)?.actor).toEqual({ type: 'Service', id: 'robot' })
  const summaries = [...told.values()].filter(({ data }) => data['summary'] === true)
  expect(summaries).toEqual([
    expect.objectContaining({
      actor: { type: 'Person', id: 'ben' },
      data: expect.objectContaining({ action: 'viewContact', told: 20, more: 280 }) as unknown,
    }),
  ])
})

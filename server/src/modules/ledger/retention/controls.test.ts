import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { retentionControls } from './controls.ts'
import { makeMonths } from './months.ts'
import { pruneTenant } from './prune.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld(inject('postgresUrl'))
})
afterEach(() => world.close())

function check(id: string) {
  const { database, tenant } = world.fixture
  const control = retentionControls(world.config.days).find((one) => one.id === id)
  return control?.check({ database, tenant, now: new Date() })
}

describe('the controls of retention', () => {
  it('fail while something is past its retention for more than a week, unless it is held', async () => {
    await world.long(370)
    expect(await check('ledger.retention-kept')).toMatchObject({ status: 'pass' })
    await world.long(380)
    await world.sequenceAll()
    expect(await check('ledger.retention-kept')).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('1 '),
    })
    const { body } = await world.api<{ id: string }>('POST', '/ledger/holds', { reason: 'x' })
    expect(await check('ledger.retention-kept')).toMatchObject({ status: 'pass' })
    await world.api('POST', `/ledger/holds/${body.id}/release`, {})
    await pruneTenant(world.fixture.tenant, null, world.deps)
    expect(await check('ledger.retention-kept')).toMatchObject({ status: 'pass' })
    await world.long(95, { kind: 'order.placed' })
    await world.api('PUT', '/ledger/retention/kind:order', { days: 90 })
    expect(await check('ledger.retention-kept')).toMatchObject({
      status: 'pass',
      evidence: expect.stringContaining('90 days'),
    })
  })

  it('fail when a month has no partition, or an event lies outside of all', async () => {
    await makeMonths(world.deps)
    expect(await check('ledger.partitions')).toMatchObject({ status: 'pass' })
    await world.long(3_000)
    expect(await check('ledger.partitions')).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('default'),
    })
    const name = new Date().toISOString().slice(0, 7).replace('-', '_')
    await world.fixture.admin.query(`DROP TABLE events_${name}`)
    expect(await check('ledger.partitions')).toMatchObject({ status: 'fail', evidence: expect.stringContaining(name) })
  })
})

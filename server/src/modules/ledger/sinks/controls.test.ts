import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { sinkControls } from './controls.ts'
import { type Delivering, deliveringOn } from './testing/delivering.ts'

let fixture: Fixture
let delivering: Delivering
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  delivering = deliveringOn(fixture, undefined, false)
})
afterAll(async () => {
  await delivering.stop()
  await fixture.close()
})

const check = () => sinkControls[0]?.check({ database: fixture.database, tenant: fixture.tenant, now: new Date() })

describe('events leave to every sink', () => {
  test('is unknown while there is none', async () => {
    expect(await check()).toMatchObject({ status: 'unknown' })
  })

  test('holds, until one fails for longer than it may, is far behind, or was disabled', async () => {
    const { id } = await delivering.add({ name: 'ops', kind: 'webhook', settings: { url: 'http://127.0.0.1:9/' } })
    expect(await check()).toMatchObject({
      status: 'pass',
      evidence: '1 of 1 sinks are active; none fails or is far behind.',
    })
    const set = (what: string) => fixture.admin.query(`UPDATE log_sinks SET ${what} WHERE id = '${id}'`)
    await set("failures = 3, failing_since = now() - interval '299 seconds'")
    expect(await check()).toMatchObject({ status: 'pass' })
    await set("failing_since = now() - interval '301 seconds'")
    expect(await check()).toMatchObject({ status: 'fail', evidence: 'ops is failing.' })
    await set("failures = 0, failing_since = NULL, state = 'disabled'")
    expect(await check()).toMatchObject({ status: 'fail', evidence: 'ops was disabled.' })
    await set("state = 'active', cursor_seq = 0")
    await delivering.record(1)
    await expect.poll(async () => (await fixture.admin.query('SELECT 1 FROM log_entries')).rowCount).toBeGreaterThan(0)
    await fixture.admin.query('ALTER TABLE log_entries DISABLE TRIGGER USER')
    await fixture.admin.query("UPDATE log_entries SET time = time - interval '20 minutes'")
    expect(await check()).toMatchObject({ status: 'fail', evidence: 'ops is far behind.' })
    await set("state = 'paused'")
    expect(await check()).toMatchObject({ status: 'pass' })
  })
})

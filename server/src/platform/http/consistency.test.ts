import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createThings, thingRoutes } from '../../testing/things.ts'
import type { Database } from '../database/database.ts'
import { nextEpoch } from '../epoch.ts'

let primary: Fixture
let standby: Fixture
let server: TestServer

beforeAll(async () => {
  ;[primary, standby] = await Promise.all([openFixture(inject('postgresUrl')), openFixture(inject('postgresUrl'))])
  for (const { admin, tenant } of [primary, standby]) {
    await createThings(admin)
    await admin.query('INSERT INTO things (tenant_id, id) VALUES ($1, $2)', [tenant, 'one'])
  }
  // A pooler that sends what only reads to a standby, which is behind.
  const spread: Database = {
    ...primary.database,
    asTenant: (tenant, run, mode, actor) =>
      (mode === 'read' ? standby : primary).database.asTenant(tenant, run, mode, actor),
  }
  const recordEvent = async () => '01900000-0000-7000-8000-000000000001'
  server = await startTestServer({ database: spread, tenant: primary.tenant, routes: thingRoutes(), recordEvent })
})
afterAll(async () => {
  await server.close()
  await Promise.all([primary.close(), standby.close()])
})

const changed = ({ database, tenant }: Fixture) => database.asTenant(tenant, (tx) => nextEpoch(tx))
const show = (epoch?: number) =>
  server.request('/api/v1/things/one', epoch === undefined ? {} : { headers: { 'holdfast-min-epoch': String(epoch) } })

describe('reads of a standby that is behind', () => {
  it('are refused where something newer is demanded, and answered when it has caught up', async () => {
    const epoch = await changed(primary)
    expect((await show()).status).toBe(200)
    const refused = await show(epoch)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(await refused.json()).toMatchObject({ code: 'epoch_not_reached' })
    // It is nobody's mistake, and no fault in the log.
    expect(server.faults).toEqual([])
    while ((await changed(standby)) < epoch);
    expect((await show(epoch)).status).toBe(200)
  })
})

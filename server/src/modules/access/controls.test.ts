import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { controls } from './controls.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const check = async (id: string) => {
  const control = controls.find((each) => each.id === id)
  const { database, tenant } = fixture
  return (await control?.check({ database, tenant, now: systemClock.now() }))?.status
}

it('history is kept, until somebody takes a guard away or lets it sleep', async () => {
  expect(await check('access.history-kept')).toBe('pass')
  const { admin } = fixture
  for (const [harm, mend] of [
    [
      'ALTER TABLE memberships DISABLE TRIGGER history_write',
      'ALTER TABLE memberships ENABLE ALWAYS TRIGGER history_write',
    ],
    ['ALTER TABLE grants ENABLE TRIGGER version_close', 'ALTER TABLE grants ENABLE ALWAYS TRIGGER version_close'],
  ] as const) {
    await admin.query(harm)
    expect(await check('access.history-kept')).toBe('fail')
    await admin.query(mend)
    expect(await check('access.history-kept')).toBe('pass')
  }
})

it('a grant of Holdfast’s own roles that names nobody who gave it is found', async () => {
  expect(await check('access.grants-told')).toBe('pass')
  await fixture.admin.query(
    `INSERT INTO grants (tenant_id, application_id, id, version, principal_type, principal_id, role_id, valid_from, source, reason)
     VALUES ($1, 'holdfast', gen_random_uuid(), 1, 'Person', 'x', 'admin', now(), 'direct', '\\x00')`,
    [fixture.tenant],
  )
  expect(await check('access.grants-told')).toBe('fail')
})

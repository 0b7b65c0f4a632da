import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { listPurposes } from './purposes.ts'
import { replace } from './rotate.ts'
import { testKeyring } from './testing/keyring.ts'
import { keysModule } from './testing/module.ts'

const limits = { messagesPerKey: 1000, dataKeyDays: 365 }
let fixture: Fixture

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const listed = () =>
  fixture.database.asTenant(fixture.tenant, (tx) => listPurposes(tx, limits), 'read').then(({ items }) => items)

it('counts keys by what they are for, with the persons apart, and says how much the most used one has encrypted', async () => {
  const keyring = testKeyring(fixture.database)
  await fixture.database.asTenant(fixture.tenant, async (tx) => {
    const ring = await keyring.ring(tx, [
      { purpose: 'letters' },
      { purpose: 'letters', subject: 'Person/a' },
      { purpose: 'letters', subject: 'Person/b' },
    ])
    ring.close({ purpose: 'letters' }, { table: 't', row: 'r', column: 'c' }, 'text')
    await keyring.blindIndex(tx, 'letters')
  })
  const [letters, index] = (await listed()).filter(({ purpose }) => purpose.startsWith('letters'))
  expect(letters).toMatchObject({ indexes: false, shared: { version: 1 }, subjects: 2, retired: 0, destroyed: 0 })
  expect(letters?.mostUsed).toBeGreaterThan(0)
  expect(index).toMatchObject({ purpose: 'letters/index', indexes: true, subjects: 0 })
})

it('shows the version that encrypts at present; the ones before it are counted', async () => {
  const { units } = keysModule(fixture)
  const { rows } = await fixture.admin.query(
    "SELECT id, purpose, subject, version FROM data_keys WHERE purpose = 'letters' AND subject = ''",
  )
  await units.work(contextOf(fixture.tenant), (tx) => replace(tx, testKeyring(fixture.database), rows[0], 'asked'))
  const letters = (await listed()).find(({ purpose }) => purpose === 'letters')
  expect(letters).toMatchObject({ shared: { version: 2 }, retired: 1 })
})

it('shows nothing of another tenant', async () => {
  const { rows } = await fixture.admin.query(
    "INSERT INTO tenants (id, slug, name) VALUES (gen_random_uuid(), 'another', 'Another') RETURNING id",
  )
  const { items } = await fixture.database.asTenant(rows[0].id, (tx) => listPurposes(tx, limits), 'read')
  expect(items).toEqual([])
})

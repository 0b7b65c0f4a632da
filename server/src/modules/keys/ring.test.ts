import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { testKeyring } from './testing/keyring.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const place = { table: 'things', row: '1', column: 'note' }

describe('a ring', () => {
  it('closes what opens again, in this process and in another', async () => {
    const [one, two] = [testKeyring(fixture.database), testKeyring(fixture.database)]
    const sealed = await fixture.database.asTenant(fixture.tenant, async (tx) => {
      const ring = await one.ring(tx, [{ purpose: 'notes' }, { purpose: 'notes', subject: 'Person/1' }])
      return [
        ring.close({ purpose: 'notes' }, place, 'hello'),
        ring.close({ purpose: 'notes', subject: 'Person/1' }, place, 'there'),
      ]
    })
    for (const keys of [one, two]) {
      const opened = await fixture.database.asTenant(fixture.tenant, (tx) =>
        keys.openAll(
          tx,
          sealed.map((each) => ({ place, sealed: each })),
        ),
      )
      expect(opened.map(String)).toEqual(['hello', 'there'])
    }
  })
})

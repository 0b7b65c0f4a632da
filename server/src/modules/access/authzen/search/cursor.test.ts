import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { testKeyring } from '../../../keys/testing/keyring.ts'
import { type Fixture, openFixture } from '../../../../testing/fixture.ts'
import { type Asked, type Position, readToken, writeToken } from './cursor.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const asked: Asked = { application: 'shop', caller: { type: 'Service', id: 's' }, query: { a: 1, b: { c: [1, 2] } } }
const position: Position = { after: 'id-7', limit: 5 }

/** As one process does, with keys of its own memory. */
const write = (tenant = fixture.tenant, keys = testKeyring(fixture.database)) =>
  fixture.database.asTenant(tenant, (tx) => writeToken(tx, keys, asked, position))
const read = (token: string, about: Asked = asked, tenant = fixture.tenant) =>
  fixture.database.asTenant(tenant, (tx) => readToken(tx, testKeyring(fixture.database), about, token), 'read')

describe('a page token', () => {
  it('opens in another process, for the same question in whatever order its members stand', async () => {
    const token = await write()
    expect(await read(token)).toEqual(position)
    expect(await read(token, { ...asked, query: { b: { c: [1, 2] }, a: 1, d: undefined } })).toEqual(position)
  })

  it('opens for nobody else: not another tenant, caller, application or question', async () => {
    const token = await write()
    await write(fixture.other)
    expect(await read(token, asked, fixture.other)).toBeUndefined()
    for (const other of [
      { ...asked, application: 'shop2' },
      { ...asked, caller: { type: 'Person', id: 's' } },
      { ...asked, caller: { type: 'Service', id: 't' } },
      { ...asked, query: { a: 1, b: { c: [2, 1] } } },
      { ...asked, query: { a: '1', b: { c: [1, 2] } } },
      {
        ...asked,
        query: [
          ['a', 1],
          ['b', [['c', [1, 2]]]],
        ],
      },
      { ...asked, query: ['members', ['a', 1], ['b', ['members', ['c', ['list', 1, 2]]]]] },
    ]) {
      expect(await read(token, other), JSON.stringify(other)).toBeUndefined()
    }
  })

  it('is nothing but what was written: no other text opens, and none is a fault', async () => {
    const bytes = Buffer.from(await write(), 'base64url')
    const change = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(change, async ({ at, by }) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ by
        expect(await read(changed.toString('base64url'))).toBeUndefined()
      }),
      { numRuns: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String({ maxLength: 400 })), async (text) => {
        expect(await read(text)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })
})

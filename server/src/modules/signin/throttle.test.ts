import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { addSeconds } from '../../platform/clock.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { testKeyring } from '../keys/testing/keyring.ts'
import { signinConfig } from './config.ts'
import { createColumns, type SigninColumns } from './store/columns.ts'
import { admit, attemptOf, succeed, withdraw } from './throttle.ts'

let fixture: Fixture
let columns: SigninColumns

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  columns = createColumns(testKeyring(fixture.database))
})
afterEach(() => fixture.close())

const config = signinConfig.parse({ throttle: { accountFree: 3, addressFree: 6, longestSeconds: 60 } })
const start = new Date('2026-11-22T12:00:00Z')

interface Try {
  readonly email?: string
  readonly address?: string | null
  readonly at?: number
  readonly after?: typeof succeed
  readonly tenant?: string
}

/** @returns the seconds to wait; 0 when it was admitted */
async function attempt({ email = 'ada@x.example', address = '203.0.113.9', at = 0, after, tenant }: Try = {}) {
  const now = addSeconds(start, at)
  const own = tenant ?? fixture.tenant
  const asked = { email, address, person: null, now }
  const made = await fixture.database.asTenant(own, (tx) => attemptOf(tx, { config, columns }, asked))
  const wait = await admit(fixture.database, own, made, now)
  if (wait === 0 && after !== undefined) await fixture.database.asTenant(own, (tx) => after(tx, made))
  return wait
}

const times = async (count: number, of: (at: number) => Try) => {
  const waits: number[] = []
  for (let at = 0; at < count; at++) waits.push(await attempt(of(at)))
  return waits
}

describe('the brakes on guessing', () => {
  it('of one account: from everywhere, in any spelling, twice as long each time', async () => {
    const everywhere = (at: number) => ({
      address: `203.0.113.${at}`,
      email: at % 2 === 0 ? 'Ada@x.example' : 'ada@X.example',
    })
    expect(await times(4, everywhere)).toEqual([0, 0, 0, 1])
    expect(await attempt({ at: 1 })).toBe(0)
    expect(await attempt({ at: 1 })).toBe(2)
    expect(await attempt({ at: 3 })).toBe(0)
    expect(await attempt({ at: 4 })).toBe(3)
    expect(await attempt({ at: 4, email: 'ben@x.example' })).toBe(0)
  })

  it('never for longer than the longest, and forgotten after an hour', async () => {
    await fixture.admin.query('SELECT 1')
    await times(3, () => ({}))
    await fixture.admin.query('UPDATE sign_in_throttles SET attempts = 1000000')
    expect(await attempt({ at: 10 })).toBe(0)
    expect(await attempt({ at: 10 })).toBe(60)
    expect(await attempt({ at: 69 })).toBe(1)
    expect(await times(3, () => ({ at: 70 + 3601 }))).toEqual([0, 0, 0])
  })

  it('of one address: whatever accounts it tries', async () => {
    expect(await times(7, (at) => ({ email: `a${at}@x.example` }))).toEqual([0, 0, 0, 0, 0, 0, 1])
    expect(await attempt({ email: 'b@x.example', address: '203.0.113.10' })).toBe(0)
  })

  it('takes a subscriber’s IPv6 addresses for one, and others for others', async () => {
    const own = (at: number) => ({ email: `a${at}@x.example`, address: `2001:db8:1:2:${at}::${at}` })
    expect((await times(7, own)).at(-1)).toBe(1)
    expect(await attempt({ email: 'b@x.example', address: '2001:0DB8:0001:2::7' })).toBe(1)
    expect(await attempt({ email: 'c@x.example', address: '2001:db8:1:3::7' })).toBe(0)
    expect(await attempt({ email: 'd@x.example', address: null })).toBe(0)
  })

  it('does not take a proxy on this machine for one guesser', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const waits = await times(20, (at) => ({ address, email: `${address.length}${at}@x.example` }))
      expect(waits.every((wait) => wait === 0)).toBe(true)
    }
    expect((await times(4, () => ({ address: '127.0.0.1' }))).at(-1)).toBe(1)
  })

  it('forgets an account’s mistakes when its password was right, but not those on other accounts', async () => {
    expect(await times(2, () => ({}))).toEqual([0, 0])
    expect(await attempt({ after: succeed })).toBe(0)
    expect(await times(2, () => ({}))).toEqual([0, 0])
    // Four mistakes from here; an account of one's own that signs in between does not wash them away.
    expect(await attempt({ email: 'eve@x.example', after: succeed })).toBe(0)
    expect(await times(3, (at) => ({ email: `z${at}@x.example` }))).toEqual([0, 0, 1])
  })

  it('does not count what was not looked at', async () => {
    expect(await times(30, () => ({ after: withdraw }))).toEqual(Array.from({ length: 30 }, () => 0))
  })

  it('is a tenant’s own', async () => {
    await times(4, () => ({}))
    expect(await attempt({ tenant: fixture.other })).toBe(0)
  })
})

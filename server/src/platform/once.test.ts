import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../testing/fixture.ts'
import { raceInTwoProcesses } from '../testing/race.ts'
import { addSeconds } from './clock.ts'
import { claim, consume, forgetClaims } from './once.ts'
import { createUnitOfWork, type Tx } from './work.ts'

const now = new Date('2026-11-22T09:00:00Z')
let fixture: Fixture
let inTenant: <T>(run: (tx: Tx) => Promise<T>, tenant?: string) => Promise<T>

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  const units = createUnitOfWork(fixture.database, async () => '')
  inTenant = (run, tenant = fixture.tenant) => units.work(contextOf(tenant), run)
  await fixture.admin.query(`
    CREATE TABLE vouchers (tenant_id uuid, id text, worth int, expires_at timestamptz, consumed_at timestamptz);
    CALL isolate_by_tenant('vouchers')`)
})
afterAll(() => fixture.close())

const voucher = (id: string, expiresAt: Date, tenant = fixture.tenant) =>
  fixture.admin.query('INSERT INTO vouchers VALUES ($1, $2, 5, $3)', [tenant, id, expiresAt])
const use = (id: string, lasting?: boolean) => (tx: Tx) =>
  consume<{ worth: number }>(tx, {
    table: 'vouchers',
    where: { id },
    returning: ['worth'],
    now,
    ...(lasting === true && { lasting }),
  })

describe('what is consumed', () => {
  it('is there once, in time, and for its tenant alone', async () => {
    await voucher('good', addSeconds(now, 1))
    await voucher('late', now)
    expect(await inTenant(use('good'), fixture.other)).toBeNull()
    expect(await inTenant(use('good'))).toEqual({ worth: 5 })
    expect(await inTenant(use('good'))).toBeNull()
    expect(await inTenant(use('late'))).toBeNull()
    expect(await inTenant(use('late', true))).toEqual({ worth: 5 })
    expect(await inTenant(use('never'))).toBeNull()
  })

  it('is there again when nothing came of it', async () => {
    await voucher('again', addSeconds(now, 1))
    const failing = inTenant(async (tx) => {
      expect(await use('again')(tx)).not.toBeNull()
      throw new Error('the successor could not be written')
    })
    await expect(failing).rejects.toThrow('successor')
    expect(await inTenant(use('again'))).toEqual({ worth: 5 })
  })

  it('is one row that was named', () =>
    expect(
      inTenant((tx) => consume<{ worth: number }>(tx, { table: 'vouchers', where: {}, returning: ['worth'], now })),
    ).rejects.toThrow(TypeError))
})

describe('what is claimed', () => {
  const one = { kind: 'test', key: Buffer.from('one'), expiresAt: now }

  it('is had by the first, of its kind and tenant', async () => {
    expect(await inTenant((tx) => claim(tx, one))).toBe(true)
    expect(await inTenant((tx) => claim(tx, one))).toBe(false)
    expect(await inTenant((tx) => claim(tx, { ...one, kind: 'other' }))).toBe(true)
    expect(await inTenant((tx) => claim(tx, one), fixture.other)).toBe(true)
  })

  it('is remembered until it would not be accepted any more', async () => {
    await fixture.database.asSystem((tx) => forgetClaims(tx, now))
    expect(await inTenant((tx) => claim(tx, one))).toBe(false)
    await fixture.database.asSystem((tx) => forgetClaims(tx, addSeconds(now, 1)))
    expect(await inTenant((tx) => claim(tx, one))).toBe(true)
  })

  it('is had by one of fifty in two processes, and by several where somebody looks first', async () => {
    const race = async (which: 'right' | 'twin') => {
      const key = Buffer.from(which).toString('hex')
      const won = await raceInTwoProcesses(fixture.url, fixture.tenant, 'claim', which, [key, key])
      return won.reduce((sum, times) => sum + times, 0)
    }
    expect(await race('right')).toBe(1)
    expect(await race('twin')).toBeGreaterThan(1)
  })
})

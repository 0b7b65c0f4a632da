import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startChild } from '../../testing/processes/child.ts'

let fixture: Fixture
let ledger: LedgerFixture

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
})
afterEach(() => fixture.close())

/** Two replicas write and sequence at the same time. @returns the ids whose transactions committed */
async function race(which: 'right' | 'twin'): Promise<string[]> {
  const args = [fixture.url, fixture.tenant, '150', which]
  const replicas = [startChild('sequencing.ts', args), startChild('sequencing.ts', args)]
  const committed = await Promise.all(replicas.map((replica) => replica.line('committed ')))
  await sleep(400)
  for (const replica of replicas) replica.process.stdin?.end()
  expect(await Promise.all(replicas.map(({ ended }) => ended))).toEqual([0, 0])
  return committed.flatMap((ids) => ids.split(','))
}

describe('two replicas that sequence, with writers that commit late', () => {
  it('make one tree without a gap, in which nothing is missing', async () => {
    const committed = await race('right')
    expect(committed).toHaveLength(300)
    const events = await ledger.events()
    expect(new Set(events.map(({ seq }) => seq))).toEqual(new Set(Array.from({ length: 300 }, (_, at) => at + 1)))
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(committed))
    expect(await ledger.verify()).toEqual({ size: 300, problems: [] })
  })

  it('lose events when they go by the last number instead (the broken twin)', async () => {
    const committed = await race('twin')
    const { rows } = await fixture.admin.query<{ size: string }>('SELECT size FROM log_head')
    expect(Number(rows[0]?.size)).toBeLessThan(committed.length)
  })
})

import { describe, expect, it } from 'vitest'
import type { Outcome } from './attack.ts'
import type { Answer } from './http.ts'
import { attempt, type Door, judge } from './report.ts'

function answer(status: number, json: unknown): Answer {
  return { status, json, headers: {}, text: JSON.stringify(json) }
}

function outcome(succeeded: boolean, answers: readonly Answer[] = []): () => Promise<Outcome> {
  return () => Promise.resolve({ succeeded, effect: 'so', answers })
}

const known = { id: 'e1', kind: 'access.refused', outcome: 'refused', reason: 'denied' }
const play = async (door: Door, attack: () => Promise<Outcome>, findEvent: typeof find, expected: boolean) =>
  judge(door, await attempt(attack), findEvent, expected)
const find = (id: string) => Promise.resolve(id === 'e1' ? known : null)

describe('an attack', () => {
  it('should succeed on the naive shop, and fail on the guarded one', async () => {
    expect((await play('naive', outcome(true), find, true)).asExpected).toBe(true)
    expect((await play('naive', outcome(false), find, true)).asExpected).toBe(false)
    for (const door of ['gateway', 'bypassed'] as const) {
      expect((await play(door, outcome(false), find, false)).asExpected).toBe(true)
      expect((await play(door, outcome(true), find, false)).asExpected).toBe(false)
    }
  })

  it('that cannot be played is no success, at no door', async () => {
    const broken = () => Promise.reject(new Error('no victim'))
    for (const door of ['naive', 'gateway', 'bypassed'] as const) {
      const result = await play(door, broken, find, door === 'naive')
      expect(result).toMatchObject({ succeeded: null, asExpected: false, effect: 'could not be played: no victim' })
    }
  })

  it('names each answer once, and the events that the ledger holds', async () => {
    const refused = answer(403, { code: 'forbidden', eventId: 'e1' })
    const result = await play('gateway', outcome(false, [refused, refused, answer(200, {})]), find, false)
    expect(result).toMatchObject({ answered: ['403 forbidden', '200'], events: [known], missingEvents: [] })
  })

  it('is not as it should be when an answer names an event that the ledger does not hold', async () => {
    const result = await play('gateway', outcome(false, [answer(403, { eventId: 'e2' })]), find, false)
    expect(result).toMatchObject({ asExpected: false, missingEvents: ['e2'] })
  })
})

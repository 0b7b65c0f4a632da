import { expect, it } from 'vitest'
import { takingTurns } from './turns.ts'

it('steps that cost much are fewer in one turn, and end when their time is over', async () => {
  let now = 0
  const turns = takingTurns(1_000, { tick: () => now })
  const inOneTurn: number[] = []
  let steps = 0
  while (!turns.over()) {
    now += 8
    steps += 1
    if (!turns.due()) continue
    inOneTurn.push(steps)
    steps = 0
    await turns.give()
  }
  expect(new Set(inOneTurn)).toEqual(new Set([3]))
  expect(now).toBe(5_008)
})

it('steps that cost nothing let others have their turn too, and the time of others does not count', async () => {
  let now = 0
  const turns = takingTurns(3, { tick: () => now })
  expect([turns.due(), turns.due(), turns.due()]).toEqual([false, false, true])
  const given = turns.give()
  now += 60_000
  await given
  expect([turns.over(), turns.due()]).toEqual([false, false])
})

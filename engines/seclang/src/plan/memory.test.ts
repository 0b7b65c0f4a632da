import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget, Memory } from './memory.ts'

describe('memory', () => {
  it('keeps what is asked for, forgets the rest, and never answers for another text', () => {
    const budget = new Budget(8)
    const [one, two] = [new Memory<string>(budget), new Memory<string>(budget)]
    one.set('kept', 'k')
    for (let n = 0; n < 50; n++) {
      two.set(`text ${n}`, String(n))
      expect(one.get('kept')).toBe('k')
    }
    expect(two.get('text 49')).toBe('49')
    expect(two.get('text 1')).toBeUndefined()
    expect(one.get('text 49')).toBeUndefined()
  })

  it('holds no more than its budget, however many memories share it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(30))), (sets) => {
        const budget = new Budget(6)
        const memories = Array.from({ length: 4 }, () => new Memory<number>(budget))
        for (const [at, text] of sets) memories[at]?.set(String(text), text)
        // What two memories hold is found by asking, which renews what was old: each text at most once.
        const held = memories.flatMap((memory) =>
          Array.from({ length: 31 }, (_, n) => memory.get(String(n)) ?? []).flat(),
        )
        expect(held.length).toBeLessThanOrEqual(6)
      }),
    )
  })

  it('holds nothing without a budget', () => {
    const memory = new Memory<number>(new Budget(0))
    memory.set('a', 1)
    expect(memory.get('a')).toBeUndefined()
  })
})

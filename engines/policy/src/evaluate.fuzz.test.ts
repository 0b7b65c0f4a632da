import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile, createEntities, evaluate, explain } from './index.ts'
import { compare } from './testing/compare.ts'
import { fuzz } from './testing/fuzz.ts'
import { worlds } from './testing/worlds.ts'

it('decides as cedar-wasm does: decision, reasons and errors, over random policy sets', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      expect(compare(world).difference).toBeNull()
    }),
  )
})

it('decides as cedar-wasm does over large sets: a fixed sample of `npm run fuzz -- policy`', () => {
  const [last] = [...fuzz(1, 1500)].slice(-1)
  expect(last?.difference).toBeNull()
  expect(last?.decisions).toBeGreaterThanOrEqual(1500)
  // A sample that nothing is allowed in, or in which nothing fails, would show little.
  expect(last?.allowed).toBeGreaterThan(100)
  expect(last?.failed).toBeGreaterThan(100)
})

it('explains without changing the decision, and never throws', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const set = compile(world.policies)
      const entities = createEntities(world.entities)
      for (const request of world.requests) {
        const { text, nearest, ...decision } = explain(set, request, entities)
        expect(decision).toEqual(evaluate(set, request, entities))
        expect(text).toMatch(/^(?:Permitted|Refused)/)
        if (nearest !== null) expect(set.get(nearest.policy)?.effect).toBe('permit')
      }
    }),
  )
})

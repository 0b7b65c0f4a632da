import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile, createEntities, evaluate, explain } from './index.ts'
import { line, oracle } from './testing/oracle.ts'
import { worlds } from './testing/worlds.ts'

it('decides as cedar-wasm does: decision, reasons and errors, over random policy sets', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const set = compile(world.policies)
      const entities = createEntities(world.entities)
      for (const request of world.requests) {
        const { decision, reasons, errors } = evaluate(set, request, entities)
        expect(
          line(
            decision,
            reasons,
            errors.map(({ policy }) => policy),
          ),
        ).toBe(oracle(world, request))
      }
    }),
  )
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

it('decides over a base with an overlay as over all entities at once', () => {
  fc.assert(
    fc.property(worlds, fc.nat(12), (world, cut) => {
      const set = compile(world.policies)
      // Parents come after their children in the list: its end can stand alone.
      const base = createEntities(world.entities.slice(cut))
      const overlay = base.with(world.entities.slice(0, cut))
      const whole = createEntities(world.entities)
      for (const request of world.requests) {
        expect(evaluate(set, request, overlay)).toEqual(evaluate(set, request, whole))
      }
    }),
  )
})

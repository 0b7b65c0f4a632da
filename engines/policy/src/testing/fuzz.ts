import fc from 'fast-check'
import { compare, type Difference } from './compare.ts'
import { type World, worldsOf } from './worlds.ts'

/**
 * Large worlds: tens of policies, and dozens of questions about each set, which parsing it is shared by. The entities are few: cedar-wasm parses
 * them anew for each question, and that is where the time goes.
 */
const WORLDS = worldsOf({ policies: 40, links: 12, entities: [4, 8], uids: 6 })

/** How many worlds are made at a time. */
const BATCH = 20

export interface Fuzzed {
  readonly decisions: number
  readonly worlds: number
  /** How many of the decisions were allowed, and how many had a policy that failed. */
  readonly allowed: number
  readonly failed: number
  readonly difference: (Difference & { readonly world: World; readonly seed: number }) | null
}

/** Compares us with cedar-wasm until so many decisions are equal, or one is not. The same seed makes the same worlds. */
export function* fuzz(seed: number, decisions: number): Generator<Fuzzed> {
  const done = { decisions: 0, worlds: 0, allowed: 0, failed: 0 }
  for (let batch = 0; done.decisions < decisions; batch++) {
    for (const world of fc.sample(WORLDS, { seed: seed + batch, numRuns: BATCH })) {
      const { difference, answers } = compare(world)
      if (difference !== null) {
        yield { ...done, difference: { ...difference, world, seed: seed + batch } }
        return
      }
      done.worlds++
      done.decisions += answers.length
      for (const { decision, errors } of answers) {
        if (decision === 'allow') done.allowed++
        if (errors.length > 0) done.failed++
      }
    }
    yield { ...done, difference: null }
  }
}

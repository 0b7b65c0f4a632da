import { isDeepStrictEqual } from 'node:util'
import {
  type Asker,
  compile,
  createAsker,
  createEntities,
  type Decision,
  type EvaluateOptions,
  evaluate,
  withLinks,
} from '../index.ts'
import { type Answer, oracle } from './oracle.ts'
import type { World } from './worlds.ts'

/** A request that we answer otherwise than cedar-wasm. */
export interface Difference {
  readonly request: World['requests'][number]
  readonly expected: Answer
  readonly got: Answer
  /** Which of our ways it was. */
  readonly way: string
}

/**
 * Asks us and cedar-wasm all requests of a world. We are asked in several ways: of the set compiled whole; of a set over which its links are laid,
 * with entities in two layers; by a prepared principal, over both; and with forbids that deny when they fail, whose answer follows from
 * cedar-wasm's.
 */
export function compare(world: World): { readonly answers: readonly Answer[]; readonly difference: Difference | null } {
  const { policies, entities, requests } = world
  const { templateLinks = [], ...others } = policies
  const whole = compile(policies)
  const layered = withLinks(withLinks(compile(others), templateLinks.slice(0, 1)), templateLinks.slice(1))
  const known = createEntities(entities)
  const half = Math.floor(entities.length / 2)
  // Parents come after their children in the list: its end can stand alone.
  const base = createEntities(entities.slice(half))
  const overlay = base.with(entities.slice(0, half))
  const askers = new Map<string, { whole: Asker; layered: Asker }>()
  const expected = oracle(world)
  for (const [at, request] of requests.entries()) {
    const theirs = expected[at] as Answer
    const key = `${request.principal.type} ${request.principal.id}`
    const asker = askers.get(key) ?? {
      whole: createAsker(whole, request.principal, known),
      layered: createAsker(layered, request.principal, base),
    }
    askers.set(key, asker)
    const ask = (set: typeof whole, over: typeof known, options?: EvaluateOptions) =>
      answerOf(evaluate(set, request, over, options))
    const ways: [string, Answer, Answer][] = [
      ['whole', theirs, ask(whole, known)],
      ['layered', theirs, ask(layered, overlay)],
      ['asker', theirs, answerOf(asker.whole.evaluate(request))],
      ['asker, layered', theirs, answerOf(asker.layered.evaluate(request, overlay))],
      [
        'errors deny',
        denying(theirs, (id) => whole.get(id)?.effect === 'forbid'),
        ask(whole, known, { onError: 'deny' }),
      ],
    ]
    for (const [way, wanted, got] of ways) {
      if (!isDeepStrictEqual(wanted, got))
        return { answers: expected, difference: { request, expected: wanted, got, way } }
    }
  }
  return { answers: expected, difference: null }
}

/** Our answer in the oracle's form. */
export function answerOf({ decision, reasons, errors }: Decision): Answer {
  return { decision, reasons: reasons.toSorted(), errors: errors.map(({ policy }) => policy).toSorted() }
}

/** The answer when a forbid that fails counts as one that holds. */
function denying(answer: Answer, forbids: (id: string) => boolean): Answer {
  const failed = answer.errors.filter(forbids)
  if (failed.length === 0) return answer
  const before = answer.reasons.filter(forbids)
  return { decision: 'deny', reasons: [...before, ...failed].toSorted(), errors: answer.errors }
}

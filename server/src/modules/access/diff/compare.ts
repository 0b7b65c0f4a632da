import { type EntityJson, PolicyError, type RecordValue, toRecord, type Uid } from '@holdfast/policy'
import {
  type ActionTypes,
  blocks,
  type Change,
  describeChange,
  describeUndecided,
  DiffTooLarge,
  summarize,
} from '@holdfast/policy/diff'
import type { z } from 'zod'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { takingTurns, type Turns } from '../../../platform/turns.ts'
import { diffErrors } from './errors.ts'
import type { Compared, Comparing } from './shapes.ts'
import { type Loaded, sidesOf } from './side.ts'

/** What one comparison may take, in small pieces between which others run. */
export interface Bounds {
  /** evaluations of each side; a million when not said: some seconds with most policies */
  readonly limit?: number
  /** seconds of work, without those in which others had their turn; 30 when not said: an evaluation costs what the policies cost */
  readonly most?: number
  /** milliseconds of a clock that only goes forward */
  readonly tick?: () => number
}

class TooSlow extends Error {}

/** Who gains and who loses what between two worlds. @param signal ends it when whoever asked is gone */
export async function compare(
  old: Loaded,
  now: Loaded,
  { actions, resourceTypes, principals, context, entities, examples }: z.output<typeof Comparing>,
  signal: AbortSignal,
  { limit = 1_000_000, most = 30, tick }: Bounds = {},
): Promise<Outcome<z.input<typeof Compared>>> {
  const turns = takingTurns(Infinity, { most: most * 1000, ...(tick && { tick }) })
  try {
    const brought = { entities: (entities ?? []) as readonly EntityJson[], actions: actions ?? [] }
    const [first, second] = sidesOf(old, now, brought)
    const unknown = unknownOf([...first.actions, ...second.actions], actions, resourceTypes)
    if (unknown !== undefined) return refuse(diffErrors.diff_side_invalid, { problem: unknown })
    const contextOf = (action: Uid): RecordValue | undefined =>
      context === undefined ? undefined : toRecord(now.schema.context(action, context, 'keep'))
    const summary = summarize({ old: first, now: second }, { examples })
    const options = { actions, resourceTypes, principals, context: contextOf, limit }
    const { undecided, extent } = await paced(blocks(first, second, options), { signal, turns }, (block) =>
      summary.add(block),
    )
    const { changes } = await paced(summary.done(), { signal, turns })
    return ok({
      same: changes.length === 0,
      changes: changes.map((change) => ({ ...shown(change), text: describeChange(change) })),
      undecided: undecided.map((each) => ({ ...each, policies: [...each.policies], text: describeUndecided(each) })),
      compared: extent,
    })
  } catch (error) {
    if (error instanceof DiffTooLarge) {
      return refuse(diffErrors.diff_too_large, { evaluations: error.evaluations, limit: error.limit })
    }
    if (error instanceof TooSlow) return refuse(diffErrors.diff_too_slow, { seconds: most })
    if (error instanceof PolicyError) return refuse(diffErrors.diff_side_invalid, { problem: error.message })
    throw error
  }
}

/** What neither side has: a typing mistake would compare nothing, and "no differences" would be said of it. */
function unknownOf(
  known: readonly ActionTypes[],
  actions: readonly string[] | undefined,
  resourceTypes: readonly string[] | undefined,
): string | undefined {
  const action = actions?.find((id) => !known.some((each) => each.action.id === id))
  if (action !== undefined) return `neither side has an action ${action}`
  const type = resourceTypes?.find((name) => !known.some(({ resources }) => resources.includes(name)))
  return type === undefined ? undefined : `on neither side an action applies to the type ${type}`
}

/** Runs to the end, and lets others run at each pause. */
async function paced<Step, Result>(
  steps: Generator<Step | undefined, Result>,
  { signal, turns }: { readonly signal: AbortSignal; readonly turns: Turns },
  take: (step: Step) => void = () => {},
): Promise<Result> {
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) {
    if (step.value !== undefined) take(step.value)
    else if (turns.over()) throw new TooSlow()
    else if (turns.due()) await turns.give()
    signal.throwIfAborted()
  }
  return step.value
}

function shown({ rows, ...change }: Change): Omit<z.input<typeof Compared>['changes'][number], 'text'> {
  const plain = <T extends Change['rows'][number]>(row: T) => ({
    ...row,
    principalExamples: [...row.principalExamples],
    resourceExamples: [...row.resourceExamples],
    common: [...row.common],
    because: [...row.because],
  })
  return { ...plain(change), rows: rows.map(plain) }
}

import { z } from 'zod'
import { DIFFERENCES, type DifferenceKind } from './difference.ts'

/** One sort of difference and how often it was met. */
export interface CountedDifference {
  readonly kind: DifferenceKind
  /** `*` for all that had no more room. */
  readonly action: string
  /** The policies that decided, at most two of each set. */
  readonly live: readonly string[]
  readonly candidate: readonly string[]
  readonly count: number
  /** Ids of events `decision.differed` that tell of one each. */
  readonly samples: readonly string[]
}

/** The `data` of an event `decision.compared`: what one process found in some seconds. */
export interface ComparedDecisions {
  readonly candidate: string
  /** Decisions that both took. */
  readonly compared: number
  /** Decisions that the candidate was not asked about, because it had used up its share of time. */
  readonly skipped: number
  readonly differences: readonly CountedDifference[]
}

export interface Difference {
  readonly kind: DifferenceKind
  readonly action: string
  readonly live: readonly string[]
  readonly candidate: readonly string[]
}

/** Counts what a candidate would have decided otherwise. Bounded, whatever is asked. */
export interface Tally {
  compared(): void
  skipped(): void
  /** @param sample makes an event of it and gives its id; called for the first few of each sort only */
  differed(difference: Difference, sample: () => string): void
  /** What was counted since the last time; null when it is nothing. */
  take(): ComparedDecisions | null
}

const MOST_SORTS = 20
const MOST_SAMPLES_OF_SORT = 2
const MOST_SAMPLES = 10
const MOST_NAMES = 2
const LONGEST_NAME = 100

interface Sort extends Omit<CountedDifference, 'count' | 'samples'> {
  count: number
  readonly samples: string[]
}

export function createTally(candidate: string): Tally {
  let compared = 0
  let skipped = 0
  let samples = 0
  let sorts = new Map<string, Sort>()

  function sortOf({ kind, action, live, candidate: other }: Difference): Sort {
    const sort = { kind, action: action.slice(0, LONGEST_NAME), live: names(live), candidate: names(other) }
    const key = JSON.stringify(sort)
    const known = sorts.get(key)
    if (known !== undefined) return known
    if (sorts.size >= MOST_SORTS) return rest(kind)
    const made: Sort = { ...sort, count: 0, samples: [] }
    sorts.set(key, made)
    return made
  }

  function rest(kind: DifferenceKind): Sort {
    const known = sorts.get(kind)
    if (known !== undefined) return known
    const made: Sort = { kind, action: '*', live: [], candidate: [], count: 0, samples: [] }
    sorts.set(kind, made)
    return made
  }

  return {
    compared: () => {
      compared += 1
    },
    skipped: () => {
      skipped += 1
    },
    differed: (difference, sample) => {
      const sort = sortOf(difference)
      sort.count += 1
      if (sort.samples.length >= MOST_SAMPLES_OF_SORT || samples >= MOST_SAMPLES) return
      samples += 1
      sort.samples.push(sample())
    },
    take: () => {
      if (compared === 0 && skipped === 0) return null
      const report = { candidate, compared, skipped, differences: [...sorts.values()] }
      compared = 0
      skipped = 0
      samples = 0
      sorts = new Map()
      return report
    },
  }
}

function names(list: readonly string[]): readonly string[] {
  return list
    .slice(0, MOST_NAMES)
    .map((name) => name.slice(0, LONGEST_NAME))
    .toSorted()
}

const count = z.int().min(0).max(1e12)
const name = z.string().max(LONGEST_NAME)

/** Strict: an edge may ship what it likes under the kind of such an event. */
export const ComparedDecisions: z.ZodType<ComparedDecisions> = z.object({
  candidate: z.uuid(),
  compared: count,
  skipped: count,
  differences: z
    .array(
      z.object({
        kind: z.enum(DIFFERENCES),
        action: name,
        live: z.array(name).max(MOST_NAMES),
        candidate: z.array(name).max(MOST_NAMES),
        count,
        samples: z.array(z.uuid()).max(MOST_SAMPLES_OF_SORT),
      }),
    )
    .max(MOST_SORTS + DIFFERENCES.length),
})

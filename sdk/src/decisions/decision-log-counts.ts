import type { PrincipalReference } from '../principal.ts'

/** Answers alike: one principal, one action, one minute. */
export interface Series {
  /** null: of several principals and actions, for which there was no more room. */
  readonly principal: PrincipalReference | null
  readonly action: string
  /** Milliseconds since 1970. */
  readonly since: number
  told: number
  untold: number
}

/**
 * Tells the first of many alike and counts the others. A page asks `can` a hundred times where it calls `require` once, so this has to
 * be cheap: a map and a number. Bounded, whoever asks for what.
 */
export interface Counts {
  /** @returns whether this one is to be told */
  add(principal: PrincipalReference, action: string): boolean
  /** What was only counted since the last time, the most frequent first; the rest of it as one. */
  take(): readonly Series[]
}

const MOST_OF_SERIES = 20
const MOST_TOLD = 1_000
const MOST_SERIES = 5_000
const MOST_SUMMARIES = 100

export function createCounts(now: () => number): Counts {
  // By action, then by id: looking up two texts that are there costs less than making one of them.
  let actions = new Map<string, Map<string, Series>>()
  let series: Series[] = []
  let others = rest()
  let told = 0

  function rest(): Series {
    return { principal: null, action: '*', since: now(), told: 0, untold: 0 }
  }

  function seriesOf({ type, id }: PrincipalReference, action: string): Series {
    let own = actions.get(action)
    const known = own?.get(id)
    if (known?.principal?.type === type) return known
    // Two of different types with one id.
    const key = known === undefined ? id : `${type} ${id}`
    const other = own?.get(key)
    if (other !== undefined) return other.principal?.type === type ? other : others
    if (series.length >= MOST_SERIES) return others
    if (own === undefined) actions.set(action, (own = new Map()))
    const made: Series = { principal: { type, id }, action, since: now(), told: 0, untold: 0 }
    own.set(key, made)
    series.push(made)
    return made
  }

  return {
    add: (principal, action) => {
      const own = seriesOf(principal, action)
      if (own === others || own.told >= MOST_OF_SERIES || told >= MOST_TOLD) {
        own.untold += 1
        return false
      }
      own.told += 1
      told += 1
      return true
    },
    take: () => {
      const counted = series.filter(({ untold }) => untold > 0).toSorted((a, b) => b.untold - a.untold)
      const summaries = counted.slice(0, MOST_SUMMARIES)
      for (const { untold } of counted.slice(MOST_SUMMARIES)) others.untold += untold
      if (others.untold > 0) summaries.push(others)
      actions = new Map()
      series = []
      others = rest()
      told = 0
      return summaries
    },
  }
}

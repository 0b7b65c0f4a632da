import type { Matcher, PatternSet, PhraseSet } from '@holdfast/match'
import type { Place, Target } from '../parse/syntax.ts'
import type { Info } from '../run/entry.ts'
import type { Chain } from '../transform/chain.ts'
import type { Memory } from './memory.ts'

/** A link that looks at what was sent only, with an operator that needs nothing but the value. */
export interface PureLink {
  /** Its bit. */
  number: number
  readonly member: Matcher | PhraseSet | undefined
  readonly chain: Chain
  readonly multiMatch: boolean
  readonly place: Place
  /** Where it looks, and which names it leaves out. */
  readonly looks: readonly { readonly collections: readonly number[]; readonly source: Target }[]
  readonly targets: readonly Target[]
}

/** Links that want the same transformations first, as bits. */
export interface Group {
  readonly chain: Chain
  readonly multiMatch: boolean
  readonly members: Int32Array
}

export interface Route {
  /** The links whose transformations leave the value as it is; undefined where there are none. */
  readonly unchanged: Int32Array | undefined
  readonly changing: readonly Group[]
}

/** Names of one collection that the same links look at. */
export interface TargetClass {
  /** Those without a member of the set are candidates anyway: `always`. */
  readonly groups: readonly Group[]
  /** By the kinds of bytes in a value. */
  readonly routes: Map<number, Route>
  readonly always: Int32Array
  /** Where few links look, a set of their own is smaller than that of all. */
  readonly few: { readonly set: PatternSet; readonly numbers: readonly number[] } | undefined
  readonly idle: boolean
  readonly memory: Memory<Info>
}

/** Kinds of values whose route is remembered, for each class. */
const MOST_ROUTES = 256

/** What to do with values that hold these kinds of bytes: which chains leave them as they are is the same for all of them. */
export function routeOf({ groups, routes }: TargetClass, kinds: number): Route {
  const known = routes.get(kinds)
  if (known !== undefined) return known
  const changing = groups.filter(({ chain }) => chain.needs === -1 || (chain.needs & kinds) !== 0)
  let unchanged: Int32Array | undefined
  for (const group of groups) {
    if (changing.includes(group)) continue
    if (unchanged === undefined) unchanged = group.members.slice()
    else
      for (let word = 0; word < unchanged.length; word++)
        unchanged[word] = (unchanged[word] ?? 0) | (group.members[word] ?? 0)
  }
  const route = { unchanged, changing }
  if (routes.size >= MOST_ROUTES) routes.clear()
  routes.set(kinds, route)
  return route
}

import { SecLangError } from '../error.ts'
import type { Place, Target } from '../parse/syntax.ts'
import type { State } from '../run/state.ts'
import type { TxNames } from '../run/tx.ts'
import { type Accepts, acceptor, rejector } from '../target/exclusion.ts'
import { type Named, type Variable, VARIABLES } from '../target/variables.ts'

/** One part of what a link looks at, compiled. `variable` is the name that a match is told under. */
export type Item =
  | {
      readonly kind: 'sent'
      readonly variable: string
      readonly collections: readonly number[]
      readonly source: Target
    }
  | { readonly kind: 'count'; readonly variable: string; readonly count: (state: State) => number }
  /** TX by a name that the rule spells out. */
  | { readonly kind: 'slot'; readonly variable: string; readonly slot: number }
  | { readonly kind: 'list'; readonly variable: string; readonly read: (state: State) => readonly Named[] }

export interface SentItem {
  readonly kind: 'sent'
  readonly variable: string
  readonly collections: readonly number[]
  readonly source: Target
}

/** @throws SecLangError variable_unknown, regex_invalid */
export function itemsOf(targets: readonly Target[], names: TxNames, place: Place): Item[] {
  return targets.filter((target) => !target.exclude).map((target) => itemOf(target, targets, names, place))
}

/** What a link selects of a variable, less what it excludes. Undefined where that is all of it. */
export function selection(target: Target, targets: readonly Target[], place: Place): Accepts | undefined {
  const rejects = rejector(target.variable, targets, place)
  if (target.selector === undefined) return rejects === undefined ? undefined : (lower) => !rejects(lower)
  const accepts = acceptor(target.selector, place)
  return rejects === undefined ? accepts : (lower) => accepts(lower) && !rejects(lower)
}

function itemOf(target: Target, targets: readonly Target[], names: TxNames, place: Place): Item {
  const { variable, selector } = target
  const source = VARIABLES.get(variable)
  if (source === undefined)
    throw new SecLangError('variable_unknown', `there is no variable ${variable}`, place.file, place.line)
  if (variable === 'XML' && selector?.kind === 'key' && selector.key !== '/*' && selector.key !== '//@*')
    throw new SecLangError(
      'argument_invalid',
      `of XML there are /* and //@*, not ${selector.key}`,
      place.file,
      place.line,
    )
  if (source.kind === 'sent' && !target.count)
    return { kind: 'sent', variable, collections: source.collections, source: target }
  const accepts = selection(target, targets, place)
  if (source.kind === 'tx' && selector?.kind === 'key' && !targets.some(({ exclude }) => exclude)) {
    const slot = names.slot(selector.key)
    if (!target.count) return { kind: 'slot', variable: `TX:${selector.key}`, slot }
    return {
      kind: 'count',
      variable: `&TX:${selector.key}`,
      count: ({ tx }) => (tx.values[slot] === undefined ? 0 : 1),
    }
  }
  if (source.kind === 'sent') {
    const { collections } = source
    return { kind: 'count', variable: `&${variable}`, count: (state) => countOf(state, collections, accepts) }
  }
  const read = listOf(source, accepts)
  if (!target.count) return { kind: 'list', variable, read }
  return { kind: 'count', variable: `&${variable}`, count: (state) => read(state).length }
}

function countOf({ entries }: State, collections: readonly number[], accepts: Accepts | undefined): number {
  let count = 0
  for (const collection of collections) {
    const list = entries[collection]
    if (list === undefined) continue
    if (accepts === undefined) count += list.length
    else for (const { lower } of list) if (accepts(lower)) count++
  }
  return count
}

function listOf(
  source: Exclude<Variable, { kind: 'sent' }>,
  accepts: Accepts | undefined,
): (state: State) => readonly Named[] {
  if (source.kind === 'list') return (state) => chosen(source.read(state), accepts)
  if (source.kind === 'tx') return (state) => state.tx.chosen(accepts)
  return (state) => {
    const value = source.read(state)
    return value === undefined ? [] : [['', value]]
  }
}

function chosen(all: readonly Named[], accepts: Accepts | undefined): readonly Named[] {
  return accepts === undefined ? all : all.filter(([name]) => accepts(name.toLowerCase()))
}

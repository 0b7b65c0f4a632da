import type { Operation } from '../operate/types.ts'
import type { LinkDraft } from '../plan/draft.ts'
import type { PureLink } from '../plan/target-class.ts'
import type { Entry } from '../run/entry.ts'
import type { State } from '../run/state.ts'
import { numberOf } from '../run/tx.ts'
import type { Accepts } from '../target/exclusion.ts'
import { type Chain, Forms } from '../transform/chain.ts'
import { type Item, type SentItem, selection } from './items.ts'

/** What a link does for each value that matches: setvar, ctl and the like. */
export type Effect = (state: State) => void

/** One link of a rule, ready to run. */
export interface CompiledLink {
  /** Where its bit says whether any value may match it; undefined where it must be asked each time. */
  readonly pure: PureLink | undefined
  /** Asks it of all that it looks at, and does its effects. */
  readonly evaluate: (state: State) => boolean
}

/** All that a link is compiled from. */
export interface LinkParts {
  readonly draft: LinkDraft
  readonly items: readonly Item[]
  /** None for SecAction. */
  readonly operation: Operation | undefined
  readonly negated: boolean
  readonly chain: Chain
  readonly effects: readonly Effect[]
  /** The number of its rule, for what ctl excludes. */
  readonly rule: number
  /** False where no other link of the rule can ask for MATCHED_VARS. */
  readonly keepMatched: boolean
}

export function compileLink(parts: LinkParts): CompiledLink {
  const { draft, items, operation, negated, chain } = parts
  if (operation === undefined) return { pure: undefined, evaluate: always(parts) }
  const sent = items.filter((item): item is SentItem => item.kind === 'sent')
  if (operation.dynamic || sent.length !== items.length || items.length === 0) {
    return { pure: undefined, evaluate: simple(parts, operation) ?? general(parts, operation) }
  }
  const pure: PureLink = {
    number: -1,
    member: negated ? undefined : operation.member,
    chain,
    multiMatch: draft.multiMatch,
    place: draft.place,
    looks: sent,
    targets: draft.targets,
  }
  return { pure, evaluate: ofSent(parts, operation, sent, pure) }
}

function always({ effects }: LinkParts): (state: State) => boolean {
  return (state) => {
    for (const effect of effects) effect(state)
    return true
  }
}

/** `TX:x "@lt 2"` and `&TX:x "@eq 0"`: half of what the Core Rule Set asks. */
function simple(parts: LinkParts, { numeric }: Operation): ((state: State) => boolean) | undefined {
  const { items, chain, draft, negated } = parts
  const [item] = items
  if (items.length !== 1 || item === undefined || numeric === undefined || chain.before !== undefined || draft.capture)
    return undefined
  const matched = hit(parts)
  if (item.kind === 'count') {
    return (state) => {
      const count = item.count(state)
      if (numeric(count, state) === negated) return false
      matched(state, item.variable, String(count), [])
      return true
    }
  }
  if (item.kind !== 'slot') return undefined
  return (state) => {
    const value = state.tx.values[item.slot]
    if (value === undefined || numeric(numberOf(value), state) === negated) return false
    matched(state, item.variable, String(value), [])
    return true
  }
}

type Found = { readonly name: string; readonly value: string }[]

/** Tells of a match, and does the effects. `found` becomes MATCHED_VARS. */
function hit({ effects, keepMatched }: LinkParts) {
  return (state: State, name: string, value: string, found: Found): void => {
    state.matchedName = name
    state.matchedValue = value
    if (keepMatched) {
      if (found.length < state.limits.matches) found.push({ name, value })
      state.matched = found
    }
    for (const effect of effects) effect(state)
  }
}

/** Asks the operator of one value, transformed already; puts captures into TX. */
function asked({ draft, negated }: LinkParts, operation: Operation): (value: string, state: State) => boolean {
  if (!draft.capture || negated) return (value, state) => operation.matches(value, state) !== negated
  return (value, state) => {
    const groups = operation.captures(value, state)
    if (groups === undefined) return false
    for (let digit = 0; digit < 10; digit++) state.tx.values[digit] = groups[digit]
    return true
  }
}

function general(parts: LinkParts, operation: Operation): (state: State) => boolean {
  const { draft, chain, items } = parts
  const ask = asked(parts, operation)
  const tell = hit(parts)
  const readers = items.map((item) => ({ item, read: valuesOf(item, draft) }))
  const formsOf = (value: string): readonly string[] => {
    if (chain.before === undefined) return [value]
    const made = new Forms(value)
    return draft.multiMatch ? made.all(chain) : [made.of(chain)]
  }
  return (state) => {
    const found: Found = []
    let any = false
    for (const { item, read } of readers) {
      for (const [key, value] of read(state)) {
        if (state.exclusions !== undefined) {
          if (excluded(state, parts.rule, item.kind === 'slot' ? 'TX' : item.variable, key.toLowerCase())) continue
        }
        for (const form of formsOf(value)) {
          if (!ask(form, state)) continue
          any = true
          tell(state, key === '' || item.kind === 'slot' ? item.variable : `${item.variable}:${key}`, form, found)
        }
      }
    }
    return any
  }
}

type Values = (state: State) => readonly (readonly [key: string, value: string])[]

function valuesOf(item: Item, draft: LinkDraft): Values {
  if (item.kind === 'count') return (state) => [['', String(item.count(state))]]
  if (item.kind === 'list') return item.read
  if (item.kind === 'slot') {
    const key = item.variable.slice(3)
    return ({ tx }) => {
      const value = tx.values[item.slot]
      return value === undefined ? [] : [[key, String(value)]]
    }
  }
  const accepts = selection(item.source, draft.targets, draft.place)
  return ({ entries }) =>
    item.collections.flatMap((collection) =>
      (entries[collection] ?? []).flatMap(({ key, lower, value }) =>
        accepts === undefined || accepts(lower) ? [[key, value] as const] : [],
      ),
    )
}

/** A link that looks at what was sent only: it asks the values whose bit is set, and a value that says no loses its bit. */
function ofSent(
  parts: LinkParts,
  operation: Operation,
  items: readonly SentItem[],
  pure: PureLink,
): (state: State) => boolean {
  const { draft, chain, rule } = parts
  const ask = asked(parts, operation)
  const tell = hit(parts)
  const selections: readonly (readonly [SentItem, Accepts | undefined])[] = items.map((item) => [
    item,
    selection(item.source, draft.targets, draft.place),
  ])
  const matches = (entry: Entry, item: SentItem, state: State, found: Found): boolean => {
    const { key } = entry
    const forms = draft.multiMatch ? entry.forms.all(chain) : undefined
    let once = false
    for (let at = 0; at < (forms?.length ?? 1); at++) {
      const form = forms?.[at] ?? entry.form(chain)
      if (!ask(form, state)) continue
      once = true
      tell(state, key === '' ? item.variable : `${item.variable}:${key}`, form, found)
    }
    return once
  }
  return (state) => {
    const word = pure.number >>> 5
    const bit = 1 << (pure.number & 31)
    let found: Found | undefined
    let any = false
    for (const [item, accepts] of selections) {
      for (const collection of item.collections) {
        for (const entry of state.entries[collection] ?? []) {
          if (((entry.info.bits[word] ?? 0) & bit) === 0) continue
          if (accepts !== undefined && !accepts(entry.lower)) continue
          if (state.exclusions !== undefined && excluded(state, rule, item.variable, entry.lower)) continue
          if (matches(entry, item, state, (found ??= []))) any = true
          else entry.info.bits[word] = (entry.info.bits[word] ?? 0) & ~bit
        }
      }
    }
    return any
  }
}

function excluded({ exclusions }: State, rule: number, variable: string, lower: string): boolean {
  if (exclusions === undefined) return false
  return exclusions.some((each) => each.variable === variable && each.rules[rule] === 1 && each.accepts(lower))
}

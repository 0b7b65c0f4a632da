import type { Retention } from '../api/types.ts'
import { ocsfClasses } from './ocsf.ts'

/** How long the events of a class, or of a kind and all below it, are kept. */
export interface Keeping {
  /** `class:3002` or `kind:session` */
  readonly target: string
  readonly name: string
  readonly days: number
  /** null: the default applies */
  readonly changedAt: string | null
}

const TARGET = /^(class|kind):(.+)$/u

/** Every class that there is and every rule, the rules of kinds first: the longest kind wins, then the class, then the default. */
export function keepings({ days, rules }: Retention): readonly Keeping[] {
  const byTarget = new Map(rules.map((rule) => [rule.target, rule]))
  const classes = Object.keys(ocsfClasses).map((uid) => `class:${uid}`)
  const rest = rules.map(({ target }) => target).filter((target) => !classes.includes(target))
  return [...rest, ...classes.filter((target) => isTarget(target))].map((target) => {
    const rule = byTarget.get(target)
    return { target, name: nameOf(target), days: rule?.days ?? days, changedAt: rule?.changedAt ?? null }
  })
}

/** Class 0 has no rule of its own: what no class describes is kept as the default says. */
export function isTarget(target: string): boolean {
  return /^(?:class:[1-9]\d{3,5}|kind:[a-z0-9_]+(?:\.[a-z0-9_]+)*)$/u.test(target)
}

export function nameOf(target: string): string {
  const [, what, value = target] = TARGET.exec(target) ?? []
  return what === 'class' ? (ocsfClasses[value] ?? `Class ${value}`) : `${value} and all below`
}

/** What is searched to count the events of a target. */
export function filterOf(target: string): Readonly<Record<string, string>> {
  const [, what, value = ''] = TARGET.exec(target) ?? []
  return what === 'class' ? { class: value } : { kind: `${value},${value}.*` }
}

/** "1 year", "90 days": days as people say them, where they are whole years. */
export function span(days: number): string {
  const years = days / 365
  return Number.isInteger(years) ? `${years} ${years === 1 ? 'year' : 'years'}` : `${days.toLocaleString('en-GB')} days`
}

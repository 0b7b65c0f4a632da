import { SecLangError } from '../error.ts'
import type { Action, SecRule, Statement, Target } from '../parse/syntax.ts'

/** A rule with what is chained to it, as updates see it: they change lists, before anything is compiled. */
export interface RuleGroup {
  readonly kind: 'group'
  readonly id: number
  readonly links: Link[]
}

export interface Link {
  readonly source: SecRule
  targets: readonly Target[]
  actions: readonly Action[]
}

export interface Marker {
  readonly kind: 'marker'
  readonly label: string
}

/**
 * Joins chained rules to their heads.
 * @throws SecLangError chain_open, rule_id_missing, rule_id_duplicate
 */
export function groupRules(statements: readonly Statement[]): (RuleGroup | Marker)[] {
  const groups: (RuleGroup | Marker)[] = []
  const ids = new Set<number>()
  let open: RuleGroup | undefined
  for (const statement of statements) {
    if (statement.kind === 'setting') continue
    if (statement.kind === 'marker') {
      groups.push({ kind: 'marker', label: statement.label })
      continue
    }
    const link: Link = { source: statement, targets: statement.targets, actions: statement.actions }
    if (open === undefined) {
      open = { kind: 'group', id: idOf(statement, ids), links: [link] }
      groups.push(open)
    } else {
      open.links.push(link)
    }
    if (!statement.actions.some(({ name }) => name === 'chain')) open = undefined
  }
  const last = open?.links.at(-1)?.source.place
  if (last !== undefined) throw new SecLangError('chain_open', 'no rule follows that is chained', last.file, last.line)
  return groups
}

function idOf({ actions, place }: SecRule, ids: Set<number>): number {
  const text = actions.findLast(({ name }) => name === 'id')?.value
  if (text === undefined) throw new SecLangError('rule_id_missing', 'a rule needs an id', place.file, place.line)
  const id = Number(text)
  if (!/^\d{1,15}$/.test(text) || id === 0)
    throw new SecLangError('action_invalid', 'an id is a number from 1', place.file, place.line)
  if (ids.has(id)) throw new SecLangError('rule_id_duplicate', `there are two rules ${id}`, place.file, place.line)
  ids.add(id)
  return id
}

import { type EntityJson, type Explanation, PolicyError } from '@holdfast/policy'
import type { Transaction } from '../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Uid } from '../../platform/ports.ts'
import type { Asked, ObserveDecision } from './decision-log/types.ts'
import { errors } from './errors.ts'
import { decidePoint, type PointDeps } from './point/decide-point.ts'
import { foresee, type Reading, readingOf } from './point/reading.ts'
import type { Rules, RulesStore } from './rules.ts'
import { isOfDirectory, keyOf } from './standing.ts'

/** @returns the ids of all groups of a person or service, direct and indirect; undefined when unknown or disabled */
export type GroupsOf = (tx: Transaction, principal: Uid) => Promise<readonly string[] | undefined>

export interface Ask {
  readonly principal: Uid
  /** an id of the type `Action`, or a whole uid */
  readonly action: string | Uid
  readonly resource: Uid
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** attributes in plain JSON, read by whoever asks; where the entity is stored they fill in what is not */
  readonly principalAttributes?: Readonly<Record<string, unknown>> | undefined
  readonly resourceAttributes?: Readonly<Record<string, unknown>> | undefined
  readonly entities?: readonly EntityJson[] | undefined
  /** by whom and how: what is said is logged */
  readonly asked?: Asked | undefined
}

export interface EvaluationDeps extends PointDeps {
  readonly rules: RulesStore
  readonly groupsOf: GroupsOf
  /** is shown what was asked by somebody */
  readonly observe?: ObserveDecision | undefined
}

/** Decides many questions about one application in one transaction. */
export interface Asker {
  readonly rules: Rules
  /** Reads at once what the questions to come will name. */
  foresee(uids: readonly Uid[]): Promise<void>
  ask(ask: Ask): Promise<Outcome<Explanation>>
}

/** @returns undefined when there is no such application */
export async function askerFor(tx: Transaction, deps: EvaluationDeps, application: string): Promise<Asker | undefined> {
  const rules = await deps.rules.of(tx, application)
  if (rules === undefined) return undefined
  const standing = new Map<string, ReturnType<GroupsOf>>()
  const groupsOf = (principal: Uid) => {
    const key = keyOf(principal)
    const known = standing.get(key) ?? deps.groupsOf(tx, principal)
    standing.set(key, known)
    return known
  }
  const reading = readingOf(tx, deps, application)
  return {
    rules,
    foresee: (uids) => foresee(reading, rules.has, uids),
    async ask(ask) {
      try {
        return await answer(tx, deps, { application, rules, groupsOf, reading }, ask)
      } catch (error) {
        if (error instanceof PolicyError) return refuse(errors.evaluation_invalid, { problem: error.message })
        throw error
      }
    },
  }
}

/** Decides for one application. Groups, roles and what is stored come from the database, whatever the question says of them. */
export async function evaluateFor(
  tx: Transaction,
  deps: EvaluationDeps,
  application: string,
  ask: Ask,
): Promise<Outcome<Explanation>> {
  const asker = await askerFor(tx, deps, application)
  return asker === undefined ? refuse(errors.application_not_found, { application }) : asker.ask(ask)
}

/** What the questions of one asker share. */
interface Loaded {
  readonly application: string
  readonly rules: Rules
  readonly groupsOf: (principal: Uid) => ReturnType<GroupsOf>
  readonly reading: Reading
}

async function answer(
  tx: Transaction,
  deps: EvaluationDeps,
  { application, rules, groupsOf, reading }: Loaded,
  ask: Ask,
): Promise<Outcome<Explanation>> {
  const { principal, resource, asked } = ask
  const action = typeof ask.action === 'string' ? { type: 'Action', id: ask.action } : ask.action
  const context = rules.schema.context(action, ask.context ?? {}, 'keep')
  const request = { principal, action, resource, context }
  const given = describedBy(rules, ask)
  // Nobody the directory does not know, or has disabled, acts; and a role is something to have, not somebody.
  const groups = principal.type === 'Role' ? undefined : isOfDirectory(principal) ? await groupsOf(principal) : []
  if (groups === undefined) {
    const text = 'The principal is not in the directory, or is disabled.'
    const explanation: Explanation = { decision: 'deny', reasons: [], errors: [], text, nearest: null }
    if (asked !== undefined) {
      const { epoch, base: entities } = rules
      await deps.observe?.({ tx, application, epoch, asked, request, given, entities, links: [], decided: explanation })
    }
    return ok(explanation)
  }
  const known = { uid: principal, parents: groups.map((id) => ({ type: 'Group', id })) }
  const decided = await decidePoint(tx, deps, application, rules, { request, known: [known], given, reading })
  const { explanation, entities, links } = decided
  if (asked !== undefined) {
    const { epoch } = rules
    await deps.observe?.({ tx, application, epoch, asked, request, given, entities, links, decided: explanation })
  }
  return ok(explanation)
}

/** What the question says of entities, in Cedar's JSON form, the resource first. */
function describedBy({ schema }: Rules, ask: Ask): EntityJson[] {
  const of = (uid: Uid, attrs: Ask['resourceAttributes']) =>
    isOfDirectory(uid) || attrs === undefined ? [] : [schema.entity({ uid, attrs, parents: [] }, 'keep')]
  const more = (ask.entities ?? []).filter(({ uid }) => !isOfDirectory(uid))
  return [...of(ask.resource, ask.resourceAttributes), ...of(ask.principal, ask.principalAttributes), ...more]
}

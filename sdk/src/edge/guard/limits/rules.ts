import { createHash } from 'node:crypto'
import {
  compileRoutes,
  type Gcra,
  LeasedUnits,
  type LimitRule,
  type LimitSettings,
  type LimitState,
  type Pace,
  type Readings,
  type Routes,
} from '@holdfast/http-guard'

/** Who asks, as limits count them. */
export interface Counted {
  readonly method: string
  readonly readings: Readings
  /** An IPv4 address, or the /64 of an IPv6 address. */
  readonly client: string
  /** `Person:id`, `Service:id`; null where nobody is known (yet). */
  readonly account: string | null
  /** Of a service or an OAuth client. */
  readonly key: string | null
  /** What the request takes, in place of what each rule says; null: as they say. */
  readonly cost: number | null
}

/** One rule with what is counted by it. */
export interface Rule extends LimitRule {
  readonly application: string
  readonly routes: Routes | null
  readonly pace: Pace
  /** This gateway's part of a shared budget. */
  readonly leased: LeasedUnits
  /** Needs to know who asks. */
  readonly late: boolean
}

/** The part of a shared budget that one gateway takes at a time, at most. */
const share = 8

export function makeRule(application: string, rule: LimitRule, gcra: Gcra): Rule {
  const burst = rule.burst ?? rule.units
  return {
    ...rule,
    application,
    routes: rule.route === undefined ? null : compileRoutes([rule.route]),
    pace: gcra.pace({ units: rule.units, seconds: rule.seconds, burst }),
    leased: new LeasedUnits(Math.floor(burst / share)),
    late: rule.per === 'account' || rule.per === 'key',
  }
}

/** A limit holds where some reading of the path is its route's. */
export const concerns = ({ routes }: Rule, { method, readings }: Counted): boolean =>
  routes === null || routes.perhaps(method, readings)

/** A rule as it counts a request of this cost; a request never costs more than the budget holds. */
export const costing = (rule: Rule, cost: number | null): Rule =>
  cost === null ? rule : { ...rule, cost: Math.min(cost, rule.burst ?? rule.units) }

/** Under which key a rule counts somebody. */
export function keyOf({ application, name, per }: Rule, { client, account, key }: Counted): string {
  const who = per === 'route' ? '' : per === 'address' ? client : ((per === 'key' ? key : null) ?? account ?? client)
  return `${application}\n${name}\n${who}`
}

/** The same for the control plane, which need not learn addresses of people. */
export const budgetKey = (key: string): string => createHash('sha256').update(key).digest('base64url')

/** How a rule stands, for the fields of the answer. */
export function stateOf(rule: Rule, key: string, gcra: Gcra, now: number): LimitState {
  const { name, units, seconds, pace, leased, scope } = rule
  const shared = scope === 'process' ? null : leased.state(key, now)
  const left = shared?.left ?? gcra.left(pace, key, now)
  const ahead = shared?.ahead ?? gcra.ahead(pace, key, now)
  return { name, units, seconds, left, fullIn: Math.ceil(ahead / 1000) }
}

/** Rules of one name and content go on counting when a new bundle comes. */
export const idOf = (application: string, rule: LimitRule): string => `${application}\n${JSON.stringify(rule)}`

export type { LimitSettings }

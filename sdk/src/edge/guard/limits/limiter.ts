import { Gcra, type Grant, type LimitSettings, rateLimitFields } from '@holdfast/http-guard'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import { budgetKey, concerns, costing, type Counted, idOf, keyOf, makeRule, type Rule, stateOf } from './rules.ts'

/** Whoever keeps the budgets that several gateways share. Throws when it cannot be asked. */
export type Lease = (asked: {
  readonly application: string
  readonly rule: string
  readonly key: string
  readonly units: number
}) => Promise<Grant>

export interface LimiterOptions {
  /** 32 random bits. */
  readonly seed: number
  readonly lease: Lease
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/** Names of clients that are counted at once, of all rules together: some 20 MiB. */
const mostKeys = 200_000
const cells = 4096

/** What came of the limits for one request. */
export interface Limited {
  /** Null when it may pass. */
  readonly refusal: Refusal | null
  readonly rules: readonly Rule[]
}

/** Counts requests by the rules of their application. */
export class Limiter {
  readonly gcra: Gcra
  private readonly options: LimiterOptions
  private readonly ofSettings = new WeakMap<LimitSettings, readonly Rule[]>()
  private known = new Map<string, Rule>()
  private readonly asking = new Map<string, Promise<void>>()

  constructor(options: LimiterOptions) {
    this.options = options
    this.gcra = new Gcra({ most: mostKeys, cells, seed: options.seed })
  }

  /**
   * Takes what the request costs of each rule that concerns it, at the stage where it can be told who asks.
   * @returns at once where nobody has to be asked
   */
  take(application: string, settings: LimitSettings, late: boolean, asked: Counted): Limited | Promise<Limited> {
    const all = this.rulesOf(application, settings)
    if (all.length === 0) return passes
    const own = all.filter((rule) => rule.late === late && concerns(rule, asked))
    const rules = asked.cost === null ? own : own.map((rule) => costing(rule, asked.cost))
    if (rules.length === 0) return passes
    const elsewhere = rules.filter(({ scope }) => scope !== 'process')
    if (elsewhere.length === 0) return this.takeHere(rules, rules, asked)
    return this.takeElsewhere(rules, elsewhere, asked)
  }

  /** The fields that tell the client how it stands. */
  fields(rules: readonly Rule[], asked: Counted): string[] {
    const now = this.options.now()
    return rateLimitFields(rules.map((rule) => stateOf(rule, keyOf(rule, asked), this.gcra, now)))
  }

  /** All rules or none: a request that one refuses costs nothing of the others. */
  private takeHere(all: readonly Rule[], here: readonly Rule[], asked: Counted): Limited {
    const now = this.options.now()
    for (const rule of here) {
      const wait = this.gcra.wait(rule.pace, keyOf(rule, asked), now, rule.cost)
      if (wait > 0) return this.refused(rule, wait, all, asked)
    }
    for (const rule of here) this.gcra.take(rule.pace, keyOf(rule, asked), now, rule.cost)
    return { refusal: null, rules: all }
  }

  private async takeElsewhere(all: readonly Rule[], elsewhere: readonly Rule[], asked: Counted): Promise<Limited> {
    const here = all.filter((rule) => !elsewhere.includes(rule))
    const now = this.options.now()
    for (const rule of here) {
      const wait = this.gcra.wait(rule.pace, keyOf(rule, asked), now, rule.cost)
      if (wait > 0) return this.refused(rule, wait, all, asked)
    }
    for (const rule of elsewhere) {
      const key = keyOf(rule, asked)
      try {
        const wait = rule.scope === 'strict' ? await this.takeStrictly(rule, key) : await this.takeLeased(rule, key)
        if (wait > 0) return this.refused(rule, wait, all, asked)
      } catch {
        if (rule.scope === 'strict') return { refusal: unknown, rules: all }
        // Cut off from the control plane a gateway goes on for the rest of its lease, seconds; till then it counts by itself.
        const wait = this.gcra.take(rule.pace, key, this.options.now(), rule.cost)
        if (wait > 0) return this.refused(rule, wait, all, asked)
      }
    }
    return this.takeHere(all, here, asked)
  }

  /** Nothing is lent beforehand: the keeper counts each request. */
  private async takeStrictly(rule: Rule, key: string): Promise<number> {
    const { application, name, cost } = rule
    const now = this.options.now()
    const known = rule.leased.take(key, now, cost)
    // It has said when there are units again: a flood need not ask each time.
    if (known !== null && known > 0) return known
    const grant = await this.options.lease({ application, rule: name, key: budgetKey(key), units: cost })
    const whole = grant.units >= cost
    rule.leased.granted(key, this.options.now(), cost, { ...grant, units: 0, waitMs: whole ? 0 : grant.waitMs })
    return whole ? 0 : Math.max(1, grant.waitMs)
  }

  private async takeLeased(rule: Rule, key: string): Promise<number> {
    for (;;) {
      const wait = rule.leased.take(key, this.options.now(), rule.cost)
      if (wait !== null) return wait
      const under = this.asking.get(key)
      if (under !== undefined) {
        await under
        continue
      }
      const asking = this.borrow(rule, key).finally(() => this.asking.delete(key))
      this.asking.set(key, asking)
      await asking
    }
  }

  private async borrow(rule: Rule, key: string): Promise<void> {
    const { application, name, leased, cost } = rule
    const units = leased.ask(key, this.options.now(), cost)
    const grant = await this.options.lease({ application, rule: name, key: budgetKey(key), units })
    // Fewer than one request costs are none.
    const waitMs = Math.max(1, grant.waitMs)
    leased.granted(key, this.options.now(), units, grant.units < cost ? { ...grant, units: 0, waitMs } : grant)
  }

  private refused(rule: Rule, wait: number, all: readonly Rule[], asked: Counted): Limited {
    const seconds = String(Math.max(1, Math.ceil(wait / 1000)))
    const headers = ['Retry-After', seconds, ...this.fields(all, asked)]
    const detail = `The limit "${rule.name}" is ${rule.units} in ${rule.seconds} s.`
    return { refusal: { ...refusal('rate_limited', detail, headers), cause: `limit ${rule.name}` }, rules: all }
  }

  private rulesOf(application: string, settings: LimitSettings): readonly Rule[] {
    const made = this.ofSettings.get(settings)
    if (made !== undefined) return made
    if (settings.mode === 'off') return []
    const rules = settings.rules.map((rule) => {
      const id = idOf(application, rule)
      return [id, this.known.get(id) ?? makeRule(application, rule, this.gcra)] as const
    })
    const others = [...this.known].filter(([, rule]) => rule.application !== application)
    this.known = new Map([...others, ...rules])
    const list = rules.map(([, rule]) => rule)
    this.ofSettings.set(settings, list)
    return list
  }
}

const passes: Limited = { refusal: null, rules: [] }
const unknown = refusal('policy_unavailable', 'It cannot be counted at the moment whether this is too often.', [
  'Retry-After',
  '5',
])

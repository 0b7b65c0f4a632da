import { createBudget, createSampler, decisionData, type DecisionVia, type Sampler } from '@holdfast/bundle'
import type { Decision } from './decide.ts'
import { createCounts, type Series } from './decision-log-counts.ts'
import type { Edge } from '../edge/index.ts'
import type { Clock } from '../edge/surroundings.ts'
import type { AnyBundle } from '../edge/holder.ts'
import type { Explanation } from '../errors.ts'
import type { Rules } from './knowledge.ts'
import type { PrincipalReference } from '../principal.ts'
import { givenOf, type Question } from '../question.ts'
import type { RequestInfo } from '../request.ts'

/** What happened to a question. */
export interface Asked {
  readonly via: Extract<DecisionVia, 'can' | 'require'>
  readonly knowledge: Rules
  readonly question: Question
  readonly decision: Decision
}

/**
 * The log of decisions. What is allowed is sampled; what `can` denies is told and, when it is much, counted; what `require` denies is told by
 * the refusal itself (see `Refusals`). A policy that failed is always told.
 */
export interface DecisionLog {
  note(asked: Asked): void
  /** Tells what was counted. */
  close(): void
}

export interface DecisionLogOptions {
  readonly edge: Pick<Edge<AnyBundle>, 'recordCaused'>
  readonly application: string
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly recall: (principal: PrincipalReference) => RequestInfo
}

/** Milliseconds. */
const WINDOW = 60_000
/**
 * Samples of what is allowed in a second, and how many may come at once: however often an application asks, the log costs it a hundredth of
 * a processor at most. What is more is counted.
 */
const MOST_ALLOWED = 100
const MOST_AT_ONCE = 500

export function createDecisionLog({ edge, application, clock, random, recall }: DecisionLogOptions): DecisionLog {
  const denied = createCounts(() => clock.now())
  const failed = createCounts(() => clock.now())
  let sampler: Sampler = createSampler(0, random)
  const room = createBudget(MOST_ALLOWED / 1_000, MOST_AT_ONCE, () => clock.now())
  let allowed = 0
  let allowedMore = 0
  let since = clock.now()

  function event(asked: Asked, kind: string, outcome: 'success' | 'refused' | 'failure', more: object = {}) {
    const { question, decision } = asked
    const { principal, resource } = question
    return {
      kind,
      outcome,
      application,
      actor: reference(principal),
      resource: reference('uid' in resource ? resource.uid : resource),
      reason: kind === 'decision.failed' ? 'policy_failed' : decision.code,
      data: { ...loggedDecision(asked), ...more },
      ...recall(principal),
    }
  }

  function noteAllowed(asked: Asked): void {
    const { allowRate } = asked.knowledge
    if (sampler.rate !== allowRate) sampler = createSampler(allowRate, random)
    if (!sampler.take()) return
    if (!room.has()) allowedMore += 1
    else {
      room.spend(1)
      allowed += 1
      edge.recordCaused(event(asked, 'decision.allowed', 'success', { rate: allowRate }))
    }
  }

  function noteFailed(asked: Asked): void {
    const { decision, question } = asked
    const [first] = decision.errors
    if (!failed.add(question.principal, `${question.action} ${first?.policy ?? ''}`)) return
    edge.recordCaused(event(asked, 'decision.failed', 'failure'))
  }

  function summarise(kind: string, outcome: 'refused' | 'failure', reason: string, series: Series): void {
    const { principal, action, since: begun, told, untold } = series
    edge.recordCaused({
      kind,
      outcome,
      application,
      actor: principal,
      reason,
      data: { action, summary: true, told, more: untold, since: new Date(begun).toISOString() },
    })
  }

  function tell(): void {
    for (const series of denied.take()) summarise('decision.answered_no', 'refused', 'denied', series)
    for (const series of failed.take()) summarise('decision.failed', 'failure', 'policy_failed', series)
    if (allowedMore > 0) {
      const data = { summary: true, told: allowed, more: allowedMore, since: new Date(since).toISOString() }
      edge.recordCaused({ kind: 'decision.allowed', outcome: 'success', application, data })
    }
    allowed = 0
    allowedMore = 0
    since = clock.now()
  }

  function sweep(): void {
    tell()
    cancel = clock.after(WINDOW, sweep)
  }
  let cancel = clock.after(WINDOW, sweep)

  return {
    note: (asked) => {
      const { decision, question, via } = asked
      if (decision.errors.length > 0) noteFailed(asked)
      if (decision.allowed) noteAllowed(asked)
      else if (via === 'can' && denied.add(question.principal, question.action)) {
        edge.recordCaused(event(asked, 'decision.answered_no', 'refused'))
      }
    },
    close: () => {
      cancel()
      tell()
    },
  }
}

/** What a decision was taken on, for the log: enough to take it again. */
export function loggedDecision(
  { via, knowledge, question, decision }: Asked,
  explanation?: Explanation,
): Readonly<Record<string, unknown>> {
  const { principal, action } = question
  const data = decisionData({
    via,
    principal: reference(principal),
    action,
    decision: decision.decision,
    policies: decision.reasons,
    errors: decision.errors,
    epoch: knowledge.epoch,
    ...givenOf(question),
    ...(explanation !== undefined && { explanation }),
  })
  // What has no form in Cedar was not decided on, and cannot be again.
  return decision.code === 'input_malformed' ? { ...data, omitted: ['input'] } : data
}

function reference({ type, id }: PrincipalReference): { type: string; id: string } {
  return { type, id }
}

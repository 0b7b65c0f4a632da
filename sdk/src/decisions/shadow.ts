import { createBudget, createTally, decisionData, differenceOf, type Tally } from '@holdfast/bundle'
import {
  type Decision as Engine,
  type Entities,
  evaluate,
  explain,
  type PolicySet,
  type Request,
} from '@holdfast/policy'
import type { Candidate } from './candidate.ts'
import type { AnyBundle } from '../edge/holder.ts'
import type { Edge } from '../edge/index.ts'
import type { Clock } from '../edge/surroundings.ts'
import type { Rules } from './knowledge.ts'
import type { PrincipalReference } from '../principal.ts'
import { givenOf, type Question } from '../question.ts'
import type { RequestInfo } from '../request.ts'

/** Who shows decisions to a shadow. */
export interface Watch {
  readonly via: 'can' | 'require'
  readonly shadow: Pick<Shadow, 'compare'>
}

/** A decision that was taken by the live policies. */
interface LiveDecision {
  readonly via: Watch['via']
  readonly knowledge: Rules
  readonly question: Question
  readonly request: Request
  readonly entities: Entities
  readonly decided: Engine
}

/** Asks the candidate too, and counts where it would have decided otherwise. Changes no answer, and throws nothing. */
export interface Shadow {
  compare(live: LiveDecision): void
  /** Tells what was counted. */
  close(): void
}

export interface ShadowOptions {
  readonly edge: Pick<Edge<AnyBundle>, 'record' | 'recordCaused'>
  readonly application: string
  readonly clock: Clock
  readonly recall: (principal: PrincipalReference) => RequestInfo
  /** Milliseconds of a clock that only goes forward, with fractions. */
  readonly tick?: () => number
}

/** Milliseconds between two reports. */
const EVERY = 10_000
/** Of the time that goes by, at most so much is spent on a candidate; and so many milliseconds at once. */
const SHARE = 0.05
const MOST_AT_ONCE = 200
const OPTIONS = { onError: 'deny' } as const

export function createShadow(options: ShadowOptions): Shadow {
  const { edge, application, clock, recall, tick = () => performance.now() } = options
  const budget = createBudget(SHARE, MOST_AT_ONCE, tick)
  let counting: { readonly id: string; readonly tally: Tally } | null = null

  function tallyOf(id: string): Tally {
    if (counting?.id === id) return counting.tally
    report()
    counting = { id, tally: createTally(id) }
    return counting.tally
  }

  function report(): void {
    const counted = counting?.tally.take() ?? null
    if (counted === null) return
    edge.record({ kind: 'decision.compared', outcome: 'success', application, data: { ...counted } })
  }

  /** Tells one difference whole. */
  function sample(live: LiveDecision, candidate: Candidate, kind: string, other: Engine): string {
    const { via, knowledge, question, request, entities, decided } = live
    const { principal, action, resource } = question
    const { type, id } = 'uid' in resource ? resource.uid : resource
    const data = decisionData({
      via,
      principal: { type: principal.type, id: principal.id },
      action,
      decision: decided.decision,
      policies: decided.reasons,
      errors: decided.errors,
      epoch: knowledge.epoch,
      ...givenOf(question),
      ...(candidate.policies !== null && { explanation: explained(candidate.policies, request, entities) }),
    })
    return edge.recordCaused({
      kind: 'decision.differed',
      outcome: 'success',
      application,
      actor: { type: principal.type, id: principal.id },
      resource: { type, id },
      reason: kind,
      data: { ...data, candidate: { id: candidate.id, ...shown(other) } },
      ...recall(principal),
    })
  }

  function ask(live: LiveDecision, candidate: Candidate): void {
    const tally = tallyOf(candidate.id)
    if (!budget.has()) return tally.skipped()
    const began = tick()
    const other = decideBy(candidate.policies, live)
    budget.spend(tick() - began)
    tally.compared()
    const kind = other.broken ? 'broken' : differenceOf(live.decided, other)
    if (kind === null) return
    const { action } = live.question
    tally.differed({ kind, action, live: live.decided.reasons, candidate: other.reasons }, () =>
      sample(live, candidate, kind, other),
    )
  }

  function every(): void {
    report()
    cancel = clock.after(EVERY, every)
  }
  let cancel = clock.after(EVERY, every)

  return {
    compare: (live) => {
      const { candidate } = live.knowledge
      if (candidate === null) return
      try {
        ask(live, candidate)
      } catch {
        // Whatever goes wrong beside it, the answer is the live policies'.
        counting?.tally.skipped()
      }
    },
    close: () => {
      cancel()
      report()
    },
  }
}

function decideBy(policies: PolicySet | null, { request, entities }: LiveDecision): Engine & { broken: boolean } {
  if (policies === null) return { ...BROKEN, errors: [{ policy: '', message: 'The candidate cannot be compiled.' }] }
  try {
    const { decision, reasons, errors } = evaluate(policies, request, entities, OPTIONS)
    return { decision, reasons, errors, broken: false }
  } catch (error) {
    return { ...BROKEN, errors: [{ policy: '', message: error instanceof Error ? error.message : String(error) }] }
  }
}

const BROKEN = { decision: 'deny', reasons: [], broken: true } as const

function explained(policies: PolicySet, request: Request, entities: Entities) {
  try {
    const { text, nearest } = explain(policies, request, entities, OPTIONS)
    return { text, nearest }
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), nearest: null }
  }
}

function shown({ decision, reasons, errors }: Engine): object {
  return {
    decision,
    policies: reasons.slice(0, 10),
    errors: errors.slice(0, 3).map(({ policy, message }) => ({ policy, message: message.slice(0, 300) })),
  }
}
